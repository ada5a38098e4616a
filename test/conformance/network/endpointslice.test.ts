import { expect, it } from 'vitest'
import type { EndpointSlice } from '../../../shared/api/types.ts'
import { api, create, eventually, namespace, ok } from '../cluster.ts'
import { client, endpointsAre, HTTP, meets, meetsEach, podReady, server, servers, service, serviceOf, slicesAre } from './traffic.ts'

const GROUP = '/apis/discovery.k8s.io/v1'
const list = (ns: string, of = ''): Promise<{ items: EndpointSlice[] }> => api().get(`${GROUP}/namespaces/${ns}/endpointslices${of ? `?labelSelector=kubernetes.io/service-name%3D${of}` : ''}`)
const slice = (name: string, of: string, addresses: readonly string[], ports: readonly object[]): object => ({
  apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name, labels: { 'kubernetes.io/service-name': of } }, addressType: 'IPv4', endpoints: addresses.map((ip) => ({ addresses: [ip] })), ports,
})

it('slices for matching pods', async () => {
  const ns = await namespace()
  await create(
    service(ns, 'example-int-port', { selector: { app: 'one' }, ports: [{ name: 'example', port: 80, targetPort: HTTP }] }),
    service(ns, 'example-named-port', { selector: { shared: 'yes' }, ports: [{ name: 'http', port: 80, targetPort: 'named' }] }),
    service(ns, 'example-no-match', { selector: { app: 'none' } }),
    server(ns, 'pod1', { app: 'one', shared: 'yes' }, {}, [{ name: 'named', containerPort: HTTP }]),
    server(ns, 'pod2', { app: 'two', shared: 'yes' }, {}, [{ name: 'named', containerPort: HTTP }]),
  )
  await Promise.all(['pod1', 'pod2'].map((name) => podReady(ns, name)))
  await slicesAre(ns, 'example-int-port', { pod1: [HTTP] })
  await slicesAre(ns, 'example-named-port', { pod1: [HTTP], pod2: [HTTP] })
  await slicesAre(ns, 'example-no-match', {})
  await endpointsAre(ns, 'example-named-port', { pod1: [HTTP], pod2: [HTTP] })
  const { items } = await list(ns, 'example-named-port')
  for (const s of items) {
    expect(s.metadata.ownerReferences).toMatchObject([{ kind: 'Service', name: 'example-named-port', controller: true }])
    expect(s.endpoints?.every((e) => e.targetRef?.kind === 'Pod' && e.targetRef.uid && e.nodeName)).toBe(true)
  }
})

it('empty service', async () => {
  const ns = await namespace()
  await create(service(ns, 'example-empty', { selector: { does: 'not-match' } }))
  await endpointsAre(ns, 'example-empty', {})
  await eventually('a slice', () => list(ns, 'example-empty'), (l) => l.items.length === 1)
  await api().send('DELETE', `/api/v1/namespaces/${ns}/services/example-empty`)
  expect((await eventually('gone with its Service', () => list(ns), (l) => l.items.length === 0)).items).toEqual([])
})

it('multi IP manual slices (1.34)', async () => {
  const ns = await namespace()
  const ips = await servers(ns, {}, 'pod1', 'pod2')
  const from = await client()
  await create(service(ns, 'manual', { ports: [{ name: 'p', port: 80, targetPort: HTTP }] }))
  for (const [name, ip] of ips) await api().send('POST', `${GROUP}/namespaces/${ns}/endpointslices`, slice(`manual-${name}`, 'manual', [ip], [{ name: 'p', port: HTTP, protocol: 'TCP' }]))
  const { clusterIP = '' } = (await serviceOf(ns, 'manual')).spec
  expect(await meetsEach('both pods', () => meets(from, clusterIP, 80), ['pod1', 'pod2'])).toEqual(new Set(['pod1', 'pod2']))
})

it('multi port manual slices (1.34)', async () => {
  const ns = await namespace()
  const ips = await servers(ns, {}, 'pod1', 'pod2')
  const from = await client()
  await create(service(ns, 'manual', { ports: [{ name: 'one', port: 80 }, { name: 'two', port: 81 }] }))
  for (const [name, port] of [['pod1', 'one'], ['pod2', 'two']] as const) await api().send('POST', `${GROUP}/namespaces/${ns}/endpointslices`, slice(`manual-${name}`, 'manual', [ips.get(name) ?? ''], [{ name: port, port: HTTP, protocol: 'TCP' }]))
  const { clusterIP = '' } = (await serviceOf(ns, 'manual')).spec
  await meetsEach('pod1 at 80', () => meets(from, clusterIP, 80), ['pod1'])
  expect(await meetsEach('pod2 at 81', () => meets(from, clusterIP, 81), ['pod2'])).toEqual(new Set(['pod2']))
})

it('EndpointSlice API', async () => {
  const ns = await namespace()
  const path = `${GROUP}/namespaces/${ns}/endpointslices`
  const group = await api().get<{ groupVersion: string; resources: { name: string }[] }>(GROUP)
  expect(group.resources.map((r) => r.name)).toContain('endpointslices')
  const make = (name: string): Promise<EndpointSlice> => api().send('POST', path, { ...slice(name, 'x', ['10.0.0.1'], [{ name: 'http', port: 80, protocol: 'TCP' }]), metadata: { name, labels: { 'special-label': ns } } })
  const events: string[] = []
  const watch = await api().watch<EndpointSlice>(`${path}?watch=true&labelSelector=special-label%3D${ns}`, (e) => void events.push(e.type))
  const [made] = await Promise.all(['a', 'b', 'c'].map(make))
  expect(made?.metadata.uid).toBeDefined()
  expect((await api().get<{ items: EndpointSlice[] }>(`${GROUP}/endpointslices?labelSelector=special-label%3D${ns}`)).items).toHaveLength(3)
  await ok(['patch', 'endpointslice', 'a', '-n', ns, '--type=merge', '-p', '{"metadata":{"annotations":{"patched":"true"}}}'])
  const patched = await api().get<EndpointSlice>(`${path}/a`)
  expect(patched.metadata.annotations).toEqual({ patched: 'true' })
  const updated = await api().send<EndpointSlice>('PUT', `${path}/a`, { ...patched, endpoints: [{ addresses: ['10.0.0.2'], conditions: { ready: true } }] })
  expect(updated.endpoints?.[0]?.addresses).toEqual(['10.0.0.2'])
  await api().send('DELETE', `${path}/a`)
  expect((await list(ns)).items.map((s) => s.metadata.name).toSorted()).toEqual(['b', 'c'])
  await api().send('DELETE', `${path}?labelSelector=special-label%3D${ns}`)
  await eventually('all are gone', () => list(ns), (l) => l.items.length === 0)
  await eventually('the watch has seen it all', async () => events, (e) => e.filter((t) => t === 'ADDED').length === 3 && e.filter((t) => t === 'MODIFIED').length >= 2 && e.filter((t) => t === 'DELETED').length === 3)
  watch.close()
})
