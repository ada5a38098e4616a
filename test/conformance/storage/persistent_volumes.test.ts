import { expect, it } from 'vitest'
import type { AnyObject } from '../../../shared/api/meta.ts'
import type { PersistentVolume, PersistentVolumeClaim } from '../../../shared/api/types.ts'
import { api, eventually, namespace, ok, replace } from '../cluster.ts'

const VOLUMES = '/api/v1/persistentvolumes'
async function pair(ns: string, name: string): Promise<{ claims: string }> {
  const claims = `/api/v1/namespaces/${ns}/persistentvolumeclaims`
  // A class that nobody provisions for: they find each other by it.
  const common = { accessModes: ['ReadWriteOnce'], storageClassName: name }
  await api().send('POST', VOLUMES, { metadata: { name, labels: { conformance: name } }, spec: { ...common, capacity: { storage: '1Gi' }, hostPath: { path: '/tmp' }, persistentVolumeReclaimPolicy: 'Retain' } })
  await api().send('POST', claims, { metadata: { name, labels: { conformance: name } }, spec: { ...common, resources: { requests: { storage: '1Gi' } } } })
  return { claims }
}
const bound = (claims: string, name: string): Promise<PersistentVolumeClaim> => eventually(`${name} is bound`, () => api().get<PersistentVolumeClaim>(`${claims}/${name}`), (c) => c.status?.phase === 'Bound')
const empty = async (path: string, name: string): Promise<unknown> => eventually(`${path} has no ${name}`, () => api().get<{ items: AnyObject[] }>(`${path}?labelSelector=conformance%3D${name}`), (l) => l.items.length === 0)

it('PV/PVC lifecycle', async () => {
  const ns = await namespace()
  const name = `pv-life-${process.pid}`
  const { claims } = await pair(ns, name)
  expect((await bound(claims, name)).spec.volumeName).toBe(name)
  expect((await api().get<{ items: AnyObject[] }>(`${claims}?labelSelector=conformance%3D${name}`)).items).toHaveLength(1)
  await ok(['patch', 'pv', name, '--type', 'merge', '-p', '{"metadata":{"labels":{"patched":"yes"}}}'])
  await ok(['patch', '-n', ns, 'pvc', name, '--type', 'merge', '-p', '{"metadata":{"labels":{"patched":"yes"}}}'])
  const volume = await api().get<PersistentVolume>(`${VOLUMES}/${name}`)
  expect([volume.metadata.labels?.['patched'], volume.status?.phase, volume.spec.claimRef?.name]).toEqual(['yes', 'Bound', name])
  const labelled = ({ metadata, ...live }: AnyObject): object => ({ ...live, metadata: { ...metadata, labels: { ...metadata.labels, updated: 'yes' } } })
  for (const path of [`${claims}/${name}`, `${VOLUMES}/${name}`]) expect((await replace<AnyObject>(path, labelled)).metadata.labels).toMatchObject({ patched: 'yes', updated: 'yes' })
  await api().send('DELETE', `${claims}/${name}`)
  await empty(claims, name)
  await eventually('the volume is released', () => api().get<PersistentVolume>(`${VOLUMES}/${name}`), (v) => v.status?.phase === 'Released')
  await api().send('DELETE', `${VOLUMES}/${name}`)
  await empty(VOLUMES, name)
  await pair(ns, name)
  await bound(claims, name)
  await api().send('DELETE', `${claims}?labelSelector=conformance%3D${name}`)
  await empty(claims, name)
  await api().send('DELETE', `${VOLUMES}?labelSelector=conformance%3D${name}`)
  expect(await empty(VOLUMES, name)).toMatchObject({ items: [] })
})

it('PV/PVC status', async () => {
  const ns = await namespace()
  const name = `pv-status-${process.pid}`
  const { claims } = await pair(ns, name)
  await bound(claims, name)
  type Conditions = { status: { conditions: { type: string; reason: string }[] } }
  const condition = (reason: string): object => ({ type: 'StatusUpdate', status: 'True', reason, message: 'Set from an e2e test' })
  const reasonOf = async (): Promise<string | undefined> => (await api().get<Conditions>(`${claims}/${name}/status`)).status.conditions?.find((c) => c.type === 'StatusUpdate')?.reason
  await ok(['patch', '-n', ns, 'pvc', name, '--subresource', 'status', '--type', 'merge', '-p', JSON.stringify({ status: { conditions: [condition('Patched')] } })])
  expect(await reasonOf()).toBe('Patched')
  await replace<PersistentVolumeClaim>(`${claims}/${name}/status`, (claim) => ({ ...claim, status: { ...claim.status, conditions: [condition('Updated')] } }))
  expect(await reasonOf()).toBe('Updated')
  const message = async (): Promise<string | undefined> => (await api().get<PersistentVolume>(`${VOLUMES}/${name}/status`)).status?.message
  await ok(['patch', 'pv', name, '--subresource', 'status', '--type', 'merge', '-p', '{"status":{"message":"StatusPatched","reason":"E2E patchedStatus"}}'])
  expect(await message()).toBe('StatusPatched')
  await replace<PersistentVolume>(`${VOLUMES}/${name}/status`, (volume) => ({ ...volume, status: { ...volume.status, message: 'StatusUpdated' } }))
  expect(await message()).toBe('StatusUpdated')
  await api().send('DELETE', `${claims}/${name}`)
  await api().send('DELETE', `${VOLUMES}/${name}`)
  expect(await empty(VOLUMES, name)).toMatchObject({ items: [] })
})
