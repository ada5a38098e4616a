import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EndpointsObjects, EndpointSlices, Services } from '../../shared/api/resources.ts'
import type { Endpoints, EndpointSlice } from '../../shared/api/types.ts'
import { mirrorGroups } from './endpointslice-mirroring.ts'
import { startLoop, type Loop } from './testing.ts'

const namespace = 'default'
let loop: Loop
beforeAll(async () => { loop = await startLoop() })
afterAll(() => loop.close())

const slices = async (name: string): Promise<EndpointSlice[]> => (await loop.client.list(EndpointSlices, { namespace, labelSelector: `kubernetes.io/service-name=${name}` })).items
const addresses = (list: readonly EndpointSlice[]): string[] => list.flatMap((s) => s.endpoints ?? []).flatMap((e) => e.addresses).toSorted()
const service = (name: string, spec: object = {}): Promise<unknown> => loop.client.create(Services, { metadata: { name, namespace }, spec: { ports: [{ port: 80 }], ...spec } } as never)
const endpoints = (name: string, ips: readonly string[], metadata: object = {}): Promise<Endpoints> =>
  loop.client.create(EndpointsObjects, { metadata: { name, namespace, ...metadata }, subsets: [{ addresses: ips.map((ip) => ({ ip })), ports: [{ port: 80 }] }] })
const mirrored = (name: string, ips: readonly string[]): Promise<EndpointSlice[]> => loop.until(async () => { const l = await slices(name); return addresses(l).join() === ips.join() && (ips.length > 0 || l.length === 0) ? l : false }, `slices of ${name} have ${ips.join() || 'nothing'}`)

describe('Endpoints that people write', () => {
  it('are mirrored, followed, and go with them', async () => {
    await service('hand')
    const made = await endpoints('hand', ['10.1.2.3'], { labels: { team: 'a' }, annotations: { note: 'b', 'kubectl.kubernetes.io/last-applied-configuration': '{}' } })
    const [slice] = await mirrored('hand', ['10.1.2.3'])
    expect(slice).toMatchObject({
      addressType: 'IPv4', ports: [{ name: '', port: 80, protocol: 'TCP' }], endpoints: [{ addresses: ['10.1.2.3'], conditions: { ready: true } }],
      metadata: { annotations: { note: 'b' }, labels: { team: 'a', 'kubernetes.io/service-name': 'hand', 'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io' }, ownerReferences: [{ kind: 'Endpoints', name: 'hand', uid: made.metadata.uid }] },
    })
    expect(slice?.metadata.annotations).toEqual({ note: 'b' })
    await loop.client.update(EndpointsObjects, { ...made, subsets: [{ addresses: [{ ip: '10.1.2.4' }, { ip: '10.1.2.5' }], ports: [{ port: 80 }] }] })
    expect(await mirrored('hand', ['10.1.2.4', '10.1.2.5'])).toHaveLength(1)
    await loop.client.delete(EndpointsObjects, 'hand', namespace)
    expect(await mirrored('hand', [])).toEqual([])
  })
  it('are put right when somebody changes or removes their mirror', async () => {
    await service('kept')
    await endpoints('kept', ['10.1.2.3'])
    const [slice] = await mirrored('kept', ['10.1.2.3'])
    await loop.client.delete(EndpointSlices, slice?.metadata.name ?? '', namespace)
    const [again] = await loop.until(async () => { const l = await slices('kept'); return l.length === 1 && l[0]?.metadata.uid !== slice?.metadata.uid ? l : false }, 'another slice')
    await loop.client.update(EndpointSlices, { ...(again as EndpointSlice), endpoints: [] })
    expect(await mirrored('kept', ['10.1.2.3'])).toHaveLength(1)
  })
  it('are left alone without a Service, with the label that says so, and where pods are chosen', async () => {
    await endpoints('alone', ['10.1.2.3'])
    await service('skipped')
    await endpoints('skipped', ['10.1.2.3'], { labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } })
    await service('chosen')
    await endpoints('chosen', ['10.1.2.3'])
    await mirrored('chosen', ['10.1.2.3'])
    await loop.client.patch(Services, 'chosen', namespace, 'merge', { spec: { selector: { app: 'x' } } })
    await loop.until(async () => (await slices('chosen')).every((s) => s.metadata.labels?.['endpointslice.kubernetes.io/managed-by'] === 'endpointslice-controller.k8s.io'), 'its own slices only')
    expect([await slices('alone'), await slices('skipped')]).toEqual([[], []])
  })
})

it('what is not ready, and other families, have their place', () => {
  const groups = mirrorGroups({ subsets: [{ addresses: [{ ip: '10.0.0.1', hostname: 'h' }, { ip: 'fd00::1' }], notReadyAddresses: [{ ip: '10.0.0.2' }], ports: [{ name: 'a', port: 1, protocol: 'UDP' }] }] } as Endpoints)
  expect(groups).toEqual([
    { addressType: 'IPv4', ports: [{ name: 'a', port: 1, protocol: 'UDP' }], endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: true }, hostname: 'h' }, { addresses: ['10.0.0.2'], conditions: { ready: false } }] },
    { addressType: 'IPv6', ports: [{ name: 'a', port: 1, protocol: 'UDP' }], endpoints: [{ addresses: ['fd00::1'], conditions: { ready: true } }] },
  ])
})
