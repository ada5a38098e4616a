/** Back-off for what failed at a place: doubling from one second to fifteen minutes, by owner and place. */
const FIRST_MS = 1_000
const MAX_MS = 900_000

interface Waiting { delay: number; until: number }

export class FailureBackoff {
  readonly #waiting = new Map<string, Map<string, Waiting>>()
  /** Milliseconds still to wait; 0: go on, and the next wait is counted from now. */
  wait(owner: string, place: string, now: number): number {
    let places = this.#waiting.get(owner)
    if (!places) this.#waiting.set(owner, (places = new Map()))
    const entry = places.get(place)
    if (entry && now < entry.until) return entry.until - now
    // Twice the longest wait without a failure, and it counts as forgotten.
    const delay = entry && now < entry.until + 2 * MAX_MS ? Math.min(entry.delay * 2, MAX_MS) : FIRST_MS
    places.set(place, { delay, until: now + delay })
    return 0
  }
  forget(owner: string): void {
    this.#waiting.delete(owner)
  }
}
