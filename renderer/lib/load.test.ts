import { expect, it } from 'vitest'
import { load, type Reloads } from './load.ts'

/** A tab; each look at it is a fresh document. */
function tab() {
  const kept = new Map<string, string>()
  const seen = { now: 1_000_000, pauses: [] as number[], reloads: 0, answers: true }
  const reloads: Reloads = {
    now: () => seen.now,
    storage: { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => { kept.set(key, value) } },
    pause: async (ms) => { seen.pauses.push(ms); seen.now += ms },
    answers: async () => seen.answers,
    reload: () => { seen.reloads++ },
  }
  return { seen, reloads }
}
const fails = (): Promise<never> => Promise.reject(new Error('did not come'))
const settled = (work: Promise<unknown>): Promise<string> => Promise.race([work.then(() => 'here', (e: Error) => e.message), new Promise<string>((resolve) => { setTimeout(() => resolve('waits'), 10) })])

it('gives what comes, and leaves the page alone', async () => {
  const { seen, reloads } = tab()
  expect(await load(async () => 'here', reloads)).toBe('here')
  expect(seen.reloads).toBe(0)
})
it('loads the page again for what does not come, later and later, and says it when that does not help', async () => {
  const { seen, reloads } = tab()
  for (let i = 0; i < 5; i++) expect(await settled(load(fails, reloads))).toBe('waits')
  expect(seen.pauses).toEqual([150, 300, 600, 1200, 2400])
  expect(await settled(load(fails, reloads))).toBe('did not come')
  expect(seen.reloads).toBe(5)
})
it('begins anew after a minute', async () => {
  const { seen, reloads } = tab()
  for (let i = 0; i < 6; i++) await settled(load(fails, reloads))
  seen.now += 60_000
  expect(await settled(load(fails, reloads))).toBe('waits')
  expect(seen.reloads).toBe(6)
})
it('leaves the page on view while nobody answers', async () => {
  const { seen, reloads } = tab()
  seen.answers = false
  expect(await settled(load(fails, reloads))).toBe('did not come')
  expect([seen.reloads, seen.pauses]).toEqual([0, [150, 300, 600, 1200, 2400]])
})
it('loads it again as soon as somebody does', async () => {
  const { seen, reloads } = tab()
  seen.answers = false
  expect(await settled(load(fails, { ...reloads, pause: async (ms) => { seen.answers = seen.pauses.push(ms) === 3 } }))).toBe('waits')
  expect(seen.reloads).toBe(1)
})
