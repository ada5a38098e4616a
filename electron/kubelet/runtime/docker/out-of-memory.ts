/**
 * Whose memory ran out. The engine writes that down itself where it hears of it before the container's end; on a busy machine it hears later,
 * by some milliseconds, and then only tells it in an event. Kept until the container is removed; after a start of the app, what the engine wrote counts.
 */
import type { RuntimeEvent } from '../types.ts'

/** Should events of removals have been missed. */
const MOST = 1_000

export class OutOfMemory {
  readonly #ids = new Set<string>()

  hear(event: RuntimeEvent): void {
    if (event.type !== 'container') return
    if (event.action === 'removed') this.#ids.delete(event.id)
    if (event.action !== 'oom') return
    this.#ids.add(event.id)
    const [oldest] = this.#ids
    if (this.#ids.size > MOST && oldest !== undefined) this.#ids.delete(oldest)
  }
  has(id: string): boolean {
    return this.#ids.has(id)
  }
}
