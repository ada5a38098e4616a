import { appendFile, copyFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakeClock, realClock } from '../../shared/clock.ts'
import { predicateOf } from '../../shared/logs/match.ts'
import { parseQuery } from '../../shared/logs/query.ts'
import { plainText } from '../../shared/logs/ansi.ts'
import type { LogHistogram, LogRecord, LogSearchMessage, LogSource } from '../../shared/logs/types.ts'
import { openLogStore, type LogStoreOptions } from './store.ts'
import { SearchThread } from './search/thread.ts'
import { inline } from './testing.ts'
import type { LogDraft, LogStore } from './types.ts'

let directory: string
const opened: LogStore[] = []
beforeEach(async () => { directory = await mkdtemp(join(tmpdir(), 'logs-')) })
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close()
  await rm(directory, { recursive: true })
})
async function open(options: Partial<LogStoreOptions> = {}): Promise<LogStore> {
  const store = await openLogStore({ directory, clock: new FakeClock(), thread: inline, ...options })
  opened.push(store)
  return store
}
const reopen = async (options: Partial<LogStoreOptions> = {}): Promise<LogStore> => {
  await opened.pop()?.close()
  return open(options)
}
const source = (more: Partial<LogSource> = {}): LogSource => ({ stream: 'stdout', namespace: 'shop', pod: 'web', podUid: 'u', container: 'c', node: 'n', restart: 0, workload: 'Deployment/web', labels: { app: 'web' }, ...more })
const draft = (time: number, text: string, more: Partial<LogDraft> = {}): LogDraft => ({ time, nanos: 0, rank: 0, text, ...more })
const add = (store: LogStore, lines: readonly LogDraft[], of: LogSource = source()): void => void store.append(of, lines)

async function search(store: LogStore, query: string, more: Partial<Parameters<LogStore['search']>[0]> = {}, signal?: AbortSignal): Promise<{ entries: LogRecord[]; messages: LogSearchMessage[]; more: boolean | undefined }> {
  const messages: LogSearchMessage[] = []
  await store.search({ query, order: 'oldest', limit: 10_000, ...more }, (m) => messages.push(m), signal)
  return { entries: messages.flatMap((m) => m.entries), messages, more: messages.at(-1)?.done?.more }
}
const texts = async (store: LogStore, query = '', more: Partial<Parameters<LogStore['search']>[0]> = {}): Promise<string[]> => (await search(store, query, more)).entries.map((e) => e.text)

const line = fc.record({
  time: fc.integer({ min: 0, max: 4e12 }), nanos: fc.nat(999_999), rank: fc.nat(6),
  text: fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.constantFrom('timeout at gate 7f3a9b2c4d', 'a\u001b[31mti\u001b[0mmeout', '{"status":503,"id":"9f8e7d6c5b4a"}', 'GRÖSSE x', 'one\n\tat two\n\tat three', 'level=warn took=3')),
})
const sources = [source(), source({ pod: 'db', stream: 'stderr', labels: {} }), source({ stream: 'component', namespace: '', pod: 'kube-scheduler', labels: {}, workload: '' })]
const inOrder = (a: LogRecord, b: LogRecord): number => a.time - b.time || a.nanos - b.nanos || a.id - b.id

describe('log store', () => {
  it.each(['z', 'd'] as const)('answers what was put in, in order of time, whatever the text, the order and the block (codec %s)', async (codec) => {
    const queries = ['', 'timeout', '-timeout', 'ti', '7f3a9b2c', '/t.*t/', '/^one/', '/two$/m', 'größe', 'pod:db', 'component:* OR level>=warn', 'json.status>=500', '9f8e7d6c5b', 'field.took:3', 'namespace:shop -pod:web /\\d+/']
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(fc.nat(2), fc.array(line, { maxLength: 30 })), { maxLength: 6 }), async (batches) => {
      await rm(directory, { recursive: true, force: true })
      const options = { directory, clock: realClock, segmentBytes: 2_000, blockBytes: 500, codec, thread: inline }
      let store = await openLogStore(options)
      const all: (LogRecord & { of: LogSource; rank: number })[] = []
      for (const [s, lines] of batches) {
        const of = sources[s] as LogSource
        void store.append(of, lines)
        for (const l of lines) all.push({ id: all.length + 1, time: l.time, nanos: l.nanos, level: '', source: 0, text: l.text, of, rank: l.rank })
        await store.flush()
      }
      all.sort(inOrder)
      for (const again of [false, true]) {
        if (again) {
          await store.close()
          store = await openLogStore(options)
        }
        for (const q of queries) {
          const predicate = predicateOf(parseQuery(q), 0)
          const expected = all.filter((e) => predicate({ text: plainText(e.text), time: e.time, rank: e.rank, source: e.of })).map((e) => [e.id, e.time, e.nanos, e.text])
          const { entries } = await search(store, q)
          expect(entries.map((e) => [e.id, e.time, e.nanos, e.text]), q).toEqual(expected)
          expect((await search(store, q, { order: 'newest' })).entries.map((e) => e.id), q).toEqual(expected.map((e) => e[0]).toReversed())
        }
      }
      await store.close()
    }), { numRuns: 12 })
  })

  it('finds by an expression what its text alone would not tell, few or many of them, over line ends or not', async () => {
    const store = await open({ blockBytes: 150_000 })
    const all = Array.from({ length: 6_000 }, (_, i) => `${i % 11 ? '' : 'trace\n\tat '}${i % 977}ms req=${((i * 2_654_435_761) % 2 ** 32).toString(16)}${i > 5_990 ? ' größe' : ''}`)
    for (let i = 0; i < all.length; i += 500) {
      add(store, all.slice(i, i + 500).map((t, k) => draft(i + k, t)))
      await store.flush()
    }
    for (const q of ['/9[0-4]{2}ms req=f+/', '/req=ff.*0/', '/\\bf[0-9]{3}e/', '/t\\s[0-5]ms req=0/', '/größe/', '/at 0ms/ "req=0"', '/Req=a[a-f]{2}/i']) {
      const predicate = predicateOf(parseQuery(q), 0)
      expect(await texts(store, q), q).toEqual(all.filter((text, i) => predicate({ text, time: i, rank: 0, source: source() })))
    }
  })

  it('keeps what a line is and where it came from, to the nanosecond', async () => {
    const store = await open()
    add(store, [draft(1_767_225_600_123, '\u001b[31mred\u001b[0m alert', { nanos: 456_789, rank: 5 })])
    for (const again of [false, true]) {
      const s = again ? await reopen() : store
      const { messages } = await search(s, 'level:error "red alert"')
      const entry = messages.flatMap((m) => m.entries)[0] as LogRecord
      expect(entry).toEqual({ id: 1, time: 1_767_225_600_123, nanos: 456_789, level: 'error', source: expect.any(Number), text: '\u001b[31mred\u001b[0m alert' })
      expect(messages[0]?.sources[entry.source]).toEqual(source())
    }
  })

  it('pages through everything in both orders without gap or double, also where lines came late', async () => {
    const store = await open({ blockBytes: 1_000, segmentBytes: 4_000 })
    const times = Array.from({ length: 1_000 }, (_, i) => 500 + i + (i % 7) * 3 - (i % 50 === 0 ? 400 : 0))
    for (let i = 0; i < times.length; i += 90) {
      add(store, times.slice(i, i + 90).map((t, k) => draft(t, `${i + k}`)))
      await store.flush()
    }
    const expected = times.map((time, i) => ({ time, id: i + 1 })).sort((a, b) => a.time - b.time || a.id - b.id).map((e) => e.id)
    for (const order of ['newest', 'oldest'] as const) {
      const seen: LogRecord[] = []
      for (let more: boolean | undefined = true; more;) {
        const page = await search(store, '', { order, limit: 137, ...(seen.length ? { after: seen.at(-1) as LogRecord } : {}) })
        seen.push(...page.entries)
        more = page.more
      }
      expect(seen.map((e) => e.id)).toEqual(order === 'oldest' ? expected : expected.toReversed())
    }
  })

  it('tells lines while it searches, and can be stopped', async () => {
    const store = await open({ blockBytes: 2_000, clock: realClock, thread: new SearchThread(realClock) })
    for (let i = 0; i < 200; i++) {
      add(store, Array.from({ length: 50 }, (_, k) => draft(i * 50 + k, `line ${i * 50 + k} with a text of some length`)))
      await store.flush()
    }
    const { messages, entries } = await search(store, 'line', { order: 'newest' })
    expect(entries).toHaveLength(10_000)
    expect(messages[0]?.entries[0]?.text).toContain('line 9999 ')
    expect(messages.at(-1)).toMatchObject({ searched: messages.at(-1)?.total, done: { more: false } })
    const stop = new AbortController()
    const stopped = search(store, '/[x-z]{5}$/', {}, stop.signal)
    stop.abort(new Error('enough'))
    await expect(stopped).rejects.toThrow('enough')
  })

  it('gives up an expression that never ends, and answers the others', async () => {
    const store = await open({ clock: realClock, thread: new SearchThread(realClock) })
    add(store, [draft(1, `${'a'.repeat(5_000)}!`), draft(2, 'fine')])
    const slow = search(store, '/^(a+)+$/')
    await expect(slow).rejects.toMatchObject({ code: 400, message: expect.stringContaining('takes too long') })
    expect(await texts(store, 'fine')).toEqual(['fine'])
  })

  it.each([['level:loud', /no level "loud".*character 7/], ['(', /character/], ['/(/', /Invalid regular/]])('refuses %s', async (query, message) => {
    const store = await open()
    await expect(search(store, query)).rejects.toMatchObject({ code: 400, message: expect.stringMatching(message) })
  })

  it('counts lines over time by level', async () => {
    const store = await open({ blockBytes: 500 })
    for (let i = 0; i < 10; i++) {
      add(store, Array.from({ length: 20 }, (_, k) => draft(i * 20 + k, `n ${k}`, { rank: k % 2 ? 5 : 3 })))
      await store.flush()
    }
    const told: unknown[] = []
    await store.histogram({ query: '', from: 0, to: 200, buckets: 4 }, (m) => told.push(m))
    expect(told.at(-1)).toMatchObject({ from: 0, step: 50, done: true, counts: Array.from({ length: 4 }, () => [0, 0, 0, 25, 0, 25, 0]) })
    expect((told.at(-1) as LogHistogram).values).toEqual({ stream: { stdout: 200 }, namespace: { shop: 200 }, workload: { 'Deployment/web': 200 }, pod: { web: 200 }, container: { c: 200 }, node: { n: 200 }, component: {} })
    add(store, [draft(7, 'of another'), draft(7, 'of another')], source({ pod: 'db', stream: 'stderr', workload: '' }))
    await store.histogram({ query: 'level:error OR another', from: 0, to: 200, buckets: 2 }, (m) => told.push(m))
    expect((told.at(-1) as LogHistogram).values).toMatchObject({ stream: { stdout: 100, stderr: 2 }, workload: { 'Deployment/web': 100 }, pod: { web: 100, db: 2 } })
    await store.histogram({ query: 'level:error "n 3"', from: 0, to: 200, buckets: 2 }, (m) => told.push(m))
    expect(told.at(-1)).toMatchObject({ counts: [[0, 0, 0, 0, 0, 5, 0], [0, 0, 0, 0, 0, 5, 0]] })
  })

  it('follows: what matches, as it comes and from a place on, without loss', async () => {
    const store = await open({ clock: realClock, blockBytes: 1_000 })
    add(store, Array.from({ length: 100 }, (_, i) => draft(i, `old ${i}`)))
    const stop = new AbortController()
    const seen: string[] = []
    const running = store.follow({ query: '-skip', after: 90 }, (m) => seen.push(...m.entries.map((e) => e.text)), stop.signal)
    for (let i = 0; i < 50; i++) {
      add(store, Array.from({ length: 40 }, (_, k) => draft(1_000 + i * 40 + k, k % 2 ? `skip ${k}` : `new ${i * 40 + k}`)))
      if (i % 10 === 0) await store.flush()
    }
    await vi.waitFor(() => expect(seen.at(-1)).toBe('new 1998'), { timeout: 60_000, interval: 5 })
    expect(seen).toEqual([...Array.from({ length: 10 }, (_, i) => `old ${90 + i}`), ...Array.from({ length: 1_000 }, (_, i) => `new ${i * 2}`)])
    stop.abort()
    await running
  })

  it('shows a line among its neighbours, and says when it is gone', async () => {
    const store = await open({ blockBytes: 300 })
    for (let i = 0; i < 20; i++) {
      add(store, [draft(i * 10, `web ${i}`)])
      add(store, [draft(i * 10 + 5, `db ${i}`)], source({ pod: 'db', podUid: 'v' }))
      await store.flush()
    }
    const [target] = (await search(store, '"web 10"')).entries as [LogRecord]
    const around = async (of: 'container' | 'all'): Promise<string[]> => (await store.context({ id: target.id, before: 2, after: 2, of })).entries.map((e) => e.text)
    expect(await around('container')).toEqual(['web 8', 'web 9', 'web 10', 'web 11', 'web 12'])
    expect(await around('all')).toEqual(['db 8', 'db 9'].flatMap((_, i) => (i ? ['web 9', 'db 9'].slice(1) : ['web 9'])).concat(['web 10', 'db 10', 'web 11']))
    await expect(store.context({ id: 1_000, before: 1, after: 1 })).rejects.toMatchObject({ code: 404 })
  })

  it('completes with what the index knows', async () => {
    const store = await open()
    add(store, [draft(1, '{"http":{"status":200}}')])
    const at = async (text: string): Promise<string[]> => (await store.complete({ text, cursor: text.length })).options.map((o) => o.text)
    expect(await at('namespace:')).toEqual(['shop'])
    expect(await at('label.')).toEqual(['label.app:'])
    expect(await at('json.ht')).toEqual(['json.http.status:'])
  })

  it('exports as text and as NDJSON, part by part', async () => {
    const store = await open()
    add(store, Array.from({ length: 6_000 }, (_, i) => draft(i, i === 1 ? '{"msg":"hi","n":1}' : `line ${i}`, { nanos: 5, rank: 3 })))
    const first = await store.export({ query: '', format: 'text' })
    expect(first.text.split('\n')[0]).toBe('1970-01-01T00:00:00.000000005Z shop/web/c line 0')
    const rest = await store.export({ query: '', format: 'ndjson', ...(first.next ? { after: first.next } : {}) })
    expect([first.lines, rest.lines, rest.next]).toEqual([5_000, 1_000, undefined])
    const { text } = await store.export({ query: 'json.n:1', format: 'ndjson' })
    expect(JSON.parse(text)).toMatchObject({ time: '1970-01-01T00:00:00.001000005Z', level: 'info', namespace: 'shop', pod: 'web', message: 'hi', fields: { n: 1 } })
  })

  it('stays within its bounds by dropping the oldest segments, by size and by age', async () => {
    const clock = new FakeClock()
    const store = await open({ limitBytes: 16_000, segmentBytes: 2_000, blockBytes: 1_000, clock, maxAgeMs: 1_000 })
    const fill = async (from: number): Promise<void> => {
      for (let i = 0; i < 100; i++) {
        add(store, Array.from({ length: 20 }, (_, k) => draft(from + i * 20 + k, `line ${from + i * 20 + k} ${Math.sin(i * 20 + k)}`)))
        await store.flush()
        await vi.waitFor(async () => expect((await readdir(directory)).filter((f) => f.endsWith('.head')).length).toBeLessThanOrEqual(2), { timeout: 60_000, interval: 2 })
      }
    }
    await fill(0)
    const { bytes } = store.stored()
    expect(bytes).toBeLessThanOrEqual(20_000)
    // A file that is being replaced is gone a moment later.
    const sizes = await Promise.all((await readdir(directory)).filter((f) => !f.endsWith('.new')).map((f) => stat(join(directory, f)).then((s) => s.size, () => 0)))
    expect(sizes.reduce((a, b) => a + b)).toBeLessThanOrEqual(26_000)
    const kept = (await search(store, '')).entries.map((e) => e.time)
    expect(kept.at(-1)).toBe(1999)
    expect(kept.length).toBeGreaterThan(100)
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, i) => 2000 - kept.length + i))
    await clock.advance(5_000)
    await fill(2_000)
    expect((await search(store, '')).entries[0]?.time).toBeGreaterThan(1_900)
  })
  it('keeps less as soon as it is told to, by size and by age, and when it is opened', async () => {
    const clock = new FakeClock()
    const store = await open({ segmentBytes: 2_000, blockBytes: 1_000, clock })
    for (let i = 0; i < 100; i++) {
      add(store, Array.from({ length: 20 }, (_, k) => draft(i * 20 + k, `line ${Math.sin(i * 20 + k)}`)))
      await store.flush()
    }
    await vi.waitFor(async () => expect((await readdir(directory)).filter((f) => f.endsWith('.head'))).toHaveLength(1), { timeout: 60_000, interval: 2 })
    const before = store.stored()
    expect(before.bytes).toBeGreaterThan(20_000)
    await store.keep({ limitBytes: 12_000, maxAgeMs: 1_000 })
    const after = store.stored()
    expect(after.limitBytes).toBe(12_000)
    expect(after.bytes).toBeLessThan(16_000)
    expect(await texts(store, 'line')).toHaveLength(store.lastId - store.firstId + 1)
    await clock.advance(5_000)
    expect(store.stored()).toEqual(after)
    await store.keep({ limitBytes: 12_000, maxAgeMs: 1_000 })
    // Only the segment that is written is left, and what is no block yet.
    expect((await readdir(directory)).filter((f) => f.endsWith('.seg'))).toHaveLength(1)
    await store.keep({ limitBytes: 1e6, maxAgeMs: 1e6 })
    for (let i = 0; i < 100; i++) {
      add(store, Array.from({ length: 20 }, (_, k) => draft(i * 20 + k, `line ${Math.sin(i * 20 + k)}`)))
      await store.flush()
    }
    const again = await reopen({ segmentBytes: 2_000, blockBytes: 1_000, clock, limitBytes: 12_000 })
    expect(again.stored().bytes).toBeLessThan(16_000)
  })

  describe('after a crash', () => {
    /** A folder as it is in the middle of work: sealed blocks and a journal, not closed. */
    const CRASHED = source({ labels: {}, workload: '' })
    async function begun(): Promise<string> {
      const folder = join(directory, 'begun')
      const store = await openLogStore({ directory: folder, clock: new FakeClock(), thread: inline, blockBytes: 60, segmentBytes: 1e6 })
      for (let i = 0; i < 12; i++) {
        void store.append(CRASHED, [draft(i, `line number ${i}`)], { origin: 'o', value: i })
        await store.flush()
      }
      await vi.waitFor(async () => expect((await readdir(folder)).filter((f) => f.endsWith('.head'))).toHaveLength(1))
      const copy = await mkdtemp(join(tmpdir(), 'logs-crash-'))
      for (const f of await readdir(folder)) await copyFile(join(folder, f), join(copy, f))
      await store.close()
      return copy
    }
    const whole = async (folder: string): Promise<{ lines: string[]; position: unknown }> => {
      const store = await openLogStore({ directory: folder, clock: new FakeClock(), thread: inline, blockBytes: 60 })
      try {
        const lines = await texts(store)
        return { lines, position: store.position('o') }
      } finally {
        await store.close()
      }
    }

    it.each(['.head', '.seg'])('a %s that was cut off gives a beginning of what was stored, and the position that goes with it', async (ending) => {
      const folder = await begun()
      try {
        const name = (await readdir(folder)).find((f) => f.endsWith(ending)) as string
        const sealed = (await readdir(folder)).find((f) => f.endsWith('.seg')) as string
        const before = new Map(await Promise.all((await readdir(folder)).map(async (f) => [f, await readFile(join(folder, f))] as const)))
        const { length } = before.get(name) as Buffer
        const counts: number[] = []
        // At every byte: see head.test.ts and segment-files.test.ts.
        for (let at = length; at > 0; at -= Math.ceil(length / 12)) {
          for (const f of await readdir(folder)) await rm(join(folder, f))
          for (const [f, bytes] of before) if (ending === '.head' || f === sealed) await writeFile(join(folder, f), f === name ? bytes.subarray(0, at) : bytes)
          const { lines, position } = await whole(folder)
          expect(lines).toEqual(Array.from({ length: lines.length }, (_, i) => `line number ${i}`))
          expect(position).toBe(lines.length ? lines.length - 1 : undefined)
          counts.push(lines.length)
        }
        expect(counts).toEqual(counts.toSorted((x, y) => y - x))
        expect(counts.at(-1)).toBeLessThan(12)
      } finally {
        await rm(folder, { recursive: true })
      }
    })

    it('what is stored is stored once, also when a journal was not removed after its block was written', async () => {
      const folder = await begun()
      const journals = (await readdir(folder)).filter((f) => f.endsWith('.head'))
      await copyFile(join(folder, journals[0] as string), join(folder, `${'1'.padStart(16, '0')}.head`))
      await appendFile(join(folder, journals[0] as string), 'rubbish')
      expect((await whole(folder)).lines).toHaveLength(12)
      expect((await whole(folder)).position).toBe(11)
      await rm(folder, { recursive: true })
    })
  })

  it('waits with who collects while the disk is not writable, and loses nothing', async () => {
    const clock = new FakeClock()
    const store = await open({ clock })
    await store.flush()
    await rm(directory, { recursive: true })
    const big = 'x'.repeat(100_000)
    let room = false
    for (let i = 0; i < 60; i++) void store.append(source(), [draft(i, `${i} ${big}`)], { origin: 'o', value: i }).then(() => { room = i === 59 })
    await store.flush()
    await new Promise((resolve) => setImmediate(resolve))
    expect(room).toBe(false)
    const { mkdir } = await import('node:fs/promises')
    await mkdir(directory)
    await vi.waitFor(async () => {
      await clock.advance(1_000)
      expect(room).toBe(true)
    }, { timeout: 60_000, interval: 5 })
    expect(await texts(store)).toHaveLength(60)
  })

  it('starts its thread with the first search, and ends it when nobody has searched for a while', async () => {
    const clock = new FakeClock()
    const store = await open({ clock, thread: new SearchThread(clock) })
    const before = clock.waiting
    add(store, [draft(1, 'x')])
    await store.flush()
    expect(clock.waiting).toBe(before)
    expect(await texts(store)).toEqual(['x'])
    expect(clock.waiting).toBe(before + 1)
    await clock.advance(30_000)
    expect(clock.waiting).toBe(before)
    expect(await texts(store)).toEqual(['x'])
  })

  it('seals in its thread, also when a search has ended that', async () => {
    const store = await open({ clock: realClock, thread: new SearchThread(realClock), blockBytes: 2_000 })
    add(store, [draft(1, `${'a'.repeat(5_000)}!`)])
    await store.flush()
    // Each ends the thread that the blocks behind it wait for.
    const slow = search(store, '/^(a+)+$/')
    for (let i = 0; i < 50; i++) add(store, Array.from({ length: 50 }, (_, k) => draft(2 + i * 50 + k, `line ${i * 50 + k}`)))
    await expect(slow).rejects.toMatchObject({ code: 400 })
    await opened.pop()?.close()
    expect((await readdir(directory)).filter((n) => n.endsWith('.head'))).toHaveLength(1)
    expect(await texts(await open(), 'line')).toEqual(Array.from({ length: 2_500 }, (_, i) => `line ${i}`))
  })
})
