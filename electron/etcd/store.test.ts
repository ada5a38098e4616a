import { describe, expect, it } from 'vitest'
import { openStore, openStoreWith } from './store.ts'
import { contents, del, json, put, temporaryFolder, write } from './testing.ts'
import { CompactedError, FutureRevisionError, type Store, StoreUnavailableError } from './types.ts'

const fresh = async (): Promise<Store<unknown>> => openStore({ directory: await temporaryFolder(), codec: json })

describe('transactions', () => {
  it('starts at revision 1 and gives each transaction one revision', async () => {
    const s = await fresh()
    expect(s.revision).toBe(1)
    const first = await s.txn({ compare: [{ key: 'a', modRevision: 0 }], operations: [{ type: 'put', key: 'a', value: (revision) => ({ revision }) }] })
    expect(first).toEqual({ succeeded: true, revision: 2, kvs: [{ key: 'a', value: { revision: 2 }, createRevision: 2, modRevision: 2, version: 1 }] })
    await write(s, put('b', 1), put('c', 2))
    expect(s.range('').kvs.map((kv) => [kv.key, kv.modRevision])).toEqual([['a', 2], ['b', 3], ['c', 3]])
    await write(s, put('a', 'again'))
    expect(s.get('a')).toEqual({ key: 'a', value: 'again', createRevision: 2, modRevision: 4, version: 2 })
    await write(s, del('a'))
    await write(s, put('a', 'reborn'))
    expect(s.get('a')).toMatchObject({ createRevision: 6, modRevision: 6, version: 1 })
    await s.close()
  })

  it('tells what is there when a compare fails, and changes nothing', async () => {
    const s = await fresh()
    await write(s, put('a', 1))
    const r = await s.txn({ compare: [{ key: 'a', modRevision: 0 }, { key: 'b', modRevision: 0 }], operations: [put('a', 2), put('b', 2)] })
    expect(r).toEqual({ succeeded: false, revision: 2, current: [s.get('a'), undefined] })
    expect(s.revision).toBe(2)
    await s.close()
  })

  it('takes no revision for deleting what is not there', async () => {
    const s = await fresh()
    expect(await write(s, del('nothing'))).toEqual({ succeeded: true, revision: 1, kvs: [] })
    await s.close()
  })

  it('decides against what is queued, and shows nothing before it is on disk', async () => {
    const s = await fresh()
    const create = () => s.txn({ compare: [{ key: 'a', modRevision: 0 }], operations: [put('a', 1)] })
    const order: string[] = []
    const first = create().then((r) => { order.push('first'); return r })
    const second = create().then((r) => { order.push('second'); return r })
    expect([s.get('a'), s.revision]).toEqual([undefined, 1])
    expect((await first).succeeded).toBe(true)
    // The refusal tells of a state that was not durable when it was decided: it must not be told before.
    expect(await second).toMatchObject({ succeeded: false, revision: 2, current: [{ key: 'a', modRevision: 2 }] })
    expect(order).toEqual(['first', 'second'])
    await s.close()
  })

  it('refuses two operations on one key, an encoder that throws, and a closed store, without harm', async () => {
    const s = await openStore({ directory: await temporaryFolder(), codec: { ...json, encode: (v) => { if (v === 'bad') throw new Error('no text'); return JSON.stringify(v) } } })
    await expect(write(s, put('a', 1), del('a'))).rejects.toThrow('one operation a key')
    await expect(write(s, put('a', 1), put('b', 'bad'))).rejects.toThrow('no text')
    await expect(s.txn({ compare: [], operations: [{ type: 'put', key: 'a', value: () => { throw new Error('no value') } }] })).rejects.toThrow('no value')
    expect([contents(s), s.revision]).toEqual([[], 1])
    const pending = write(s, put('a', 1))
    await Promise.all([s.close(), s.close()])
    expect((await pending).succeeded).toBe(true)
    await expect(write(s, put('a', 1))).rejects.toThrow(StoreUnavailableError)
  })
})

describe('ranges', () => {
  it.each([
    ['a prefix', 'p/', {}, ['p/a', 'p/b', 'p/c'], 3, false],
    ['a limit', 'p/', { limit: 2 }, ['p/a', 'p/b'], 3, true],
    ['the rest', 'p/', { limit: 2, after: 'p/b' }, ['p/c'], 1, false],
    ['after a key that is gone', 'p/', { after: 'p/aa' }, ['p/b', 'p/c'], 2, false],
    ['after a key before the prefix', 'p/', { after: 'a' }, ['p/a', 'p/b', 'p/c'], 3, false],
    ['everything', '', {}, ['o', 'p/a', 'p/b', 'p/c', 'p0'], 5, false],
    ['nothing', 'zz', {}, [], 0, false],
    ['the past', 'p/', { revision: 3 }, ['p/a', 'p/x'], 2, false],
    ['the past with a limit', 'p/', { revision: 3, limit: 1 }, ['p/a'], 2, true],
    ['the past after a key', 'p/', { revision: 3, after: 'p/a' }, ['p/x'], 1, false],
  ] as const)('answers %s', async (_what, prefix, options, keys, count, more) => {
    const s = await fresh()
    await write(s, put('p/x', 0), put('p0', 0), put('o', 0))
    await write(s, put('p/a', 0))
    await write(s, put('p/b', 0), put('p/c', 0), del('p/x'))
    const r = s.range(prefix, options)
    expect([r.kvs.map((kv) => kv.key), r.count, r.more]).toEqual([keys, count, more])
    expect(r.revision).toBe('revision' in options ? options.revision : 4)
    await s.close()
  })

  it('refuses revisions out of reach', async () => {
    const s = await fresh()
    for (let i = 0; i < 5; i++) await write(s, put('a', i))
    await s.compact(4)
    expect(s.get('a', 4)?.value).toBe(2)
    expect(() => s.get('a', 3)).toThrow(CompactedError)
    expect(() => s.range('', { revision: 3 })).toThrow('compact revision 4')
    expect(() => s.range('', { revision: 7 })).toThrow(FutureRevisionError)
    expect(() => s.watch({ prefix: '', fromRevision: 4 }, () => undefined)).toThrow(CompactedError)
    await expect(s.compact(7)).rejects.toThrow(FutureRevisionError)
    expect(s.get('a')?.value).toBe(4)
    await s.close()
  })

  it('bounds history by itself', async () => {
    const s = await openStoreWith({ directory: await temporaryFolder(), codec: json }, { history: { events: 3, bytes: 1e9 } })
    for (let i = 0; i < 10; i++) await write(s, put('a', i))
    expect([s.revision, s.compactRevision, s.stats().historyEvents]).toEqual([11, 8, 3])
    await s.close()
  })
})

describe('watches', () => {
  it('tells the past from a revision, then the present, once for each transaction', async () => {
    const s = await fresh()
    await write(s, put('p/a', 1))
    await write(s, put('q', 1))
    await write(s, put('p/a', 2), del('q'), put('p/b', 1))
    const seen: unknown[] = []
    const w = s.watch({ prefix: 'p/', fromRevision: 3 }, (events, revision) => seen.push([revision, events.map((e) => [e.type, e.kv.key, e.kv.modRevision, e.prev?.modRevision])]))
    expect(seen).toEqual([[4, [['put', 'p/a', 4, 2], ['put', 'p/b', 4, undefined]]]])
    await write(s, del('p/a'))
    expect(seen[1]).toEqual([5, [['delete', 'p/a', 5, 4]]])
    w.close()
    w.close()
    await write(s, put('p/a', 3))
    expect([seen.length, s.stats().watchers]).toEqual([2, 0])
    await s.close()
  })

  it('waits for a revision that is yet to come', async () => {
    const s = await fresh()
    const seen: number[] = []
    s.watch({ prefix: '', fromRevision: 3 }, (_events, revision) => seen.push(revision))
    await write(s, put('a', 1))
    await write(s, put('a', 2))
    expect(seen).toEqual([3])
    await s.close()
  })

  it('sees the state of its own event, and a watch begun inside a listener misses and repeats nothing', async () => {
    const s = await fresh()
    const inner: number[] = []
    const outer: unknown[] = []
    s.watch({ prefix: 'a' }, (_events, revision) => {
      outer.push([revision, s.revision, s.get('a')?.modRevision])
      if (revision === 2) s.watch({ prefix: 'a', fromRevision: 2 }, (_e, r) => inner.push(r))
      if (revision === 2) s.watch({ prefix: 'a' }, (_e, r) => inner.push(-r))
    })
    await Promise.all([write(s, put('a', 1)), write(s, put('a', 2))])
    expect(outer).toEqual([[2, 2, 2], [3, 3, 3]])
    expect(inner.toSorted((a, b) => a - b)).toEqual([-3, 2, 3])
    await s.close()
  })

  it('outlives a listener that throws, and reports it', async () => {
    const log: string[] = []
    const s = await openStore({ directory: await temporaryFolder(), codec: json, log: (_level, message) => log.push(message) })
    const seen: number[] = []
    s.watch({ prefix: '' }, () => { throw new Error('oops') })
    s.watch({ prefix: '' }, (_events, revision) => seen.push(revision))
    await write(s, put('a', 1))
    expect([seen, log]).toEqual([[2], ['a watch listener failed']])
    await s.close()
  })
})
