/**
 * Something that can be opened only when the world allows it, such as a socket on an interface that comes up later: tried
 * at once, on each hint that the world has changed, and with back-off in between. Owner of what it opened.
 */
import type { Clock } from '../../shared/clock.ts'
import { Backoff } from './backoff.ts'

export interface KeepOpenOptions<T> {
  readonly clock: Clock
  open(): Promise<T>
  close(opened: T): Promise<void>
  /** Once for each opening. */
  onOpen?(opened: T): void
  /** Each failure; the first of a row and those after a hint are worth a line in the log. */
  onFailure?(error: unknown, retryInMs: number): void
  readonly random?: () => number
}
export interface KeepOpen<T> {
  readonly opened: T | undefined
  readonly failure: unknown
  /** The world has changed: try now. */
  hint(): void
  /** Resolves when the first attempt has succeeded or failed. */
  start(): Promise<void>
  stop(): Promise<void>
}

export function keepOpen<T>(options: KeepOpenOptions<T>): KeepOpen<T> {
  const { clock } = options
  const backoff = new Backoff({ initialMs: 500, maxMs: 30_000, jitter: 0.2 }, options.random)
  let opened: T | undefined
  let failure: unknown
  let timer: { cancel(): void } | undefined
  let attempt: Promise<void> | undefined
  let again = false
  let running = false

  async function tryOpen(): Promise<void> {
    try {
      const made = await options.open()
      if (!running) return await options.close(made)
      opened = made
      failure = undefined
      backoff.reset()
      options.onOpen?.(made)
    } catch (error) {
      failure = error
      if (!running) return
      const wait = again ? 0 : backoff.next()
      again = false
      options.onFailure?.(error, wait)
      timer = clock.after(wait, begin)
    }
  }
  function begin(): Promise<void> {
    timer?.cancel()
    timer = undefined
    return (attempt ??= tryOpen().finally(() => (attempt = undefined)))
  }
  return {
    get opened() {
      return opened
    },
    get failure() {
      return failure
    },
    hint() {
      if (!running || opened !== undefined) return
      backoff.reset()
      if (attempt) again = true
      else void begin()
    },
    start() {
      running = true
      return begin()
    },
    async stop() {
      running = false
      timer?.cancel()
      await attempt
      const made = opened
      opened = undefined
      if (made !== undefined) await options.close(made)
    },
  }
}
