import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../../shared/clock.ts'
import { badRequest } from '../../../shared/errors.ts'
import { parseQuery } from '../../../shared/logs/query.ts'
import type { LogRecord, LogSource } from '../../../shared/logs/types.ts'
import { ColumnsBuilder } from '../columns.ts'
import { inline } from '../testing.ts'
import { packBlocks, type BlockRef } from './block-list.ts'
import type { Found, HistogramJob, SearchJob } from './jobs.ts'
import type { SearchRunner } from './thread.ts'
import { FEW_LIGHT, TwoThreads } from './two-threads.ts'

const source: LogSource = { stream: 'stdout', namespace: 'n', pod: 'p', podUid: '', container: 'c', node: '', restart: 0, workload: '', labels: {} }
const BLOCKS = 70
const LINES = 7
/** Blocks of lines whose times reach into those of the blocks beside them, every third with the word. */
function blocks(): BlockRef[] {
  return Array.from({ length: BLOCKS }, (_, n) => {
    const c = new ColumnsBuilder(1 + n * LINES, 1000)
    for (let i = 0; i < LINES; i++) c.add(1_000 + n * 10 + ((i * 37 + n * 11) % 45), i, 0, 3, `line ${n * LINES + i}${(n * LINES + i) % 3 ? '' : ' word'}`)
    const columns = c.snapshot()
    return { at: { columns }, sources: [0], minTime: Math.min(...columns.times), maxTime: Math.max(...columns.times), first: columns.first, count: columns.count }
  })
}
const everyLine = (): { id: number; time: number; nanos: number }[] => blocks().flatMap((b) => ('columns' in b.at ? Array.from(b.at.columns.times, (time, i) => ({ id: b.first + i, time, nanos: i })) : []))
function search(query: string, order: SearchJob['order'], limit: number): SearchJob {
  const packed = packBlocks(blocks().sort((a, b) => (order === 'newest' ? b.maxTime - a.maxTime : a.minTime - b.minTime)))
  return { kind: 'search', ast: parseQuery(query), now: 0, sources: new Map([[0, source]]), blocks: packed, order, limit }
}
async function run(runner: SearchRunner, job: SearchJob): Promise<{ entries: LogRecord[]; more: boolean | undefined; ends: number }> {
  const entries: LogRecord[] = []
  const ends: boolean[] = []
  await runner.run(job, (f) => {
    if (f.kind !== 'search') return
    entries.push(...f.entries)
    if (f.done) ends.push(f.done.more)
  })
  return { entries, more: ends[0], ends: ends.length }
}
/** Answers after the others have had so many turns. */
const slow = (turns: number): SearchRunner => ({
  ...inline,
  async run(job, found, signal) {
    for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve))
    await inline.run(job, found, signal)
  },
})
const two = (first = inline, second = inline): TwoThreads => new TwoThreads(new FakeClock(), first, second)

describe('two threads', () => {
  it.each([
    ['', 'newest', 1_000], ['', 'oldest', 1_000], ['word', 'newest', 1_000], ['word', 'oldest', 1_000], ['word', 'newest', 20], ['', 'newest', 1], ['', 'oldest', 150], ['nowhere', 'newest', 10],
    ['', 'newest', BLOCKS * LINES], ['', 'newest', BLOCKS * LINES - 1], ['word', 'oldest', 94], ['word', 'oldest', 93],
  ] as const)('find %j, the %s %i, as one does, whichever is the faster', async (query, order, limit) => {
    const sign = order === 'newest' ? -1 : 1
    const fit = everyLine().filter(({ id }) => (query === '' ? true : query === 'word' ? (id - 1) % 3 === 0 : false)).sort((a, b) => sign * (a.time - b.time || a.nanos - b.nanos || a.id - b.id))
    for (const runner of [two(), two(inline, slow(30)), two(slow(30), inline)]) {
      const { entries, more, ends } = await run(runner, search(query, order, limit))
      expect(entries.map((e) => e.id)).toEqual(fit.slice(0, limit).map((e) => e.id))
      expect([more, ends]).toEqual([fit.length > limit, 1])
    }
  })

  it('read each block once, the faster one more of them', async () => {
    const searched = [0, 0]
    const counted = (n: number, runner: SearchRunner): SearchRunner => ({ ...runner, run: (job, found, signal) => runner.run(job, (f) => { if (f.kind === 'search') searched[n] = f.searched; found(f) }, signal) })
    const { entries } = await run(two(counted(0, inline), counted(1, slow(10))), search('', 'newest', 1_000))
    expect(entries).toHaveLength(BLOCKS * LINES)
    // The first read the newest few alone, as a job of its own.
    expect((searched[0] as number) + (searched[1] as number) + FEW_LIGHT).toBe(BLOCKS)
    expect(searched[0]).toBeGreaterThan(2 * (searched[1] as number))
  })
  it('give as many lines as are wanted, also where those beyond wait for a block that has none', async () => {
    const job = search('', 'newest', 1)
    const late = blocks().at(-1) as BlockRef
    // Its source was not sent along: it cannot match.
    const packed = packBlocks([late, { ...late, sources: [1] }])
    const { entries, more } = await run(inline, { ...job, blocks: packed })
    expect([entries.length, more]).toEqual([1, true])
  })

  it('count as one does', async () => {
    const job: HistogramJob = { kind: 'histogram', ast: parseQuery('word'), now: 0, sources: new Map([[0, source]]), blocks: packBlocks(blocks()), from: 1_000, step: 50, buckets: 10 }
    const last = async (runner: SearchRunner): Promise<Found | undefined> => {
      let heard: Found | undefined
      await runner.run(job, (f) => { heard = f })
      return heard
    }
    const one = await last(inline)
    expect(one).toMatchObject({ done: true, searched: BLOCKS })
    expect(await last(two())).toEqual(one)
    expect(await last(two(slow(20), inline))).toEqual(one)
  })

  it('end both when one fails, with its reason', async () => {
    let stopped = false
    const never: SearchRunner = {
      ...inline,
      run: (_job, _found, signal) => new Promise((_resolve, reject) => { signal?.addEventListener('abort', () => { stopped = true; reject(signal.reason as Error) }) }),
    }
    const fails: SearchRunner = { ...inline, run: () => Promise.reject(badRequest('query: the regular expression takes too long')) }
    let begun = 0
    // The first few blocks are read by the first alone.
    const first: SearchRunner = { ...inline, run: (job, found, signal) => (begun++ ? never.run(job, found, signal) : inline.run(job, found, signal)) }
    await expect(two(first, fails).run(search('word', 'newest', 1_000), () => undefined)).rejects.toThrow('takes too long')
    expect(stopped).toBe(true)
  })

  it('can be stopped', async () => {
    const stop = new AbortController()
    await expect(two().run(search('', 'newest', 1_000), () => stop.abort(new Error('enough')), stop.signal)).rejects.toThrow('enough')
  })
})
