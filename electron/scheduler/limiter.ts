/** Runs tasks side by side, at most so many at once, and knows when all have ended. */
import type { Clock } from '../../shared/clock.ts'
import { timeout } from '../../shared/errors.ts'

export class Limiter {
  readonly #limit: number
  readonly #running = new Set<Promise<void>>()
  readonly #onFree: () => void

  /** `onFree` is called each time a task has ended. */
  constructor(limit: number, onFree: () => void) {
    this.#limit = limit
    this.#onFree = onFree
  }
  get full(): boolean {
    return this.#running.size >= this.#limit
  }
  get size(): number {
    return this.#running.size
  }
  /** `task` must not reject: it deals with its own errors. */
  run(task: () => Promise<void>): void {
    const running = task().finally(() => {
      this.#running.delete(running)
      this.#onFree()
    })
    this.#running.add(running)
  }
  async idle(): Promise<void> {
    while (this.#running.size) await Promise.allSettled(this.#running)
  }
}

/** Rejects with a Timeout status when the promise takes longer; the work itself goes on. */
export function withTimeout<T>(promise: Promise<T>, ms: number, what: string, clock: Clock): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(ms, () => reject(timeout(`${what} took longer than ${ms / 1000} s`)))
    promise.then(resolve, reject).finally(() => timer.cancel())
  })
}
