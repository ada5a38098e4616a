import { describe, expect, it, vi } from 'vitest'
import { FakeClock } from '../../shared/clock.ts'
import type { LogSource } from '../../shared/logs/types.ts'
import type { LogLine } from '../kubelet/runtime/types.ts'
import { Ahead, ContainerReader } from './container-reader.ts'
import { formatTimestamp } from './timestamp.ts'
import type { LogDraft, LogWriter } from './types.ts'

const clock = new FakeClock(1_767_225_600_000)
const source: LogSource = { stream: 'stdout', namespace: 'shop', pod: 'web', podUid: 'u', container: 'c', node: 'n', restart: 0, workload: '', labels: {} }

/** A store that has room when it is told so. */
class NarrowStore implements Pick<LogWriter, 'append' | 'position'> {
  readonly texts: string[] = []
  full = true
  #waiting: (() => void)[] = []
  append(_source: LogSource, lines: readonly LogDraft[]): Promise<void> {
    this.texts.push(...lines.map((l) => l.text))
    return this.full ? new Promise((resolve) => { this.#waiting.push(resolve) }) : Promise.resolve()
  }
  position = (): undefined => undefined
  makeRoom(): void {
    this.full = false
    for (const go of this.#waiting.splice(0)) go()
  }
}

describe('a container that writes more than the store takes', () => {
  // As many as an engine's answer brings at once: fewer than go to the store together, exactly so many, and more.
  it.each([1, 100, 1_000, 3_000])('is read no further than a bound while there is no room, %i lines at a time, and to its end when there is', async (atOnce) => {
    const count = 30_000
    let given = 0
    async function* lines(): AsyncGenerator<LogLine[]> {
      while (given < count) {
        await new Promise((resolve) => setImmediate(resolve))
        yield Array.from({ length: Math.min(atOnce, count - given) }, () => ({ timestamp: formatTimestamp(clock.now() + given / 100), stream: 'stdout', text: `n ${++given}` }))
      }
    }
    const store = new NarrowStore()
    const ahead = new Ahead(64 * 1024)
    const reader = new ContainerReader({ store: store as unknown as LogWriter, clock, ahead, origin: 'o', source: () => source })
    const copied = reader.copy(lines())
    let before = -1
    // Until it stands still: many turns in which nothing more is taken.
    for (let still = 0; still < 50; still = given === before ? still + 1 : 0) {
      before = given
      await new Promise((resolve) => setImmediate(resolve))
    }
    // So many as the bound has room for, and what was on its way.
    expect(given).toBeGreaterThan(500)
    expect(given).toBeLessThanOrEqual(3_000)
    expect(ahead.bytes).toBeGreaterThanOrEqual(ahead.most)
    store.makeRoom()
    expect(await copied).toEqual({ again: false })
    await vi.waitFor(() => expect(store.texts).toHaveLength(count))
    expect(ahead.bytes).toBe(0)
    expect(store.texts).toEqual(Array.from({ length: count }, (_, i) => `n ${i + 1}`))
  })
})

it('joins a trace whose rest had come when all stood still for longer than its beginning is held', async () => {
  const own = new FakeClock(clock.now())
  const line = (text: string): LogLine[] => [{ timestamp: formatTimestamp(own.now()), stream: 'stdout', text }]
  async function* lines(): AsyncGenerator<LogLine[]> {
    yield line('java.lang.IllegalStateException: broken')
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
    void own.advance(10_000)
    yield line('\tat com.shop.Cart.add(Cart.java:12)')
  }
  const store = new NarrowStore()
  store.full = false
  await new ContainerReader({ store: store as unknown as LogWriter, clock: own, ahead: new Ahead(), origin: 'o', source: () => source }).copy(lines())
  expect(store.texts).toEqual(['java.lang.IllegalStateException: broken\n\tat com.shop.Cart.add(Cart.java:12)'])
})

describe('an engine that was kept waiting leaves out what it has written meanwhile', () => {
  const T = clock.now()
  /** Each line's time, and when it comes, in milliseconds from the opening. */
  const read = async (...all: [time: number, comes: number][]): Promise<{ again: boolean; stored: string[] }> => {
    const own = new FakeClock(T)
    async function* lines(): AsyncGenerator<LogLine[]> {
      for (const [time, comes] of all) {
        await own.advance(T + comes - own.now())
        yield [{ timestamp: formatTimestamp(T + time), stream: 'stdout', text: `at ${time}` }]
      }
    }
    const store = new NarrowStore()
    store.full = false
    const { again } = await new ContainerReader({ store: store as unknown as LogWriter, clock: own, ahead: new Ahead(), origin: 'o', source: () => source }).copy(lines())
    return { again, stored: store.texts }
  }
  it.each<[string, [number, number][], boolean, string[]]>([
    ['a gap among lines that are read late: it is opened anew, behind what is stored', [[0, 1], [10, 3_000], [2_500, 3_001]], true, ['at 0']],
    ['a container that rests between its lines', [[0, 1], [3_000, 3_001], [9_000, 9_001]], false, ['at 0', 'at 3000', 'at 9000']],
    ['lines without a gap, though late', [[0, 1], [10, 3_000], [25, 3_001]], false, ['at 0', 'at 10', 'at 25']],
    ['gaps in what was there before it was opened', [[-9_000, 1], [-5_000, 2], [-1_000, 3], [4, 4]], false, ['at -9000', 'at -5000', 'at -1000', 'at 4']],
    ['an engine whose clock goes behind', [[-60_000, 1], [-59_000, 1_001], [-57_000, 3_001]], false, ['at -60000', 'at -59000', 'at -57000']],
  ])('%s', async (_title, all, again, stored) => expect(await read(...all)).toEqual({ again, stored }))
})
