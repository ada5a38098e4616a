import { beforeAll, describe, expect, it } from 'vitest'
import type { Service } from '../../../shared/api/types.ts'
import { api, create, eventually, namespace, ok, replace } from '../cluster.ts'
import { addresses, answer, settled, standing } from './dns-pod.ts'
import { client, endpointsAre, HTTP, meets, meetsByUdp, meetsEach, nodeAddress, podReady, replaceService, server, servers, service, serviceOf, slicesAre, UDP } from './traffic.ts'

const app = { app: 'web' }
const selector = app
const remove = (ns: string, name: string): Promise<unknown> => api().send('DELETE', `/api/v1/namespaces/${ns}/pods/${name}`)

describe('endpoints', () => {
  it('basic endpoint', async () => {
    const ns = await namespace()
    await create(service(ns, 'web', { selector }))
    await endpointsAre(ns, 'web', {})
    const from = await client()
    const { clusterIP = '' } = (await serviceOf(ns, 'web')).spec
    await servers(ns, app, 'pod1')
    await endpointsAre(ns, 'web', { pod1: [HTTP] })
    await meetsEach('pod1', () => meets(from, clusterIP, 80), ['pod1'])
    await servers(ns, app, 'pod2')
    await endpointsAre(ns, 'web', { pod1: [HTTP], pod2: [HTTP] })
    await meetsEach('both', () => meets(from, clusterIP, 80), ['pod1', 'pod2'])
    await remove(ns, 'pod1')
    await endpointsAre(ns, 'web', { pod2: [HTTP] })
    await meetsEach('pod2', () => meets(from, clusterIP, 80), ['pod2'])
    await remove(ns, 'pod2')
    expect((await endpointsAre(ns, 'web', {}))?.subsets ?? []).toEqual([])
  })

  it('multiport endpoints', async () => {
    const ns = await namespace()
    await create(service(ns, 'multi', { selector, ports: [{ name: 'portname1', port: 80, targetPort: 'one' }, { name: 'portname2', port: 81, targetPort: 'two' }] }))
    await endpointsAre(ns, 'multi', {})
    const from = await client()
    await create(server(ns, 'pod1', app, {}, [{ name: 'one', containerPort: HTTP }]))
    await podReady(ns, 'pod1')
    await endpointsAre(ns, 'multi', { pod1: [HTTP] })
    const other = server(ns, 'pod2', app, {}, [{ name: 'two', containerPort: 9090 }]) as { spec: { containers: { args: string[]; readinessProbe: object }[] } }
    Object.assign(other.spec.containers[0] ?? {}, { args: ['netexec', '--http-port=9090'], readinessProbe: { httpGet: { path: '/healthz', port: 9090 }, periodSeconds: 1 } })
    await create(other)
    await podReady(ns, 'pod2')
    await endpointsAre(ns, 'multi', { pod1: [HTTP], pod2: [9090] })
    const { clusterIP = '' } = (await serviceOf(ns, 'multi')).spec
    await meetsEach('port 80', () => meets(from, clusterIP, 80), ['pod1'])
    await meetsEach('port 81', () => meets(from, clusterIP, 81), ['pod2'])
    await remove(ns, 'pod1')
    await endpointsAre(ns, 'multi', { pod2: [9090] })
    await remove(ns, 'pod2')
    expect((await endpointsAre(ns, 'multi', {}))?.subsets ?? []).toEqual([])
  })

  it('same port different protocols', async () => {
    const ns = await namespace()
    await create(service(ns, 'both', { selector, ports: [{ name: 'tcp', port: 80, targetPort: HTTP }, { name: 'udp', port: 80, targetPort: UDP, protocol: 'UDP' }] }))
    const ips = await servers(ns, app, 'pod1')
    const from = await client()
    const { clusterIP = '' } = (await serviceOf(ns, 'both')).spec
    expect(ips.get('pod1')).not.toBe('')
    await slicesAre(ns, 'both', { pod1: [HTTP, UDP] })
    await meetsEach('by TCP', () => meets(from, clusterIP, 80), ['pod1'])
    await meetsEach('by UDP', () => meetsByUdp(from, clusterIP, 80), ['pod1'])
    await replaceService(ns, 'both', (s) => ({ ...s, spec: { ...s.spec, ports: (s.spec.ports ?? []).filter((p) => p.name === 'tcp') } }))
    await slicesAre(ns, 'both', { pod1: [HTTP] })
    await eventually('no more by UDP', () => meetsByUdp(from, clusterIP, 80), (name) => name === '')
    await meetsEach('still by TCP', () => meets(from, clusterIP, 80), ['pod1'])
  })
})

describe('types', () => {
  it('functioning NodePort', async () => {
    const ns = await namespace()
    await create(service(ns, 'np', { type: 'NodePort', selector }))
    await servers(ns, app, 'pod1', 'pod2')
    const from = await client()
    const { clusterIP = '', ports } = (await serviceOf(ns, 'np')).spec
    const nodePort = ports?.[0]?.nodePort ?? 0
    expect(nodePort).toBeGreaterThanOrEqual(30000)
    await meetsEach('at the cluster address', () => meets(from, clusterIP, 80), ['pod1', 'pod2'])
    const address = await nodeAddress()
    await meetsEach('at the node', () => meets(from, address, nodePort), ['pod1', 'pod2'])
    // And as everybody on this machine expects.
    await meetsEach('on localhost', () => fetch(`http://127.0.0.1:${nodePort}/hostname`, { headers: { connection: 'close' } }).then((r) => r.text(), (e: Error) => e.message), ['pod1', 'pod2'])
  })

  it('ExternalName to ClusterIP', async () => {
    const ns = await namespace()
    await create(service(ns, 'moves', { type: 'ExternalName', externalName: 'example.com' }))
    await servers(ns, app, 'pod1')
    const from = await client()
    expect((await serviceOf(ns, 'moves')).spec.clusterIP ?? '').toBe('')
    const changed = await replaceService(ns, 'moves', ({ spec: { externalName: _gone, ...spec }, ...s }) => ({ ...s, spec: { ...spec, type: 'ClusterIP', selector } }))
    await meetsEach('the pod', () => meets(from, changed.spec.clusterIP ?? '', 80), ['pod1'])
  })

  it('ExternalName to NodePort', async () => {
    const ns = await namespace()
    await create(service(ns, 'moves', { type: 'ExternalName', externalName: 'example.com' }))
    await servers(ns, app, 'pod1')
    const from = await client()
    const changed = await replaceService(ns, 'moves', ({ spec: { externalName: _gone, ...spec }, ...s }) => ({ ...s, spec: { ...spec, type: 'NodePort', selector } }))
    await meetsEach('the pod', () => meets(from, changed.spec.clusterIP ?? '', 80), ['pod1'])
    const address = await nodeAddress()
    expect(await meetsEach('the pod at the node', () => meets(from, address, changed.spec.ports?.[0]?.nodePort ?? 0), ['pod1'])).toEqual(new Set(['pod1']))
  })
})

/** A Service that becomes another name for a second one: a pod that asks for it is sent there. Answers the CNAME. */
async function becomesExternalName(type: string): Promise<unknown> {
  const ns = await namespace()
  await create(service(ns, 'moves', { type, selector }))
  await create(service(ns, 'externalsvc', { selector }))
  await servers(ns, app, 'pod1')
  const client = await standing(ns)
  const before = (await serviceOf(ns, 'moves')).spec
  await settled('its own address', () => addresses(ns, client, 'moves'), [before.clusterIP])
  const changed = await replaceService(ns, 'moves', ({ spec: { selector: _selector, clusterIP: _ip, clusterIPs: _ips, ports, ...spec }, ...s }) => ({ ...s, spec: { ...spec, ports: (ports ?? []).map(({ nodePort: _nodePort, ...p }) => p), type: 'ExternalName', externalName: `externalsvc.${ns}.svc.cluster.local` } }))
  expect([changed.spec.clusterIP ?? '', changed.spec.ports?.some((p) => p.nodePort)]).toEqual(['', false])
  const { clusterIP } = (await serviceOf(ns, 'externalsvc')).spec
  await settled('the other one', () => addresses(ns, client, 'moves'), [clusterIP])
  return answer(ns, client, `moves.${ns}.svc.cluster.local`, 'CNAME')
}
const OTHER = [expect.stringMatching(/^externalsvc\.[^.]+\.svc\.cluster\.local$/)]
describe('to ExternalName', () => {
  it('ClusterIP to ExternalName', async () => expect(await becomesExternalName('ClusterIP')).toEqual(OTHER))
  it('NodePort to ExternalName', async () => expect(await becomesExternalName('NodePort')).toEqual(OTHER))
})

describe('affinity', () => {
  const CLIENT_IP = { sessionAffinity: 'ClientIP' }
  /** Who is met ten times in a row. */
  const tenTimes = async (meet: () => Promise<string>): Promise<Set<string>> => {
    const met = new Set<string>()
    for (let i = 0; i < 10; i++) met.add(await meet())
    return met
  }
  let ns = ''
  let count = 0
  // Three pods, behind a Service of each test.
  beforeAll(async () => {
    ns = await namespace({}, () => undefined)
    await servers(ns, app, 'pod1', 'pod2', 'pod3')
  })
  const world = async (spec: object): Promise<{ name: string; atCluster: () => Promise<string>; atNode: () => Promise<string> }> => {
    const name = `sticky-${count++}`
    await create(service(ns, name, { selector, ...spec }))
    const from = await client()
    const { clusterIP = '', ports } = (await serviceOf(ns, name)).spec
    const address = await nodeAddress()
    await slicesAre(ns, name, { pod1: [HTTP], pod2: [HTTP], pod3: [HTTP] })
    return { name, atCluster: () => meets(from, clusterIP, 80), atNode: () => meets(from, address, ports?.[0]?.nodePort ?? 0) }
  }
  const sticks = (meet: () => Promise<string>): Promise<unknown> => eventually('one pod only', () => tenTimes(meet), (m) => m.size === 1 && /^pod\d$/.test([...m][0] ?? ''))
  const set = (name: string, sessionAffinity: string): Promise<Service> => replaceService(ns, name, (s) => ({ ...s, spec: { ...s.spec, sessionAffinity, ...(sessionAffinity === 'None' ? { sessionAffinityConfig: undefined } : {}) } as Service['spec'] }))

  it('affinity ClusterIP', async () => {
    const { name, atCluster } = await world(CLIENT_IP)
    await sticks(atCluster)
    expect((await serviceOf(ns, name)).spec.sessionAffinityConfig?.clientIP?.timeoutSeconds).toBe(10800)
  })
  it('affinity NodePort', async () => {
    const { name, atNode } = await world({ ...CLIENT_IP, type: 'NodePort' })
    await sticks(atNode)
    expect((await serviceOf(ns, name)).spec.sessionAffinity).toBe('ClientIP')
  })
  it('switch affinity ClusterIP', async () => {
    const { name, atCluster } = await world({})
    await meetsEach('several', atCluster, ['pod1', 'pod2', 'pod3'])
    await set(name, 'ClientIP')
    await sticks(atCluster)
    await set(name, 'None')
    expect((await meetsEach('several again', atCluster, ['pod1', 'pod2', 'pod3'])).size).toBe(3)
  })
  it('switch affinity NodePort', async () => {
    const { name, atNode } = await world({ type: 'NodePort' })
    await meetsEach('several', atNode, ['pod1', 'pod2', 'pod3'])
    await set(name, 'ClientIP')
    await sticks(atNode)
    await set(name, 'None')
    expect((await meetsEach('several again', atNode, ['pod1', 'pod2', 'pod3'])).size).toBe(3)
  })
})

describe('the API of Services', () => {
  it('find in all namespaces', async () => {
    const ns = await namespace()
    await create(service(ns, 'here', { selector }))
    const { items } = await api().get<{ items: Service[] }>('/api/v1/services')
    const names = items.map((s) => `${s.metadata.namespace}/${s.metadata.name}`)
    expect(names).toContain('default/kubernetes')
    expect(names).toContain(`${ns}/here`)
  })

  it('delete collection', async () => {
    const ns = await namespace()
    await create(...['a', 'b', 'c'].map((name) => ({ ...service(ns, name, { selector }), metadata: { name, namespace: ns, labels: { set: name === 'c' ? 'other' : 'these' } } })))
    await api().send('DELETE', `/api/v1/namespaces/${ns}/services?labelSelector=set%3Dthese`)
    await eventually('two are gone', () => api().get<{ items: Service[] }>(`/api/v1/namespaces/${ns}/services`), (l) => l.items.map((s) => s.metadata.name).join() === 'c')
    expect((await serviceOf(ns, 'c')).metadata.labels).toEqual({ set: 'other' })
  })

  it('status lifecycle', async () => {
    const ns = await namespace()
    await create({ ...service(ns, 'svc', { type: 'LoadBalancer', loadBalancerClass: 'example.com/none', selector }), metadata: { name: 'svc', namespace: ns, labels: { 'test-service-static': 'true' } } })
    const path = `/api/v1/namespaces/${ns}/services/svc`
    await ok(['patch', 'service', 'svc', '-n', ns, '--subresource=status', '--type=merge', '-p', '{"metadata":{"annotations":{"patchedstatus":"true"}},"status":{"loadBalancer":{"ingress":[{"ip":"203.0.113.1"}]}}}'])
    const patched = await api().get<Service>(`${path}/status`)
    expect(patched.status?.loadBalancer?.ingress?.[0]?.ip).toBe('203.0.113.1')
    expect(patched.metadata.annotations?.['patchedstatus']).toBe('true')
    const condition = { type: 'StatusUpdate', status: 'True', reason: 'E2E', message: 'Set from e2e test', lastTransitionTime: '2026-01-01T00:00:00Z' }
    const updated = await replace<Service>(`${path}/status`, (live) => ({ ...live, status: { ...live.status, conditions: [condition] } }))
    expect(updated.status?.conditions).toMatchObject([{ type: 'StatusUpdate', reason: 'E2E' }])
    await ok(['patch', 'service', 'svc', '-n', ns, '--type=merge', '-p', '{"metadata":{"labels":{"test-service":"patched"}}}'])
    expect((await api().get<Service>(path)).metadata.labels).toMatchObject({ 'test-service': 'patched', 'test-service-static': 'true' })
    await api().send('DELETE', path)
    await eventually('gone', () => api().get<{ items: Service[] }>(`/api/v1/namespaces/${ns}/services`), (l) => l.items.length === 0)
  })
})
