/**
 * The client-go role: what every component holds, and nothing else. It speaks to `ApiServer.handle` in process (objects
 * by reference, frozen) or to any Kubernetes API server over HTTPS, through one `Connection`.
 */
import type { Readable } from 'node:stream'
import type { Draft, KubeList, KubeObject, LabelSelector, ObjectMeta, WatchEvent } from '../../shared/api/meta.ts'
import type { ResourceType } from '../../shared/api/resources.ts'
import type { Clock } from '../../shared/clock.ts'

export interface ListOptions {
  namespace?: string
  labelSelector?: string
  fieldSelector?: string
  limit?: number
  continue?: string
  resourceVersion?: string
  resourceVersionMatch?: 'Exact' | 'NotOlderThan'
}
export interface WatchOptions extends ListOptions {
  allowWatchBookmarks?: boolean
  sendInitialEvents?: boolean
  timeoutSeconds?: number
}
export interface WriteOptions {
  dryRun?: boolean
  fieldManager?: string
  fieldValidation?: 'Ignore' | 'Warn' | 'Strict'
}
export interface DeleteCallOptions {
  gracePeriodSeconds?: number
  propagationPolicy?: 'Background' | 'Foreground' | 'Orphan'
  preconditions?: { uid?: string; resourceVersion?: string }
  dryRun?: boolean
}
export type PatchType = 'json' | 'merge' | 'strategic' | 'apply'

/** Every method rejects with StatusError. Answers are frozen: copy before you change one. */
export interface Client {
  get<T extends KubeObject>(type: ResourceType<T>, name: string, namespace?: string): Promise<T>
  list<T extends KubeObject>(type: ResourceType<T>, options?: ListOptions): Promise<KubeList<T>>
  /** Ends when the signal aborts or the server ends it; an ERROR event is thrown as StatusError. */
  watch<T extends KubeObject>(type: ResourceType<T>, options: WatchOptions, signal: AbortSignal): AsyncIterable<WatchEvent<T>>
  create<T extends KubeObject>(type: ResourceType<T>, object: Draft<T>, options?: WriteOptions): Promise<T>
  /** PUT; fails with Conflict when the object carries a stale resourceVersion. */
  update<T extends KubeObject>(type: ResourceType<T>, object: T, options?: WriteOptions & { subresource?: string }): Promise<T>
  updateStatus<T extends KubeObject>(type: ResourceType<T>, object: T, options?: WriteOptions): Promise<T>
  patch<T extends KubeObject>(type: ResourceType<T>, name: string, namespace: string | undefined, patchType: PatchType, patch: unknown, options?: WriteOptions & { subresource?: string; force?: boolean }): Promise<T>
  delete<T extends KubeObject>(type: ResourceType<T>, name: string, namespace?: string, options?: DeleteCallOptions): Promise<void>
  deleteCollection<T extends KubeObject>(type: ResourceType<T>, options: ListOptions & DeleteCallOptions): Promise<void>
  /** POST to a subresource: binding, eviction, token, … */
  createSubresource<T extends KubeObject, R = unknown>(type: ResourceType<T>, name: string, namespace: string | undefined, subresource: string, body: object): Promise<R>
  /** A raw GET, for discovery and the like. */
  raw(path: string): Promise<unknown>
  /** Text stream, such as pods/log. */
  stream(path: string, query: Record<string, string>, signal: AbortSignal): Promise<Readable>
}

/** The same client under another name: each component acts as itself (`system:kube-scheduler`, `system:node:NAME`). */
export interface ClientFactory {
  clientFor(user: string, groups?: readonly string[]): Client
  /** Runs a short task in a later turn of the loop, behind whatever somebody waits for: one at a time while they do. */
  behind(task: () => void): void
}

/** Read side of an informer: an index in memory of frozen objects, as the last event left it. */
export interface Lister<T extends KubeObject> {
  get(name: string, namespace?: string): T | undefined
  list(namespace?: string): readonly T[]
  /** By an index that was given when the informer was made; no scan. */
  byIndex(index: string, value: string): readonly T[]
}

export interface InformerHandlers<T extends KubeObject> {
  onAdd?(object: T, initial: boolean): void
  /** Also on resync, then with `old === object`. */
  onUpdate?(object: T, old: T): void
  onDelete?(object: T): void
}

/** list + watch into an index, relisting when the server says 'compacted'; handlers run in order, after the index has changed. */
export interface Informer<T extends KubeObject> extends Lister<T> {
  readonly type: ResourceType<T>
  /** May be called before or after start; a late handler gets an onAdd for what is there. Returns its removal. */
  addHandlers(handlers: InformerHandlers<T>): () => void
  /** Resolves once the first list is in; rejects when the signal aborts first. */
  synced(signal?: AbortSignal): Promise<void>
  readonly hasSynced: boolean
}

export type Indexers<T extends KubeObject> = Readonly<Record<string, (object: T) => readonly string[]>>

/** One informer for each type, shared by all who ask. */
export interface InformerFactory {
  informer<T extends KubeObject>(type: ResourceType<T>, options?: { indexers?: Indexers<T>; labelSelector?: string; fieldSelector?: string; namespace?: string }): Informer<T>
  /** Stops and forgets the informer of a type that is no more: all its objects, in every namespace. */
  release(type: ResourceType): Promise<void>
  /** Starts what has been asked for and is not yet running. */
  start(): void
  /** Resolves once all started informers have synced. */
  synced(signal?: AbortSignal): Promise<void>
  stop(): Promise<void>
}

/** client-go's queue: a key that waits is there once; a key in work is never handed out twice at once. */
export interface WorkQueue {
  add(key: string): void
  addAfter(key: string, milliseconds: number): void
  /** Per-key exponential back-off: 5 ms doubling to 1000 s, within an overall 10 qps / 100 burst bucket. */
  addRateLimited(key: string): void
  forget(key: string): void
  retries(key: string): number
  readonly length: number
}

/** Runs `reconcile` for the keys of its queue with bounded concurrency, retrying failures with back-off. Owner of its tasks. */
export interface Reconciler {
  readonly queue: WorkQueue
  start(): void
  stop(): Promise<void>
}
export interface ReconcilerOptions {
  name: string
  concurrency: number
  /** Reads the world, compares, moves one step. Throwing puts the key back with back-off. */
  reconcile(key: string, signal: AbortSignal): Promise<void>
  clock: Clock
}

/** Records events as Kubernetes does: repeated ones are counted on one Event object, similar ones aggregated, spam is dropped. */
export interface EventRecorder {
  event(object: { apiVersion: string; kind: string; metadata: Pick<ObjectMeta, 'name' | 'namespace' | 'uid' | 'resourceVersion'> }, type: 'Normal' | 'Warning', reason: string, message: string, fieldPath?: string): void
  /** Waits until what was recorded is written, at most `milliseconds`. */
  flush(milliseconds: number): Promise<void>
}

export type { LabelSelector }
