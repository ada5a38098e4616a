/** These fill nodes with an extended resource of their own and push each other's pods out. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Nodes, Pods, PriorityClasses, ReplicaSets } from '../../../shared/api/resources.ts'
import type { Pod, PriorityClass } from '../../../shared/api/types.ts'
import { api, eventually, namespace } from '../cluster.ts'
import { follow, living, of, pods, SLEEP, template, untilPods } from '../apps/helpers.ts'

const RESOURCE = 'scheduling.k8s.io/foo'
const CLASSES = { low: 1, medium: 100, high: 1000 } as const
const nodes = of(Nodes, '')
const classes = of(PriorityClasses, '')
const className = (name: string): string => `conformance-${name}`
let names: string[] = []

beforeAll(async () => {
  names = (await nodes.list()).map((n) => n.metadata.name)
  for (const n of names) await nodes.patch(n, { status: { capacity: { [RESOURCE]: '5' }, allocatable: { [RESOURCE]: '5' } } }, 'status')
  for (const [name, value] of Object.entries(CLASSES)) await classes.create(className(name), { value })
})
afterAll(async () => {
  for (const n of names) await nodes.patch(n, { status: { capacity: { [RESOURCE]: null }, allocatable: { [RESOURCE]: null } } }, 'status')
  for (const name of Object.keys(CLASSES)) await classes.remove(className(name))
})

const wants = (n: number, priorityClassName: string, node?: string): object => ({
  spec: (template({}, SLEEP, {
    spec: { priorityClassName, ...(node ? { nodeSelector: { 'kubernetes.io/hostname': node } } : {}) },
    container: { resources: { requests: { [RESOURCE]: String(n) }, limits: { [RESOURCE]: String(n) } } },
  }) as { spec: object }).spec,
})
const runs = (p: Pod): boolean => p.status?.phase === 'Running'
/** Two pods on each node, with two of five each: the first of all is the least important. */
async function fill(ns: string): Promise<void> {
  for (const [i, node] of names.entries()) for (const k of [0, 1]) await pods(ns).create(`p-${i}-${k}`, wants(2, className(i + k === 0 ? 'low' : 'medium'), node))
  await untilPods(ns, 'all nodes are full', (l) => l.length === names.length * 2 && l.every(runs))
}
const survivors = async (ns: string): Promise<string[]> => living(await pods(ns).list()).map((p) => p.metadata.name).filter((n) => n.startsWith('p-')).sort()
const others = (): string[] => names.flatMap((_, i) => [`p-${i}-0`, `p-${i}-1`]).filter((n) => n !== 'p-0-0').sort()

it('basic preemption', async () => {
  const ns = await namespace()
  await fill(ns)
  await pods(ns).create('preemptor', wants(2, className('high')))
  expect((await pods(ns).until('preemptor', 'runs', runs)).spec.nodeName).toBe(names[0])
  expect(await survivors(ns)).toEqual(others())
})
it('by critical pod', async () => {
  const ns = await namespace()
  await fill(ns)
  const critical = of(Pods, 'kube-system')
  const name = `critical-${ns}`
  try {
    await critical.create(name, wants(2, 'system-cluster-critical'))
    expect((await critical.until(name, 'runs', runs)).spec.priority).toBe(2_000_000_000)
    expect(await survivors(ns)).toEqual(others())
  } finally {
    await critical.remove(name)
    await critical.gone(name)
  }
})
it('DisruptionTarget condition', async () => {
  const ns = await namespace()
  const [node] = names
  await pods(ns).create('victim', wants(5, className('low'), node as string), { finalizers: ['example.com/test-finalizer'] })
  await pods(ns).until('victim', 'runs', runs)
  await pods(ns).create('preemptor', wants(5, className('high'), node as string))
  const victim = await pods(ns).until('victim', 'it is pushed out', (p) => p.metadata.deletionTimestamp !== undefined)
  expect(victim.status?.conditions?.find((c) => c.type === 'DisruptionTarget')).toMatchObject({ status: 'True', reason: 'PreemptionByScheduler' })
  await pods(ns).patch('victim', { metadata: { finalizers: null } })
  await pods(ns).until('preemptor', 'runs', runs)
})
it('PreemptionExecutionPath ReplicaSets', async () => {
  const ns = await namespace()
  const [node] = names
  const sets = of(ReplicaSets, ns)
  const set = (name: string, replicas: number, n: number, priority: string): Promise<unknown> => {
    const labels = { rs: name }
    const { spec } = wants(n, className(priority), node as string) as { spec: object }
    return sets.create(name, { spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } } })
  }
  await set('rs-low', 2, 1, 'low')
  await set('rs-medium', 1, 2, 'medium')
  await untilPods(ns, 'both sets run', (l) => l.length === 3 && l.every(runs))
  const seen = await follow(pods(ns))
  await set('rs-high', 1, 4, 'high')
  await sets.until('rs-high', 'it runs', (s) => s.status?.readyReplicas === 1)
  // Those pushed out are made again by their sets, and wait: each set loses what it had once, and no more.
  await eventually('the others wait', () => pods(ns).list(), (l) => l.filter((p) => !runs(p) && !p.metadata.deletionTimestamp && p.status?.conditions?.some((c) => c.type === 'PodScheduled' && c.reason === 'Unschedulable')).length >= 2)
  const deleted = seen.events.filter((e) => e.type === 'DELETED').map((e) => (e.object as Pod).metadata.labels?.['rs'])
  expect(deleted.filter((s) => s === 'rs-medium')).toHaveLength(1)
  expect(deleted.filter((s) => s === 'rs-low').length).toBeGreaterThanOrEqual(1)
  expect(deleted.filter((s) => s === 'rs-low').length).toBeLessThanOrEqual(2)
  expect(deleted).not.toContain('rs-high')
  seen.close()
})
it('PriorityClass endpoints', async () => {
  const mark = `life-${process.pid}`
  for (const [name, value] of [['conformance-p1', 10], ['conformance-p2', 20]] as const) await classes.create(name, { value }, { labels: { mark } })
  const refused = (p: Promise<unknown>): Promise<string> => p.then(() => 'accepted', (e: Error) => e.message)
  const now = await classes.get('conformance-p1')
  expect(await refused(classes.replace({ ...now, value: 11 }))).toMatch(/422 .*value: (Invalid value|Forbidden)/)
  expect(await refused(classes.patch('conformance-p1', { value: 11 }))).toMatch(/422 /)
  expect((await classes.replace({ ...now, description: 'updated' } as PriorityClass)).description).toBe('updated')
  expect((await classes.patch('conformance-p1', { metadata: { labels: { step: 'patched' } } })).metadata.labels?.['step']).toBe('patched')
  expect((await classes.list(`mark=${mark}`)).map((c) => [c.metadata.name, c.value])).toEqual([['conformance-p1', 10], ['conformance-p2', 20]])
  await api().send('DELETE', `${classes.at()}?labelSelector=${encodeURIComponent(`mark=${mark}`)}`)
  expect(await classes.list(`mark=${mark}`)).toEqual([])
})
