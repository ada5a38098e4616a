import { appendFile, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakeClock, realClock } from '../../shared/clock.ts'
import type { LogEntry, LogQuery } from '../../shared/ipc.ts'
import { openLogStore, type LogStoreOptions } from './store.ts'
import type { Draft } from './segment-format.ts'
import { formatTimestamp, parseTimestamp } from './timestamp.ts'
import type { LogStore } from './types.ts'

let directory: string
const opened: LogStore[] = []
beforeEach(async () => { directory = await mkdtemp(join(tmpdir(), 'logs-')) })
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close()
  await rm(directory, { recursive: true })
})
async function open(options: Partial<LogStoreOptions> = {}): Promise<LogStore> {
  const store = await openLogStore({ directory, clock: new FakeClock(), ...options })
  opened.push(store)
  return store
}
const line = (time: number, text: string, more: Partial<Draft> = {}): Draft => ({ time, stream: 'stdout', namespace: 'default', pod: 'web', podUid: 'u', container: 'c', node: 'n', restart: 0, text, ...more })
const texts = async (store: LogStore, query: LogQuery = {}): Promise<string[]> => (await store.query(query)).entries.map((e) => e.text)
const segments = async (): Promise<string[]> => (await readdir(directory)).filter((f) => f.endsWith('.ndjson')).sort().map((f) => join(directory, f))

describe('log store', () => {
  it('answers what was put in, in order of time, whatever the text and the order', async () => {
    const draft = fc.record({
      time: fc.double({ min: 0, max: 2e12, noNaN: true, noDefaultInfinity: true }).map((t) => t || 0), text: fc.string({ unit: 'binary', maxLength: 40 }), pod: fc.constantFrom('a', 'b'), restart: fc.nat(2), stream: fc.constantFrom('stdout' as const, 'stderr' as const),
    })
    await fc.assert(fc.asyncProperty(fc.array(fc.array(draft, { maxLength: 30 }), { maxLength: 6 }), async (batches) => {
      await rm(directory, { recursive: true, force: true })
      const store = await openLogStore({ directory, clock: new FakeClock(), segmentBytes: 1_000 })
      const all: LogEntry[] = []
      for (const batch of batches) {
        const entries = batch.map((d) => line(d.time, d.text, d))
        store.append(entries)
        entries.forEach((e) => all.push({ ...e, sequence: all.length + 1 }))
        await store.flush()
      }
      all.sort((a, b) => a.time - b.time || a.sequence - b.sequence)
      expect((await store.query({})).entries).toEqual(all)
      await store.close()
      const reopened = await openLogStore({ directory, clock: new FakeClock(), segmentBytes: 1_000 })
      expect((await reopened.query({})).entries).toEqual(all)
      await reopened.close()
    }), { numRuns: 40 })
  })

  it('pages back through everything without gap or double, also where lines came late', async () => {
    const store = await open({ segmentBytes: 4_000 })
    const times = Array.from({ length: 1_000 }, (_, i) => i + (i % 7) * 3 - (i % 50 === 0 ? 400 : 0))
    for (let i = 0; i < times.length; i += 90) {
      store.append(times.slice(i, i + 90).map((t, k) => line(t, `${i + k}`)))
      await store.flush()
    }
    const seen: LogEntry[] = []
    for (let query: LogQuery = { limit: 37 }; ;) {
      const { entries, more } = await store.query(query)
      seen.unshift(...entries)
      if (!more) break
      query = { limit: 37, before: { time: (entries[0] as LogEntry).time, sequence: (entries[0] as LogEntry).sequence } }
    }
    expect(seen.map((e) => e.sequence)).toEqual(times.map((time, i) => ({ time, sequence: i + 1 })).sort((a, b) => a.time - b.time || a.sequence - b.sequence).map((e) => e.sequence))
  })

  it.each<[string, LogQuery, string[]]>([
    ['everything', {}, ['one', 'Two', 'three "3"', 'component']],
    ['the newest', { limit: 2 }, ['three "3"', 'component']],
    ['a namespace', { namespaces: ['other'] }, ['three "3"']],
    ['a pod', { pods: ['default/web'] }, ['one', 'Two']],
    ['a component', { pods: ['/kube-scheduler'] }, ['component']],
    ['a container', { containers: ['d'] }, ['Two']],
    ['a text, in any case', { search: 'tWO' }, ['Two']],
    ['a text, in its case', { search: 'two', caseSensitive: true }, []],
    ['a text that JSON escapes', { search: '"3"' }, ['three "3"']],
    ['an expression', { search: '^t.*e\\b', regex: true }, ['three "3"']],
    ['an expression in its case', { search: '^t', regex: true, caseSensitive: true }, ['three "3"']],
    ['from, inclusive', { from: 3 }, ['three "3"', 'component']],
    ['to, exclusive', { to: 3 }, ['one', 'Two']],
    ['before', { before: { time: 3, sequence: 3 } }, ['one', 'Two']],
    ['empty lists mean all', { pods: [], namespaces: [], containers: [] }, ['one', 'Two', 'three "3"', 'component']],
    ['an unknown pod', { pods: ['default/nobody'] }, []],
  ])('finds %s', async (_what, query, expected) => {
    const store = await open()
    store.append([line(1, 'one'), line(2, 'Two', { container: 'd' }), line(3, 'three "3"', { namespace: 'other' }), line(4, 'component', { namespace: '', pod: 'kube-scheduler', stream: 'component' })])
    expect(await texts(store, query)).toEqual(expected)
  })

  it.each<[string, LogQuery, RegExp]>([
    ['an invalid expression', { search: '(', regex: true }, /^search: Invalid regular expression/],
    ['an expression without end', { search: '^(a+)+$', regex: true }, /takes too long/],
    ['limit', { limit: 0 }, /^limit: /],
    ['limit too large', { limit: 10_001 }, /^limit: /],
    ['from', { from: Number.NaN }, /^from: /],
    ['pods', { pods: 'x' as never }, /^pods: /],
    ['before', { before: {} as never }, /^before: /],
  ])('refuses %s', async (_what, query, message) => {
    const store = await open()
    store.append([line(1, `${'a'.repeat(5_000)}!`)])
    await expect(store.query(query)).rejects.toMatchObject({ message: expect.stringMatching(message), code: 400 })
  })

  it('stays within its bounds by dropping the oldest segments', async () => {
    const store = await open({ limitBytes: 40_000, segmentBytes: 4_000 })
    for (let i = 0; i < 100; i++) {
      store.append(Array.from({ length: 20 }, (_, k) => line(i * 20 + k, `line ${i * 20 + k} ${'x'.repeat(30)}`)))
      await store.flush()
    }
    const { bytes, limitBytes } = await store.sources()
    expect(bytes).toBeLessThanOrEqual(limitBytes + 8_000)
    const sizes = await Promise.all((await readdir(directory)).map(async (f) => (await stat(join(directory, f))).size))
    expect(sizes.reduce((a, b) => a + b)).toBeLessThanOrEqual(limitBytes + 8_000)
    const kept = await store.query({ limit: 10_000 })
    expect(kept.entries.at(-1)?.text).toContain('line 1999')
    expect(kept.entries.length).toBeGreaterThan(200)
    expect(kept.entries.map((e) => e.time)).toEqual(Array.from({ length: kept.entries.length }, (_, i) => 2000 - kept.entries.length + i))
  })

  it.each([
    ['a torn line', async (path: string) => truncate(path, (await stat(path)).size - 3), ['one', 'two']],
    ['a torn line of a later write', async (path: string) => appendFile(path, '[4,4,0,"fo'), ['one', 'two', 'three']],
    ['a damaged line in the middle', async (path: string) => writeFile(path, (await readFile(path, 'utf8')).replace('[2,2', '[2x2')), ['one', 'three']],
  ])('after a crash drops %s, and no more', async (_what, harm, expected) => {
    const store = await open()
    store.append([line(1, 'one'), line(2, 'two'), line(3, 'three')])
    await store.flush()
    const [path = ''] = await segments()
    // Not closed: as a crash leaves it.
    await harm(path)
    const after = await open()
    expect(await texts(after)).toEqual(expected)
    after.append([line(5, 'after')])
    expect(await texts(after)).toEqual([...expected, 'after'])
    const third = await open()
    expect(await texts(third)).toEqual([...expected, 'after'])
  })

  it('goes on counting, and knows where each container ended, after a restart and after retention', async () => {
    const store = await open({ segmentBytes: 2_000, limitBytes: 6_000 })
    store.append([line(1_000.25, 'old', { podUid: 'gone' })])
    for (let i = 0; i < 200; i++) {
      store.append([line(2_000 + i, 'x'.repeat(50))])
      await store.flush()
    }
    expect(await texts(store, { search: 'old' })).toEqual([])
    await store.close()
    const after = await open({ segmentBytes: 2_000, limitBytes: 6_000 })
    expect(parseTimestamp(after.lastTimestamp('gone', 'c', 0) ?? '')).toBe(1_000.25)
    expect(parseTimestamp(after.lastTimestamp('u', 'c', 0) ?? '')).toBe(2_199)
    expect(after.lastTimestamp('u', 'c', 1)).toBeUndefined()
    after.append([line(1, 'next')])
    expect((await after.query({ search: 'next' })).entries[0]?.sequence).toBe(202)
  })

  it('does not read full segments at start', async () => {
    const store = await open({ segmentBytes: 1_000 })
    store.append(Array.from({ length: 100 }, (_, i) => line(i, `line ${i}`)))
    await store.close()
    const [first = ''] = await segments()
    // Same size, other content: only a query would notice.
    await writeFile(first, 'x'.repeat((await stat(first)).size))
    const after = await open({ segmentBytes: 1_000 })
    expect((await after.sources()).pods).toEqual([{ namespace: 'default', pod: 'web', lastTime: 99 }])
    expect((await texts(after)).at(-1)).toBe('line 99')
  })

  it('writes by itself, and has no timer when there is nothing to write', async () => {
    const clock = new FakeClock()
    const store = await open({ clock })
    expect(clock.waiting).toBe(0)
    store.append([line(1, 'one')])
    expect(clock.waiting).toBe(1)
    await clock.advance(200)
    await vi.waitFor(async () => expect(await readFile((await segments())[0] ?? '', 'utf8')).toContain('[1,1,0,"one"]'), { interval: 5 })
    expect(clock.waiting).toBe(0)
  })

  it('says that lines were lost when the disk refused them, and goes on', async () => {
    const clock = new FakeClock()
    const store = await open({ clock })
    await rm(directory, { recursive: true })
    for (let i = 0; i < 400; i++) store.append([line(i, 'x'.repeat(100_000))])
    await store.flush()
    await vi.waitFor(() => expect(clock.waiting).toBe(1), { interval: 5 })
    await import('node:fs/promises').then((fs) => fs.mkdir(directory))
    await clock.advance(1_000)
    await vi.waitFor(async () => expect(await texts(store, { search: 'lines were lost' })).toHaveLength(1), { interval: 20 })
    expect((await store.query({ limit: 1, to: 1_000 })).entries[0]?.time).toBe(399)
  })

  it('ends a query when asked to', async () => {
    const store = await open()
    store.append([line(1, 'one')])
    await expect(store.query({}, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' })
  })

  it('never holds the event loop while it searches', async () => {
    const store = await open({ clock: realClock })
    for (let i = 0; i < 40; i++) {
      store.append(Array.from({ length: 2_000 }, (_, k) => line(i * 2_000 + k, `request ${k} of ${i} was served in ${k % 97} ms by the handler of things`)))
      await store.flush()
    }
    let turns = 0
    let searching = true
    const count = (): void => { turns++; if (searching) setImmediate(count) }
    setImmediate(count)
    expect(await texts(store, { search: 'nowhere to be (found|seen)', regex: true })).toEqual([])
    searching = false
    expect(turns).toBeGreaterThan(20)
  })
})

describe('live readers', () => {
  it('get what matches, in batches of at most one every 50 ms', async () => {
    const clock = new FakeClock()
    const store = await open({ clock })
    const batches: string[][] = []
    const reader = store.tail({ pods: ['default/web'], search: 'a' }, (b) => batches.push(b.entries.map((e) => e.text)))
    store.append([line(1, 'a1'), line(2, 'b'), line(3, 'a2', { pod: 'other' })])
    await clock.advance(0)
    store.append([line(4, 'a3')])
    store.append([line(5, 'a4')])
    await clock.advance(49)
    expect(batches).toEqual([['a1']])
    await clock.advance(1)
    expect(batches).toEqual([['a1'], ['a3', 'a4']])
    reader.close()
    store.append([line(6, 'a5')])
    await clock.advance(100)
    expect(batches).toHaveLength(2)
  })

  it('are told what they were too slow for', async () => {
    const clock = new FakeClock()
    const store = await open({ clock })
    const batches: { n: number; dropped: number }[] = []
    store.tail({}, (b) => batches.push({ n: b.entries.length, dropped: b.dropped }))
    store.append(Array.from({ length: 10_500 }, (_, i) => line(i, 'x')))
    await clock.advance(50)
    expect(batches).toEqual([{ n: 10_000, dropped: 500 }])
  })

  it('cannot break each other', async () => {
    const clock = new FakeClock()
    const store = await open({ clock })
    const got: string[] = []
    store.tail({}, () => { throw new Error('broken') })
    store.tail({ search: '^(a+)+$', regex: true }, () => got.push('never'))
    store.tail({}, (b) => got.push(...b.entries.map((e) => e.text.slice(0, 3))))
    store.append([line(1, `${'a'.repeat(5_000)}!`)])
    await clock.advance(50)
    store.append([line(2, 'two')])
    await clock.advance(50)
    expect(got).toEqual(['aaa', 'two'])
  })
})

describe('timestamps', () => {
  it.each([['2026-01-01T00:00:00Z', 1767225600000], ['2026-01-01T00:00:00.5Z', 1767225600500], ['2026-01-01T01:00:00.000250000+01:00', 1767225600000.25]])('%s', (text, ms) => expect(parseTimestamp(text)).toBe(ms))
  it.each(['', 'now', '2026-01-01', '2026-13-01T00:00:00Z'])('%j is none', (text) => expect(parseTimestamp(text)).toBeUndefined())
  it('read back to the same number', () => {
    fc.assert(fc.property(fc.integer({ min: 1_600_000_000, max: 2_000_000_000 }), fc.integer({ min: 0, max: 999_999_999 }), (s, nanos) => {
      const ms = parseTimestamp(`${new Date(s * 1000).toISOString().slice(0, 19)}.${String(nanos).padStart(9, '0')}Z`) as number
      expect(parseTimestamp(formatTimestamp(ms))).toBe(ms)
    }))
  })
})
