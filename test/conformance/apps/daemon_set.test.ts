import { expect, it } from 'vitest'
import { ControllerRevisions, DaemonSets, Nodes } from '../../../shared/api/resources.ts'
import type { DaemonSet, Node, Pod } from '../../../shared/api/types.ts'
import { BUSYBOX, namespace } from '../cluster.ts'
import { type Collection, follow, isReady, living, NOWHERE, of, pods, SLEEP, statusLife, template, untilPods } from './helpers.ts'

const labels = { ds: 'd' }
const daemon = (spec: object = {}, pod: object = {}): object => ({ spec: { selector: { matchLabels: labels }, template: template(labels, SLEEP, { spec: pod }), ...spec } })
const nodes = of(Nodes, '')
const nodeNames = async (): Promise<string[]> => (await nodes.list()).filter((n) => !n.spec?.taints?.length && !n.spec?.unschedulable).map((n) => n.metadata.name).sort()
const places = (list: readonly Pod[]): string[] => living(list).map((p) => p.spec.nodeName ?? '').sort()
const untilOn = (ns: string, wanted: readonly string[]): Promise<Pod[]> => untilPods(ns, `one on each of ${wanted.join()}`, (l) => places(l).join() === wanted.join() && living(l).every(isReady))
const env = (value: string): object => ({ spec: { template: { spec: { containers: [{ name: 'c', env: [{ name: 'V', value }] }] } } } })
const updated = (sets: Collection<DaemonSet>): Promise<DaemonSet> =>
  sets.until('d', 'updated everywhere', (d) => d.status?.observedGeneration === d.metadata.generation && d.status?.updatedNumberScheduled === d.status?.desiredNumberScheduled && d.status?.numberAvailable === d.status?.desiredNumberScheduled)

it.concurrent('simple daemon', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  const all = await nodeNames()
  await of(DaemonSets, ns).create('d', daemon())
  const [pod] = await untilOn(ns, all)
  const { name } = pod?.metadata ?? { name: '' }
  await pods(ns).remove(name)
  await untilPods(ns, 'it is back', (l) => places(l).join() === all.join() && l.every(isReady) && !l.some((p) => p.metadata.name === name))
  await of(DaemonSets, ns).remove('d')
  await untilPods(ns, 'all stop with it', (l) => l.length === 0)
})
it.concurrent('complex daemon', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  const sets = of(DaemonSets, ns)
  const key = `color-${ns}`
  const [node = ''] = await nodeNames()
  const paint = (color: string | null): Promise<Node> => nodes.patch(node, { metadata: { labels: { [key]: color } } })
  onTestFinished(async () => { await paint(null) })
  await sets.create('d', daemon({}, { nodeSelector: { [key]: 'blue' } }))
  await sets.until('d', 'nowhere', (d) => d.status?.observedGeneration === 1 && d.status.desiredNumberScheduled === 0)
  expect(await pods(ns).list()).toEqual([])
  await paint('blue')
  await untilOn(ns, [node])
  await paint('green')
  await untilPods(ns, 'it goes', (l) => l.length === 0)
  await sets.patch('d', { spec: { updateStrategy: { type: 'RollingUpdate' }, template: { spec: { nodeSelector: { [key]: 'green' } } } } })
  await untilOn(ns, [node])
})
it.concurrent('retry failed pods', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  const all = await nodeNames()
  await of(DaemonSets, ns).create('d', daemon())
  const [pod] = await untilOn(ns, all)
  const { name } = pod?.metadata ?? { name: '' }
  const seen = await follow(pods(ns), 'ds=d')
  // Its node has taken it off its hands: as when it was evicted there.
  await pods(ns).patch(name, { spec: { activeDeadlineSeconds: 1 } })
  await seen.saw('the failed one is removed', (e) => e.type === 'DELETED' && (e.object as Pod).metadata.name === name && (e.object as Pod).status?.phase === 'Failed')
  await untilOn(ns, all)
  seen.close()
})
it.concurrent('RollingUpdate', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  const sets = of(DaemonSets, ns)
  const all = await nodeNames()
  await sets.create('d', daemon({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } } }))
  await untilOn(ns, all)
  const hash = (list: readonly Pod[]): string[] => [...new Set(living(list).map((p) => p.metadata.labels?.['controller-revision-hash'] ?? ''))]
  const [before] = hash(await pods(ns).list())
  await sets.strategic('d', env('new'))
  await updated(sets)
  const list = await untilOn(ns, all)
  expect(hash(list)).toHaveLength(1)
  expect(hash(list)).not.toContain(before)
  const history = await of(ControllerRevisions, ns).list()
  expect(history.map((r) => r.revision).sort()).toEqual([1, 2])
  expect(history.every((r) => r.metadata.labels?.['controller-revision-hash'])).toBe(true)
})
it.concurrent('rollback without restarts', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  const sets = of(DaemonSets, ns)
  const all = await nodeNames()
  await sets.create('d', daemon())
  const before = await untilOn(ns, all)
  const uids = new Set(before.map((p) => p.metadata.uid))
  await sets.strategic('d', { spec: { template: { spec: { containers: [{ name: 'c', image: NOWHERE }] } } } })
  await untilPods(ns, 'one is new, and waits', (l) => living(l).some((p) => p.spec.containers[0]?.image === NOWHERE))
  const kept = living(await pods(ns).list()).filter((p) => uids.has(p.metadata.uid))
  expect(kept.length).toBe(all.length - 1)
  await sets.strategic('d', { spec: { template: { spec: { containers: [{ name: 'c', image: BUSYBOX }] } } } })
  await updated(sets)
  const after = await untilOn(ns, all)
  // Those that were never touched run on.
  for (const p of kept) expect(after.find((q) => q.metadata.uid === p.metadata.uid)?.status?.containerStatuses?.[0]?.restartCount).toBe(0)
})
it.concurrent('list+delete collection', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  const sets = of(DaemonSets, ns)
  await sets.create('d', daemon(), { labels: { batch: ns } })
  await untilOn(ns, await nodeNames())
  expect((await sets.list(`batch=${ns}`)).map((d) => d.metadata.name)).toEqual(['d'])
  await sets.removeAll(`batch=${ns}`)
  await sets.gone('d')
})
it.concurrent('status', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  await of(DaemonSets, ns).create('d', daemon())
  await untilOn(ns, await nodeNames())
  await statusLife(of(DaemonSets, ns), 'd')
})
