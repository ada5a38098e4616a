/** Jittered exponential back-off and a wait that an abort ends. */
import type { Clock } from '../../shared/clock.ts'

export interface BackoffOptions {
  readonly initialMs: number
  readonly maxMs: number
  /** Each delay is stretched by a random share of up to this much. */
  readonly jitter: number
}

export class Backoff {
  readonly #options: BackoffOptions
  readonly #random: () => number
  #next: number
  constructor(options: BackoffOptions, random: () => number = Math.random) {
    this.#options = options
    this.#random = random
    this.#next = options.initialMs
  }
  /** Milliseconds to wait before the next try; each call doubles it. */
  next(): number {
    const base = this.#next
    this.#next = Math.min(this.#options.maxMs, base * 2)
    return Math.min(this.#options.maxMs, base * (1 + this.#random() * this.#options.jitter))
  }
  reset(): void {
    this.#next = this.#options.initialMs
  }
}

/** Resolves after `ms`, or at once when the signal aborts. */
export function delay(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const done = (): void => {
      timer.cancel()
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = clock.after(ms, done)
    signal.addEventListener('abort', done, { once: true })
  })
}

export interface Deferred<T> {
  readonly promise: Promise<T>
  resolve(value: T): void
  reject(reason: unknown): void
}
/** A promise with its two ends outside. */
export function deferred<T>(): Deferred<T> {
  let resolve!: (value: T) => void
  let reject!: (reason: unknown) => void
  const promise = new Promise<T>((ok, no) => {
    resolve = ok
    reject = no
  })
  return { promise, resolve, reject }
}

/** What `promise` becomes, or the signal's reason as an error when that comes first. One listener, however much is waited for. */
export async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  const aborted = deferred<never>()
  const abort = (): void => aborted.reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([promise, aborted.promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
