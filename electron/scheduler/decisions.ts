/** The last decision for each pod, for whoever asks why it is where it is. Bounded: the oldest goes first. */
import type { Decision } from './schedule.ts'

export class DecisionLog {
  readonly #decisions = new Map<string, Decision>()
  readonly #limit: number
  constructor(limit = 1_000) {
    this.#limit = limit
  }
  set(uid: string, decision: Decision): void {
    this.#decisions.delete(uid)
    this.#decisions.set(uid, decision)
    if (this.#decisions.size > this.#limit) this.#decisions.delete(this.#decisions.keys().next().value as string)
  }
  get(uid: string): Decision | undefined {
    return this.#decisions.get(uid)
  }
  delete(uid: string): void {
    this.#decisions.delete(uid)
  }
}
