/** The history: every 15 s for a day, every 5 minutes for two weeks, within 64 MB of disk whatever runs. */
import { setImmediate } from 'node:timers/promises'
import { logger } from '../../../shared/log.ts'
import { EMPTY, type History } from '../types.ts'
import { decodeRounds, keyOfLeaf, sumsOf } from './block.ts'
import { Tier } from './tier.ts'
import { FIELDS, type Leaf, type Round, type Sample } from './types.ts'

const MB = 1_000_000
const DAY = 86_400_000
export const FINE_MS = 15_000
export const COARSE_MS = 300_000
export const LIMIT_BYTES = 64 * MB
/** More points than this no screen shows. */
export const MOST_POINTS = 1500
/** More containers than this are not remembered. */
const MOST_LEAVES = 5000
const WIDTH = FIELDS.length
const RESTARTS = FIELDS.indexOf('restarts')
const log = logger('metrics')

export interface HistoryStore {
  /** In order of time; one at a time. Does not reject: what cannot be written is said in `problem`. */
  add(round: Round): Promise<void>
  /** Sums of the leaves that are wanted, at most about MOST_POINTS; times in milliseconds since 1970. */
  read(wanted: (leaf: Leaf) => boolean, from: number, to: number): Promise<History & { stepMs: number }>
  /** `''`: all is well. */
  readonly problem: string
  readonly bytes: number
}

/** The mean of a window: who was away for a part of it counts as idle then; restarts are added up. */
class Window {
  #sums = new Map<string, { leaf: Leaf; values: number[] }>()
  #rounds = 0
  add(samples: readonly Sample[]): void {
    this.#rounds++
    for (const { leaf, values } of samples) {
      const key = keyOfLeaf(leaf)
      const own = this.#sums.get(key)
      if (own) for (let i = 0; i < WIDTH; i++) own.values[i] = (own.values[i] ?? 0) + (values[i] ?? 0)
      else this.#sums.set(key, { leaf, values: [...values] })
    }
  }
  take(): Sample[] {
    const samples = [...this.#sums.values()].map(({ leaf, values }) => ({ leaf, values: values.map((v, i) => (i === RESTARTS ? v : v / this.#rounds)) }))
    this.#sums = new Map()
    this.#rounds = 0
    return samples
  }
  get empty(): boolean {
    return this.#rounds === 0
  }
}

/** @param directory made when the first round comes or the first question */
export function createHistory(directory: string, limitBytes = LIMIT_BYTES): HistoryStore {
  const fine = new Tier({ directory, name: 'fine', keepMs: DAY, limitBytes: Math.floor(limitBytes * 0.6), blockRounds: 40 })
  const coarse = new Tier({ directory, name: 'coarse', keepMs: 14 * DAY, limitBytes: Math.floor(limitBytes * 0.4), blockRounds: 24 })
  const window = new Window()
  let number = 0
  let problem = ''
  let opening: Promise<void> | undefined

  async function gather(round: Round): Promise<void> {
    const its = Math.floor(round.time / COARSE_MS)
    if (its !== number && !window.empty) await coarse.add({ time: (number + 1) * COARSE_MS, samples: window.take() })
    number = its
    window.add(round.samples)
  }
  async function open(): Promise<void> {
    await Promise.all([fine.open(), coarse.open()])
    // The window that was open when the app ended is filled again.
    const since = Math.max(coarse.last, fine.last - DAY)
    await fine.visit(since, Number.POSITIVE_INFINITY, async (data) => { for (const round of decodeRounds(data)) if (round.time >= since) await gather(round) })
  }
  const opened = (): Promise<void> => (opening ??= open().catch((error: unknown) => { opening = undefined; throw error }))

  return {
    async add(round) {
      try {
        await opened()
        const kept = round.samples.length > MOST_LEAVES ? { ...round, samples: round.samples.slice(0, MOST_LEAVES) } : round
        await fine.add(kept)
        await gather(kept)
        problem = ''
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error)
        if (problem !== message) log.warning('The history of usage cannot be written', { error })
        problem = message
      }
    },
    async read(wanted, from, to) {
      await opened()
      const recent = from >= fine.last - DAY - COARSE_MS
      const [tier, baseMs] = recent ? [fine, FINE_MS] : [coarse, COARSE_MS]
      const factor = Math.ceil((to - from) / baseMs / MOST_POINTS)
      // Rounds are never quite as far apart as they should be: of two in each step there would be one or three at times.
      const stepMs = factor <= 1 ? baseMs : Math.max(3, factor) * baseMs
      const points = new Points(stepMs, factor <= 1)
      await tier.visit(from, to, async (data) => {
        const { times, values, present } = sumsOf(data, wanted)
        for (const [i, time] of times.entries()) if (time >= from && time <= to) points.add(time, present[i] === 1, values, i * WIDTH)
        await setImmediate()
      })
      // What is not yet in the coarse one is the newest.
      if (!recent && to > coarse.last) await fine.visit(coarse.last, to, (data) => {
        const { times, values, present } = sumsOf(data, wanted)
        for (const [i, time] of times.entries()) if (time > coarse.last && time <= to) points.add(time, present[i] === 1, values, i * WIDTH)
      })
      return { ...points.take(), stepMs }
    },
    get problem() {
      return problem
    },
    get bytes() {
      return fine.bytes + coarse.bytes
    },
  }
}

/** Rounds become points of a chart: each one by itself, or means of those in a step. */
class Points {
  readonly #history: { -readonly [K in keyof History]: History[K] } = EMPTY()
  readonly #stepMs: number
  readonly #single: boolean
  #step = -1
  #sum = new Float64Array(WIDTH)
  #rounds = 0
  #present = false
  #latest = 0

  constructor(stepMs: number, single: boolean) {
    this.#stepMs = stepMs
    this.#single = single
  }
  add(time: number, present: boolean, values: Float64Array, at: number): void {
    const step = this.#single ? time : Math.floor(time / this.#stepMs)
    if (step !== this.#step) this.#emit()
    this.#step = step
    this.#rounds++
    this.#present ||= present
    this.#latest = time
    for (let i = 0; i < WIDTH; i++) this.#sum[i] = (this.#sum[i] ?? 0) + (values[at + i] ?? 0)
  }
  take(): History {
    this.#emit()
    return this.#history
  }
  #emit(): void {
    const h = this.#history
    if (this.#rounds && (this.#present || h.times.length)) {
      const before = h.times.at(-1)
      // Nothing was measured for a while: a gap, and no line through it.
      if (before !== undefined && this.#latest - before > this.#stepMs * 2.5) this.#push(before + this.#stepMs, undefined)
      this.#push(this.#latest, this.#present ? this.#sum : undefined)
    }
    this.#sum = new Float64Array(WIDTH)
    this.#rounds = 0
    this.#present = false
  }
  #push(time: number, sum: Float64Array | undefined): void {
    this.#history.times.push(time)
    for (const [i, field] of FIELDS.entries()) this.#history[field].push(sum ? (sum[i] ?? 0) / (i === RESTARTS ? 1 : this.#rounds) : null)
  }
}
