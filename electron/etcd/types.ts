/**
 * The store's contract: a key-value store with etcd's semantics (https://etcd.io/docs/latest/learning/api/), narrowed to
 * what an API server needs, as kine's backend interface is. It knows no Kubernetes: a key is a string, a value is opaque.
 *
 * Everything that is current, and the recent past, lives in memory; NeDB segments are the durable log. Reads are
 * therefore synchronous. A write is visible to reads and watches, and acknowledged, only after it is on disk.
 */

/** How a value becomes the text of a log record and back. `decode` is called only while loading. */
export interface Codec<V> {
  encode(value: V): string
  decode(text: string, modRevision: number): V
  /** Asked before a value is written, with its text: throws where it may not be. Not asked about what is stored already. */
  accept?(value: V, text: string): void
}

export interface KeyValue<V> {
  readonly key: string
  /** Shared by reference: never mutated by anyone. */
  readonly value: V
  readonly createRevision: number
  readonly modRevision: number
  /** 1 for a new key, +1 for each put; a deleted and recreated key starts at 1. */
  readonly version: number
}

/** What a key was at some time. */
export interface PastValue<V> {
  readonly revision: number
  readonly createRevision: number
  readonly version: number
  /** undefined: it was deleted at this revision. */
  readonly value: V | undefined
  /** False: the key was there before, and how is not kept any more. */
  readonly complete: boolean
  /** A restored snapshot put it back, or took it away: nobody wrote it. */
  readonly restored: boolean
}

export interface RangeOptions {
  /** Read the past: the state as it was right after this revision. Default: now. */
  revision?: number
  /** At most this many keys; 0 or absent: all. */
  limit?: number
  /** Continue after this key (exclusive). */
  after?: string
}

export interface RangeResult<V> {
  /** Ordered by key (code unit order). */
  readonly kvs: readonly KeyValue<V>[]
  /** How many keys are in the range from `after` on, without regard to the limit. */
  readonly count: number
  readonly more: boolean
  /** The revision that this answer shows. */
  readonly revision: number
}

/** `modRevision` 0: the key must not exist. */
export interface Compare {
  readonly key: string
  readonly modRevision: number
}

/** `value` receives the revision that this transaction will have, since an object carries its own resourceVersion. */
export type Operation<V> =
  | { readonly type: 'put'; readonly key: string; readonly value: (revision: number) => V }
  | { readonly type: 'delete'; readonly key: string }

export interface Transaction<V> {
  /** All must hold, or nothing happens. */
  readonly compare: readonly Compare[]
  /** At most one operation a key. All share one revision. Deleting an absent key does nothing. */
  readonly operations: readonly Operation<V>[]
}

export type TransactionResult<V> =
  | { readonly succeeded: true; readonly revision: number; readonly kvs: readonly KeyValue<V>[] }
  /** `current` holds, for each compared key, what is there instead (undefined: nothing). */
  | { readonly succeeded: false; readonly revision: number; readonly current: readonly (KeyValue<V> | undefined)[] }

export interface StoreEvent<V> {
  readonly type: 'put' | 'delete'
  /** After a put: the new state. After a delete: the last state, with `modRevision` set to the revision of the delete. */
  readonly kv: KeyValue<V>
  /** What the event replaced; undefined when the key is new. */
  readonly prev: KeyValue<V> | undefined
}

export interface WatchOptions {
  prefix: string
  /** The first revision wanted (inclusive). Default: what comes next. Below the compaction: throws CompactedError. */
  fromRevision?: number
}

/** Called synchronously, once for each committed transaction that touches the prefix, in order of revision. */
export type WatchListener<V> = (events: readonly StoreEvent<V>[], revision: number) => void

export interface Watch {
  close(): void
}

export class CompactedError extends Error {
  readonly compactRevision: number
  constructor(compactRevision: number) {
    super(`required revision has been compacted (compact revision ${compactRevision})`)
    this.name = 'CompactedError'
    this.compactRevision = compactRevision
  }
}
export class FutureRevisionError extends Error {
  readonly current: number
  constructor(current: number) {
    super(`required revision is a future revision (current revision ${current})`)
    this.name = 'FutureRevisionError'
    this.current = current
  }
}
/** The disk refused a write. Nothing of it was acknowledged; the store tries to recover before it takes the next one. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError'
}

/** What was wrong with the files when the store opened; shown to the user, never silent. */
export interface LoadReport {
  /** A last line cut off by a crash was dropped (never an acknowledged write). */
  readonly tornTail: boolean
  /** Files set aside because they could not be read, by their new names. */
  readonly setAside: readonly string[]
  readonly keys: number
  readonly milliseconds: number
}

export interface Store<V> {
  /** The revision of the last visible transaction. Starts at 1 for an empty store, as etcd's does. */
  readonly revision: number
  readonly compactRevision: number
  readonly loadReport: LoadReport
  /** Why the disk did not take the last group of writes; undefined: it did. */
  readonly problem: string | undefined
  get(key: string, revision?: number): KeyValue<V> | undefined
  /** All keys that start with `prefix`. Throws CompactedError or FutureRevisionError for a revision out of reach. */
  range(prefix: string, options?: RangeOptions): RangeResult<V>
  count(prefix: string): number
  /** Resolves once it is on disk. Rejects with StoreUnavailableError; then nothing has changed. */
  txn(transaction: Transaction<V>): Promise<TransactionResult<V>>
  /** No gap, no duplicate: first the past from `fromRevision` on (synchronously), then live. */
  watch(options: WatchOptions, listener: WatchListener<V>): Watch
  /** Forgets history up to and including this revision. The current state of every key stays. */
  compact(revision: number): Promise<void>
  /**
   * All that the key has been, oldest first and the present state last, as far back as files are kept: beyond `compact`, which
   * only forgets what lies in memory. Reads files; rejects when they cannot be read.
   */
  past(key: string): AsyncGenerator<PastValue<V>>
  /** How much of the past is kept, from now on. */
  keepPast(retention: { readonly bytes: number; readonly milliseconds: number }): Promise<void>
  /** Sizes and rates, for metrics and diagnostics. */
  stats(): StoreStats
  /** Writes what is pending, then closes. Idempotent. */
  close(): Promise<void>
}

export interface StoreStats {
  readonly keys: number
  readonly segments: number
  readonly bytesOnDisk: number
  readonly historyEvents: number
  readonly watchers: number
  readonly commits: number
  readonly transactions: number
  readonly lastCommitMs: number
}

/** `openStore(options)` in store.ts returns a loaded Store. */
export interface StoreOptions<V> {
  /** Folder of the segment files; made with mode 0700 if absent. */
  directory: string
  codec: Codec<V>
  /** How much of the past is kept on disk (default 256 MiB and a day). */
  retention?: { readonly bytes: number; readonly milliseconds: number }
  /** Rotate the active segment after this many bytes (default 4 MiB). */
  segmentBytes?: number
  log?: (level: 'info' | 'warning' | 'error', message: string, fields?: Record<string, unknown>) => void
}
