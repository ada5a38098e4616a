import { describe, expect, it } from 'vitest'
import type { Endpoint, EndpointSlice, Pod, Service } from '../../shared/api/types.ts'
import { subsetsOf } from './endpoints-subsets.ts'
import { MAX_PER_SLICE, slicePlan, type EndpointGroup } from './endpointslice-plan.ts'
import { endpointOf, isCandidate, podAddress, portsOf, selects } from './service-endpoints.ts'

interface Traits { ip?: string; ready?: boolean; going?: boolean; phase?: string; port?: number; hostname?: string; labels?: Record<string, string> }
const pod = (name: string, t: Traits = {}): Pod => ({
  metadata: { name, namespace: 'x', uid: name, labels: t.labels ?? { app: 'web' }, ...(t.going ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}) },
  spec: { nodeName: 'n1', ...(t.hostname ? { hostname: t.hostname, subdomain: 'web' } : {}), containers: [{ name: 'c', ports: [{ name: 'http', containerPort: t.port ?? 8080, protocol: 'TCP' }] }] },
  status: { phase: t.phase ?? 'Running', podIP: t.ip ?? '10.0.0.1', podIPs: [{ ip: t.ip ?? '10.0.0.1' }, { ip: 'fd00::1' }], conditions: [{ type: 'Ready', status: (t.ready ?? true) ? 'True' : 'False' }] },
}) as unknown as Pod
const service = (spec: object = {}): Service => ({ metadata: { name: 'web', namespace: 'x' }, spec: { selector: { app: 'web' }, ports: [{ name: 'web', port: 80, targetPort: 'http', protocol: 'TCP' }], ...spec } }) as unknown as Service

describe('which pods are behind a Service', () => {
  it.each<[object, Record<string, string>, boolean]>([[{}, { app: 'web', b: '1' }, true], [{}, { app: 'db' }, false], [{ selector: {} }, { app: 'web' }, false], [{ selector: undefined }, { app: 'web' }, false], [{ type: 'ExternalName' }, { app: 'web' }, false]])('%j %j', (spec, labels, expected) => expect(selects(service(spec), pod('p', { labels }))).toBe(expected))
  it.each<[Traits, object, object]>([
    [{}, {}, { ready: true, serving: true, terminating: false }], [{ ready: false }, {}, { ready: false, serving: false, terminating: false }], [{ going: true }, {}, { ready: false, serving: true, terminating: true }],
    [{ ready: false }, { publishNotReadyAddresses: true }, { ready: true, serving: false, terminating: false }], [{ ready: false, going: true }, { publishNotReadyAddresses: true }, { ready: true, serving: false, terminating: true }],
  ])('conditions of %j in %j', (traits, spec, conditions) => expect(endpointOf(service(spec), pod('p', traits), '10.0.0.1', undefined)).toEqual({ addresses: ['10.0.0.1'], conditions, nodeName: 'n1', targetRef: { kind: 'Pod', namespace: 'x', name: 'p', uid: 'p' } }))
  it('a hostname only within its own Service, and the zone of its node', () => {
    expect(endpointOf(service(), pod('p', { hostname: 'p-0' }), '10.0.0.1', 'z1')).toMatchObject({ hostname: 'p-0', zone: 'z1' })
    expect(endpointOf({ ...service(), metadata: { name: 'other' } }, pod('p', { hostname: 'p-0' }), '10.0.0.1', 'z1')).not.toHaveProperty('hostname')
  })
  it('ports by name and by number', () => {
    expect(portsOf(service(), pod('p'))).toEqual([{ name: 'web', port: 8080, protocol: 'TCP' }])
    expect(portsOf(service({ ports: [{ port: 80, targetPort: 'none', protocol: 'TCP' }, { port: 53, targetPort: 53, protocol: 'UDP', appProtocol: 'dns' }, { name: 'u', port: 1, targetPort: 'http', protocol: 'UDP' }] }), pod('p'))).toEqual([{ name: '', port: 53, protocol: 'UDP', appProtocol: 'dns' }])
  })
  it('addresses of each family, of pods that may serve', () => {
    expect([podAddress(pod('p'), 'IPv4'), podAddress(pod('p'), 'IPv6'), podAddress({ ...pod('p'), status: { podIP: '10.0.0.9' } }, 'IPv4'), podAddress({ ...pod('p'), status: {} }, 'IPv4')]).toEqual(['10.0.0.1', 'fd00::1', '10.0.0.9', undefined])
    expect([pod('p'), pod('p', { phase: 'Succeeded' }), pod('p', { phase: 'Failed' }), { ...pod('p'), status: {} }].map(isCandidate)).toEqual([true, false, false, false])
  })
})

describe('slices', () => {
  const endpoint = (n: number, ready = true): Endpoint => ({ addresses: [`10.0.${n >> 8}.${n & 255}`], conditions: { ready }, targetRef: { uid: `u${n}` } })
  const range = (from: number, to: number): Endpoint[] => Array.from({ length: to - from }, (_, i) => endpoint(from + i))
  const PORTS = [{ name: '', port: 80, protocol: 'TCP' }]
  const slice = (name: string, endpoints: Endpoint[], ports = PORTS): EndpointSlice => ({ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name }, addressType: 'IPv4', endpoints, ports })
  const group = (endpoints: Endpoint[], ports = PORTS): EndpointGroup => ({ addressType: 'IPv4', ports, endpoints })
  const show = (groups: EndpointGroup[], existing: EndpointSlice[]): string => {
    const p = slicePlan(['IPv4'], groups, existing)
    return [...p.create.map((c) => `+${c.endpoints.length}`), ...p.update.map((u) => `${u.slice.metadata.name}=${u.endpoints.length}`), ...p.keep.map((k) => `${k.metadata.name}`), ...p.remove.map((r) => `-${r.metadata.name}`)].join(' ')
  }
  it.each<[string, EndpointGroup[], EndpointSlice[], string]>([
    ['none: an empty one', [], [], '+0'],
    ['none, and there is one', [], [slice('a', [], [])], 'a'],
    ['a hundred each', [group(range(0, 250))], [], '+100 +100 +50'],
    ['nothing to do', [group(range(0, 3))], [slice('a', range(0, 3))], 'a'],
    ['one more', [group(range(0, 3))], [slice('a', range(0, 2))], 'a=3'],
    ['one changed', [group([endpoint(0, false), endpoint(1)])], [slice('a', range(0, 2))], 'a=2'],
    ['one less', [group(range(1, 3))], [slice('a', range(0, 3))], 'a=2'],
    ['the full one stays as it is', [group(range(0, 101))], [slice('a', range(0, 100))], '+1 a'],
    ['into the one with room', [group(range(0, 152))], [slice('a', range(0, 100)), slice('b', range(100, 150))], 'b=52 a'],
    ['an empty one goes', [group(range(0, 100))], [slice('a', range(0, 100)), slice('b', range(100, 150))], 'a -b'],
    ['other ports, another slice', [group(range(0, 2)), group(range(2, 3), [{ name: '', port: 81, protocol: 'TCP' }])], [slice('a', range(0, 3))], '+1 a=2'],
    ['what has other ports goes', [group(range(0, 2), [{ name: '', port: 81, protocol: 'TCP' }])], [slice('a', range(0, 2))], '+2 -a'],
    ['the last pod is gone', [], [slice('a', range(0, 2))], '+0 -a'],
  ])('%s', (_name, groups, existing, expected) => expect(show(groups, existing)).toBe(expected))
  it('loses none', () => {
    const p = slicePlan(['IPv4'], [group(range(0, 730))], [slice('a', range(700, 790)), slice('b', range(0, 40))])
    const all = [...p.create, ...p.update, ...p.keep].flatMap((s) => s.endpoints ?? [])
    expect(new Set(all.map((e) => e.targetRef?.uid)).size).toBe(730)
    expect(all).toHaveLength(730)
    expect(Math.max(...[...p.create, ...p.update].map((s) => s.endpoints.length))).toBe(MAX_PER_SLICE)
  })
})

describe('subsets of Endpoints', () => {
  it('by ports, ready apart from not ready, in order, without those that go', () => {
    const { subsets, truncated } = subsetsOf(service(), [pod('b', { ip: '10.0.0.2' }), pod('a', { ip: '10.0.0.1' }), pod('c', { ip: '10.0.0.3', ready: false }), pod('d', { ip: '10.0.0.4', going: true }), pod('e', { ip: '10.0.0.5', port: 9090 })])
    expect(subsets.map((s) => [s.addresses?.map((a) => a.ip), s.notReadyAddresses?.map((a) => a.ip), s.ports?.map((p) => p.port)])).toEqual([[['10.0.0.1', '10.0.0.2'], ['10.0.0.3'], [8080]], [['10.0.0.5'], undefined, [9090]]])
    expect(truncated).toBe(false)
  })
  it('all of them when the Service publishes early; without ports when it has none', () => {
    const { subsets } = subsetsOf(service({ publishNotReadyAddresses: true, ports: undefined }), [pod('c', { ready: false }), pod('d', { ip: '10.0.0.4', going: true })])
    expect(subsets.map((s) => [s.addresses?.map((a) => a.ip), s.ports])).toEqual([[['10.0.0.1', '10.0.0.4'], undefined]])
  })
  it('at most a thousand, those that work first', () => {
    const many = Array.from({ length: 1_001 }, (_, i) => pod(`p${i}`, { ip: `10.1.${i >> 8}.${i & 255}` }))
    const { subsets, truncated } = subsetsOf(service(), [pod('z', { ready: false }), ...many])
    expect([subsets[0]?.addresses?.length, subsets[0]?.notReadyAddresses, truncated]).toEqual([1_000, undefined, true])
  })
})
