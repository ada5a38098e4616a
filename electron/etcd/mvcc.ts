/**
 * The visible state: every key's current value, an ordered index of keys, and the recent past as a log of events. A read
 * of the past is the present with the younger events undone, so the past costs nothing while nobody asks.
 */
import { prefixEnd, SortedKeys } from './sorted-keys.ts'
import { CompactedError, FutureRevisionError, type KeyValue, type RangeOptions, type RangeResult, type StoreEvent } from './types.ts'

/** What one transaction changed. `bytes` is the size of its texts. */
export interface Change<V> {
  readonly revision: number
  readonly events: readonly StoreEvent<V>[]
  readonly bytes: number
}
export interface Entry<V> {
  readonly kv: KeyValue<V>
  /** Size of the value's text, in UTF-16 code units. */
  readonly size: number
}
export interface HistoryLimits {
  /** At most this many events are kept, whatever compact() was told. */
  readonly events: number
  /** And at most this much text in them. */
  readonly bytes: number
}
export const DEFAULT_HISTORY: HistoryLimits = { events: 10_000, bytes: 64 * 1024 * 1024 }

export class Mvcc<V> {
  revision: number
  compactRevision: number
  /** Text of all current values. */
  liveBytes = 0
  historyEvents = 0
  #historyBytes = 0
  #current: Map<string, Entry<V>>
  #keys: SortedKeys
  /** Changes of compactRevision + 1 … revision without a gap; those before `#head` are forgotten. */
  #history: (Change<V> | undefined)[] = []
  #head = 0
  readonly #limits: HistoryLimits

  constructor(revision: number, entries: Map<string, Entry<V>>, limits = DEFAULT_HISTORY) {
    this.revision = revision
    // History lives in memory: what was before this process is forgotten. A fresh store has nothing to forget.
    this.compactRevision = revision === 1 ? 0 : revision
    this.#current = entries
    this.#keys = new SortedKeys(entries.keys())
    this.#limits = limits
    for (const entry of entries.values()) this.liveBytes += entry.size
    if (revision === 1) this.#history.push({ revision: 1, events: [], bytes: 0 })
  }

  get size(): number {
    return this.#current.size
  }

  entry(key: string): Entry<V> | undefined {
    return this.#current.get(key)
  }

  /** All keys as they are now, in no order. May be walked in pieces while changes go on. */
  entries(): IterableIterator<Entry<V>> {
    return this.#current.values()
  }

  /** Makes a change visible. `sizes` are those of the events' values, in their order. */
  apply(change: Change<V>, sizes: readonly number[]): void {
    change.events.forEach((event, i) => {
      const { key } = event.kv
      const before = this.#current.get(key)
      this.liveBytes -= before?.size ?? 0
      if (event.type === 'delete') {
        this.#current.delete(key)
        this.#keys.delete(key)
        return
      }
      const size = sizes[i] ?? 0
      this.liveBytes += size
      this.#current.set(key, { kv: event.kv, size })
      if (!before) this.#keys.add(key)
    })
    this.revision = change.revision
    this.#history.push(change)
    this.historyEvents += change.events.length
    this.#historyBytes += change.bytes
    while (this.compactRevision < this.revision - 1 && (this.historyEvents > this.#limits.events || this.#historyBytes > this.#limits.bytes)) this.#forget()
  }

  #forget(): void {
    const change = this.#history[this.#head] as Change<V>
    this.#history[this.#head++] = undefined
    this.compactRevision = change.revision
    this.historyEvents -= change.events.length
    this.#historyBytes -= change.bytes
    if (this.#head > 1024 && this.#head * 2 > this.#history.length) {
      this.#history = this.#history.slice(this.#head)
      this.#head = 0
    }
  }

  compact(revision: number): void {
    if (revision > this.revision) throw new FutureRevisionError(this.revision)
    while (this.compactRevision < revision) this.#forget()
  }

  /** The changes from `revision` on, oldest first. */
  since(revision: number): readonly Change<V>[] {
    if (revision <= this.compactRevision) throw new CompactedError(this.compactRevision)
    return this.#history.slice(this.#head + (revision - this.compactRevision - 1)) as Change<V>[]
  }

  /** Checks that the state right after `revision` can be told. Returns whether it is the past. */
  #isPast(revision: number | undefined): revision is number {
    if (revision === undefined || revision === this.revision) return false
    if (revision > this.revision) throw new FutureRevisionError(this.revision)
    if (revision < this.compactRevision) throw new CompactedError(this.compactRevision)
    return true
  }

  get(key: string, revision?: number): KeyValue<V> | undefined {
    if (this.#isPast(revision)) {
      for (const change of this.since(revision + 1)) for (const event of change.events) if (event.kv.key === key) return event.prev
    }
    return this.#current.get(key)?.kv
  }

  count(prefix: string): number {
    return this.#keys.count(prefix, prefixEnd(prefix))
  }

  range(prefix: string, { revision, limit = 0, after }: RangeOptions = {}): RangeResult<V> {
    // The smallest string behind `after` is `after` and one NUL.
    const start = after !== undefined && after >= prefix ? `${after}\0` : prefix
    const end = prefixEnd(prefix)
    if (this.#isPast(revision)) return this.#pastRange(revision, start, end, limit)
    const kvs = this.#keys.slice(start, end, limit).map((key) => (this.#current.get(key) as Entry<V>).kv)
    const count = limit ? this.#keys.count(start, end) : kvs.length
    return { kvs, count, more: count > kvs.length, revision: this.revision }
  }

  #pastRange(revision: number, start: string, end: string | undefined, limit: number): RangeResult<V> {
    /** What each key that changed since then was before its first change. */
    const before = new Map<string, KeyValue<V> | undefined>()
    for (const { events } of this.since(revision + 1)) {
      for (const { kv, prev } of events) if (kv.key >= start && (end === undefined || kv.key < end) && !before.has(kv.key)) before.set(kv.key, prev)
    }
    const keys = this.#keys.slice(start, end)
    const gone = [...before.keys()].filter((key) => !this.#current.has(key))
    if (gone.length) keys.push(...gone)
    if (gone.length) keys.sort((a, b) => (a < b ? -1 : 1))
    const kvs: KeyValue<V>[] = []
    let count = 0
    for (const key of keys) {
      const kv = before.has(key) ? before.get(key) : this.#current.get(key)?.kv
      if (kv && (++count <= limit || !limit)) kvs.push(kv)
    }
    return { kvs, count, more: count > kvs.length, revision }
  }
}
