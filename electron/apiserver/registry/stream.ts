/** The events of one watcher, between the store that pushes and the reader that pulls. Bounded: who is too slow is cut off. */
import type { WatchEvent } from '../../../shared/api/meta.ts'
import { expired } from '../../../shared/errors.ts'
import type { WatchStream } from '../types.ts'

/** What may wait for a reader, beyond the initial events. */
export interface Bounds {
  readonly events: number
  readonly bytes: number
}
export const BOUNDS: Bounds = { events: 10_000, bytes: 32 * 1024 * 1024 }
/** Objects are handed over by reference: what waits is in the store's memory anyway. */
const WEIGHTLESS = (): number => 0

export class EventStream implements WatchStream {
  #queue: WatchEvent[] = []
  #waiter: ((events: readonly WatchEvent[] | undefined) => void) | undefined
  #ended = false
  readonly #onEnd: (() => void)[]
  readonly #bounds: Bounds
  readonly #sizeOf: (event: WatchEvent) => number
  #bytes = 0

  /**
   * @param onEnd called once, when either side ends the stream
   * @param sizeOf the bytes of an event on its way to the reader
   */
  constructor(onEnd: () => void, sizeOf: (event: WatchEvent) => number = WEIGHTLESS, bounds = BOUNDS) {
    this.#onEnd = [onEnd]
    this.#sizeOf = sizeOf
    this.#bounds = bounds
  }

  get ended(): boolean {
    return this.#ended
  }

  whenEnded(listener: () => void): void {
    if (this.#ended) listener()
    else this.#onEnd.push(listener)
  }

  /** What is there before the watch begins: not counted against the bound. */
  start(events: WatchEvent[]): void {
    this.#queue = events
  }

  push(event: WatchEvent): void {
    if (this.#ended) return
    if (this.#waiter) {
      // A reader waits: it gets everything that arrives in this turn of the event loop at once.
      this.#queue.push(event)
      const waiter = this.#waiter
      this.#waiter = undefined
      queueMicrotask(() => waiter(this.#take()))
      return
    }
    this.#bytes += this.#sizeOf(event)
    const tooMany = this.#queue.length >= this.#bounds.events
    if (tooMany || this.#bytes > this.#bounds.bytes) {
      this.fail(expired(`the watcher is too slow: more than ${tooMany ? `${this.#bounds.events} events` : `${this.#bounds.bytes} bytes of events`} wait for it`).status)
      return
    }
    this.#queue.push(event)
  }

  /** Ends with an ERROR event; what was waiting is dropped, since the watcher must list anew. */
  fail(status: WatchEvent['object'] & { status?: unknown }): void {
    if (this.#ended) return
    this.#queue = [{ type: 'ERROR', object: status } as WatchEvent]
    this.#finish()
  }

  /** Ends after what is queued has been read. */
  end(): void {
    if (!this.#ended) this.#finish()
  }

  #take(): readonly WatchEvent[] | undefined {
    if (this.#queue.length === 0) return undefined
    const events = this.#queue
    this.#queue = []
    this.#bytes = 0
    return events
  }

  #finish(): void {
    this.#ended = true
    for (const told of this.#onEnd.splice(0)) told()
    const waiter = this.#waiter
    this.#waiter = undefined
    waiter?.(this.#take())
  }

  next(): Promise<readonly WatchEvent[] | undefined> {
    if (this.#queue.length || this.#ended) return Promise.resolve(this.#take())
    return new Promise((resolve) => {
      this.#waiter = resolve
    })
  }

  close(): void {
    this.#queue = []
    this.end()
  }
}
