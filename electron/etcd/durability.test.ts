import { constants } from 'node:fs'
import { appendFile, mkdir, readdir, readFile, readlink, rename, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import Datastore from 'nedb-promises'
import { describe, expect, it } from 'vitest'
import { segmentName, snapshotName } from './files.ts'
import { encodeFooter, encodeRecord, lineOf } from './record.ts'
import { prepareSegment } from './segment.ts'
import { writeSnapshot } from './snapshot.ts'
import { openStore, openStoreWith } from './store.ts'
import { contents, del, json, put, temporaryFolder, write } from './testing.ts'
import { type Store, StoreUnavailableError } from './types.ts'

const names = async (directory: string): Promise<string[]> => (await readdir(directory)).sort()
const open = (directory: string, segmentBytes?: number): Promise<Store<unknown>> => openStore({ directory, codec: json, ...(segmentBytes ? { segmentBytes } : {}) })
const fill = async (store: Store<unknown>, n: number, key = (i: number) => `k${i}`): Promise<void> => {
  for (let i = 0; i < n; i++) await write(store, put(key(i), { i, 'kubernetes.io/name': '$x.y', text: 'ü\n' }))
}

describe('what is on disk', () => {
  it('is the same store after a reload', async () => {
    const directory = await temporaryFolder()
    const a = await open(directory)
    await fill(a, 10)
    await write(a, del('k3'), put('k4', 'new'))
    const before = contents(a)
    await a.close()
    const b = await open(directory)
    expect([contents(b), b.revision, b.compactRevision]).toEqual([before, 12, 12])
    expect(b.loadReport).toMatchObject({ tornTail: false, setAside: [], keys: 9 })
    await b.close()
  })

  it('is for nobody else to read, and an idle start leaves nothing behind', async () => {
    const directory = join(await temporaryFolder(), 'etcd')
    const s = await open(directory)
    await fill(s, 1)
    expect(((await stat(directory)).mode & 0o777).toString(8)).toBe('700')
    for (const name of await names(directory)) expect(((await stat(join(directory, name))).mode & 0o777).toString(8)).toBe('600')
    await s.close()
    await (await open(directory)).close()
    expect(await names(directory)).toEqual([segmentName(1, 2)])
  })

  it('is there when a write comes back: the segment is written through, where the system can', async () => {
    const directory = await temporaryFolder()
    const s = await open(directory)
    await fill(s, 1)
    const [name] = (await names(directory)).filter((n) => n.endsWith('.db'))
    const all = process.platform === 'linux' ? await readdir('/proc/self/fd') : []
    const targets = await Promise.all(all.map(async (fd) => ({ fd, to: await readlink(`/proc/self/fd/${fd}`).catch(() => '') })))
    const mine = targets.filter(({ to }) => to === join(directory, name as string))
    const flags = await Promise.all(mine.map(async ({ fd }) => Number.parseInt(/^flags:\s+(\d+)/m.exec(await readFile(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1] ?? '0', 8)))
    // Elsewhere each group is followed by a sync of its own.
    expect(flags.map((f) => f & constants.O_DSYNC)).toEqual(process.platform === 'linux' ? [constants.O_DSYNC] : [])
    await s.close()
  })

  it('can be read by NeDB: every file, every document', async () => {
    const directory = await temporaryFolder()
    const s = await open(directory, 2000)
    await fill(s, 200, (i) => `k${i % 5}`)
    await s.close()
    const files = (await names(directory)).filter((name) => name.endsWith('.db'))
    expect(files.some((name) => name.startsWith('snapshot-'))).toBe(true)
    for (const name of files) {
      const db = Datastore.create({ filename: join(directory, name), corruptAlertThreshold: 0 })
      const lines = (await readFile(join(directory, name), 'utf8')).split('\n').length - 1
      await db.load()
      expect(await db.count({})).toBe(lines)
    }
    const again = await open(directory)
    expect([again.count(''), again.get('k4')?.version, again.loadReport.setAside]).toEqual([5, 40, []])
    await again.close()
  })
})

describe('a torn last line', () => {
  it('is dropped wherever it was cut, and never more than that', async () => {
    const directory = await temporaryFolder()
    const s = await open(directory)
    await fill(s, 3)
    const kept = contents(s)
    await write(s, put('last', 'täil'), put('k1', 'changed'))
    const all = contents(s)
    await s.close()
    const file = segmentName(1, 2)
    const bytes = await readFile(join(directory, file))
    const lastLine = bytes.lastIndexOf(0x0a, bytes.length - 2) + 1
    for (let cut = lastLine; cut <= bytes.length; cut++) {
      const folder = join(directory, `cut-${cut}`)
      await mkdir(folder)
      await writeFile(join(folder, file), bytes.subarray(0, cut))
      const r = await open(folder)
      // Without its line end the record is whole all the same.
      const whole = cut >= bytes.length - 1
      expect({ cut, contents: contents(r) }).toEqual({ cut, contents: whole ? all : kept })
      expect([r.loadReport.tornTail, r.loadReport.setAside]).toEqual([!whole && cut > lastLine, []])
      await write(r, put('after', 1))
      const now = contents(r)
      await r.close()
      const again = await open(folder)
      expect([contents(again), again.loadReport.tornTail]).toEqual([now, false])
      await again.close()
    }
  })
})

describe('a damaged file', () => {
  /** Turns one bit of a line's value into its opposite. */
  const flip = async (path: string, line: number): Promise<void> => {
    const bytes = await readFile(path)
    let at = 0
    for (let i = 0; i < line; i++) at = bytes.indexOf(0x0a, at) + 1
    at = bytes.indexOf('"o":"', at) + 40
    bytes[at]! ^= 1
    await writeFile(path, bytes)
  }
  const damage: [string, (directory: string) => Promise<void>, { lost: string[]; aside: number }][] = [
    ['a flipped byte in the middle', (d) => flip(join(d, segmentName(1, 2)), 4), { lost: ['k4'], aside: 1 }],
    ['a flipped byte in the last line', (d) => flip(join(d, segmentName(1, 2)), 9), { lost: ['k9'], aside: 1 }],
    ['a line that is gone', async (d) => {
      const path = join(d, segmentName(1, 2))
      await writeFile(path, (await readFile(path, 'utf8')).split('\n').filter((_l, i) => i !== 2).join('\n'))
    }, { lost: ['k2'], aside: 1 }],
    ['rubbish in front', async (d) => {
      const path = join(d, segmentName(1, 2))
      await writeFile(path, Buffer.concat([Buffer.from([0, 0, 0xff, 0x0a]), await readFile(path)]))
    }, { lost: [], aside: 1 }],
    ['a tail lost before a later segment', async (d) => {
      const s = await open(d)
      await write(s, put('later', 1))
      await s.close()
      await truncate(join(d, segmentName(1, 2)), (await stat(join(d, segmentName(1, 2)))).size - 20)
    }, { lost: ['k9'], aside: 1 }],
    ['a whole file gone', async (d) => {
      const s = await open(d)
      await write(s, put('later', 1))
      await s.close()
      await rm(join(d, segmentName(1, 2)))
    }, { lost: Array.from({ length: 10 }, (_, i) => `k${i}`), aside: 1 }],
  ]
  it.each(damage)('%s: what is sound is kept, the file is set aside and reported', async (_what, harm, { lost, aside }) => {
    const directory = await temporaryFolder()
    const s = await open(directory)
    await fill(s, 10)
    const { revision } = s
    await s.close()
    await harm(directory)
    const errors: string[] = []
    const b = await openStore({ directory, codec: json, log: (level, message) => { if (level === 'error') errors.push(message) } })
    expect(b.loadReport.setAside).toHaveLength(aside)
    expect(errors).toHaveLength(1)
    const corrupt = (await names(directory)).filter((name) => name.includes('.corrupt-'))
    expect(corrupt).toEqual(b.loadReport.setAside.filter((name) => !name.startsWith('(missing)')))
    const gone = Array.from({ length: 10 }, (_, i) => `k${i}`).filter((key) => !b.get(key))
    expect(gone).toEqual(lost)
    // A revision that was given out is never given out again.
    expect(b.revision).toBeGreaterThanOrEqual(revision)
    await write(b, put('more', 1))
    const now = contents(b)
    await b.close()
    const c = await open(directory)
    expect([contents(c), c.loadReport.setAside]).toEqual([now, []])
    await c.close()
  })

  it('that is a snapshot: its sound keys and the log behind it are kept', async () => {
    const directory = await temporaryFolder()
    const s = await open(directory, 3000)
    await fill(s, 300, (i) => `k${i % 7}`)
    await s.close()
    const snapshot = (await names(directory)).find((name) => name.startsWith('snapshot-')) as string
    const lines = (await readFile(join(directory, snapshot), 'utf8')).split('\n')
    await writeFile(join(directory, snapshot), lines.slice(0, -2).join('\n')) // the footer is gone: is that all?
    const b = await open(directory)
    expect(b.loadReport.setAside).toEqual([expect.stringContaining(`${snapshot}.corrupt-`)])
    expect([b.count(''), b.revision]).toEqual([7, 301])
    await b.close()
    const c = await open(directory)
    expect([c.count(''), c.loadReport.setAside]).toEqual([7, []])
    await c.close()
  })

  it('whose values the codec refuses is set aside too', async () => {
    const directory = await temporaryFolder()
    const s = await open(directory)
    await fill(s, 3)
    await s.close()
    const b = await openStore({ directory, codec: { ...json, decode: (text, revision) => { if (revision === 3) throw new Error('no'); return json.decode(text, revision) } } })
    expect([b.count(''), b.loadReport.setAside.length]).toEqual([2, 1])
    await b.close()
  })
})

describe('a process that died while it compacted', () => {
  it.each([['of the last revision', 8], ['older than what is in it', 4], ['from before everything', 1]])('leaves one store, with a snapshot %s beside the old segments', async (_what, at) => {
    const directory = await temporaryFolder()
    const s = await open(directory)
    await fill(s, 5)
    await write(s, del('k1'))
    await write(s, put('k2', 'new'))
    const before = contents(s)
    await s.close()
    // Died before the rename the first time, and between the rename and the removal of old files the second.
    await writeFile(join(directory, `${snapshotName(7)}.tmp`), 'half')
    const live = s.range('').kvs.map((kv) => ({ kv }))
    await writeSnapshot(directory, at, { entries: () => live, encode: (kv) => json.encode(kv.value) }, new AbortController().signal)
    const b = await open(directory)
    expect([contents(b), b.revision, b.loadReport.setAside]).toEqual([before, 8, []])
    expect((await names(directory)).filter((name) => name.endsWith('.tmp'))).toEqual([])
    await b.close()
    const c = await open(directory)
    expect([contents(c), c.revision]).toEqual([before, 8])
    await c.close()
  })
})

describe('a disk that refuses', () => {
  it('refuses everything queued, changes nothing, and takes writes again when it can', async () => {
    const directory = await temporaryFolder()
    const folder = join(directory, 'etcd')
    const s = await open(folder)
    await fill(s, 3)
    const before = contents(s)
    await rename(folder, `${folder}-away`)
    await writeFile(folder, 'in the way')
    const seen: number[] = []
    s.watch({ prefix: '' }, (_e, revision) => seen.push(revision))
    const results = await Promise.allSettled([write(s, put('x', 1)), write(s, put('k0', 1)), s.txn({ compare: [{ key: 'x', modRevision: 0 }], operations: [] })])
    for (const r of results) expect(r).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailableError) as unknown })
    await expect(write(s, put('x', 2))).rejects.toThrow(StoreUnavailableError)
    expect([contents(s), s.revision, seen]).toEqual([before, 4, []])
    expect(s.problem).toMatch(/^the store could not write: /)
    // The folder comes back empty: memory is the truth, and is written anew.
    await rm(folder)
    expect(await write(s, put('x', 3))).toMatchObject({ succeeded: true, revision: 5 })
    expect(s.problem).toBeUndefined()
    const now = contents(s)
    await s.close()
    const again = await open(folder)
    expect([contents(again), again.loadReport.setAside]).toEqual([now, []])
    await again.close()
  })

  it.each([['can', true], ['cannot', false]])('in the middle of a line: the next acknowledged write is not glued to the half one (it %s be cut off)', async (_what, repairable) => {
    const directory = await temporaryFolder()
    let fail = false
    const s = await openStoreWith({ directory, codec: json }, {
      async prepareSegment(...args) {
        const spare = await prepareSegment(...args)
        return {
          discard: () => spare.discard(),
          async begin(first) {
            const real = await spare.begin(first)
            return {
              get name() { return real.name }, get first() { return real.first }, get bytes() { return real.bytes },
              async append(documents, signal) {
                if (!fail) return real.append(documents, signal)
                // One whole record and a half: a full disk does that. Neither was acknowledged.
                const lines = documents.map((d) => JSON.stringify(d)).join('\n')
                await appendFile(join(directory, real.name), lines.slice(0, -5))
                throw new Error('ENOSPC')
              },
              async seal() {
                if (repairable) await truncate(join(directory, real.name), real.bytes)
                await real.seal()
              },
            }
          },
        }
      },
    })
    await fill(s, 3)
    fail = true
    const results = await Promise.allSettled([write(s, put('a', 'refused')), write(s, put('b', 'refused'))])
    expect(results.map((r) => r.status)).toEqual(['rejected', 'rejected'])
    fail = false
    await write(s, put('b', 'acknowledged'))
    const now = contents(s)
    await s.close()
    const again = await open(directory)
    expect([contents(again), again.get('a'), again.loadReport.setAside]).toEqual([now, undefined, []])
    await again.close()
  })
})

describe('records behind the first revision of the next segment', () => {
  it('were refused to their writers, and stay so', async () => {
    const directory = await temporaryFolder()
    const line = (revision: number, key: string): string => `${lineOf(encodeRecord({ revision, operations: [{ key, createRevision: revision, version: 1, text: '1' }] }))}\n`
    await writeFile(join(directory, segmentName(1, 2)), line(2, 'a') + line(3, 'refused') + line(4, 'refused'))
    await writeFile(join(directory, segmentName(2, 3)), line(3, 'b'))
    for (let i = 0; i < 2; i++) {
      const s = await open(directory)
      expect([s.range('').kvs.map((kv) => kv.key), s.revision, s.loadReport.setAside]).toEqual([['a', 'b'], 3, []])
      await s.close()
    }
  })
})

describe('two files that tell of the same key', () => {
  const record = (revision: number, value: string | undefined, suffix = ''): string => {
    const operation = value === undefined ? { key: 'a', createRevision: 0, version: 0, text: undefined } : { key: 'a', createRevision: 2, version: revision - 1, text: JSON.stringify(value) }
    return `${lineOf(encodeRecord({ revision, operations: [operation] }, suffix))}\n`
  }
  const footer = (revision: number, keys: number): string => `${lineOf(encodeFooter({ revision, keys }))}\n`
  it.each<[string, Record<string, string>, unknown[], setAside?: number]>([
    // A snapshot that was walked while writes went on holds a state younger than its revision.
    ['a snapshot with a younger state than the log read after it',
      { [snapshotName(2)]: record(4, 'young', 'a') + footer(2, 1), [segmentName(2, 3)]: record(3, 'old') + record(4, 'young') }, ['young', 4]],
    ['a snapshot with a younger state, whose own record the log has lost',
      { [snapshotName(2)]: record(4, 'young', 'a') + footer(2, 1), [segmentName(2, 3)]: record(3, 'old') }, ['young', 4]],
    ['a younger snapshot, and a segment from before it that is still read for what comes behind',
      { [snapshotName(4)]: record(4, 'young', 'a') + footer(4, 1), [segmentName(1, 2)]: record(2, 'oldest') + record(3, 'old') + record(4, 'young') }, ['young', 4]],
    ['a snapshot with a younger state than a delete in the log',
      { [snapshotName(2)]: record(4, 'young', 'a') + footer(2, 1), [segmentName(2, 3)]: record(3, undefined) + record(4, 'young') }, ['young', 4]],
    ['a log with a younger state than the snapshot',
      { [snapshotName(2)]: record(2, 'old', 'a') + footer(2, 1), [segmentName(2, 3)]: record(3, 'young') }, ['young', 3]],
    ['the same revision in both: they agree, and nothing is lost by it',
      { [snapshotName(3)]: record(3, 'same', 'a') + footer(3, 1), [segmentName(1, 2)]: record(2, 'old') + record(3, 'same') }, ['same', 3]],
    ['a damaged snapshot, and the older one before it',
      { [snapshotName(4)]: record(4, 'young', 'a'), [snapshotName(2)]: record(2, 'old', 'a') + footer(2, 1) }, ['young', 4], 1],
    ['a damaged snapshot that had replaced segments which are still there',
      { [snapshotName(4)]: 'rubbish\n', [snapshotName(2)]: record(2, 'old', 'a') + footer(2, 1), [segmentName(2, 3)]: record(3, 'old') + record(4, 'young'), [segmentName(3, 5)]: '' }, ['young', 4], 1],
  ])('%s: the younger wins', async (_what, files, [value, modRevision], setAside = 0) => {
    const directory = await temporaryFolder()
    for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text)
    for (let i = 0; i < 2; i++) {
      const s = await open(directory)
      expect(s.get('a')).toMatchObject({ value, modRevision, version: (modRevision as number) - 1 })
      expect([s.count(''), s.revision, s.loadReport.setAside.length]).toEqual([1, modRevision, i ? 0 : setAside])
      await s.close()
    }
  })
})

describe('compaction', () => {
  it('runs beside writers and loses nothing', async () => {
    const directory = await temporaryFolder()
    const compactions: unknown[] = []
    const s = await openStore({ directory, codec: json, segmentBytes: 20_000, log: (_l, message, fields) => { if (message === 'compacted') compactions.push(fields) } })
    await Promise.all(Array.from({ length: 8 }, async (_, w) => {
      for (let i = 0; i < 400; i++) await write(s, put(`w${w}/${i % 20}`, { i, pad: 'x'.repeat(200) }), i % 3 ? put('hot', i) : del(`w${w}/${(i + 7) % 20}`))
    }))
    const now = contents(s)
    const { segments, bytesOnDisk } = s.stats()
    await s.close()
    expect(compactions.length).toBeGreaterThan(2)
    expect(segments).toBeLessThan(30)
    expect(bytesOnDisk).toBeLessThan(600_000)
    const again = await open(directory)
    expect([contents(again), again.revision, again.loadReport.setAside]).toEqual([now, 3201, []])
    await again.close()
  })

  it('waits for the writers to be quiet, and not for ever', async () => {
    const directory = await temporaryFolder()
    const compactions: unknown[] = []
    let waits: (() => void)[] = []
    const after = (ms: number, callback: () => void): (() => void) => { if (ms === 1_000) waits.push(callback); return () => undefined }
    const s = await openStoreWith({ directory, codec: json, segmentBytes: 10_000, log: (_l, message, fields) => { if (message === 'compacted') compactions.push(fields) } }, { after })
    const fill = async (bytes: number): Promise<void> => { for (let i = 0; i < bytes / 500; i++) await write(s, put('k', 'x'.repeat(300))) }
    const tick = (): void => { const due = waits; waits = []; for (const t of due) t() }
    await fill(24_000)
    expect([waits.length, compactions.length]).toEqual([1, 0])
    await fill(500)
    tick()
    expect([waits.length, compactions.length]).toEqual([1, 0])
    tick()
    await expect.poll(() => compactions.length).toBe(1)
    await fill(60_000)
    expect(compactions.length).toBeGreaterThan(1)
    await s.close()
  })

  it('rests while others write, and not for ever', async () => {
    const directory = await temporaryFolder()
    let compactions = 0
    const waits = new Map<number, () => void>()
    const after = (ms: number, callback: () => void): (() => void) => { waits.set(ms, callback); return () => waits.delete(ms) }
    const s = await openStoreWith({ directory, codec: json, segmentBytes: 50_000, log: (_l, message) => { if (message === 'compacted') compactions++ } }, { after })
    // Two pieces' worth of live keys, written until as much again and more is dead.
    const fill = async (rounds: number): Promise<void> => { for (let i = 0; i < rounds * 10; i++) await write(s, ...Array.from({ length: 40 }, (_, k) => put(`k${(i % 10) * 40 + k}`, 'x'.repeat(1_000)))) }
    const fire = (ms: number): void => { const due = waits.get(ms); waits.delete(ms); due?.() }
    await fill(3)
    fire(1_000)
    fire(1_000)
    await write(s, put('k0', 'y'))
    await expect.poll(() => waits.has(100)).toBe(true)
    await write(s, put('k0', 'z'))
    fire(100)
    await expect.poll(() => waits.has(100)).toBe(true)
    expect(compactions).toBe(0)
    fire(100)
    await expect.poll(() => compactions).toBe(1)
    await fill(8)
    await expect.poll(() => compactions).toBeGreaterThan(1)
    await s.close()
    const again = await open(directory)
    expect([again.count(''), again.loadReport.setAside]).toEqual([400, []])
    await again.close()
  })

  it('gathers the crumbs of many short lives', async () => {
    const directory = await temporaryFolder()
    for (let i = 0; i < 20; i++) {
      const s = await open(directory)
      await write(s, put(`k${i}`, i))
      await s.close()
    }
    const s = await open(directory)
    await expect.poll(() => s.stats().segments).toBeLessThan(5)
    expect(s.count('')).toBe(20)
    await s.close()
  })
})
