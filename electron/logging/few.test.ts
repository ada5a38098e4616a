import { copyFile, mkdtemp, open, readdir, readFile, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { realClock } from '../../shared/clock.ts'
import { plainText } from '../../shared/logs/ansi.ts'
import { predicateOf } from '../../shared/logs/match.ts'
import { parseQuery } from '../../shared/logs/query.ts'
import type { LogRecord, LogSource } from '../../shared/logs/types.ts'
import { FIXED, layoutBytes, readLayout } from './block-file.ts'
import { chooseFew, groupOf, leastGroups, nextFew, TOGETHER } from './few.ts'
import type { Block, Few } from './segment-index.ts'
import { openLogStore } from './store.ts'
import { inline } from './testing.ts'
import type { LogStore } from './types.ts'

const block = (first: number, count = 10): Block => ({ layout: { codec: 'd', few: false, words: false, form: 2, header: 1, filter: 0, columns: 1, text: 1, rawColumns: 1, rawText: 1_000, count, first, crc: 0 }, offset: first, sources: new Uint32Array(), ranks: 0, minTime: 0, maxTime: 0 })
const few = (from: number, end: number, far: boolean, inside: number[], others: number[]): Few => ({ ...block(from), from, end, far, inside: Uint32Array.from(inside), others: Uint32Array.from(others) })
const blocks = (n: number): Block[] => Array.from({ length: n }, (_, i) => block(1 + i * 10))

describe('which lines are gathered', () => {
  it.each<[string, number, Few[], boolean, object | undefined]>([
    ['too few blocks yet', TOGETHER - 1, [], false, undefined],
    ['eight', TOGETHER, [], false, { from: 1, end: 81, far: false, bytes: 500, others: [] }],
    ['the next eight', 17, [few(1, 81, false, [], [])], false, { from: 81, end: 161, far: false, bytes: 500, others: [] }],
    ['what is left when a segment is full', 11, [few(1, 81, false, [], [])], true, { from: 81, end: 111, far: false, bytes: 187, others: [] }],
    ['a single one is left', 9, [few(1, 81, false, [], [])], true, undefined],
    ['of eight that were gathered, with what each of them left out', 64, Array.from({ length: 8 }, (_, i) => few(1 + i * 80, 81 + i * 80, false, [], [i % 2, 7])), false, { from: 1, end: 641, far: true, bytes: 62, others: [0, 7, 1] }],
    ['and of those at the end', 16, [few(1, 81, false, [], []), few(81, 161, false, [], [])], true, { from: 1, end: 161, far: true, bytes: 15, others: [] }],
    ['all is done', 16, [few(1, 81, false, [], []), few(81, 161, false, [], []), few(1, 161, true, [], [])], true, undefined],
  ])('%s', (_title, count, there, full, plan) => {
    const { of: _, ...found } = nextFew(1, blocks(count), there, full) ?? {}
    expect(found).toEqual(plan ?? {})
  })
  it('the least first, as many as fit', () => {
    expect([...leastGroups(new Map([[1, 500], [2, 10], [3, 80], [4, 10], [5, 100]]), 199)]).toEqual([2, 4, 3])
    expect([...leastGroups(new Map([[1, 500]]), 199)]).toEqual([])
  })
  it('are read instead of blocks only where these have nothing else that could match', () => {
    const all = blocks(24)
    const there = [few(1, 81, false, [8], [16]), few(81, 161, false, [8, 16], []), few(161, 241, false, [], [8, 16]), few(1, 161, true, [8], [16])]
    const firsts = (...groups: number[]): (number | string)[] => chooseFew(all, there, (g) => groups.includes(g)).map((b) => ('from' in b ? `${(b as Few).from}-${(b as Few).end}` : b.layout.first))
    expect(firsts(8)).toEqual([...all.slice(16).map((b) => b.layout.first), '1-161'])
    expect(firsts(16)).toEqual([...all.slice(0, 8).map((b) => b.layout.first), ...all.slice(16).map((b) => b.layout.first), '81-161'])
    expect(firsts(24)).toEqual([])
  })
  it('groups are of a source and a rank', () => expect(groupOf(3, 6)).toBe(30))
})

describe('a store of many sources, most of which say little', () => {
  let directory: string
  let store: LogStore | undefined
  beforeEach(async () => { directory = await mkdtemp(join(tmpdir(), 'few-')) })
  afterEach(async () => {
    await store?.close()
    store = undefined
    await rm(directory, { recursive: true })
  })
  const source = (n: number): LogSource => ({ stream: 'stdout', namespace: `ns-${n % 3}`, pod: `p${n}`, podUid: '', container: 'c', node: '', restart: 0, workload: '', labels: {} })
  const sources = Array.from({ length: 12 }, (_, n) => source(n))
  interface Line { readonly id: number; readonly time: number; readonly rank: number; readonly text: string; readonly source: LogSource }
  const options = { blockBytes: 2_000, segmentBytes: 30_000, codec: 'd', clock: realClock, thread: inline } as const

  /** Source n has half as many lines as source n - 1. */
  async function fill(seed: number, count: number): Promise<Line[]> {
    let state = seed
    const random = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32
    const lines: Line[] = []
    store = await openLogStore({ directory, ...options })
    for (let i = 0; i < count; i++) {
      const n = Math.min(sources.length - 1, Math.floor(-Math.log2(1 - random())))
      const line = { id: i + 1, time: 1_000 + i - (i % 97 === 0 ? 300 : 0), rank: i % 40 === 0 ? 5 : 3, text: `${i % 13 ? 'calm' : '\u001b[31mloud\u001b[0m'} ${i} ${random().toString(36)}`, source: sources[n] as LogSource }
      lines.push(line)
      void store.append(line.source, [line].map(({ time, rank, text }) => ({ time, nanos: 0, rank, text })))
      if (i % 25 === 0) await store.flush()
    }
    await store.flush()
    return lines
  }
  const QUERIES = ['', 'pod:p8', 'pod:p6 OR pod:p9', 'namespace:ns-2 level>=error', 'level>=error', 'pod:p7 level>=error', '-pod:p0 -pod:p1 -pod:p2 loud', 'pod:p5 OR (pod:p0 level>=error)', 'pod:nobody', 'pod:p4 /lo+ud 1/']
  const expected = (lines: readonly Line[], query: string): Line[] => {
    const predicate = predicateOf(parseQuery(query), 0)
    return lines.filter((l) => predicate({ ...l, text: plainText(l.text) })).sort((a, b) => b.time - a.time || b.id - a.id)
  }
  async function search(query: string, after?: LogRecord, limit = 10_000): Promise<{ entries: LogRecord[]; read: number }> {
    const entries: LogRecord[] = []
    let read = 0
    await (store as LogStore).search({ query, limit, order: 'newest', ...(after ? { after } : {}) }, (m) => { entries.push(...m.entries); read = m.total })
    return { entries, read }
  }
  async function shows(lines: readonly Line[]): Promise<void> {
    for (const query of QUERIES) {
      const wanted = expected(lines, query).map((l) => [l.id, l.time, l.text])
      const { entries } = await search(query)
      expect(entries.map((e) => [e.id, e.time, e.text]), query).toEqual(wanted)
      // In pages, each from the last line of the one before.
      const paged: LogRecord[] = []
      for (let page = await search(query, undefined, 40); page.entries.length; page = await search(query, paged.at(-1), 40)) paged.push(...page.entries)
      expect(paged.map((e) => e.id), query).toEqual(wanted.map(([id]) => id))
      let counted = 0
      await (store as LogStore).histogram({ query, buckets: 7 }, (m) => { counted = m.counts.flat().reduce((a, b) => a + b, 0) })
      expect(counted, query).toBe(wanted.length)
    }
  }

  it.each([1, 2])('answers exactly, in order, each line once, and the few out of few blocks; also opened anew, with its index and without (%i)', async (seed) => {
    const lines = await fill(seed, 7_000)
    await shows(lines)
    const all = (await search('')).read
    expect(all).toBeGreaterThan(60)
    for (const query of ['pod:p8', 'pod:p7 level>=error', 'namespace:ns-2 level>=error -pod:p2']) expect((await search(query)).read, query).toBeLessThan(all / 4)
    for (const index of [true, false]) {
      await store?.close()
      if (!index) for (const name of await readdir(directory)) if (name.endsWith('.idx')) await rm(join(directory, name))
      store = await openLogStore({ directory, ...options })
      await shows(lines)
      expect((await search('pod:p8')).read).toBeLessThan(all / 4)
    }
  }, 60_000)

  it('cut within or behind a block of lines that are few, it has all lines of the blocks that are whole', async () => {
    const lines = await fill(4, 1_500)
    await store?.close()
    store = undefined
    const last = join(directory, (await readdir(directory)).filter((f) => f.endsWith('.seg')).sort().at(-1) as string)
    const bytes = await readFile(last)
    const cuts: number[] = []
    for (let at = 0; at < bytes.length;) {
      const layout = readLayout(bytes.subarray(at))
      if (!layout) throw new Error('no block where one should begin')
      const end = at + layoutBytes(layout)
      if (layout.few) cuts.push(at, at + 1, at + FIXED - 1, at + FIXED + layout.header, end - 1)
      at = end
    }
    expect(cuts.length).toBeGreaterThan(4)
    const copy = await mkdtemp(join(tmpdir(), 'few-cut-'))
    for (const cut of cuts) {
      for (const name of await readdir(directory)) if (!name.endsWith('.head')) await copyFile(join(directory, name), join(copy, name))
      const path = join(copy, last.slice(directory.length + 1))
      await truncate(path, cut)
      store = await openLogStore({ directory: copy, ...options })
      const whole = lines.slice(0, store.lastId)
      expect(whole.length).toBeGreaterThan(100)
      await shows(whole)
      expect((await stat(path)).size).toBeLessThanOrEqual(cut)
      await store.close()
      store = undefined
      for (const name of await readdir(copy)) await rm(join(copy, name))
    }
    await rm(copy, { recursive: true })
  }, 60_000)

  it('one that is damaged is passed over like any block; the others answer', async () => {
    await fill(5, 1_500)
    await store?.close()
    const first = join(directory, (await readdir(directory)).filter((f) => f.endsWith('.seg')).sort()[0] as string)
    const file = await open(first, 'r+')
    const bytes = await readFile(first)
    for (let at = 0; at < bytes.length;) {
      const layout = readLayout(bytes.subarray(at)) as NonNullable<ReturnType<typeof readLayout>>
      at += layoutBytes(layout)
      if (layout.few && layout.text > 8) await file.write(Buffer.alloc(8), 0, 8, at - 8)
    }
    await file.close()
    store = await openLogStore({ directory, ...options })
    expect((await search('')).entries).toHaveLength(1_500)
    expect((await search('pod:p5')).entries.length).toBeGreaterThan(0)
  })
})
