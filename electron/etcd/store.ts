/**
 * The store: transactions are decided synchronously against what is queued before them, written to the log in groups, and
 * become visible, in order, once their group is on disk. While one group is being synced the next one gathers.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DIRECTORY_MODE, removeFiles } from './files.ts'
import { DEFAULT_RETENTION, History, type HistoryLimits as Retention } from './history.ts'
import { loadFolder } from './load.ts'
import { type After, Log } from './log.ts'
import { type Change, DEFAULT_HISTORY, type Entry, type HistoryLimits, Mvcc } from './mvcc.ts'
import { encodeRecord, type LogDocument, type LoggedOperation } from './record.ts'
import type { PrepareSegment } from './segment.ts'
import {
  type Codec, type KeyValue, type LoadReport, type PastValue, type RangeOptions, type RangeResult, type Store, type StoreEvent, type StoreOptions,
  type StoreStats, StoreUnavailableError, type Transaction, type TransactionResult, type Watch, type WatchListener, type WatchOptions,
} from './types.ts'
import { Watchers } from './watchers.ts'

const SEGMENT_BYTES = 4 * 1024 * 1024
/** One group is bounded so that writing and telling it stays within a frame. */
const GROUP_TRANSACTIONS = 256
const GROUP_BYTES = 2 * 1024 * 1024
/** More waiting transactions than this are refused. */
const QUEUE_TRANSACTIONS = 20_000
const QUEUE_BYTES = 128 * 1024 * 1024

/** What tests may put in the place of the real thing. */
export interface StoreSeams {
  readonly history?: HistoryLimits
  readonly prepareSegment?: PrepareSegment
  /** What disk timeouts are counted by. */
  readonly after?: After
}

/** A transaction that has been decided and waits for its group. */
interface Waiting<V> {
  /** Absent when it only waits for what it saw: a failed compare, or nothing to do. */
  readonly write?: { readonly document: LogDocument; readonly change: Change<V>; readonly sizes: readonly number[] }
  readonly bytes: number
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

class MvccStore<V> implements Store<V> {
  readonly loadReport: LoadReport
  readonly #mvcc: Mvcc<V>
  readonly #log: Log
  readonly #history: History
  readonly #codec: Codec<V>
  readonly #watchers: Watchers<V>
  readonly #report: NonNullable<StoreOptions<V>['log']>
  /** What queued transactions will have made of a key; undefined as entry: deleted. */
  #pending = new Map<string, { readonly revision: number; readonly entry: Entry<V> | undefined }>()
  #pendingRevision: number
  #queue: Waiting<V>[] = []
  #queuedBytes = 0
  #committer: Promise<void> | undefined
  #closing: Promise<void> | undefined
  #commits = 0
  #transactions = 0
  #lastCommitMs = 0
  #problem: string | undefined

  constructor(mvcc: Mvcc<V>, log: Log, history: History, codec: Codec<V>, loadReport: LoadReport, report: NonNullable<StoreOptions<V>['log']>) {
    this.#mvcc = mvcc
    this.#log = log
    this.#history = history
    this.#codec = codec
    this.loadReport = loadReport
    this.#report = report
    this.#pendingRevision = mvcc.revision
    this.#watchers = new Watchers((error) => report('error', 'a watch listener failed', { error: String(error) }))
  }

  get revision(): number {
    return this.#mvcc.revision
  }
  get problem(): string | undefined {
    return this.#problem
  }
  get compactRevision(): number {
    return this.#mvcc.compactRevision
  }
  get(key: string, revision?: number): KeyValue<V> | undefined {
    return this.#mvcc.get(key, revision)
  }
  range(prefix: string, options?: RangeOptions): RangeResult<V> {
    return this.#mvcc.range(prefix, options)
  }
  count(prefix: string): number {
    return this.#mvcc.count(prefix)
  }

  watch({ prefix, fromRevision }: WatchOptions, listener: WatchListener<V>): Watch {
    const from = fromRevision ?? this.#mvcc.revision + 1
    const past = from <= this.#mvcc.revision ? this.#mvcc.since(from) : []
    return this.#watchers.add(prefix, from, listener, past)
  }

  async compact(revision: number): Promise<void> {
    this.#mvcc.compact(revision)
  }

  async *past(key: string): AsyncGenerator<PastValue<V>> {
    for await (const { text, first, modRevision, ...state } of this.#history.states(key, () => this.#log.files())) {
      // Known from the beginning, or as it was when what is kept begins.
      yield { ...state, value: text === undefined ? undefined : this.#codec.decode(text, modRevision), complete: !first || (text !== undefined && state.version === 1) }
    }
  }
  keepPast(retention: Retention): Promise<void> {
    return this.#history.setLimits(retention)
  }

  #seen(key: string): Entry<V> | undefined {
    const pending = this.#pending.get(key)
    return pending ? pending.entry : this.#mvcc.entry(key)
  }

  txn(transaction: Transaction<V>): Promise<TransactionResult<V>> {
    return new Promise((resolve, reject) => {
      if (this.#closing) throw new StoreUnavailableError('the store is closed')
      const { compare, operations } = transaction
      const waitFor = (keys: readonly { readonly key: string }[], result: () => TransactionResult<V>): void => {
        // What was seen may still be on its way to the disk: answer when it is there.
        if (!keys.some(({ key }) => this.#pending.has(key))) resolve(result())
        else this.#enqueue({ bytes: 0, resolve: () => resolve(result()), reject })
      }
      if (compare.some(({ key, modRevision }) => (this.#seen(key)?.kv.modRevision ?? 0) !== modRevision)) {
        const current = compare.map(({ key }) => this.#seen(key)?.kv)
        waitFor(compare, () => ({ succeeded: false, revision: this.#mvcc.revision, current }))
        return
      }
      const built = this.#build(transaction)
      if (!built) {
        waitFor([...compare, ...operations], () => ({ succeeded: true, revision: this.#mvcc.revision, kvs: [] }))
        return
      }
      const { revision, events } = built.write.change
      this.#enqueue({ ...built, resolve: () => resolve({ succeeded: true, revision, kvs: events.map((event) => event.kv) }), reject })
      this.#pendingRevision = revision
      events.forEach(({ type, kv }, i) => {
        this.#pending.set(kv.key, { revision, entry: type === 'put' ? { kv, size: built.write.sizes[i] ?? 0 } : undefined })
      })
    })
  }

  /** Works a transaction out without changing anything; undefined when it does nothing. Throws what `value` or the codec throw. */
  #build({ operations }: Transaction<V>): Pick<Required<Waiting<V>>, 'write' | 'bytes'> | undefined {
    if (operations.length > 1 && new Set(operations.map((op) => op.key)).size < operations.length) throw new Error('a transaction may hold one operation a key')
    const revision = this.#pendingRevision + 1
    const events: StoreEvent<V>[] = []
    const logged: LoggedOperation[] = []
    const sizes: number[] = []
    for (const op of operations) {
      const { key } = op
      const prev = this.#seen(key)?.kv
      if (op.type === 'put') {
        const value = op.value(revision)
        const text = this.#codec.encode(value)
        this.#codec.accept?.(value, text)
        const kv = { key, value, createRevision: prev?.createRevision ?? revision, modRevision: revision, version: (prev?.version ?? 0) + 1 }
        events.push({ type: 'put', kv, prev })
        logged.push({ key, createRevision: kv.createRevision, version: kv.version, text })
        sizes.push(text.length)
      } else if (prev) {
        events.push({ type: 'delete', kv: { ...prev, modRevision: revision }, prev })
        logged.push({ key, createRevision: 0, version: 0, text: undefined })
        sizes.push(0)
      }
    }
    if (!events.length) return undefined
    const document = encodeRecord({ revision, operations: logged })
    return { write: { document, change: { revision, events, bytes: document.o.length }, sizes }, bytes: document.o.length }
  }

  #enqueue(waiting: Waiting<V>): void {
    if (this.#queue.length >= QUEUE_TRANSACTIONS || this.#queuedBytes + waiting.bytes > QUEUE_BYTES) throw new StoreUnavailableError('too many writes are waiting for the disk')
    this.#queue.push(waiting)
    this.#queuedBytes += waiting.bytes
    this.#committer ??= this.#commitAll()
  }

  async #commitAll(): Promise<void> {
    // Callers that write in the same turn share the first group.
    await Promise.resolve()
    while (this.#queue.length) await this.#commit(this.#nextGroup())
    // In the same turn as the look at the queue, or a write that comes between would wait for ever.
    this.#committer = undefined
  }

  #nextGroup(): Waiting<V>[] {
    let bytes = 0
    let n = 0
    while (n < this.#queue.length && n < GROUP_TRANSACTIONS && (!n || bytes < GROUP_BYTES)) bytes += (this.#queue[n++] as Waiting<V>).bytes
    this.#queuedBytes -= bytes
    return this.#queue.splice(0, n)
  }

  async #commit(group: readonly Waiting<V>[]): Promise<void> {
    const started = performance.now()
    try {
      const documents = group.flatMap(({ write }) => (write ? [write.document] : []))
      if (documents.length) {
        await this.#log.append(documents)
        this.#problem = undefined
      }
    } catch (error) {
      this.#rollBack(group, error)
      return
    }
    for (const { write, resolve } of group) {
      if (write) this.#show(write.change, write.sizes)
      resolve()
    }
    this.#commits++
    this.#transactions += group.length
    this.#lastCommitMs = performance.now() - started
  }

  #show(change: Change<V>, sizes: readonly number[]): void {
    this.#mvcc.apply(change, sizes)
    for (const { kv } of change.events) if (this.#pending.get(kv.key)?.revision === change.revision) this.#pending.delete(kv.key)
    this.#watchers.dispatch(change)
  }

  /** Everything queued was decided in the light of what has just failed: all of it is refused. */
  #rollBack(group: readonly Waiting<V>[], error: unknown): void {
    this.#report('error', 'the disk refused a write', { error: String(error), transactions: group.length + this.#queue.length })
    const refused = [...group, ...this.#queue]
    this.#queue = []
    this.#queuedBytes = 0
    this.#pending.clear()
    this.#pendingRevision = this.#mvcc.revision
    const problem = (this.#problem = `the store could not write: ${error instanceof Error ? error.message : String(error)}`)
    for (const { reject } of refused) reject(new StoreUnavailableError(problem, { cause: error }))
  }

  stats(): StoreStats {
    return {
      keys: this.#mvcc.size, segments: this.#log.segments, bytesOnDisk: this.#log.bytes, historyEvents: this.#mvcc.historyEvents,
      watchers: this.#watchers.size, commits: this.#commits, transactions: this.#transactions, lastCommitMs: this.#lastCommitMs,
    }
  }

  close(): Promise<void> {
    this.#closing ??= (async () => {
      await this.#committer
      await this.#log.close()
      this.#watchers.closeAll()
    })()
    return this.#closing
  }
}

/** As openStore, with parts exchanged. For tests. */
export async function openStoreWith<V>(options: StoreOptions<V>, seams: StoreSeams): Promise<Store<V>> {
  const started = performance.now()
  const { directory, codec, segmentBytes = SEGMENT_BYTES } = options
  const report = options.log ?? (() => undefined)
  await mkdir(directory, { recursive: true, mode: DIRECTORY_MODE })
  const loaded = await loadFolder(directory, codec)
  for (const name of loaded.setAside) report('error', 'a damaged file of the store was set aside; what was sound in it is kept', { file: join(directory, name) })
  for (const range of loaded.missing) report('error', 'revisions are missing from the log: a file of the store is gone', { revisions: range })
  const mvcc = new Mvcc(loaded.revision, loaded.entries, seams.history ?? DEFAULT_HISTORY)
  const history = new History(directory, (message, fields) => report('warning', message, fields), options.retention ?? DEFAULT_RETENTION)
  const log = new Log({
    directory, segmentBytes, report, history, ...(seams.prepareSegment ? { prepareSegment: seams.prepareSegment } : {}), ...(seams.after ? { after: seams.after } : {}),
    source: {
      get revision() { return mvcc.revision },
      get liveBytes() { return mvcc.liveBytes },
      entries: () => mvcc.entries(),
      encode: (kv) => codec.encode(kv.value as V),
    },
  }, loaded)
  await history.retire(loaded.obsolete)
  await log.start(loaded.needsSnapshot)
  // The snapshot has replaced them (one of them perhaps under its own name); their copies stay.
  await removeFiles(directory, loaded.damaged.filter((name) => name !== log.snapshotName))
  const loadReport: LoadReport = {
    tornTail: loaded.tornTail, keys: mvcc.size, milliseconds: performance.now() - started,
    setAside: [...loaded.setAside, ...loaded.missing.map((range) => `(missing) revisions ${range}`)],
  }
  return new MvccStore(mvcc, log, history, codec, loadReport, report)
}

/**
 * Loads the store of a folder, which no other process may have open. Rejects when the folder cannot be read or written;
 * damaged files do not stop it: see `loadReport`.
 */
export const openStore = <V>(options: StoreOptions<V>): Promise<Store<V>> => openStoreWith(options, {})
