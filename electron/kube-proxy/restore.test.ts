import { describe, expect, it } from 'vitest'
import { jumpLines, jumpRemovals } from './jumps.ts'
import { chainNames, suffixOf } from './names.ts'
import { restoreInput } from './restore.ts'
import { emptyRules, type RuleSet } from './rules.ts'
import { ownChains, ownerOf, ownNames, parseSaved } from './saved.ts'

const nat = (chains: Record<string, string[]>): RuleSet => ({ ...emptyRules(), nat: new Map(Object.entries(chains)) })

describe('what is written', () => {
  it.each([
    ['nothing when nothing changes', { A: ['-j X'] }, { A: ['-j X'] }, ''],
    ['a chain that changed, and no other', { A: ['-j X'], B: ['-j Y'] }, { A: ['-j X'], B: ['-j Z'] }, '*nat\n:B - [0:0]\n-A B -j Z\nCOMMIT\n'],
    ['a new chain before the rule that leads to it', { A: [] }, { A: ['-j B'], B: ['-j X'] }, '*nat\n:A - [0:0]\n:B - [0:0]\n-A A -j B\n-A B -j X\nCOMMIT\n'],
    ['a chain that is wanted no more, after the rule that led to it', { A: ['-j B'], B: ['-j X'] }, { A: [] }, '*nat\n:A - [0:0]\n:B - [0:0]\n-X B\nCOMMIT\n'],
  ])('%s', (_what, before, after, expected) => expect(restoreInput(nat(before), nat(after))).toBe(expected))
})

const SAVED = `# Generated
*mangle
:FORWARD ACCEPT [0:0]
:KUBE-PROXY-CANARY - [0:0]
:KUBE-NWPLCY - [0:0]
-A FORWARD -m comment --comment "kubernetes network policies" -j KUBE-NWPLCY
-A KUBE-PROXY-CANARY -m comment --comment "pilothouse 0a1b2c3d"
COMMIT
*nat
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:DOCKER - [0:0]
:KUBE-PROXY-CANARY - [0:0]
:KUBE-SERVICES - [0:0]
:KUBE-SVC-AAAA - [0:0]
:KUBE-SVC-OTHER - [0:0]
:USERS - [0:0]
-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A PREROUTING -p tcp -j USERS
-A KUBE-PROXY-CANARY -m comment --comment "pilothouse 0a1b2c3d"
-A KUBE-SERVICES -d 10.96.0.1/32 -j KUBE-SVC-AAAA
-A KUBE-SVC-AAAA -j RETURN
-A KUBE-SVC-OTHER -j RETURN
COMMIT
`
const saved = parseSaved(SAVED)
const names = chainNames('')

describe('what is there', () => {
  it('is known by its owner\'s mark', () => {
    expect(ownerOf(saved, names, '0a1b2c3d')).toBe('ours')
    expect(ownerOf(saved, names, 'ffffffff')).toBe('other')
    expect(ownerOf(saved, chainNames(suffixOf('ffffffff')), 'ffffffff')).toBe('free')
    expect(ownNames(saved, '0a1b2c3d')?.suffix).toBe('')
    expect(ownNames(saved, 'ffffffff')).toBeUndefined()
  })
  it('belongs to another Kubernetes when it has no mark', () => {
    expect(ownerOf(parseSaved('*nat\n:KUBE-SERVICES - [0:0]\nCOMMIT\n'), names, '0a1b2c3d')).toBe('unmarked')
  })
  it('is ours when our chains lead to it, and only then', () => {
    expect([...ownChains(saved, names).nat.keys()].toSorted()).toEqual(['KUBE-PROXY-CANARY', 'KUBE-SERVICES', 'KUBE-SVC-AAAA'])
  })
  it('is also what a flush has left', () => {
    const flushed = parseSaved('*nat\n:KUBE-SVC-AAAAAAAAAAAAAAAA - [0:0]\n:KUBE-SVC-BBBBBBBBBBBBBBBB - [0:0]\n:KUBE-SVC-CCCCCCCCCCCCCCCC - [0:0]\n:USERS - [0:0]\n-A KUBE-SVC-BBBBBBBBBBBBBBBB -j RETURN\n-A USERS -j KUBE-SVC-CCCCCCCCCCCCCCCC\nCOMMIT\n')
    expect([...ownChains(flushed, names).nat.keys()]).toEqual(['KUBE-SVC-AAAAAAAAAAAAAAAA'])
  })
  it('goes without a trace, and nothing else does', () => {
    expect(restoreInput(ownChains(saved, names), emptyRules(), jumpRemovals(saved, names))).toBe(`*mangle
:KUBE-NWPLCY - [0:0]
:KUBE-PROXY-CANARY - [0:0]
-D FORWARD -m comment --comment "kubernetes network policies" -j KUBE-NWPLCY
-X KUBE-NWPLCY
-X KUBE-PROXY-CANARY
COMMIT
*nat
:KUBE-PROXY-CANARY - [0:0]
:KUBE-SERVICES - [0:0]
:KUBE-SVC-AAAA - [0:0]
-D PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-X KUBE-PROXY-CANARY
-X KUBE-SERVICES
-X KUBE-SVC-AAAA
COMMIT
`)
  })
})

describe('jumps', () => {
  const lines = jumpLines(saved, names)
  it('that stand well stay', () => {
    expect(lines.nat?.some((l) => l.includes('PREROUTING'))).toBe(false)
    expect(lines.mangle).toBeUndefined()
  })
  it('that are not there come to the top', () => expect(lines.nat?.filter((l) => l.includes(' OUTPUT '))).toEqual(['-I OUTPUT 1 -m comment --comment "kubernetes service portals" -j KUBE-SERVICES']))
  it('that the engine has put itself before are moved', () => {
    const after = parseSaved(SAVED.replace('-A PREROUTING -m comment', '-A PREROUTING -j DOCKER\n-A PREROUTING -m comment'))
    expect(jumpLines(after, names).nat?.filter((l) => l.includes('PREROUTING'))).toEqual([
      '-D PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES', '-I PREROUTING 1 -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
    ])
  })
})
