/**
 * client-go's work queue: a key that waits is there once; a key in work is handed out again only after `done`. Delays are
 * kept apart, one for each key, the earliest wins. Source of the numbers: client-go's default controller rate limiter.
 */
import type { Clock, Timer } from '../../shared/clock.ts'
import { emptyCounts, type QueueCounts, type QueueNow } from './queue-stats.ts'
import type { WorkQueue } from './types.ts'

const BASE_DELAY_MS = 5
const MAX_DELAY_MS = 1_000_000
const REFILL_PER_SECOND = 10
const BURST = 100

/** The side of a queue that its worker sees. */
export interface ProcessingQueue extends WorkQueue, QueueNow {
  readonly length: number
  /** The next key, now in work; undefined when none waits. */
  take(): string | undefined
  /** Ends the work on a key; if it was added meanwhile, it waits again. */
  done(key: string): void
  /** Called when a key has come to wait. */
  onReady(callback: () => void): void
  /** Takes nothing more and cancels every delay. */
  shutDown(): void
}

/** A bucket whose debt tells how long to wait. */
class TokenBucket {
  readonly #clock: Clock
  #tokens = BURST
  #last: number
  constructor(clock: Clock) {
    this.#clock = clock
    this.#last = clock.now()
  }
  /** Takes a token and answers the milliseconds until it is truly there. */
  reserve(): number {
    const now = this.#clock.now()
    this.#tokens = Math.min(BURST, this.#tokens + ((now - this.#last) * REFILL_PER_SECOND) / 1000) - 1
    this.#last = now
    return this.#tokens >= 0 ? 0 : (-this.#tokens * 1000) / REFILL_PER_SECOND
  }
}

/**
 * @param counts what it has done is added to these
 * @param now milliseconds, finer than a clock's
 */
export function createWorkQueue(clock: Clock, counts: QueueCounts = emptyCounts(), now: () => number = () => performance.now()): ProcessingQueue {
  // A Map keeps the order of arrival, so it is the queue and its index in one. Each key has the time since when it is there.
  const waiting = new Map<string, number>()
  const processing = new Map<string, number>()
  const dirtyInWork = new Map<string, number>()
  const delayed = new Map<string, { at: number; timer: Timer }>()
  const failures = new Map<string, number>()
  const bucket = new TokenBucket(clock)
  let ready: () => void = () => undefined
  let down = false

  const add = (key: string): void => {
    if (down) return
    if (processing.has(key)) {
      if (dirtyInWork.has(key)) return
      dirtyInWork.set(key, now())
    } else if (waiting.has(key)) return
    else {
      waiting.set(key, now())
      ready()
    }
    counts.adds++
  }
  const addAfter = (key: string, milliseconds: number): void => {
    if (down) return
    counts.retries++
    if (milliseconds <= 0) return add(key)
    const at = clock.now() + milliseconds
    const present = delayed.get(key)
    if (present && present.at <= at) return
    present?.timer.cancel()
    const timer = clock.after(milliseconds, () => {
      delayed.delete(key)
      add(key)
    })
    delayed.set(key, { at, timer })
  }
  return {
    add,
    addAfter,
    addRateLimited(key) {
      const count = failures.get(key) ?? 0
      failures.set(key, count + 1)
      addAfter(key, Math.max(Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** count), bucket.reserve()))
    },
    forget: (key) => void failures.delete(key),
    retries: (key) => failures.get(key) ?? 0,
    get length() {
      return waiting.size
    },
    take() {
      const next = waiting.entries().next()
      if (next.done) return undefined
      const [key, since] = next.value
      const taken = now()
      waiting.delete(key)
      processing.set(key, taken)
      counts.waited.observe((taken - since) / 1000)
      return key
    },
    done(key) {
      const taken = processing.get(key)
      if (taken !== undefined) counts.worked.observe((now() - taken) / 1000)
      processing.delete(key)
      const since = dirtyInWork.get(key)
      if (since === undefined || down) return
      dirtyInWork.delete(key)
      waiting.set(key, since)
      ready()
    },
    running: () => [...processing.values()].map((taken) => (now() - taken) / 1000),
    onReady(callback) {
      ready = callback
    },
    shutDown() {
      down = true
      for (const { timer } of delayed.values()) timer.cancel()
      delayed.clear()
      waiting.clear()
      dirtyInWork.clear()
    },
  }
}
