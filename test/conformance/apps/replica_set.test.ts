import { expect, it } from 'vitest'
import { ReplicaSets } from '../../../shared/api/resources.ts'
import { api, namespace } from '../cluster.ts'
import { answer, follow, isReady, living, of, pods, scaleLife, SLEEP, statusLife, template, untilPods, WEB } from './helpers.ts'

const labels = { name: 'r' }
const selector = { matchLabels: labels }

it.concurrent('Replace and Patch', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  const sets = of(ReplicaSets, ns)
  await sets.create('r', { spec: { replicas: 1, selector, template: template(labels, SLEEP) } })
  await sets.until('r', 'one is ready', (s) => s.status?.readyReplicas === 1)
  await sets.strategic('r', { metadata: { labels: { step: 'patched' } }, spec: { replicas: 3, template: { spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'c', image: WEB, command: null }] } } } })
  const patched = await sets.until('r', 'three are ready', (s) => s.status?.readyReplicas === 3)
  expect(patched.metadata.labels).toMatchObject({ step: 'patched' })
  expect(patched.spec.template?.spec?.containers[0]?.image).toBe(WEB)
  // The template is for pods to come: the first one is as it was made.
  expect((await pods(ns).list()).map((p) => p.spec.containers[0]?.image).filter((i) => i === WEB)).toHaveLength(2)
})
it.concurrent('scale subresource', async ({ onTestFinished }) => {
  const sets = of(ReplicaSets, await namespace({}, onTestFinished))
  await sets.create('r', { spec: { replicas: 1, selector, template: template(labels) } })
  await scaleLife(sets, 'r')
})
it.concurrent('adopt/release', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  const all = pods(ns)
  await all.create('orphan', { spec: (template(labels, SLEEP) as { spec: object }).spec }, { labels })
  await all.until('orphan', 'runs', (p) => p.status?.phase === 'Running')
  const sets = of(ReplicaSets, ns)
  const set = await sets.create('r', { spec: { replicas: 1, selector, template: template(labels, SLEEP) } })
  const adopted = await all.until('orphan', 'adopted', (p) => p.metadata.ownerReferences?.some((o) => o.controller && o.uid === set.metadata.uid) ?? false)
  expect((await all.list()).length).toBe(1)
  await all.patch('orphan', { metadata: { labels: { name: 'not-matching' } } })
  const released = await all.until('orphan', 'released', (p) => !p.metadata.ownerReferences?.length)
  expect(released.metadata.uid).toBe(adopted.metadata.uid)
  await untilPods(ns, 'another one takes its place', (l) => l.length === 1 && l[0]?.metadata.name !== 'orphan', 'name=r')
})
it.concurrent('list+delete collection', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  const sets = of(ReplicaSets, ns)
  const mark = { batch: ns }
  const seen = await follow(sets, `batch=${ns}`)
  for (const name of ['a', 'b', 'c']) await sets.create(name, { spec: { replicas: 1, selector, template: template(labels) } }, { labels: mark })
  expect((await api().get<{ items: unknown[] }>(`/apis/apps/v1/replicasets?labelSelector=batch%3D${ns}`)).items).toHaveLength(3)
  await sets.removeAll(`batch=${ns}`)
  for (const name of ['a', 'b', 'c']) await seen.saw(`${name} deleted`, (e) => e.type === 'DELETED' && (e.object as { metadata: { name: string } }).metadata.name === name)
  expect(await sets.list()).toEqual([])
  seen.close()
})
it.concurrent('basic image', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  await of(ReplicaSets, ns).create('r', { spec: { replicas: 1, selector, template: template(labels, undefined, { container: { ports: [{ containerPort: 80 }] } }) } })
  const [pod] = await untilPods(ns, 'ready', (l) => l.length === 1 && l.every(isReady))
  expect(await answer(pod)).toContain(pod?.metadata.name)
  expect(living(await pods(ns).list())).toHaveLength(1)
})
it.concurrent('status', async ({ onTestFinished }) => {
  const sets = of(ReplicaSets, await namespace({}, onTestFinished))
  await sets.create('r', { spec: { replicas: 1, selector, template: template(labels) } })
  await sets.until('r', 'one is available', (s) => s.status?.availableReplicas === 1)
  await statusLife(sets, 'r')
})
