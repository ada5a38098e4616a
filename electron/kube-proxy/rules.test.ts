import { describe, expect, it } from 'vitest'
import { serviceRules } from './rules.ts'
import { CONTEXT, plain, portsOf, service, slice } from './testing.ts'

const two = slice('a', ['10.244.1.2', '10.244.1.3'])
const { names } = CONTEXT
const SVC = names.service('SVC', 'ns/a', 'tcp')
const EXT = names.service('EXT', 'ns/a', 'tcp')
const SVL = names.service('SVL', 'ns/a', 'tcp')
const FW = names.service('FW', 'ns/a', 'tcp')
const [SEP1, SEP2] = ['10.244.1.2:8080', '10.244.1.3:8080'].map((e) => names.endpoint('ns/a', 'tcp', e)) as [string, string]
const only = (lines: readonly string[], ...chains: readonly string[]): string[] => lines.filter((l) => chains.includes(l.split(' ')[0] ?? ''))
const nat = (spec: Parameters<typeof service>[1], extra = {}, context = CONTEXT): string[] => plain(serviceRules(portsOf(service('a', spec, extra), two), context), 'nat')
const filter = (spec: Parameters<typeof service>[1], extra = {}): string[] => plain(serviceRules(portsOf(service('a', spec, extra)), CONTEXT), 'filter')

describe('a cluster address', () => {
  it('leads to one of the endpoints at random; who is no pod, or meets itself, is masqueraded', () => {
    expect(only(nat({}), 'KUBE-SERVICES', SVC, SEP1, SEP2)).toEqual([
      `${SEP1} -s 10.244.1.2/32 -j KUBE-MARK-MASQ`, `${SEP1} -p tcp -m tcp -j DNAT --to-destination 10.244.1.2:8080`,
      `${SEP2} -s 10.244.1.3/32 -j KUBE-MARK-MASQ`, `${SEP2} -p tcp -m tcp -j DNAT --to-destination 10.244.1.3:8080`,
      `${SVC} ! -s 10.244.0.0/16 -d 10.96.1.1/32 -p tcp -m tcp --dport 80 -j KUBE-MARK-MASQ`,
      `${SVC} -m statistic --mode random --probability 0.5000000000 -j ${SEP1}`, `${SVC} -j ${SEP2}`,
      `KUBE-SERVICES -d 10.96.1.1/32 -p tcp -m tcp --dport 80 -j ${SVC}`,
      'KUBE-SERVICES -i ph-test -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS', 'KUBE-SERVICES -m addrtype --src-type LOCAL --dst-type LOCAL -j KUBE-NODEPORTS',
    ])
  })
  it('keeps a client with its endpoint', () => {
    const lines = only(nat({ sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } }), SVC, SEP1)
    expect(lines).toContain(`${SVC} -m recent --name ${SEP1} --rcheck --seconds 60 --reap -j ${SEP1}`)
    expect(lines).toContain(`${SEP1} -p tcp -m recent --name ${SEP1} --set -m tcp -j DNAT --to-destination 10.244.1.2:8080`)
    expect(lines.findIndex((l) => l.includes('--rcheck'))).toBeLessThan(lines.findIndex((l) => l.includes('statistic')))
  })
  it('masquerades all where bridged packets do not meet the rules', () => {
    expect(only(nat({}, {}, { ...CONTEXT, masqueradeAll: true }), SVC)[0]).toBe(`${SVC} -d 10.96.1.1/32 -p tcp -m tcp --dport 80 -j KUBE-MARK-MASQ`)
  })
  it('without endpoints refuses, and so does what is no Service', () => {
    expect(only(filter({}), 'KUBE-SERVICES')).toEqual(['KUBE-SERVICES -d 10.96.1.1/32 -p tcp -m tcp --dport 80 -j REJECT', 'KUBE-SERVICES -d 10.96.0.0/16 -j REJECT'])
  })
})

describe('from outside', () => {
  it('a node port leads to all endpoints, masqueraded', () => {
    const lines = nat({ type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] })
    expect(only(lines, 'KUBE-NODEPORTS', EXT)).toEqual([`${EXT} -j KUBE-MARK-MASQ`, `${EXT} -j ${SVC}`, `KUBE-NODEPORTS -p tcp -m tcp --dport 30080 -j ${EXT}`])
  })
  it('with policy Local keeps the client\'s address, but for this machine\'s own and for pods', () => {
    const lines = nat({ type: 'NodePort', externalTrafficPolicy: 'Local', ports: [{ port: 80, nodePort: 30080 }] })
    expect(only(lines, EXT)).toEqual([`${EXT} -s 10.244.0.0/16 -j ${SVC}`, `${EXT} -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ`, `${EXT} -m addrtype --src-type LOCAL -j ${SVC}`, `${EXT} -j ${SVL}`])
    expect(only(lines, SVL)).toEqual([`${SVL} -m statistic --mode random --probability 0.5000000000 -j ${SEP1}`, `${SVL} -j ${SEP2}`])
  })
  it('an external address is answered', () => {
    expect(only(nat({ externalIPs: ['192.0.2.9'] }), 'KUBE-SERVICES')).toContain(`KUBE-SERVICES -d 192.0.2.9/32 -p tcp -m tcp --dport 80 -j ${EXT}`)
  })
  const balancer = { status: { loadBalancer: { ingress: [{ ip: '127.0.0.1' }] } } }
  it('a balancer is answered on localhost, where that can be', () => {
    const rule = `KUBE-SERVICES -d 127.0.0.1/32 -p tcp -m tcp --dport 80 -j ${EXT}`
    expect(nat({ type: 'LoadBalancer' }, balancer)).toContain(rule)
    const without = nat({ type: 'LoadBalancer' }, balancer, { ...CONTEXT, localhostPorts: false })
    expect(without).not.toContain(rule)
    expect(only(without, 'KUBE-SERVICES').slice(-2)).toEqual(['KUBE-SERVICES ! -d 127.0.0.0/8 -i ph-test -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS', 'KUBE-SERVICES ! -d 127.0.0.0/8 -m addrtype --src-type LOCAL --dst-type LOCAL -j KUBE-NODEPORTS'])
  })
  it('a balancer with ranges lets in nobody else', () => {
    const rules = serviceRules(portsOf(service('a', { type: 'LoadBalancer', loadBalancerSourceRanges: ['10.0.0.0/8'] }, balancer), two), CONTEXT)
    expect(only(plain(rules, 'nat'), FW)).toEqual([`${FW} -s 10.0.0.0/8 -j ${EXT}`, `${FW} `])
    expect(plain(rules, 'filter')).toContain('KUBE-PROXY-FIREWALL -d 127.0.0.1/32 -p tcp -m tcp --dport 80 -j DROP')
  })
  it('without endpoints refuses everywhere', () => {
    expect(only(filter({ type: 'LoadBalancer', externalIPs: ['192.0.2.9'], ports: [{ port: 80, nodePort: 30080 }] }, balancer), 'KUBE-EXTERNAL-SERVICES')).toEqual([
      'KUBE-EXTERNAL-SERVICES -d 192.0.2.9/32 -p tcp -m tcp --dport 80 -j REJECT', 'KUBE-EXTERNAL-SERVICES -d 127.0.0.1/32 -p tcp -m tcp --dport 80 -j REJECT',
      'KUBE-EXTERNAL-SERVICES -m addrtype --dst-type LOCAL -p tcp -m tcp --dport 30080 -j REJECT',
    ])
  })
})

describe('all rules', () => {
  it('jump only to chains that are there, and are within netfilter\'s limits', () => {
    const rules = serviceRules([
      ...portsOf(service('a', { type: 'LoadBalancer', externalTrafficPolicy: 'Local', loadBalancerSourceRanges: ['10.0.0.0/8'], ports: [{ port: 80, nodePort: 30080 }] }, { status: { loadBalancer: { ingress: [{ ip: '127.0.0.1' }] } } }), two),
      ...portsOf(service('b', { clusterIP: '10.96.1.2', sessionAffinity: 'ClientIP' }), slice('b', ['10.244.1.9'])),
    ], CONTEXT)
    for (const table of ['nat', 'filter'] as const) for (const [chain, lines] of rules[table]) {
      expect(chain.length).toBeLessThanOrEqual(28)
      for (const line of lines) {
        const target = / -j (\S+)/.exec(` ${line}`)?.[1] ?? ''
        expect(!target.startsWith('KUBE-') || rules[table].has(target), `${chain}: ${line}`).toBe(true)
        expect(/--comment "([^"]*)"/.exec(line)?.[1]?.length ?? 0).toBeLessThanOrEqual(255)
      }
    }
  })
  it('give a UDP port its zone', () => {
    const ports = portsOf(service('a', { ports: [{ port: 53, protocol: 'UDP' }] }))
    expect(plain(serviceRules(ports, { ...CONTEXT, udpZones: new Map([['10.96.1.1:53', 7]]) }), 'raw')).toEqual(['KUBE-UDP-ZONES -d 10.96.1.1/32 -p udp -m udp --dport 53 -j CT --zone-orig 7'])
  })
})
