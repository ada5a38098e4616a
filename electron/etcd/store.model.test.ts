/** The store against a model so simple that it is obviously right: a list of whole states, one for each revision. */
import fc from 'fast-check'
import { deepStrictEqual } from 'node:assert'
import { describe, expect, it } from 'vitest'
import { openStore } from './store.ts'
import { contents, json, temporaryFolder } from './testing.ts'
import { type KeyValue, type Store, type StoreEvent, type Transaction, type Watch } from './types.ts'

type State = Map<string, KeyValue<unknown>>
interface Seen { watch: Watch; prefix: string; from: number; got: [number, [string, string, number]][] }

class Model {
  /** Index: revision. */
  states: State[] = [new Map(), new Map()]
  compacted = 0
  get revision(): number { return this.states.length - 1 }
  at(revision: number): State { return this.states[revision] as State }

  txn({ compare, operations }: Transaction<unknown>): boolean {
    const now = this.at(this.revision)
    if (compare.some((c) => (now.get(c.key)?.modRevision ?? 0) !== c.modRevision)) return false
    const next: State = new Map(now)
    const revision = this.revision + 1
    for (const op of operations) {
      const prev = now.get(op.key)
      if (op.type === 'delete') next.delete(op.key)
      else next.set(op.key, { key: op.key, value: op.value(revision), createRevision: prev?.createRevision ?? revision, modRevision: revision, version: (prev?.version ?? 0) + 1 })
    }
    if (operations.some((op) => op.type === 'put' || now.has(op.key))) this.states.push(next)
    return true
  }

  range(prefix: string, revision: number, after = '', limit = 0): { kvs: KeyValue<unknown>[]; count: number } {
    const all = [...this.at(revision).values()].filter((kv) => kv.key.startsWith(prefix) && kv.key > after).sort((a, b) => (a.key < b.key ? -1 : 1))
    return { kvs: limit ? all.slice(0, limit) : all, count: all.length }
  }

  /** What a watch must have told, in any order within one revision. */
  events(prefix: string, from: number): [number, [string, string, number]][] {
    const out: [number, [string, string, number]][] = []
    for (let r = Math.max(2, from); r <= this.revision; r++) {
      const [before, after] = [this.at(r - 1), this.at(r)]
      for (const key of new Set([...before.keys(), ...after.keys()])) {
        if (!key.startsWith(prefix) || before.get(key) === after.get(key)) continue
        out.push([r, [after.has(key) ? 'put' : 'delete', key, before.get(key)?.modRevision ?? 0]])
      }
    }
    return out.sort(order)
  }
}
const order = (a: [number, [string, string, number]], b: [number, [string, string, number]]): number => a[0] - b[0] || (a[1][1] < b[1][1] ? -1 : 1)

const key = fc.constantFrom('a', 'a/1', 'a/2', 'a/10', 'b', 'b/1', 'é', '\uffff', 'a\uffffz')
const prefix = fc.constantFrom('', 'a', 'a/', 'a/1', 'b/', '\uffff', 'none')
const operation = fc.record({ key, put: fc.boolean(), value: fc.anything({ withNullPrototype: false, values: [fc.string({ unit: 'binary' }), fc.integer()] }).map((v) => JSON.stringify(v) ?? 'null') })
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant('txn' as const), compare: fc.array(fc.record({ key, holds: fc.boolean() }), { maxLength: 2 }), operations: fc.uniqueArray(operation, { maxLength: 3, selector: (o) => o.key }), wait: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('range' as const), prefix, back: fc.nat(6), limit: fc.nat(3), after: fc.option(key, { nil: undefined }) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('compact' as const), back: fc.nat(4) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('watch' as const), prefix, back: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.constant({ type: 'reload' as const }) },
)

async function run(directory: string, steps: readonly (typeof step extends fc.Arbitrary<infer T> ? T : never)[]): Promise<void> {
  const open = (): Promise<Store<unknown>> => openStore({ directory, codec: json, segmentBytes: 300 })
  let store = await open()
  const model = new Model()
  let watches: Seen[] = []
  let running: Promise<void>[] = []
  const settle = async (): Promise<void> => {
    await Promise.all(running)
    running = []
    deepStrictEqual(store.revision, model.revision)
    for (const w of watches) deepStrictEqual(w.got.toSorted(order), model.events(w.prefix, w.from), `watch of ${w.prefix} from ${w.from}`)
  }
  for (const s of steps) {
    if (s.type === 'txn') {
      const compare = s.compare.map((c) => ({ key: c.key, modRevision: (model.at(model.revision).get(c.key)?.modRevision ?? 0) + (c.holds ? 0 : 1) }))
      const txn: Transaction<unknown> = { compare, operations: s.operations.map((o) => (o.put ? { type: 'put', key: o.key, value: (r) => ({ r, v: JSON.parse(o.value) as unknown }) } : { type: 'delete', key: o.key })) }
      const expected = model.txn(txn)
      running.push(store.txn(txn).then((r) => deepStrictEqual(r.succeeded, expected)))
      if (s.wait) await settle()
    } else {
      await settle()
      if (s.type === 'range') {
        const revision = Math.max(model.compacted, 1, model.revision - s.back)
        const got = store.range(s.prefix, { revision, limit: s.limit, ...(s.after === undefined ? {} : { after: s.after }) })
        const want = model.range(s.prefix, revision, s.after, s.limit)
        deepStrictEqual({ kvs: got.kvs, count: got.count, more: got.more }, { ...want, more: want.count > want.kvs.length })
        for (const k of ['a', 'b/1']) deepStrictEqual(store.get(k, revision), model.at(revision).get(k))
        deepStrictEqual(store.count(s.prefix), model.range(s.prefix, model.revision).count)
      } else if (s.type === 'compact') {
        const revision = model.revision - s.back
        if (revision >= 1) await store.compact(revision)
        model.compacted = Math.max(model.compacted, revision)
      } else if (s.type === 'watch') {
        const from = Math.max(model.compacted + 1, model.revision + 1 - s.back)
        const got: Seen['got'] = []
        const tell = (events: readonly StoreEvent<unknown>[], r: number): void => { for (const e of events) got.push([r, [e.type, e.kv.key, e.prev?.modRevision ?? 0]]) }
        watches.push({ prefix: s.prefix, from, got, watch: store.watch({ prefix: s.prefix, fromRevision: from }, tell) })
      } else {
        const before = contents(store)
        await store.close()
        watches = []
        store = await open()
        model.compacted = model.revision === 1 ? 0 : model.revision
        deepStrictEqual([contents(store), store.loadReport.setAside, store.loadReport.tornTail], [before, [], false])
      }
    }
  }
  await settle()
  await store.close()
}

describe('the store and its model agree', () => {
  it('on random transactions, ranges, compactions, watches and reloads', async () => {
    const details = await fc.check(fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const directory = await temporaryFolder()
      await run(directory, steps)
    }), { numRuns: 60 })
    if (details.failed) throw new Error(fc.defaultReportMessage(details) ?? 'failed')
    expect(details.numRuns).toBe(60)
  })
})
