/**
 * Who wants to hear of which keys. Watchers with the same prefix share one lookup and one filtered list of events, so a
 * thousand watches of one resource cost a change no more than one does, but for the calls.
 */
import type { Change } from './mvcc.ts'
import type { StoreEvent, Watch, WatchListener } from './types.ts'

interface Watcher<V> {
  readonly listener: WatchListener<V>
  /** Changes before this revision are not wanted. */
  from: number
  closed: boolean
}

export class Watchers<V> {
  #byPrefix = new Map<string, Set<Watcher<V>>>()
  /** How many prefixes have this length: a key is looked up once for each length in use. */
  #lengths = new Map<number, number>()
  readonly #onError: (error: unknown) => void
  size = 0

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError
  }

  add(prefix: string, from: number, listener: WatchListener<V>, past: readonly Change<V>[]): Watch {
    const watcher: Watcher<V> = { listener, from, closed: false }
    const close = (): void => {
      if (watcher.closed) return
      watcher.closed = true
      this.size--
      this.#remove(prefix, watcher)
    }
    let set = this.#byPrefix.get(prefix)
    if (!set) {
      this.#byPrefix.set(prefix, (set = new Set()))
      this.#lengths.set(prefix.length, (this.#lengths.get(prefix.length) ?? 0) + 1)
    }
    set.add(watcher)
    this.size++
    for (const { events, revision } of past) {
      watcher.from = revision + 1
      const wanted = events.filter((event) => event.kv.key.startsWith(prefix))
      if (wanted.length && !watcher.closed) this.#call(watcher, wanted, revision)
    }
    return { close }
  }

  #remove(prefix: string, watcher: Watcher<V>): void {
    const set = this.#byPrefix.get(prefix)
    set?.delete(watcher)
    if (!set || set.size) return
    this.#byPrefix.delete(prefix)
    const left = (this.#lengths.get(prefix.length) ?? 1) - 1
    if (left) this.#lengths.set(prefix.length, left)
    else this.#lengths.delete(prefix.length)
  }

  dispatch({ events, revision }: Change<V>): void {
    const wanted = new Map<string, StoreEvent<V>[]>()
    for (const event of events) {
      const { key } = event.kv
      for (const length of this.#lengths.keys()) {
        if (length > key.length) continue
        const prefix = key.slice(0, length)
        if (!this.#byPrefix.has(prefix)) continue
        const list = wanted.get(prefix)
        if (list) list.push(event)
        else wanted.set(prefix, [event])
      }
    }
    for (const [prefix, list] of wanted) {
      for (const watcher of this.#byPrefix.get(prefix) ?? []) {
        // A watch that began while this change was being told has had it from history, or did not want it.
        if (watcher.closed || revision < watcher.from) continue
        watcher.from = revision + 1
        this.#call(watcher, list, revision)
      }
    }
  }

  #call(watcher: Watcher<V>, events: readonly StoreEvent<V>[], revision: number): void {
    try {
      watcher.listener(events, revision)
    } catch (error) {
      this.#onError(error)
    }
  }

  closeAll(): void {
    for (const set of this.#byPrefix.values()) for (const watcher of set) watcher.closed = true
    this.#byPrefix.clear()
    this.#lengths.clear()
    this.size = 0
  }
}
