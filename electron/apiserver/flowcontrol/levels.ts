/** The priority levels at work: who is under way, who waits, and who is sent away. */
import type { Clock } from '../../../shared/clock.ts'
import { FairQueues, type Queuing } from './fair-queues.ts'
import { type LevelConfig, type Limits, limitsOf, mayTake, type Use } from './seats.ts'

/** A quarter of what a request may take in all. */
export const WAIT_MS = 15_000
/** All that wait, at all levels, and the bytes of their bodies. */
const WAITING_LIMIT = 20_000
const WAITING_BYTES = 64 * 1024 * 1024

export type Reason = 'queue-full' | 'concurrency-limit' | 'time-out' | 'cancelled'
/** The request is not served now. */
export class Refused extends Error {
  readonly reason: Reason
  constructor(reason: Reason) {
    super(reason)
    this.reason = reason
  }
}

export interface ConfiguredLevel extends LevelConfig {
  /** Absent: who finds no seat is sent away. */
  readonly queuing?: Queuing | undefined
}
/** What has to be known only of who has to wait. */
export interface Visitor {
  /** Its flow: what shares a hand of queues. */
  readonly flow: string
  /** Of its body. */
  readonly bytes: number
  readonly signal: AbortSignal
}
/** Gives the seats back. Call once. */
export type Release = () => void

interface Waiting {
  readonly flow: string
  /** When it came, in milliseconds since 1970. */
  readonly since: number
  readonly width: number
  readonly bytes: number
  start(width: number): void
}
interface Level extends Use {
  config: ConfiguredLevel
  exempt: boolean
  seats: number
  /** Requests under way. */
  running: number
  nominal: number
  lower: number
  upper: number
  readonly waiting: FairQueues<Waiting>
  /** Its object is gone; it stays until nobody is in it any more. */
  gone: boolean
}

/** Nobody needs more than the level has. */
const widthAt = (level: Limits, width: number): number => Math.min(width, Math.max(1, level.nominal))

export class Levels {
  readonly #levels = new Map<string, Level>()
  readonly #seats: number
  readonly #clock: Clock
  #waiting = 0
  #waitingBytes = 0

  /** @param seats of the whole server */
  constructor(seats: number, clock: Clock) {
    this.#seats = seats
    this.#clock = clock
  }

  configure(configs: readonly ConfiguredLevel[]): void {
    for (const level of this.#levels.values()) level.gone = true
    for (const config of configs) {
      const known = this.#levels.get(config.name)
      if (known) Object.assign(known, { config, exempt: config.exempt, gone: false })
      else this.#levels.set(config.name, { config, exempt: config.exempt, seats: 0, running: 0, nominal: 0, lower: 0, upper: 0, waiting: new FairQueues(), gone: false })
    }
    this.#share()
  }

  #share(): void {
    for (const [name, level] of this.#levels) if (level.gone && !level.running && !level.waiting.size) this.#levels.delete(name)
    const limits = limitsOf([...this.#levels.values()].map((l) => l.config), this.#seats)
    for (const [name, level] of this.#levels) Object.assign(level, limits.get(name))
    this.#dispatch()
  }

  /**
   * Answers at once when there is a seat. Throws, or rejects with, Refused.
   * @param wanted how many seats
   * @param queued called when the wait begins; its result when that ends
   */
  enter(name: string, wanted: number, visitorOf: () => Visitor, queued?: () => () => void): Release | Promise<Release> {
    const level = this.#levels.get(name)
    if (!level) throw new Refused('concurrency-limit')
    const width = widthAt(level, wanted)
    if (level.exempt || (!level.waiting.size && mayTake(this.#levels.values(), level, width))) return this.#take(level, width)
    const { queuing } = level.config
    if (!queuing) throw new Refused('concurrency-limit')
    const visitor = visitorOf()
    if (this.#waiting >= WAITING_LIMIT || this.#waitingBytes + visitor.bytes > WAITING_BYTES) throw new Refused('queue-full')
    return this.#wait(level, queuing, width, visitor, queued)
  }

  #wait(level: Level, queuing: Queuing, width: number, { flow, bytes, signal }: Visitor, queued?: () => () => void): Promise<Release> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting--
        this.#waitingBytes -= bytes
        timer.cancel()
        signal.removeEventListener('abort', cancelled)
        left?.()
      }
      const refuse = (reason: Reason): void => {
        level.waiting.remove(waiting)
        leave()
        reject(new Refused(reason))
        this.#dispatch()
      }
      const cancelled = (): void => refuse('cancelled')
      const waiting: Waiting = {
        flow, since: this.#clock.now(), width, bytes,
        start: (taken) => {
          leave()
          resolve(this.#take(level, taken))
        },
      }
      if (!level.waiting.add(flow, waiting, queuing)) throw new Refused('queue-full')
      this.#waiting++
      this.#waitingBytes += bytes
      const left = queued?.()
      const timer = this.#clock.after(WAIT_MS, () => refuse('time-out'))
      signal.addEventListener('abort', cancelled, { once: true })
      if (signal.aborted) cancelled()
    })
  }

  #take(level: Level, width: number): Release {
    level.seats += width
    level.running++
    return () => {
      level.seats -= width
      level.running--
      if (level.gone && !level.running && !level.waiting.size) this.#share()
      else if (this.#waiting) this.#dispatch()
    }
  }

  /** Seats go to those first who have less than their share. */
  #dispatch(): void {
    if (!this.#waiting) return
    const levels = [...this.#levels.values()].filter((l) => l.waiting.size)
    for (const borrows of [false, true]) {
      for (let moved = true; moved;) {
        moved = false
        for (const level of levels) {
          const next = level.waiting.peek()
          if (!next || (!borrows && level.seats >= level.nominal)) continue
          const width = widthAt(level, next.width)
          if (!mayTake(this.#levels.values(), level, width)) continue
          level.waiting.take()?.start(width)
          moved = true
        }
      }
    }
  }

  /** For metrics, and for people. */
  get all(): readonly (Use & { readonly name: string; readonly running: number; readonly waiting: number; readonly gone: boolean; readonly queues: FairQueues<Waiting>['queues'] })[] {
    return [...this.#levels].map(([name, { exempt, seats, running, waiting, nominal, lower, upper, gone }]) => ({ name, exempt, seats, running, waiting: waiting.size, nominal, lower, upper, gone, get queues() { return waiting.queues } }))
  }
}
