import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EndpointsObjects, EndpointSlices, Pods, Services } from '../../shared/api/resources.ts'
import type { EndpointSlice, Endpoints, Pod, Service } from '../../shared/api/types.ts'
import { isNotFound } from '../../shared/errors.ts'
import { retryOnConflict } from '../client/index.ts'
import { startLoop, type Loop } from './testing.ts'

const namespace = 'default'
let loop: Loop
beforeAll(async () => {
  loop = await startLoop()
})
afterAll(() => loop.close())

const service = (name: string, spec: object = {}): Promise<Service> =>
  loop.client.create(Services, { metadata: { name, namespace, labels: { team: 'a' } }, spec: { clusterIP: 'None', selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }], ...spec } })
const slices = async (name: string): Promise<EndpointSlice[]> => (await loop.client.list(EndpointSlices, { namespace, labelSelector: `kubernetes.io/service-name=${name}` })).items
const endpoints = (name: string): Promise<Endpoints | undefined> => loop.client.get(EndpointsObjects, name, namespace).catch((error: unknown) => {
  if (isNotFound(error)) return undefined
  throw error
})
const update = (name: string, status: (pod: Pod) => Pod['status']): Promise<Pod> => retryOnConflict(async () => {
  const live = await loop.client.get(Pods, name, namespace)
  return loop.client.updateStatus(Pods, { ...live, status: status(live) })
})
/** A pod that runs and has the address. */
const run = async (app: string, name: string, ip: string): Promise<void> => {
  await loop.client.create(Pods, { metadata: { name, namespace, labels: { app } }, spec: { nodeName: 'n1', containers: [{ name: 'c', image: 'x:1' }] } })
  await loop.until(async () => (await loop.client.get(Pods, name, namespace)).status?.phase === 'Running', 'runs')
  await update(name, (p) => ({ ...p.status, podIP: ip, podIPs: [{ ip }] }))
}
const shown = async (name: string): Promise<string> => (await slices(name)).flatMap((s) => s.endpoints ?? []).map((e) => `${e.addresses[0]}${e.conditions?.ready ? '' : '!'}`).sort().join(' ')
const old = async (name: string): Promise<string> => ((await endpoints(name))?.subsets ?? []).flatMap((s) => [...(s.addresses ?? []).map((a) => a.ip), ...(s.notReadyAddresses ?? []).map((a) => `${a.ip}!`)]).sort().join(' ')
const both = (name: string, expected: string): Promise<unknown> => loop.until(async () => (await shown(name)) === expected && (await old(name)) === expected, `${name}: ${expected}`)

describe('the addresses behind a Service, on the real API server', () => {
  it('come, fail, recover and go', async () => {
    await service('web')
    await loop.until(async () => (await slices('web')).length === 1 && (await endpoints('web')) !== undefined, 'an empty slice')
    await run('web', 'web-1', '10.0.0.1')
    await run('web', 'web-2', '10.0.0.2')
    await both('web', '10.0.0.1 10.0.0.2')
    const [slice] = await slices('web')
    expect(slice).toMatchObject({
      metadata: { labels: { team: 'a', 'kubernetes.io/service-name': 'web', 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io', 'service.kubernetes.io/headless': '' }, ownerReferences: [{ kind: 'Service', name: 'web', controller: true }] },
      addressType: 'IPv4', ports: [{ name: '', port: 8080, protocol: 'TCP' }], endpoints: [{ nodeName: 'n1', targetRef: { kind: 'Pod' } }, {}],
    })
    expect(await slices('web')).toHaveLength(1)
    await update('web-1', (p) => ({ ...p.status, conditions: [] }))
    await both('web', '10.0.0.1! 10.0.0.2')
    await update('web-1', (p) => ({ ...p.status, conditions: [{ type: 'Ready', status: 'True' }] }))
    await both('web', '10.0.0.1 10.0.0.2')
    await loop.client.patch(Pods, 'web-2', namespace, 'merge', { metadata: { labels: { app: null } } })
    await both('web', '10.0.0.1')
    await loop.client.delete(Pods, 'web-1', namespace, { gracePeriodSeconds: 0 })
    await both('web', '')
    await loop.client.delete(Services, 'web', namespace)
    await loop.until(async () => (await slices('web')).length === 0 && (await endpoints('web')) === undefined, 'gone')
  })

  it('follow a change of the ports, and a hand that meddles', async () => {
    const made = await service('port')
    await run('port', 'port-1', '10.0.1.1')
    await both('port', '10.0.1.1')
    await retryOnConflict(async () => loop.client.update(Services, { ...(await loop.client.get(Services, 'port', namespace)), spec: { ...made.spec, ports: [{ name: 'web', port: 81, targetPort: 9090, protocol: 'TCP' }] } }))
    await loop.until(async () => (await slices('port')).map((s) => s.ports?.map((p) => `${p.name}:${p.port}`).join()).join() === 'web:9090' && (await endpoints('port'))?.subsets?.[0]?.ports?.[0]?.port === 9090, 'new ports')
    const [slice] = await slices('port')
    await loop.client.update(EndpointSlices, { ...slice!, endpoints: [] })
    await both('port', '10.0.1.1')
    await loop.client.delete(EndpointSlices, slice!.metadata.name, namespace)
    await loop.client.delete(EndpointsObjects, 'port', namespace)
    await both('port', '10.0.1.1')
    expect(await slices('port')).toHaveLength(1)
  })

  it('leaves a Service without a selector to its user', async () => {
    await service('own', { selector: undefined })
    await loop.client.create(EndpointsObjects, { metadata: { name: 'own', namespace }, subsets: [{ addresses: [{ ip: '192.0.2.1' }] }] })
    await service('seen-after')
    await loop.until(async () => (await slices('seen-after')).length === 1, 'the next Service')
    // A mirror of it is another controller's.
    expect((await slices('own')).filter((s) => s.metadata.labels?.['endpointslice.kubernetes.io/managed-by'] === 'endpointslice-controller.k8s.io')).toEqual([])
    expect(await old('own')).toBe('192.0.2.1')
  })
})
