/**
 * Decides what becomes of an event, as client-go's correlator does: the same event again is counted on one object, many
 * similar ones are combined into one, and a source that floods one object is dropped. Pure but for the clock.
 * Numbers: client-go tools/record, defaults of EventCorrelator.
 */
import type { Clock } from '../../shared/clock.ts'

const MAX_SIMILAR = 10
const SIMILAR_WINDOW_MS = 600_000
const SPAM_BURST = 25
const SPAM_REFILL_MS = 300_000
export const CACHE_SIZE = 4096

export interface EventInput {
  /** The object it is about, in a text form that holds kind, namespace, name, uid and field path. */
  readonly object: string
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
}
export interface Correlated {
  /** Events with one key are one Event object. */
  readonly key: string
  readonly message: string
}

/** A map that forgets what was used least recently. */
export class LruMap<V> {
  readonly #map = new Map<string, V>()
  readonly #size: number
  constructor(size = CACHE_SIZE) {
    this.#size = size
  }
  get(key: string): V | undefined {
    const value = this.#map.get(key)
    if (value !== undefined) {
      this.#map.delete(key)
      this.#map.set(key, value)
    }
    return value
  }
  set(key: string, value: V): void {
    this.#map.delete(key)
    this.#map.set(key, value)
    if (this.#map.size > this.#size) this.#map.delete(this.#map.keys().next().value!)
  }
  delete(key: string): void {
    this.#map.delete(key)
  }
}

export class EventCorrelator {
  readonly #clock: Clock
  readonly #similar: LruMap<{ messages: Set<string>; last: number }>
  readonly #spam: LruMap<{ tokens: number; last: number }>
  constructor(clock: Clock, size = CACHE_SIZE) {
    this.#clock = clock
    this.#similar = new LruMap(size)
    this.#spam = new LruMap(size)
  }
  /** undefined: dropped as spam. */
  correlate(input: EventInput): Correlated | undefined {
    const now = this.#clock.now()
    const { object, type, reason, message } = input
    const similarKey = JSON.stringify([object, type, reason])
    let record = this.#similar.get(similarKey)
    if (!record || now - record.last > SIMILAR_WINDOW_MS) record = { messages: new Set(), last: now }
    record.messages.add(message)
    record.last = now
    this.#similar.set(similarKey, record)
    if (!this.#allow(object, now)) return undefined
    if (record.messages.size < MAX_SIMILAR) return { key: JSON.stringify([object, type, reason, message]), message }
    // The set stays bounded: it need only remember that there are too many.
    record.messages.delete(record.messages.values().next().value!)
    return { key: similarKey, message: `(combined from similar events): ${message}` }
  }
  #allow(object: string, now: number): boolean {
    const bucket = this.#spam.get(object) ?? { tokens: SPAM_BURST, last: now }
    const tokens = Math.min(SPAM_BURST, bucket.tokens + (now - bucket.last) / SPAM_REFILL_MS)
    const allowed = tokens >= 1
    this.#spam.set(object, { tokens: allowed ? tokens - 1 : tokens, last: now })
    return allowed
  }
}
