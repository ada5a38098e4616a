/**
 * Takes work that comes all at once in slices, so that a crowd holds up nobody else: ten thousand requests that arrive together,
 * or an event for a thousand watchers, are otherwise one turn of the event loop. Work waits only while this turn's time is
 * used up, and in the order in which it came.
 */

/** Of one turn, in ms: half a frame. */
const SLICE_MS = 8

export class Pacer {
  readonly #now: () => number
  #waiting: (() => void)[] = []
  #spent = 0
  #armed = false

  /** @param now a clock in ms */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** Does the work in this turn of the event loop or in one of the next. What it takes until it first waits is counted. Rejects as it does. */
  run<T>(work: () => T | Promise<T>): Promise<T> {
    if (!this.#waiting.length && this.#spent < SLICE_MS) {
      this.#arm()
      return this.#counted(work)
    }
    return new Promise((resolve) => {
      this.#waiting.push(() => resolve(this.#counted(work)))
      this.#arm()
    })
  }

  async #counted<T>(work: () => T | Promise<T>): Promise<T> {
    const started = this.#now()
    try {
      return work() as Awaited<T> | Promise<Awaited<T>> as T
    } finally {
      this.#spent += this.#now() - started
    }
  }

  #arm(): void {
    if (this.#armed) return
    this.#armed = true
    setImmediate(() => {
      this.#armed = false
      this.#spent = 0
      let done = 0
      while (done < this.#waiting.length && this.#spent < SLICE_MS) (this.#waiting[done++] as () => void)()
      this.#waiting = this.#waiting.slice(done)
      if (this.#waiting.length) this.#arm()
    })
  }
}
