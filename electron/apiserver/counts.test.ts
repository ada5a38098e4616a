import { afterEach, beforeEach, expect, it } from 'vitest'
import { PAUSE_MS, createCounts, type CountSource, type Counts } from './counts.ts'
import { startWorld, type World } from './testing.ts'

let world: World
let counts: CountSource
beforeEach(async () => {
  world = await startWorld()
  counts = createCounts(world.store, world.clock)
})
afterEach(async () => {
  counts.close()
  await world.close()
})
const map = (namespace: string, name: string): Promise<unknown> => world.ask('POST', `/api/v1/namespaces/${namespace}/configmaps`, { metadata: { name } })

it('counts what is there, by namespace or in all, and goes on with what changes', async () => {
  await map('default', 'a')
  await world.ask('POST', '/apis/rbac.authorization.k8s.io/v1/clusterroles', { metadata: { name: 'x' }, rules: [] })
  const all: Counts[] = []
  const one: Counts[] = []
  counts.subscribe('', (c) => all.push(c))
  const end = counts.subscribe('kube-system', (c) => one.push(c))
  const [before, inSystem] = [all[0]?.['configmaps'] ?? 0, one[0]?.['configmaps'] ?? 0]
  expect([before - inSystem >= 1, one[0]?.['namespaces']]).toEqual([true, all[0]?.['namespaces']])
  await map('kube-system', 'b')
  await map('default', 'c')
  await world.ask('PUT', '/api/v1/namespaces/default/configmaps/a', { metadata: { name: 'a' }, data: { x: 'y' } })
  expect(all).toHaveLength(1)
  world.clock.advance(PAUSE_MS)
  expect([all.at(-1)?.['configmaps'], one.at(-1)?.['configmaps']]).toEqual([before + 2, inSystem + 1])
  end()
  await world.ask('DELETE', '/api/v1/namespaces/default/configmaps/a')
  world.clock.advance(PAUSE_MS)
  expect([all.at(-1)?.['configmaps'], one.length]).toEqual([before + 1, 2])
  expect(all[0]?.['clusterroles.rbac.authorization.k8s.io']).toBeGreaterThanOrEqual(1)
})
it('looks at nothing while nobody asks', async () => {
  const watchers = world.store.stats().watchers
  const end = counts.subscribe('', () => undefined)
  expect(world.store.stats().watchers).toBe(watchers + 1)
  end()
  expect(world.store.stats().watchers).toBe(watchers)
})
