import { expect, it, onTestFinished } from 'vitest'
import type { KubeList } from '../../../shared/api/meta.ts'
import type { IPAddress, ServiceCIDR } from '../../../shared/api/types.ts'
import { api, ok } from '../cluster.ts'

const HOME = '/apis/networking.k8s.io/v1'

it('ServiceCIDR API (1.34)', async () => {
  const found = await api().get<ServiceCIDR>(`${HOME}/servicecidrs/kubernetes`)
  const status = await api().get<ServiceCIDR>(`${HOME}/servicecidrs/kubernetes/status`)
  expect(status).toMatchObject({ kind: 'ServiceCIDR', apiVersion: 'networking.k8s.io/v1', metadata: { uid: found.metadata.uid } })
  expect(status.status?.conditions).toEqual([expect.objectContaining({ type: 'Ready', status: 'True' })])
  expect((await api().get<KubeList<ServiceCIDR>>(`${HOME}/servicecidrs`)).items.length).toBeGreaterThan(0)
  const seen: string[] = []
  const watch = await api().watch(`${HOME}/servicecidrs?watch=true`, (event) => { seen.push(event.type) })
  onTestFinished(() => watch.close())
  await expect.poll(() => seen, { timeout: 60_000 }).toContain('ADDED')
})

it('IPAddress API (1.34)', async () => {
  const path = `${HOME}/ipaddresses`
  const label = `ip${process.pid}`
  const make = (name: string, type: string): Promise<IPAddress> => api().send('POST', path, { metadata: { name, labels: { [label]: type } }, spec: { parentRef: { group: 'mygroup', resource: 'myresources', namespace: 'foo', name: 'bar' } } })
  const some = async (type: string): Promise<IPAddress[]> => (await api().get<KubeList<IPAddress>>(`${path}?labelSelector=${label}%3D${type}`)).items
  const made = await make('255.255.255.255', 'broadcast')
  onTestFinished(async () => void (await api().send('DELETE', `${path}?labelSelector=${label}`)))
  await make('fe80::42:1dff:fe84:f9e2', 'link-local')
  await ok(['patch', 'ipaddress', '255.255.255.255', '--type=merge', '-p', '{"metadata":{"annotations":{"patched":"true"}}}'])
  const patched = await api().get<IPAddress>(`${path}/255.255.255.255`)
  expect(patched.metadata.annotations).toMatchObject({ patched: 'true' })
  expect(Number(patched.metadata.resourceVersion)).toBeGreaterThan(Number(made.metadata.resourceVersion))
  const updated = await api().send<IPAddress>('PUT', `${path}/255.255.255.255`, { ...patched, metadata: { ...patched.metadata, annotations: { ...patched.metadata.annotations, updated: 'true' } } })
  expect(updated.metadata.annotations).toMatchObject({ updated: 'true' })
  expect(await some('broadcast')).toHaveLength(1)
  await api().send('DELETE', `${path}/255.255.255.255`)
  expect(await some('broadcast')).toHaveLength(0)
  await api().send('DELETE', `${path}?labelSelector=${label}%3Dlink-local`)
  expect(await some('link-local')).toHaveLength(0)
})
