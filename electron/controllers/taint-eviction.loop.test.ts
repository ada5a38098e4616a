import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Events, Nodes, Pods } from '../../shared/api/resources.ts'
import type { Taint, Toleration } from '../../shared/api/types.ts'
import { isNotFound } from '../../shared/errors.ts'
import { startLoop, type Loop } from './testing.ts'

let loop: Loop
beforeEach(async () => {
  loop = await startLoop(async (client) => {
    await client.create(Nodes, { metadata: { name: 'n' }, status: { conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: '2026-01-01T00:00:00Z' }] } })
  })
})
afterEach(() => loop.close())

const TAINT: Taint = { key: 'k', effect: 'NoExecute' }
const taint = (taints: Taint[] | null): Promise<unknown> => loop.client.patch(Nodes, 'n', undefined, 'merge', { spec: { taints } })
const bears = (tolerationSeconds?: number): Toleration => ({ key: 'k', operator: 'Exists', effect: 'NoExecute', ...(tolerationSeconds === undefined ? {} : { tolerationSeconds }) })
const there = (name: string): Promise<boolean> => loop.client.get(Pods, name, 'default').then((p) => !p.metadata.deletionTimestamp, (e: unknown) => { if (!isNotFound(e)) throw e; return false })
async function run(name: string, ...tolerations: Toleration[]): Promise<void> {
  await loop.client.create(Pods, { metadata: { name, namespace: 'default' }, spec: { nodeName: 'n', tolerations, containers: [{ name: 'c', image: 'i' }] } })
  await loop.until(async () => (await loop.client.get(Pods, name, 'default')).status?.phase === 'Running', `${name} runs`)
}
const reasons = async (name: string): Promise<string[]> => (await loop.client.list(Events, { namespace: 'default' })).items.filter((e) => e.involvedObject?.name === name && e.reason === 'TaintManagerEviction').map((e) => e.message ?? '')

/** How long it takes until the pod goes, by the cluster's clock, in ms; at most a minute. */
async function leavesAfter(name: string): Promise<number> {
  const began = loop.clock.now()
  await loop.until(async () => {
    if (!(await there(name))) return true
    if (loop.clock.now() - began > 60_000) throw new Error(`${name} does not go`)
    await loop.clock.advance(500)
    return false
  }, `${name} goes`)
  return loop.clock.now() - began
}

describe('eviction by taint', () => {
  it('at once, after a while, or never, as the pod bears it; also when the taint does not say since when', async () => {
    await run('none')
    await run('while', bears(20))
    await run('ever', bears())
    await taint([TAINT])
    await loop.until(async () => !(await there('none')), 'the one that does not bear it has gone')
    expect(await there('while')).toBe(true)
    expect(await leavesAfter('while')).toBeGreaterThan(19_000)
    expect(await there('ever')).toBe(true)
  })
  it('is called off when the taint goes, and begins anew with the next', async () => {
    await run('p', bears(20))
    await run('witness')
    await taint([TAINT])
    await loop.until(async () => !(await there('witness')), 'it has been seen')
    await loop.clock.advance(15_000)
    await taint(null)
    await loop.until(async () => (await reasons('p')).some((m) => m === 'Cancelling deletion of Pod default/p'), 'it is told')
    await loop.clock.advance(10_000)
    expect(await there('p')).toBe(true)
    await taint([TAINT])
    expect(await leavesAfter('p')).toBeGreaterThanOrEqual(20_000)
  })
  it('a pod that came after an old taint has its whole time', async () => {
    await taint([{ ...TAINT, timeAdded: '2020-01-01T00:00:00Z' }])
    await run('late', bears(20))
    await loop.clock.advance(10_000)
    expect(await there('late')).toBe(true)
  })
})
