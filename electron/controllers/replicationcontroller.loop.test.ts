import { afterAll, beforeAll, expect, it } from 'vitest'
import { Pods, ReplicationControllers } from '../../shared/api/resources.ts'
import type { Pod, ReplicationController } from '../../shared/api/types.ts'
import { startLoop, type Loop } from './testing.ts'

const namespace = 'default'
let loop: Loop
beforeAll(async () => {
  loop = await startLoop()
})
afterAll(() => loop.close())

const pods = async (): Promise<Pod[]> => (await loop.client.list(Pods, { namespace, labelSelector: 'app=rc' })).items
const settled = (replicas: number): Promise<ReplicationController> => loop.until(async () => {
  const rc = await loop.client.get(ReplicationControllers, 'rc', namespace)
  return rc.status?.observedGeneration === rc.metadata.generation && rc.status?.replicas === replicas && (rc.status.availableReplicas ?? 0) === replicas && rc
}, `${replicas} replicas`)

it('keeps its pods, scales, adopts, releases and goes', async () => {
  const spec = { containers: [{ name: 'c', image: 'x:1' }] }
  const orphan = await loop.client.create(Pods, { metadata: { name: 'orphan', namespace, labels: { app: 'rc' } }, spec })
  await loop.client.create(ReplicationControllers, { metadata: { name: 'rc', namespace }, spec: { replicas: 3, template: { metadata: { labels: { app: 'rc' } }, spec } } })
  await settled(3)
  const three = await pods()
  expect(three).toHaveLength(3)
  expect(three.every((p) => p.metadata.ownerReferences?.some((r) => r.kind === 'ReplicationController' && r.apiVersion === 'v1' && r.controller))).toBe(true)
  expect(three.map((p) => p.metadata.uid)).toContain(orphan.metadata.uid)
  await loop.client.patch(Pods, 'orphan', namespace, 'merge', { metadata: { labels: { app: null } } })
  await loop.until(async () => (await pods()).length === 3 && !(await loop.client.get(Pods, 'orphan', namespace)).metadata.ownerReferences?.length, 'released and replaced')
  await loop.client.patch(ReplicationControllers, 'rc', namespace, 'merge', { spec: { replicas: 1 } }, { subresource: 'scale' })
  await settled(1)
  await loop.client.delete(ReplicationControllers, 'rc', namespace, { propagationPolicy: 'Background' })
  await loop.until(async () => (await pods()).length === 0, 'gone')
})
