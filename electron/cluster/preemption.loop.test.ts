import { afterEach, expect, it } from 'vitest'
import { Events, LocalNodes, Pods, PriorityClasses } from '../../shared/api/resources.ts'
import type { Pod } from '../../shared/api/types.ts'
import { isNotFound } from '../../shared/errors.ts'
import { type HollowCluster, startHollowCluster } from './testing.ts'

let cluster: HollowCluster
afterEach(() => cluster.close())
const pod = (name: string): Promise<Pod | undefined> => cluster.client.get(Pods, name, 'default').catch((e: unknown) => { if (!isNotFound(e)) throw e; return undefined })
const make = (name: string, cpu: string, priorityClassName?: string): Promise<Pod> =>
  cluster.client.create(Pods, { metadata: { name, namespace: 'default' }, spec: { terminationGracePeriodSeconds: 30, ...(priorityClassName ? { priorityClassName } : {}), containers: [{ name: 'c', image: 'i:1', resources: { requests: { cpu } } }] } })

it('a more important pod pushes out a lesser one, which is told why, and waits until it has ended', async () => {
  cluster = await startHollowCluster(1)
  await cluster.client.patch(LocalNodes, 'hollow-1', undefined, 'merge', { spec: { cpu: '4' } })
  for (const [name, value] of [['low', 10], ['high', 1000]] as const) await cluster.client.create(PriorityClasses, { metadata: { name }, value })
  await make('victim', '3', 'low')
  await make('other', '1', 'high')
  await cluster.until(async () => (await pod('victim'))?.status?.phase === 'Running' && (await pod('other'))?.status?.phase === 'Running', 'the node is full')
  expect((await pod('victim'))?.spec.priority).toBe(10)
  await make('urgent', '2', 'high')
  const nominated = await cluster.until(async () => { const p = await pod('urgent'); return p?.status?.nominatedNodeName ? p : undefined }, 'nominated')
  expect(nominated.status?.nominatedNodeName).toBe('hollow-1')
  expect(nominated.status?.conditions?.find((c) => c.type === 'PodScheduled')).toMatchObject({ status: 'False', reason: 'Unschedulable', message: '0/1 nodes are available: 1 Insufficient cpu.' })
  const placed = await cluster.until(async () => { const p = await pod('urgent'); return p?.spec.nodeName ? p : undefined }, 'in its place', 200)
  expect(placed.spec.nodeName).toBe('hollow-1')
  expect(await pod('victim')).toBeUndefined()
  expect((await pod('other'))?.status?.phase).toBe('Running')
  const preempted = await cluster.until(async () => (await cluster.client.list(Events, { namespace: 'default' })).items.find((e) => e.reason === 'Preempted'), 'it is told')
  expect(preempted).toMatchObject({ involvedObject: { name: 'victim' }, message: `Preempted by pod ${placed.metadata.uid} on node hollow-1` })
})
