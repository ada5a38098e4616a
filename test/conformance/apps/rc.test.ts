import { expect, it } from 'vitest'
import { ReplicationControllers, ResourceQuotas } from '../../../shared/api/resources.ts'
import type { ReplicationController } from '../../../shared/api/types.ts'
import { namespace } from '../cluster.ts'
import { answer, follow, isReady, of, pods, SLEEP, template, untilPods } from './helpers.ts'

const labels = { name: 'rc' }
const controller = (replicas: number, script?: string): object => ({ spec: { replicas, selector: labels, template: template(labels, script) } })

it.concurrent('basic image', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  await of(ReplicationControllers, ns).create('rc', controller(1))
  const [pod] = await untilPods(ns, 'ready', (l) => l.length === 1 && l.every(isReady))
  expect(await answer(pod)).toContain(pod?.metadata.name)
})
it.concurrent('adopt', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  await pods(ns).create('orphan', { spec: (template(labels, SLEEP) as { spec: object }).spec }, { labels })
  await pods(ns).until('orphan', 'runs', (p) => p.status?.phase === 'Running')
  const rc = await of(ReplicationControllers, ns).create('rc', controller(1, SLEEP))
  await pods(ns).until('orphan', 'adopted', (p) => p.metadata.ownerReferences?.some((o) => o.controller && o.uid === rc.metadata.uid) ?? false)
  expect(await pods(ns).list()).toHaveLength(1)
})
it.concurrent('release', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  await of(ReplicationControllers, ns).create('rc', controller(1, SLEEP))
  const [pod] = await untilPods(ns, 'made', (l) => l.length === 1)
  const name = pod?.metadata.name ?? ''
  await pods(ns).patch(name, { metadata: { labels: { name: 'other' } } })
  await pods(ns).until(name, 'released', (p) => !p.metadata.ownerReferences?.length)
  await untilPods(ns, 'another one takes its place', (l) => l.length === 1, 'name=rc')
})
it.concurrent('scale', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  const rcs = of(ReplicationControllers, ns)
  await rcs.create('rc', controller(1, SLEEP))
  await rcs.until('rc', 'one is ready', (c) => c.status?.readyReplicas === 1)
  await rcs.patch('rc', { spec: { replicas: 2 } }, 'scale')
  await rcs.until('rc', 'two are ready', (c) => c.status?.readyReplicas === 2)
  expect((await rcs.get('rc', 'scale')) as unknown).toMatchObject({ kind: 'Scale', spec: { replicas: 2 }, status: { replicas: 2, selector: 'name=rc' } })
})
it.concurrent('quota failure condition', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  await of(ResourceQuotas, ns).create('two', { spec: { hard: { pods: '2' } } })
  await of(ResourceQuotas, ns).until('two', 'counted', (q) => q.status?.hard?.['pods'] === '2')
  const rcs = of(ReplicationControllers, ns)
  await rcs.create('rc', controller(3, SLEEP))
  const failure = (c: ReplicationController) => c.status?.conditions?.find((x) => x.type === 'ReplicaFailure')
  const stuck = await rcs.until('rc', 'it says that it failed', (c) => failure(c)?.status === 'True')
  expect(failure(stuck)).toMatchObject({ reason: 'FailedCreate', message: expect.stringContaining('exceeded quota') })
  await rcs.patch('rc', { spec: { replicas: 2 } })
  await rcs.until('rc', 'it is content', (c) => failure(c) === undefined)
})
it.concurrent('lifecycle', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  const rcs = of(ReplicationControllers, ns)
  const mark = { life: ns }
  const seen = await follow(rcs, `life=${ns}`)
  await rcs.create('rc', controller(1, SLEEP), { labels: mark })
  await seen.saw('added', (e) => e.type === 'ADDED')
  await rcs.until('rc', 'one is ready', (c) => c.status?.readyReplicas === 1)
  await rcs.strategic('rc', { metadata: { labels: { step: 'patched' } } })
  await seen.saw('patched', (e) => (e.object as ReplicationController).metadata.labels?.['step'] === 'patched')
  await rcs.patch('rc', { status: { readyReplicas: 0, availableReplicas: 0 } }, 'status')
  await seen.saw('the status that was patched', (e) => (e.object as ReplicationController).status?.readyReplicas !== 1)
  await rcs.patch('rc', { spec: { replicas: 2 } }, 'scale')
  await rcs.until('rc', 'two are ready', (c) => c.status?.readyReplicas === 2)
  expect((await rcs.list(`life=${ns}`)).length).toBe(1)
  await rcs.removeAll(`life=${ns}`)
  await seen.saw('deleted', (e) => e.type === 'DELETED')
  seen.close()
})
