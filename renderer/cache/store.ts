/**
 * All objects of one resource, kept current by list and watch.
 *
 * Events are gathered and applied together, however many come: a later event of an object replaces an earlier one that
 * is still waiting, so the queue is never longer than the objects are many.
 */
import type { AnyObject, KubeObject, Status, WatchEvent } from '../../shared/api/meta.ts'
import { pathOf } from '../../shared/api/resources.ts'
import type { ResourceType } from '../../shared/api/resources.ts'
import { StatusError, toStatusError } from '../../shared/errors.ts'
import type { Api } from './api.ts'

export interface Snapshot<T extends KubeObject> {
  /** loading: nothing yet. live: current. stale: was current, is being fetched again. error: never had it. */
  readonly state: 'loading' | 'live' | 'stale' | 'error'
  /** In no order; the same array until something changes. */
  readonly items: readonly T[]
  readonly get: (name: string, namespace?: string) => T | undefined
  readonly inNamespace: (namespace: string | undefined) => readonly T[]
  readonly error?: StatusError
}

/** Runs something before the next picture; returns its cancellation. */
export type Frame = (run: () => void) => () => void

/** A hidden window gets no animation frames, so a timer stands behind. */
export const browserFrame: Frame = (run) => {
  const cancel = (): void => {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
  }
  const once = (): void => {
    cancel()
    run()
  }
  const frame = requestAnimationFrame(once)
  const timer = setTimeout(once, 250)
  return cancel
}

/** While changes keep coming, a picture is drawn anew this often, in ms: nobody reads faster, and the cluster has the time in between. */
const PACE_MS = 120
/** The first change is shown at once; those right after it together. */
export function paced(frame: Frame, gap = PACE_MS): Frame {
  let last = -Infinity
  return (run) => {
    const begin = (): (() => void) => frame(() => {
      last = performance.now()
      run()
    })
    const wait = last + gap - performance.now()
    if (wait <= 0) return begin()
    let cancel = (): void => clearTimeout(timer)
    const timer = setTimeout(() => { cancel = begin() }, wait)
    return () => cancel()
  }
}

export const keyOf = (o: Pick<KubeObject, 'metadata'>): string => (o.metadata.namespace ? `${o.metadata.namespace}/${o.metadata.name}` : o.metadata.name)

const PAGE = '1000'
const FIRST_PAUSE = 500
const LONGEST_PAUSE = 10_000
const isGone = (s: Partial<Status> | undefined): boolean => s?.code === 410 || s?.reason === 'Expired' || s?.reason === 'Gone'

export class ResourceStore<T extends KubeObject> {
  readonly #api: Api
  readonly #type: ResourceType<T>
  readonly #frame: Frame
  readonly #listeners = new Set<() => void>()
  #objects = new Map<string, T>()
  /** Waiting for the next frame; undefined is a deletion. */
  readonly #pending = new Map<string, T | undefined>()
  #snapshot: Snapshot<T>
  #version = ''
  #stop: AbortController | undefined
  #endWatch: (() => void) | undefined
  #cancelFrame: (() => void) | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #pause = FIRST_PAUSE

  constructor(api: Api, type: ResourceType<T>, frame: Frame = paced(browserFrame)) {
    this.#api = api
    this.#type = type
    this.#frame = frame
    this.#snapshot = this.#picture('loading')
  }

  get = (): Snapshot<T> => this.#snapshot

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  start(): void {
    if (this.#stop) return
    this.#stop = new AbortController()
    void this.#list(this.#stop.signal)
  }

  stop(): void {
    this.#stop?.abort()
    this.#stop = undefined
    this.#endWatch?.()
    this.#endWatch = undefined
    this.#cancelFrame?.()
    this.#cancelFrame = undefined
    this.#pending.clear()
    clearTimeout(this.#timer)
    if (this.#snapshot.state === 'live') this.#publish('stale')
  }

  /** Tries at once, as when a person presses Retry or the connection is back. */
  retry = (): void => {
    if (!this.#stop || this.#endWatch) return
    this.stop()
    this.start()
  }

  async #list(signal: AbortSignal): Promise<void> {
    try {
      const objects = new Map<string, T>()
      let cursor = ''
      let version = ''
      do {
        const page = await this.#api.list(this.#type, { limit: PAGE, ...(cursor ? { continue: cursor } : {}) }, signal)
        for (const item of page.items) objects.set(keyOf(item), item)
        cursor = page.metadata.continue ?? ''
        version = page.metadata.resourceVersion ?? ''
      } while (cursor)
      if (signal.aborted) return
      this.#objects = objects
      this.#version = version
      this.#pause = FIRST_PAUSE
      this.#publish('live')
      this.#watch(signal)
    } catch (error) {
      if (!signal.aborted) this.#failed(signal, toStatusError(error))
    }
  }

  #watch(signal: AbortSignal): void {
    const query = new URLSearchParams({ watch: 'true', resourceVersion: this.#version, allowWatchBookmarks: 'true' })
    this.#endWatch = this.#api.transport.subscribe('api.watch', { path: `${pathOf(this.#type)}?${query}` }, (events) => this.#take(events), (status) => this.#ended(signal, status))
  }

  #take(events: WatchEvent<AnyObject>[]): void {
    for (const event of events) {
      if (event.type === 'ERROR') {
        this.#endWatch?.()
        if (this.#stop) this.#ended(this.#stop.signal, event.object)
        return
      }
      this.#version = event.object.metadata.resourceVersion ?? this.#version
      if (event.type === 'BOOKMARK') continue
      this.#pending.set(keyOf(event.object), event.type === 'DELETED' ? undefined : (event.object as unknown as T))
    }
    this.#pause = FIRST_PAUSE
    if (this.#pending.size > 0) this.#cancelFrame ??= this.#frame(() => this.#apply())
  }

  #apply(): void {
    this.#cancelFrame = undefined
    for (const [key, object] of this.#pending) {
      if (object) this.#objects.set(key, object)
      else this.#objects.delete(key)
    }
    this.#pending.clear()
    this.#publish('live')
  }

  /** A watch that merely ran out goes on where it was; one that fell behind, or failed, lists again. */
  #ended(signal: AbortSignal, status?: Partial<Status>): void {
    this.#endWatch = undefined
    if (signal.aborted) return
    if (this.#pending.size > 0) {
      this.#cancelFrame?.()
      this.#apply()
    }
    if (!status) this.#later(() => this.#watch(signal))
    else if (isGone(status)) void this.#list(signal)
    else this.#failed(signal, new StatusError(status as Status))
  }

  #failed(signal: AbortSignal, error: StatusError): void {
    this.#publish(this.#version === '' ? 'error' : 'stale', error)
    this.#later(() => void this.#list(signal))
  }

  #later(run: () => void): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(run, this.#pause)
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE)
  }

  #publish(state: Snapshot<T>['state'], error?: StatusError): void {
    this.#snapshot = this.#picture(state, error)
    for (const listener of this.#listeners) listener()
  }

  /** Arrays are made when first asked for, so a frame nobody looks at costs nothing. */
  #picture(state: Snapshot<T>['state'], error?: StatusError): Snapshot<T> {
    const objects = this.#objects
    let items: readonly T[] | undefined
    const byNamespace = new Map<string, readonly T[]>()
    const all = (): readonly T[] => (items ??= [...objects.values()])
    return {
      state,
      get items() {
        return all()
      },
      get: (name, namespace) => objects.get(namespace ? `${namespace}/${name}` : name),
      inNamespace: (namespace) => {
        if (namespace === undefined || namespace === '') return all()
        const known = byNamespace.get(namespace) ?? all().filter((o) => o.metadata.namespace === namespace)
        byNamespace.set(namespace, known)
        return known
      },
      ...(error ? { error } : {}),
    }
  }
}
