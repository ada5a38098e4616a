import { describe, expect, it } from 'vitest'
import { base32, chainNames, suffixOf } from './names.ts'

describe('names of chains', () => {
  it.each([['', ''], ['f', 'MY'], ['fo', 'MZXQ'], ['foo', 'MZXW6'], ['foobar', 'MZXW6YTBOI']])('base32 of %j (RFC 4648)', (text, expected) => expect(base32(Buffer.from(text))).toBe(expected))
  it('are upstream\'s', () => {
    const names = chainNames('')
    // As kube-proxy names them on any cluster.
    expect(names.service('SVC', 'default/kubernetes:https', 'tcp')).toBe('KUBE-SVC-NPX46M4PTMTKRN6Y')
    expect(names.service('SVC', 'kube-system/kube-dns:dns', 'udp')).toBe('KUBE-SVC-TCOU7JCQXEZGVUNU')
    expect(names.service('SVC', 'kube-system/kube-dns:dns-tcp', 'tcp')).toBe('KUBE-SVC-ERIFXISQEP7F7OF4')
    expect(names.services).toBe('KUBE-SERVICES')
  })
  it('of another cluster differ, and are short enough', () => {
    const [plain, other] = [chainNames(''), chainNames(suffixOf('0a1b2c3d'))]
    const all = (n: typeof plain): string[] => [...Object.values(n).filter((v) => typeof v === 'string' && v.startsWith('KUBE')) as string[], n.service('EXT', 'a/b', 'tcp'), n.endpoint('a/b', 'tcp', '1.2.3.4:5')]
    for (const [i, name] of all(other).entries()) {
      expect(name.length).toBeLessThanOrEqual(28)
      expect(name).not.toBe(all(plain)[i])
    }
    expect(other.services).toBe('KUBE-SERVICES-0a1b')
  })
})
