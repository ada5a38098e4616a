import { describe, expect, it } from 'vitest'
import { endpointsOf, servicePorts } from './model.ts'
import { portsOf, service, slice } from './testing.ts'

const ips = (list: readonly { ip: string }[]): string[] => list.map((e) => e.ip)

describe('endpoints', () => {
  const ending = { ready: false, serving: true, terminating: true }
  it.each([
    ['in the order of their addresses, each once', [slice('a', ['10.0.0.10', '10.0.0.9']), slice('a', ['10.0.0.9'])], ['10.0.0.9', '10.0.0.10']],
    ['ready ones before those that end', [slice('a', ['10.0.0.1'], { conditions: ending }), slice('a', ['10.0.0.2'])], ['10.0.0.2']],
    ['those that end and still serve where none is ready', [slice('a', ['10.0.0.1'], { conditions: ending }), slice('a', ['10.0.0.2'], { conditions: { ready: false, serving: false, terminating: true } })], ['10.0.0.1']],
    ['none that is only not ready', [slice('a', ['10.0.0.1'], { conditions: { ready: false, serving: true, terminating: false } })], []],
    ['what says nothing is ready', [slice('a', ['10.0.0.1'], { conditions: {} })], ['10.0.0.1']],
    ['no other port', [slice('a', ['10.0.0.1'], { name: 'other' }), slice('a', ['10.0.0.2'], { protocol: 'UDP' })], []],
    ['no other family', [{ ...slice('a', ['fd00::1']), addressType: 'IPv6' as const }], []],
  ])('%s', (_what, slices, expected) => expect(ips(endpointsOf(slices, '', 'tcp'))).toEqual(expected))
})

describe('ports of a Service', () => {
  it.each([
    ['headless', { clusterIP: 'None' }], ['a name elsewhere', { type: 'ExternalName' as const, externalName: 'a.b' }], ['no address yet', { clusterIP: '' }], ['IPv6', { clusterIP: 'fd00::1' }],
  ])('are none: %s', (_what, spec) => expect(portsOf(service('a', spec))).toEqual([]))
  it('are none for one with a proxy of its own', () => {
    expect(servicePorts(service('a', {}, { metadata: { name: 'a', namespace: 'ns', labels: { 'service.kubernetes.io/service-proxy-name': 'x' } } }), [])).toEqual([])
  })
  it('are named, each with its own endpoints', () => {
    const s = service('a', { ports: [{ name: 'web', port: 80 }, { name: 'dns', port: 53, protocol: 'UDP' }] })
    const ports = portsOf(s, slice('a', ['10.0.0.1'], { name: 'web' }), slice('a', ['10.0.0.2'], { name: 'dns', protocol: 'UDP', port: 53 }))
    expect(ports.map((p) => [p.name, p.protocol, p.port, p.endpoints])).toEqual([
      ['ns/a:web', 'tcp', 80, [{ ip: '10.0.0.1', port: 8080 }]], ['ns/a:dns', 'udp', 53, [{ ip: '10.0.0.2', port: 53 }]],
    ])
  })
  it('know what the Service wants', () => {
    const [port] = portsOf(service('a', {
      type: 'LoadBalancer', ports: [{ port: 80, nodePort: 30080 }], sessionAffinity: 'ClientIP', externalTrafficPolicy: 'Local', internalTrafficPolicy: 'Local', healthCheckNodePort: 31000,
      externalIPs: ['192.0.2.9', 'fd00::9'], loadBalancerSourceRanges: ['10.0.0.0/8'],
    }, { status: { loadBalancer: { ingress: [{ ip: '127.0.0.1' }, { hostname: 'x' }] } } }))
    expect(port).toMatchObject({ nodePort: 30080, affinitySeconds: 10800, externalLocal: true, internalLocal: true, healthCheckNodePort: 31000, externalIPs: ['192.0.2.9'], balancerIPs: ['127.0.0.1'], sourceRanges: ['10.0.0.0/8'] })
    expect(portsOf(service('a', { externalTrafficPolicy: 'Local' }))[0]).toMatchObject({ externalLocal: false, nodePort: 0, affinitySeconds: 0 })
  })
})
