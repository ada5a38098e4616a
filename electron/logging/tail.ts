/** Live readers: each gets what matches, in batches, and is told how much it was too slow for. */
import type { Clock, Timer } from '../../shared/clock.ts'
import { toStatusError } from '../../shared/errors.ts'
import type { LogEntry } from '../../shared/ipc.ts'
import { logger } from '../../shared/log.ts'
import type { Matcher } from './matcher.ts'

const BATCH_MS = 50
const MAX_WAITING = 10_000

export type TailListener = (batch: { entries: LogEntry[]; dropped: number }) => void

export class TailReader {
  readonly #matcher: Matcher
  readonly #clock: Clock
  readonly #listener: TailListener
  readonly #onEnd: () => void
  #waiting: LogEntry[] = []
  #dropped = 0
  #timer: Timer | undefined
  #last = -Infinity
  #closed = false

  constructor(matcher: Matcher, clock: Clock, listener: TailListener, onEnd: () => void) {
    this.#matcher = matcher
    this.#clock = clock
    this.#listener = listener
    this.#onEnd = onEnd
  }

  offer(entries: readonly LogEntry[]): void {
    for (const entry of entries) if (this.#matcher.source(entry)) this.#waiting.push(entry)
    const over = this.#waiting.length - MAX_WAITING
    if (over > 0) {
      this.#waiting.splice(0, over)
      this.#dropped += over
    }
    if (this.#waiting.length && !this.#timer) this.#timer = this.#clock.after(Math.max(0, this.#last + BATCH_MS - this.#clock.now()), () => this.#deliver())
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#timer?.cancel()
    this.#waiting = []
    this.#onEnd()
  }

  #deliver(): void {
    this.#timer = undefined
    this.#last = this.#clock.now()
    const waiting = this.#waiting
    const dropped = this.#dropped
    this.#waiting = []
    this.#dropped = 0
    try {
      const hits = this.#matcher.texts?.(waiting.map((e) => e.text))
      const entries = hits ? waiting.filter((_, i) => hits[i]) : waiting
      if (entries.length || dropped) this.#listener({ entries, dropped })
    } catch (error) {
      // An expression that takes too long, or a listener that is broken: no other reader is to suffer.
      logger('logging').warning('a live reader was ended', { error: toStatusError(error).message })
      this.close()
    }
  }
}
