import { expect, it } from 'vitest'
import { Deployments, ReplicaSets } from '../../../shared/api/resources.ts'
import type { Deployment, ReplicaSet } from '../../../shared/api/types.ts'
import { BUSYBOX, eventually, namespace } from '../cluster.ts'
import { type Collection, follow, living, NOWHERE, of, pods, scaleLife, SLEEP, statusLife, template, untilPods, WEB } from './helpers.ts'

const labels = { app: 'd' }
const selector = { matchLabels: labels }
const complete = (d: Deployment): boolean => {
  const wanted = d.spec.replicas ?? 1
  const s = d.status
  return s?.observedGeneration === d.metadata.generation && s?.updatedReplicas === wanted && (s?.replicas ?? 0) === wanted && (s?.availableReplicas ?? 0) === wanted
}
const REVISION = 'deployment.kubernetes.io/revision'
const sizes = async (sets: Collection<ReplicaSet>): Promise<number[]> => (await sets.list()).map((s) => s.spec.replicas ?? 0).sort((a, b) => b - a)
const image = (name: string, to: string): object => ({ spec: { template: { spec: { containers: [{ name, image: to }] } } } })

it.concurrent('scale subresource', async ({ onTestFinished }) => {
  const deployments = of(Deployments, await namespace({}, onTestFinished))
  await deployments.create('d', { spec: { replicas: 1, selector, template: template(labels) } })
  await deployments.until('d', 'complete', complete)
  await scaleLife(deployments, 'd')
})

it.concurrent('Recreate', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  const deployments = of(Deployments, ns)
  await deployments.create('d', { spec: { replicas: 2, strategy: { type: 'Recreate' }, selector, template: template(labels, SLEEP) } })
  await deployments.until('d', 'complete', complete)
  const old = new Set((await pods(ns).list()).map((p) => p.metadata.name))
  const seen = await follow(pods(ns))
  await deployments.strategic('d', { spec: { template: { spec: { containers: [{ name: 'c', image: WEB, command: null }] } } } })
  await deployments.until('d', 'complete again', (d) => complete(d) && d.metadata.annotations?.[REVISION] === '2')
  seen.close()
  // A new pod is made only when every old one has gone.
  const there = new Set(old)
  let made = 0
  const beside: string[] = []
  for (const e of seen.events) {
    const { name } = e.object.metadata as { name: string }
    if (e.type === 'DELETED') there.delete(name)
    if (old.has(name)) continue
    made++
    if ([...there].some((n) => old.has(n))) beside.push(name)
  }
  expect(made).toBeGreaterThan(0)
  expect(beside).toEqual([])
})

it.concurrent('RollingUpdate', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  const sets = of(ReplicaSets, ns)
  const deployments = of(Deployments, ns)
  // Larger than a double can count to: a revision is a number of 64 bits.
  await sets.create('old', { spec: { replicas: 1, selector, template: template(labels, SLEEP) } }, { labels, annotations: { [REVISION]: '3546343826724305832' } })
  const [before] = await untilPods(ns, 'the old pod runs', (l) => l.length === 1 && l[0]?.status?.phase === 'Running')
  await deployments.create('d', { spec: { replicas: 1, selector, template: template(labels) } })
  const d = await deployments.until('d', 'complete', complete)
  expect(d.metadata.annotations?.[REVISION]).toBe('3546343826724305833')
  const old = await sets.until('old', 'empty', (s) => s.spec.replicas === 0)
  expect(old.metadata.ownerReferences?.[0]).toMatchObject({ kind: 'Deployment', name: 'd', controller: true })
  await pods(ns).gone(before?.metadata.name ?? '')
  expect(living(await pods(ns).list()).map((p) => p.spec.containers[0]?.image)).toEqual([WEB])
})

it.concurrent('delete old replica sets', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  const sets = of(ReplicaSets, ns)
  await sets.create('old', { spec: { replicas: 1, selector, template: template(labels, SLEEP) } }, { labels })
  await untilPods(ns, 'the old pod runs', (l) => l[0]?.status?.phase === 'Running')
  await of(Deployments, ns).create('d', { spec: { replicas: 1, revisionHistoryLimit: 0, selector, template: template(labels) } })
  await sets.gone('old')
  expect((await sets.list()).length).toBe(1)
})

it.concurrent('proportional scaling', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  const deployments = of(Deployments, ns)
  const sets = of(ReplicaSets, ns)
  await deployments.create('d', { spec: { replicas: 5, strategy: { rollingUpdate: { maxSurge: 2, maxUnavailable: 1 } }, selector, template: template(labels, SLEEP) } })
  await deployments.until('d', 'complete', complete)
  await deployments.strategic('d', image('c', NOWHERE))
  await eventually('the rollout is stuck half-way', () => sizes(sets), (s) => s.join() === '4,3')
  await deployments.until('d', 'four are available', (d) => d.status?.availableReplicas === 4 && d.status.updatedReplicas === 3)
  // 17 may be there at once: 4/7 and 3/7 of them.
  await deployments.patch('d', { spec: { replicas: 15 } }, 'scale')
  await eventually('both grow in proportion', () => sizes(sets), (s) => s.join() === '10,7')
  await deployments.remove('d')
})

it.concurrent('rollover', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  const deployments = of(Deployments, ns)
  const sets = of(ReplicaSets, ns)
  await sets.create('older', { spec: { replicas: 1, selector, template: template(labels, SLEEP) } }, { labels })
  await untilPods(ns, 'the older pod runs', (l) => l[0]?.status?.phase === 'Running')
  await deployments.create('d', { spec: { replicas: 1, minReadySeconds: 2, strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }, selector, template: template(labels, undefined, { container: { image: NOWHERE } }) } })
  await eventually('the first rollout has begun', () => sets.list(), (l) => l.length === 2 && l.every((s) => s.status?.replicas === 1))
  // Before it has ended there is another one.
  await deployments.strategic('d', image('c', WEB))
  await deployments.until('d', 'complete', complete)
  const all = await eventually('only the newest has pods', () => sets.list(), (l) => l.length === 3 && l.filter((s) => s.status?.replicas).length === 1)
  expect(all.find((s) => s.status?.replicas)?.spec.template?.spec?.containers[0]?.image).toBe(WEB)
  expect(all.every((s) => s.metadata.ownerReferences?.[0]?.name === 'd')).toBe(true)
})

it.concurrent('lifecycle', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  const deployments = of(Deployments, ns)
  const mark = { life: ns }
  const seen = await follow(deployments, `life=${ns}`)
  await deployments.create('d', { spec: { replicas: 1, selector, template: template(labels) } }, { labels: mark })
  await seen.saw('added', (e) => e.type === 'ADDED')
  await deployments.until('d', 'complete', complete)
  await deployments.strategic('d', { metadata: { labels: { step: 'patched' } }, spec: { replicas: 2, template: { spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'c', image: BUSYBOX, command: ['sh', '-c', SLEEP] }] } } } })
  await seen.saw('patched', (e) => e.type === 'MODIFIED' && (e.object as Deployment).metadata.labels?.['step'] === 'patched')
  expect((await deployments.list(`life=${ns}`)).map((d) => d.spec.replicas)).toEqual([2])
  await deployments.until('d', 'complete again', complete)
  await deployments.patch('d', { status: { conditions: [{ type: 'Tested', status: 'True' }] } }, 'status')
  await seen.saw('the status that was patched', (e) => ((e.object as Deployment).status?.conditions ?? []).some((c) => c.type === 'Tested'))
  expect((await deployments.get('d', 'status')).status?.readyReplicas).toBe(2)
  const now = await deployments.get('d')
  await eventually('replaced', async () => deployments.replace({ ...(await deployments.get('d')), spec: { ...now.spec, replicas: 1 } }).then(() => true, (e: Error) => { if (!/: 409 /.test(e.message)) throw e; return false }), Boolean)
  await deployments.until('d', 'one is left', (d) => d.status?.readyReplicas === 1)
  await deployments.removeAll(`life=${ns}`)
  await seen.saw('deleted', (e) => e.type === 'DELETED')
  seen.close()
})

it.concurrent('status', async ({ onTestFinished }) => {
  const deployments = of(Deployments, await namespace({}, onTestFinished))
  await deployments.create('d', { spec: { replicas: 1, selector, template: template(labels) } })
  await deployments.until('d', 'complete', complete)
  await statusLife(deployments, 'd')
})
