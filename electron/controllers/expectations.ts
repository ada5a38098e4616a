/**
 * What a controller has asked for and not yet seen in its informer. While something is expected, it neither creates nor
 * deletes: its picture is known to be old. Expectations that are never met lapse after five minutes.
 */
import type { Clock } from '../../shared/clock.ts'

const TTL_MS = 300_000

interface Expected {
  creations: number
  readonly deletions: Set<string>
  readonly at: number
}

export class Expectations {
  readonly #clock: Clock
  readonly #expected = new Map<string, Expected>()
  constructor(clock: Clock) {
    this.#clock = clock
  }
  satisfied(key: string): boolean {
    const expected = this.#expected.get(key)
    if (!expected) return true
    return (expected.creations <= 0 && expected.deletions.size === 0) || this.#clock.now() - expected.at >= TTL_MS
  }
  expectCreations(key: string, count: number): void {
    this.#expected.set(key, { creations: count, deletions: new Set(), at: this.#clock.now() })
  }
  /** By uid, since a deletion is seen twice: as deletionTimestamp, then as the end. */
  expectDeletions(key: string, uids: readonly string[]): void {
    this.#expected.set(key, { creations: 0, deletions: new Set(uids), at: this.#clock.now() })
  }
  /** Creations and deletions of one step together. */
  expect(key: string, creations: number, uids: readonly string[]): void {
    this.#expected.set(key, { creations, deletions: new Set(uids), at: this.#clock.now() })
  }
  creationObserved(key: string, count = 1): void {
    const expected = this.#expected.get(key)
    if (expected) expected.creations -= count
  }
  deletionObserved(key: string, uid: string): void {
    this.#expected.get(key)?.deletions.delete(uid)
  }
  forget(key: string): void {
    this.#expected.delete(key)
  }
}
