/** The events of one watcher, between the store that pushes and the reader that pulls. Bounded: who is too slow is cut off. */
import type { WatchEvent } from '../../../shared/api/meta.ts'
import { expired } from '../../../shared/errors.ts'
import type { WatchStream } from '../types.ts'

/** Events that may wait for a reader, beyond the initial ones. */
export const BUFFER_LIMIT = 10_000

export class EventStream implements WatchStream {
  #queue: WatchEvent[] = []
  #waiter: ((events: readonly WatchEvent[] | undefined) => void) | undefined
  #ended = false
  readonly #onEnd: () => void
  readonly #limit: number

  /** @param onEnd called once, when either side ends the stream */
  constructor(onEnd: () => void, limit = BUFFER_LIMIT) {
    this.#onEnd = onEnd
    this.#limit = limit
  }

  get ended(): boolean {
    return this.#ended
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
    if (this.#queue.length >= this.#limit) {
      this.fail(expired('the watcher is too slow: too many events wait for it').status)
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
    return events
  }

  #finish(): void {
    this.#ended = true
    this.#onEnd()
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
