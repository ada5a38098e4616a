/** Exponential back-off by key: 10 s doubling to 300 s, forgotten after twice the longest without failure. Source: client-go flowcontrol.Backoff. */
import type { Clock } from '../../shared/clock.ts'

export class KeyedBackoff {
  readonly #entries = new Map<string, { delay: number; at: number }>()
  readonly #clock: Clock
  readonly #initial: number
  readonly #longest: number
  constructor(clock: Clock, initial = 10_000, longest = 300_000) {
    this.#clock = clock
    this.#initial = initial
    this.#longest = longest
  }
  /** The delay in force, in ms; 0: none. */
  delay(key: string): number {
    return this.#entries.get(key)?.delay ?? 0
  }
  /** When the key may be tried again, for a failure at `since`; undefined: now. */
  until(key: string, since: number): number | undefined {
    const e = this.#entries.get(key)
    if (!e || since - e.at > 2 * this.#longest) return undefined
    const until = since + e.delay
    return until > this.#clock.now() ? until : undefined
  }
  /** One more try after a failure at `since`. */
  next(key: string, since: number): void {
    const e = this.#entries.get(key)
    const delay = !e || since - e.at > 2 * this.#longest ? this.#initial : Math.min(e.delay * 2, this.#longest)
    this.#entries.set(key, { delay, at: this.#clock.now() })
  }
  /** As it was after `tries` failures in a row, the last new try of which began at `at`. */
  restore(key: string, tries: number, at: number): void {
    this.#entries.set(key, { delay: Math.min(this.#initial * 2 ** Math.min(tries - 1, 30), this.#longest), at })
  }
  /** Forgets every key that begins so. */
  forget(prefix: string): void {
    for (const key of this.#entries.keys()) if (key.startsWith(prefix)) this.#entries.delete(key)
  }
}

/** A span as Go prints it: `10s`, `1m20s`, `5m0s`, `1.2s`, `340ms`. */
export function goDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}ms`
  const seconds = Math.round(ms) / 1000
  const h = Math.floor(seconds / 3600)
  const m = Math.floor((seconds % 3600) / 60)
  const s = Number((seconds % 60).toFixed(3))
  return h ? `${h}h${m}m${s}s` : m ? `${m}m${s}s` : `${s}s`
}
