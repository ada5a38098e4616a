/**
 * list + watch into an index. The loop is client-go's reflector: one list, then watches from its resourceVersion on;
 * 'Expired' means list again, any other failure means the same watch again after a back-off.
 */
import type { KubeObject } from '../../shared/api/meta.ts'
import type { ResourceType } from '../../shared/api/resources.ts'
import type { Clock, Timer } from '../../shared/clock.ts'
import { isExpired, toStatusError } from '../../shared/errors.ts'
import { logger } from '../../shared/log.ts'
import { Backoff, deferred, delay, orAborted } from './backoff.ts'
import { seal } from './freeze.ts'
import { ObjectIndex, keyOf } from './object-index.ts'
import type { Client, Indexers, Informer, InformerHandlers } from './types.ts'

const log = logger('client')

export interface InformerScope {
  readonly labelSelector?: string
  readonly fieldSelector?: string
  readonly namespace?: string
}
export interface InformerOptions extends InformerScope {
  /** onUpdate with `old === object` for everything, this often. 0 or absent: never. */
  readonly resyncMs?: number
  readonly random?: () => number
}

type Notice<T extends KubeObject> = (handlers: InformerHandlers<T>) => void

/** After so many notifications the event loop gets a turn: a list of ten thousand must not hold up a frame. */
const NOTICES_PER_TURN = 256
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

export class RunningInformer<T extends KubeObject> implements Informer<T> {
  readonly type: ResourceType<T>
  readonly #client: Client
  readonly #clock: Clock
  readonly #options: InformerOptions
  readonly #index = new ObjectIndex<T>()
  readonly #handlers = new Set<InformerHandlers<T>>()
  readonly #abort = new AbortController()
  readonly #backoff: Backoff
  readonly #firstList = deferred<void>()
  #synced = false
  #loop: Promise<void> | undefined
  #resync: Timer | undefined

  constructor(client: Client, type: ResourceType<T>, clock: Clock, options: InformerOptions = {}) {
    this.type = type
    this.#client = client
    this.#clock = clock
    this.#options = options
    this.#backoff = new Backoff({ initialMs: 800, maxMs: 30_000, jitter: 1 }, options.random)
    // Nobody may be waiting for the first list when the informer is stopped before it.
    this.#firstList.promise.catch(() => undefined)
  }
  get hasSynced(): boolean {
    return this.#synced
  }
  addIndexers(indexers: Indexers<T>): void {
    this.#index.addIndexers(indexers)
  }
  get(name: string, namespace?: string): T | undefined {
    return this.#index.get(namespace ? `${namespace}/${name}` : name)
  }
  list(namespace?: string): readonly T[] {
    return this.#index.list(namespace)
  }
  byIndex(index: string, value: string): readonly T[] {
    return this.#index.byIndex(index, value)
  }
  addHandlers(handlers: InformerHandlers<T>): () => void {
    const own = { ...handlers }
    this.#handlers.add(own)
    for (const object of this.#index.list()) this.#tell([own], (h) => h.onAdd?.(object, true))
    return () => this.#handlers.delete(own)
  }
  async synced(signal?: AbortSignal): Promise<void> {
    if (this.#synced) return
    if (!signal) return this.#firstList.promise
    await orAborted(this.#firstList.promise, signal)
  }
  start(): void {
    if (this.#loop || this.#abort.signal.aborted) return
    this.#loop = this.#run()
    this.#scheduleResync()
  }
  async stop(): Promise<void> {
    this.#abort.abort()
    this.#resync?.cancel()
    this.#firstList.reject(new Error(`the informer of ${this.type.resource} was stopped before its first list`))
    await this.#loop
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort
    const { resource } = this.type
    const scope = { namespace: this.#options.namespace, labelSelector: this.#options.labelSelector, fieldSelector: this.#options.fieldSelector }
    const where = Object.fromEntries(Object.entries(scope).filter(([, v]) => v !== undefined)) as InformerScope
    let resourceVersion: string | undefined
    while (!signal.aborted) {
      try {
        if (resourceVersion === undefined) {
          const list = await this.#client.list(this.type, where)
          if (signal.aborted) return
          await this.#replace(list.items)
          resourceVersion = list.metadata.resourceVersion ?? ''
        }
        const watch = this.#client.watch(this.type, { ...where, resourceVersion, allowWatchBookmarks: true }, signal)
        let seen = 0
        for await (const event of watch) {
          if (event.type === 'ERROR') throw new TypeError('an ERROR event reached the informer')
          this.#backoff.reset()
          resourceVersion = event.object.metadata.resourceVersion ?? resourceVersion
          if (event.type !== 'BOOKMARK') this.#apply(event.type, event.object)
          if (++seen % NOTICES_PER_TURN === 0) await nextTurn()
        }
        // A watch that ends without having said anything is not asked for again in a tight loop.
        if (!seen) await delay(this.#clock, this.#backoff.next(), signal)
      } catch (error) {
        if (signal.aborted) return
        const status = toStatusError(error)
        if (isExpired(error)) resourceVersion = undefined
        const wait = this.#backoff.next()
        log[isExpired(error) ? 'debug' : 'warning']('watch interrupted', { resource, error: status.message, retryInMs: Math.round(wait) })
        await delay(this.#clock, isExpired(error) ? Math.min(wait, 1_000) : wait, signal)
      }
    }
  }

  #apply(type: 'ADDED' | 'MODIFIED' | 'DELETED', raw: T): void {
    const object = seal(raw)
    const old = this.#index.get(keyOf(object))
    if (type === 'DELETED') {
      this.#index.delete(keyOf(object))
      if (old) this.#tell(this.#handlers, (h) => h.onDelete?.(object))
      return
    }
    for (const notice of this.#put(object, old, false)) this.#tell(this.#handlers, notice)
  }

  /** Stores an object and says what is to be told. Another uid under the same name is a deletion and a new object. */
  #put(object: T, old: T | undefined, initial: boolean): Notice<T>[] {
    this.#index.set(object)
    if (!old) return [(h) => h.onAdd?.(object, initial)]
    if (old.metadata.uid !== object.metadata.uid) return [(h) => h.onDelete?.(old), (h) => h.onAdd?.(object, initial)]
    return [(h) => h.onUpdate?.(object, old)]
  }

  async #replace(items: readonly T[]): Promise<void> {
    const notices: Notice<T>[] = []
    const initial = !this.#synced
    const gone = new Set(this.#index.keys())
    for (const raw of items) {
      const object = seal(raw)
      const key = keyOf(object)
      gone.delete(key)
      const old = this.#index.get(key)
      if (old?.metadata.resourceVersion === object.metadata.resourceVersion && old?.metadata.uid === object.metadata.uid) continue
      notices.push(...this.#put(object, old, initial))
    }
    for (const key of gone) {
      const old = this.#index.get(key)!
      this.#index.delete(key)
      notices.push((h) => h.onDelete?.(old))
    }
    // A handler added while we yield has seen the new index already: it is not told again.
    const listening = [...this.#handlers]
    for (let at = 0; at < notices.length; at += NOTICES_PER_TURN) {
      if (at) await nextTurn()
      if (this.#abort.signal.aborted) return
      for (const notice of notices.slice(at, at + NOTICES_PER_TURN)) this.#tell(listening.filter((h) => this.#handlers.has(h)), notice)
    }
    this.#synced = true
    this.#firstList.resolve()
  }

  #tell(handlers: Iterable<InformerHandlers<T>>, notice: Notice<T>): void {
    for (const handler of handlers) {
      try {
        notice(handler)
      } catch (error) {
        log.error('informer handler failed', { resource: this.type.resource, error, stack: error instanceof Error ? error.stack : undefined })
      }
    }
  }

  #scheduleResync(): void {
    if (!this.#options.resyncMs) return
    this.#resync = this.#clock.after(this.#options.resyncMs, () => {
      for (const object of this.#index.list()) this.#tell(this.#handlers, (h) => h.onUpdate?.(object, object))
      this.#scheduleResync()
    })
  }
}
