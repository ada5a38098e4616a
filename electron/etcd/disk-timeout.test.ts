/** A disk that does not answer: writers are told in time, and what it answers late changes nothing. */
import { describe, expect, it } from 'vitest'
import { afterRunning } from './log.ts'
import { prepareSegment, type PrepareSegment } from './segment.ts'
import { openStore, openStoreWith } from './store.ts'
import { contents, json, put, temporaryFolder, write } from './testing.ts'
import { type Store, StoreUnavailableError } from './types.ts'

type Where = 'before the write' | 'behind the write' | 'while a file is made'

/** A disk that stops at `where` once `hang` was called, until `release`. */
function hangingDisk(where: Where): { prepare: PrepareSegment; hang(): void; release(): void; reached: Promise<void>; operations: () => number } {
  let hanging = false
  let operations = 0
  let release = (): void => undefined
  let reach = (): void => undefined
  const released = new Promise<void>((resolve) => { release = resolve })
  const reached = new Promise<void>((resolve) => { reach = resolve })
  const at = async (place: Where): Promise<void> => {
    if (!hanging || place !== where) return
    operations++
    reach()
    await released
  }
  const prepare: PrepareSegment = async (...args) => {
    await at('while a file is made')
    const spare = await prepareSegment(...args)
    return {
      discard: () => spare.discard(),
      async begin(first) {
        const real = await spare.begin(first)
        return {
          get name() { return real.name }, get first() { return real.first }, get bytes() { return real.bytes },
          async append(documents, signal) {
            await at('before the write')
            const appended = real.append(documents, where === 'behind the write' ? new AbortController().signal : signal)
            await appended
            await at('behind the write')
          },
          seal: () => real.seal(),
        }
      },
    }
  }
  return { prepare, hang() { hanging = true }, release() { hanging = false; release() }, reached, operations: () => operations }
}

/** Timers that fire when they are told to. */
function fakeTimers(): { after: (ms: number, callback: () => void) => () => void; fire(): void; waiting: () => number[] } {
  const timers = new Map<() => void, number>()
  return {
    after(ms, callback) {
      timers.set(callback, ms)
      return () => { timers.delete(callback) }
    },
    fire() {
      const due = [...timers.keys()]
      timers.clear()
      for (const callback of due) callback()
    },
    waiting: () => [...timers.values()],
  }
}

describe('a disk that does not answer', () => {
  it.each<Where>(['before the write', 'behind the write', 'while a file is made'])('%s: those who wait are refused in time, and a late answer changes nothing', async (where) => {
    const directory = await temporaryFolder()
    const clock = fakeTimers()
    const disk = hangingDisk(where)
    // Each write fills a segment, so that the next one needs a new file.
    const options = { directory, codec: json, ...(where === 'while a file is made' ? { segmentBytes: 1 } : {}) }
    const store: Store<unknown> = await openStoreWith(options, { after: clock.after, prepareSegment: disk.prepare })
    await write(store, put('kept', 1))
    disk.hang()
    // Takes the file that was made ahead; the next one hangs.
    if (where === 'while a file is made') await write(store, put('kept', 2))
    const [before, revision] = [contents(store), store.revision]
    const seen: number[] = []
    store.watch({ prefix: '' }, (_events, r) => seen.push(r))

    const first = Promise.allSettled([write(store, put('kept', 'refused')), write(store, put('new', 'refused'))])
    await disk.reached
    const second = Promise.allSettled([write(store, put('queued', 'refused'))])
    await expect.poll(clock.waiting).toEqual([30_000])
    expect([store.revision, seen]).toEqual([revision, []])
    clock.fire()
    for (const result of [...(await first), ...(await second)]) {
      expect(result).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailableError) as unknown })
      expect((result as PromiseRejectedResult).reason).toMatchObject({ message: expect.stringContaining('did not answer within 30 s') as unknown })
    }
    // Who comes while it still hangs waits as long, and asks nothing more of the disk.
    const third = Promise.allSettled([write(store, put('third', 'refused'))])
    await expect.poll(clock.waiting).toEqual([30_000])
    clock.fire()
    expect((await third)[0].status).toBe('rejected')
    expect([disk.operations(), contents(store), store.revision, seen]).toEqual([1, before, revision, []])

    const fourth = write(store, put('fourth', 'acknowledged'))
    disk.release()
    expect(await fourth).toMatchObject({ succeeded: true, revision: revision + 1 })
    expect(seen).toEqual([revision + 1])
    expect(clock.waiting()).toEqual([])
    const now = contents(store)
    await store.close()
    const again = await openStore({ directory, codec: json })
    expect([contents(again), again.revision, again.loadReport.setAside]).toEqual([now, revision + 1, []])
    await again.close()
  })

  it('does not hold up a close for ever', async () => {
    const clock = fakeTimers()
    const disk = hangingDisk('before the write')
    const store: Store<unknown> = await openStoreWith({ directory: await temporaryFolder(), codec: json }, { after: clock.after, prepareSegment: disk.prepare })
    disk.hang()
    const pending = Promise.allSettled([write(store, put('a', 1))])
    await disk.reached
    const closed = store.close()
    clock.fire()
    expect((await pending)[0].status).toBe('rejected')
    await expect.poll(clock.waiting).toEqual([30_000])
    clock.fire()
    await expect(closed).rejects.toThrow('did not answer within 30 s')
    disk.release()
  })
})

describe('time in which the process stands still', () => {
  it('does not count: the limit comes after all of its steps, each of which may take for ever', () => {
    const steps: { ms: number; go: () => void }[] = []
    let called = 0
    const cancel = afterRunning(2_500, () => { called++ }, ((go: () => void, ms: number) => { steps.push({ ms, go }); return setTimeout(() => undefined, 0) }) as unknown as typeof setTimeout)
    for (let i = 0; i < 3; i++) {
      expect([called, steps.length]).toEqual([0, i + 1])
      steps[i]?.go()
    }
    expect([called, steps.map((s) => s.ms)]).toEqual([1, [1_000, 1_000, 500]])
    cancel()
  })
})
