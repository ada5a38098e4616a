import { expect, it } from 'vitest'
import { Deployments, PodDisruptionBudgets } from '../../../shared/api/resources.ts'
import { api, eventually, namespace } from '../cluster.ts'
import { isReady, of, pods, SLEEP, template, untilPods } from './helpers.ts'

const labels = { app: 'p' }
const budget = (minAvailable: number | string): object => ({ spec: { minAvailable, selector: { matchLabels: labels } } })
const budgets = (ns: string) => of(PodDisruptionBudgets, ns)
const workload = (ns: string, replicas: number): Promise<unknown> => of(Deployments, ns).create('d', { spec: { replicas, selector: { matchLabels: labels }, template: template(labels, SLEEP) } })

it.concurrent('create PDB', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  await budgets(ns).create('b', budget(1))
  await budgets(ns).until('b', 'looked at', (b) => b.status?.observedGeneration === 1)
  await budgets(ns).patch('b', { spec: { minAvailable: '2%' } })
  expect((await budgets(ns).get('b')).spec.minAvailable).toBe('2%')
  await budgets(ns).remove('b')
  await budgets(ns).gone('b')
})
it.concurrent('observe status updated', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  await budgets(ns).create('b', budget(1))
  await workload(ns, 3)
  const b = await budgets(ns).until('b', 'three are healthy', (x) => x.status?.currentHealthy === 3)
  expect(b.status).toMatchObject({ expectedPods: 3, desiredHealthy: 1, disruptionsAllowed: 2 })
  expect(b.status?.conditions?.find((c) => c.type === 'DisruptionAllowed')).toMatchObject({ status: 'True', reason: 'SufficientPods' })
})
it.concurrent('update/patch status', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  await workload(ns, 1)
  await budgets(ns).create('b', budget(1))
  await budgets(ns).until('b', 'one is healthy', (b) => b.status?.currentHealthy === 1)
  const disrupted = { p: '2026-01-01T00:00:00Z' }
  await eventually('replaced', async () => {
    const now = await budgets(ns).get('b', 'status')
    return budgets(ns).replace({ ...now, status: { ...now.status, disruptedPods: disrupted } } as never, 'status').then((b) => b.status?.disruptedPods, (e: Error) => { if (!/: 409 /.test(e.message)) throw e })
  }, (d) => d?.['p'] === disrupted.p)
  const patched = await budgets(ns).patch('b', { status: { disruptedPods: { q: '2026-01-01T00:00:00Z' } } }, 'status')
  expect(patched.status?.disruptedPods).toMatchObject({ q: '2026-01-01T00:00:00Z' })
})
it.concurrent('list+delete PDBs', async ({ onTestFinished }) => {
  const [one, two] = [await namespace({}, onTestFinished), await namespace({}, onTestFinished)]
  const mark = { batch: one }
  for (const name of ['a', 'b']) await budgets(one).create(name, budget(1), { labels: mark })
  await budgets(two).create('c', budget(1), { labels: mark })
  const all = async (): Promise<string[]> => (await api().get<{ items: { metadata: { name: string } }[] }>(`/apis/policy/v1/poddisruptionbudgets?labelSelector=batch%3D${one}`)).items.map((b) => b.metadata.name).sort()
  expect(await all()).toEqual(['a', 'b', 'c'])
  await budgets(one).removeAll(`batch=${one}`)
  expect(await all()).toEqual(['c'])
})
it.concurrent('block eviction until updated', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  await budgets(ns).create('b', budget(3))
  await workload(ns, 3)
  const list = await untilPods(ns, 'three are ready', (l) => l.length === 3 && l.every(isReady))
  await budgets(ns).until('b', 'three are healthy', (b) => b.status?.currentHealthy === 3)
  const name = list[0]?.metadata.name ?? ''
  const evict = (): Promise<string> => api().send('POST', pods(ns).at(name, 'eviction'), { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: ns } }).then(() => 'evicted', (e: Error) => e.message)
  expect(await evict()).toMatch(/: 429 .*TooManyRequests.*DisruptionBudget/)
  await budgets(ns).patch('b', { spec: { minAvailable: 2 } })
  await budgets(ns).until('b', 'one may go', (b) => b.status?.disruptionsAllowed === 1)
  expect(await evict()).toBe('evicted')
  await pods(ns).gone(name)
  // A patch counts as well as an update.
  await budgets(ns).until('b', 'three are healthy again', (b) => b.status?.currentHealthy === 3)
})
