import { describe, expect, it } from 'vitest'
import { addressesOf, backendsOf, portsOf, routesOf } from './serves.ts'

const service = (spec: object, status: object = {}): never => ({ metadata: { name: 'web' }, spec, status }) as never

describe('a service', () => {
  it.each([
    ['node port', { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] }, {}, ['http://localhost:30080']],
    ['node port for TLS', { type: 'NodePort', ports: [{ port: 443, nodePort: 30443 }] }, {}, ['https://localhost:30443']],
    ['UDP is not for browsers', { type: 'NodePort', ports: [{ port: 53, nodePort: 30053, protocol: 'UDP' }] }, {}, []],
    ['load balancer', { type: 'LoadBalancer', ports: [{ port: 80, nodePort: 30080 }, { port: 8443, name: 'https' }] }, { loadBalancer: { ingress: [{ ip: '127.0.0.1' }] } }, ['http://localhost', 'https://localhost:8443']],
    ['load balancer without an address yet', { type: 'LoadBalancer', ports: [{ port: 80, nodePort: 30080 }] }, {}, ['http://localhost:30080']],
    ['cluster address', { type: 'ClusterIP', ports: [{ port: 80 }] }, {}, []],
  ])('%s', (_, spec, status, expected) => {
    expect(addressesOf(service(spec, status))).toEqual(expected)
  })
  it('shows its ports as kubectl does, and where they lead', () => {
    expect(portsOf(service({ ports: [{ port: 80, nodePort: 30080, targetPort: 8080 }, { port: 53, protocol: 'UDP' }] }))).toBe('80:30080→8080/TCP, 53/UDP')
  })
  it('is served by each address once, ready ones first', () => {
    const slice = (endpoints: object[]): never => ({ endpoints }) as never
    const list = backendsOf([slice([{ addresses: ['10.0.0.9'], conditions: { ready: false, terminating: true }, nodeName: 'n' }]), slice([{ addresses: ['10.0.0.10'], targetRef: { kind: 'Pod', name: 'a' } }, { addresses: ['10.0.0.10'] }])])
    expect(list).toEqual([{ address: '10.0.0.10', ready: true, leaving: false, pod: undefined, node: undefined }, { address: '10.0.0.9', ready: false, leaving: true, pod: undefined, node: 'n' }])
  })
})
it('an ingress leads by host and path, with TLS where it is asked for, and to its default', () => {
  const ingress = { metadata: { name: 'i' }, spec: { tls: [{ hosts: ['a.localhost'] }], defaultBackend: { service: { name: 'd', port: { name: 'http' } } }, rules: [{ host: 'a.localhost', http: { paths: [{ path: '/x', backend: { service: { name: 's', port: { number: 80 } } } }] } }, { http: { paths: [{ backend: { service: { name: 't' } } }] } }] }, status: { loadBalancer: { ingress: [{ ip: '127.0.0.1', ports: [{ port: 8080 }, { port: 8443 }] }] } } }
  expect(routesOf(ingress as never)).toEqual([
    { host: 'a.localhost', path: '/x', service: 's', port: 80, url: 'https://a.localhost:8443/x' },
    { host: '*', path: '/', service: 't', port: undefined, url: 'http://localhost:8080/' },
    { host: '*', path: '/', service: 'd', port: 'http', url: 'http://localhost:8080/' },
  ])
})
it.each([
  [[{ port: 41_000 }, { port: 41_001 }], 'http://b.localhost:41000/', 'https://a.localhost:41001/'],
  [[{ port: 41_000 }, { port: 8443 }], 'http://b.localhost:41000/', 'https://a.localhost:8443/'],
  [[{ port: 80 }, { port: 443 }], 'http://b.localhost/', 'https://a.localhost/'],
  [[], 'http://b.localhost/', 'https://a.localhost/'],
])('an ingress on the ports %j is opened there', (ports, plain, secure) => {
  const paths = { http: { paths: [{ path: '/', backend: { service: { name: 's' } } }] } }
  const ingress = { metadata: { name: 'i' }, spec: { tls: [{ hosts: ['a.localhost'] }], rules: [{ host: 'a.localhost', ...paths }, { host: 'b.localhost', ...paths }] }, status: { loadBalancer: { ingress: [{ ip: '127.0.0.1', ports }] } } }
  expect(routesOf(ingress as never).map((r) => r.url)).toEqual([secure, plain])
})
