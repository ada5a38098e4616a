import { describe, expect, it } from 'vitest'
import type { Namespace, NetworkPolicy, Pod } from '../../shared/api/types.ts'
import { blockRanges, policyRules } from './policy.ts'

const names = { policy: 'NWPLCY', content: (prefix: string, rules: readonly string[]) => `${prefix}-${rules.length}` }
const namespace = (name: string, labels = {}): Namespace => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }) as Namespace
const pod = (key: string, ip: string, labels: Record<string, string> = {}, spec: object = {}, status: object = {}): Pod => {
  const [ns = '', name = ''] = key.split('/')
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: ns, labels }, spec: { containers: [{ name: 'c', ports: [{ name: 'http', containerPort: 8080 }, { name: 'dns', containerPort: 53, protocol: 'UDP' }] }], ...spec }, status: { podIP: ip, phase: 'Running', ...status } } as unknown as Pod
}
const policy = (spec: object, ns = 'a'): NetworkPolicy => ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'p', namespace: ns }, spec: { podSelector: {}, ...spec } }) as unknown as NetworkPolicy

const pods = [pod('a/web', '10.0.1.1', { app: 'web' }), pod('a/client', '10.0.1.2', { app: 'client' }), pod('b/other', '10.0.2.1', { app: 'client' }), pod('b/db', '10.0.2.2', { app: 'db' })]
const namespaces = [namespace('a', { team: 'x' }), namespace('b', { team: 'y' })]
const chains = (...policies: NetworkPolicy[]): Map<string, string[]> => policyRules({ policies, namespaces, pods }, names)
/** The rules that packets to (or from) a pod meet. */
const on = (all: Map<string, string[]>, ip: string, flag = '-d'): string[] | undefined => {
  const jump = all.get('NWPLCY')?.find((r) => r.includes(` ${flag} ${ip}/32 -j KUBE`))
  return jump ? all.get(/-j (\S+)/.exec(jump)?.[1] ?? '') : undefined
}
const web = { podSelector: { matchLabels: { app: 'web' } } }

describe('policies', () => {
  it('are no rules where there are none', () => expect([...chains()]).toEqual([['NWPLCY', []]]))

  it.each<[string, object, string[]]>([
    ['deny all', { ...web, policyTypes: ['Ingress'] }, []],
    ['allow all', { ...web, ingress: [{}] }, ['-j RETURN']],
    ['pods of the namespace', { ...web, ingress: [{ from: [{ podSelector: { matchLabels: { app: 'client' } } }] }] }, ['-s 10.0.1.2/32 -j RETURN']],
    ['all of a namespace', { ...web, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'y' } } }] }] }, ['-s 10.0.2.1/32 -j RETURN', '-s 10.0.2.2/32 -j RETURN']],
    ['pods of namespaces', { ...web, ingress: [{ from: [{ namespaceSelector: {}, podSelector: { matchLabels: { app: 'client' } } }] }] }, ['-s 10.0.1.2/32 -j RETURN', '-s 10.0.2.1/32 -j RETURN']],
    ['addresses', { ...web, ingress: [{ from: [{ ipBlock: { cidr: '192.0.2.0/24', except: ['192.0.2.128/25'] } }] }] }, ['-s 192.0.2.0/25 -j RETURN']],
    ['a port', { ...web, ingress: [{ ports: [{ protocol: 'TCP', port: 80 }] }] }, ['-p tcp -m tcp --dport 80 -j RETURN']],
    ['a range of ports', { ...web, ingress: [{ ports: [{ protocol: 'UDP', port: 80, endPort: 90 }] }] }, ['-p udp -m udp --dport 80:90 -j RETURN']],
    ['a protocol', { ...web, ingress: [{ ports: [{ protocol: 'SCTP' }] }] }, ['-p sctp -j RETURN']],
    ['a named port of the pod', { ...web, ingress: [{ ports: [{ port: 'http' }, { port: 'dns' }, { protocol: 'UDP', port: 'dns' }] }] }, ['-p tcp -m tcp --dport 8080 -j RETURN', '-p udp -m udp --dport 53 -j RETURN']],
    ['peers and ports together', { ...web, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80 }, { port: 81 }] }] }, [
      '-s 10.0.1.1/32 -p tcp -m tcp --dport 80 -j RETURN', '-s 10.0.1.1/32 -p tcp -m tcp --dport 81 -j RETURN', '-s 10.0.1.2/32 -p tcp -m tcp --dport 80 -j RETURN', '-s 10.0.1.2/32 -p tcp -m tcp --dport 81 -j RETURN',
    ]],
  ])('let in: %s', (_what, spec, expected) => {
    const all = chains(policy(spec))
    expect(on(all, '10.0.1.1')).toEqual([...expected, '-j DROP'])
    expect(on(all, '10.0.1.2')).toBeUndefined()
    expect(on(all, '10.0.1.1', '-s')).toBeUndefined()
  })
  it.each<[string, object, string[]]>([
    ['nothing', { ...web, policyTypes: ['Egress'] }, []],
    ['to pods', { ...web, policyTypes: ['Egress'], egress: [{ to: [{ namespaceSelector: { matchLabels: { team: 'y' } }, podSelector: { matchLabels: { app: 'db' } } }], ports: [{ port: 'http' }] }] }, ['-d 10.0.2.2/32 -p tcp -m tcp --dport 8080 -j RETURN']],
    ['to addresses', { ...web, policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['128.0.0.0/1'] } }] }] }, ['-d 0.0.0.0/1 -j RETURN']],
    ['to a port anywhere', { ...web, policyTypes: ['Egress'], egress: [{ ports: [{ protocol: 'UDP', port: 53 }] }] }, ['-p udp -m udp --dport 53 -j RETURN']],
  ])('let out: %s', (_what, spec, expected) => {
    const all = chains(policy(spec))
    expect(on(all, '10.0.1.1', '-s')).toEqual([...expected, '-j DROP'])
    expect(on(all, '10.0.1.1')).toBeUndefined()
  })
  it('add up', () => {
    const all = chains(policy({ ...web, policyTypes: ['Ingress'] }), policy({ ...web, ingress: [{ ports: [{ port: 80 }] }] }), policy({ ...web, ingress: [{ ports: [{ port: 81 }] }] }))
    expect(on(all, '10.0.1.1')).toEqual(['-p tcp -m tcp --dport 80 -j RETURN', '-p tcp -m tcp --dport 81 -j RETURN', '-j DROP'])
  })
  it('let go on what has begun, and a pod speak to itself', () => {
    const all = chains(policy({ ...web, policyTypes: ['Ingress'] })).get('NWPLCY')
    expect(all?.[0]).toBe('-m conntrack --ctstate RELATED,ESTABLISHED -j RETURN')
    expect(all?.[1]).toMatch(/-s 10\.0\.1\.1\/32 -d 10\.0\.1\.1\/32 -j RETURN$/)
  })
  it('do not concern pods on the machine\'s network, nor those that are over or have no address', () => {
    const special = [pod('a/host', '192.0.2.1', {}, { hostNetwork: true }), pod('a/done', '10.0.1.9', {}, {}, { phase: 'Succeeded' }), pod('a/new', '')]
    expect([...policyRules({ policies: [policy({ policyTypes: ['Ingress'] })], namespaces, pods: special }, names)]).toEqual([['NWPLCY', []]])
  })
  it('of pods with the same rules are one chain', () => {
    const all = chains(policy({ policyTypes: ['Ingress'] }))
    expect([...all.keys()]).toEqual(['NWPLCY', 'KUBE-NWPI-1'])
  })
})

it.each([['fd00::/8', []], ['10.0.0.0/8', ['10.0.0.0/8']]])('a block of addresses: %s', (cidr, expected) => expect(blockRanges({ cidr })).toEqual(expected))
