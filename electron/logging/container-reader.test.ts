import { describe, expect, it, vi } from 'vitest'
import { FakeClock } from '../../shared/clock.ts'
import type { LogSource } from '../../shared/logs/types.ts'
import type { LogLine } from '../kubelet/runtime/types.ts'
import { ContainerReader } from './container-reader.ts'
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
    async function* lines(): AsyncGenerator<LogLine> {
      while (given < count) {
        await new Promise((resolve) => setImmediate(resolve))
        for (let i = 0; i < atOnce && given < count; i++) yield { timestamp: formatTimestamp(clock.now() + given / 100), stream: 'stdout', text: `n ${++given}` }
      }
    }
    const store = new NarrowStore()
    const reader = new ContainerReader({ store: store as unknown as LogWriter, clock, origin: 'o', source: () => source })
    const copied = reader.copy(lines())
    let before = -1
    // Until it stands still: many turns in which nothing more is taken.
    for (let still = 0; still < 50; still = given === before ? still + 1 : 0) {
      before = given
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(given).toBeLessThanOrEqual(3_000)
    store.makeRoom()
    expect(await copied).toEqual({ again: false })
    await vi.waitFor(() => expect(store.texts).toHaveLength(count))
    expect(store.texts).toEqual(Array.from({ length: count }, (_, i) => `n ${i + 1}`))
  })
})
