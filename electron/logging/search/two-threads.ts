/**
 * Two threads where there is much to read: each takes block after block, and what they find is told as one, in order. The second
 * is begun only when the newest (oldest) few blocks have not been enough, and both end when nobody has searched for a while.
 */
import type { Clock } from '../../../shared/clock.ts'
import type { LogRecord } from '../../../shared/logs/types.ts'
import { readsText } from '../literals.ts'
import { BlockList, pickBlocks } from './block-list.ts'
import type { Found, HistogramJob, Job, SearchJob } from './jobs.ts'
import { merged, type Lines } from './merge.ts'
import { SearchThread, type SearchRunner } from './thread.ts'

/** So many are read by one thread first. */
const FEW = 12
/** The same where texts are read only of lines that are found: most of the time then is what goes between threads, and not the reading. */
export const FEW_LIGHT = 48
/** For fewer the other need not be begun. */
const MANY = 16

const PROGRESS_MS = 40

const range = (from: number, to: number, step: number): number[] => Array.from({ length: Math.max(0, Math.ceil((to - from) / step)) }, (_, i) => from + i * step)

export class TwoThreads implements SearchRunner {
  readonly #first: SearchRunner
  readonly #second: SearchRunner

  constructor(clock: Clock, first: SearchRunner = new SearchThread(clock), second: SearchRunner = new SearchThread(clock)) {
    this.#first = first
    this.#second = second
  }

  async run(job: Job, found: (found: Found) => void, signal?: AbortSignal): Promise<void> {
    const few = job.kind === 'search' && !readsText(job.ast) ? FEW_LIGHT : FEW
    if (job.kind === 'search' && job.blocks.length > Math.max(few, MANY)) await this.#search(job, few, found, signal)
    else if (job.kind === 'histogram' && job.blocks.length > MANY && readsText(job.ast)) await this.#histogram(job, found, signal)
    else await this.#first.run(job, found, signal)
  }
  async close(): Promise<void> {
    await Promise.all([this.#first.close(), this.#second.close()])
  }

  async #search(job: SearchJob, few: number, found: (found: Found) => void, signal?: AbortSignal): Promise<void> {
    const total = job.blocks.length
    const rest = pickBlocks(job.blocks, range(few, total, 1))
    const parts = [pickBlocks(job.blocks, range(0, few, 1)), rest, rest]
    // Each takes the next one, so that neither runs ahead of the other, whose lines would wait.
    const taken = new Int32Array(new SharedArrayBuffer(4))
    const lines: Lines[] = parts.map((blocks) => {
      const list = new BlockList(blocks)
      return { waiting: [], edge: job.order === 'newest' ? list.maxTime(0) : list.minTime(0) }
    })
    const searched = parts.map(() => 0)
    let told = 0
    let said = -Infinity
    /** Whether one of them has not told all that it could. */
    let beyond = false
    let more = false
    // One more than is wanted has been found: the threads may stop.
    const enough = new AbortController()
    const part = async (n: number, runner: SearchRunner): Promise<void> => {
      await runner.run({ ...job, blocks: parts[n] as SearchJob['blocks'], ...(n ? { taken } : {}) }, (f) => {
        if (f.kind !== 'search' || more) return
        const own = lines[n] as Lines
        own.waiting.push(...f.entries)
        own.edge = f.edge
        searched[n] = f.searched
        const sure = merged(lines, job.order)
        const entries = sure.slice(0, job.limit - told)
        told += entries.length
        beyond ||= f.done?.more === true
        more = sure.length > entries.length || (told === job.limit && (beyond || lines.some((l) => l.waiting.length)))
        // Of how far they are somebody else hears now and then.
        const now = performance.now()
        if (!entries.length && !more && now - said < PROGRESS_MS) return
        said = now
        found({ kind: 'search', entries, searched: searched.reduce((a, b) => a + b, 0), total, ...(more ? { done: { more } } : {}) })
        if (more) enough.abort()
      }, AbortSignal.any([enough.signal, ...(signal ? [signal] : [])]))
    }
    try {
      await part(0, this.#first)
      await this.#both(enough, [() => part(1, this.#first), () => part(2, this.#second)])
    } catch (e) {
      if (!more) throw e
    }
    if (!more) found({ kind: 'search', entries: [] as LogRecord[], searched: total, total, done: { more: false } })
  }

  async #histogram(job: HistogramJob, found: (found: Found) => void, signal?: AbortSignal): Promise<void> {
    const heard: Extract<Found, { kind: 'histogram' }>[] = []
    const failed = new AbortController()
    const total = job.blocks.length
    const part = (n: number, runner: SearchRunner) => (): Promise<void> => runner.run({ ...job, blocks: pickBlocks(job.blocks, range(n, total, 2)) }, (f) => {
      if (f.kind !== 'histogram') return
      heard[n] = f
      const all = heard.filter(Boolean)
      const sources = new Map<number, number>()
      for (const h of all) for (const [id, lines] of h.sources) sources.set(id, (sources.get(id) ?? 0) + lines)
      const counts = f.counts.map((bucket, i) => bucket.map((_, rank) => all.reduce((sum, h) => sum + (h.counts[i]?.[rank] ?? 0), 0)))
      found({ kind: 'histogram', counts, sources, searched: all.reduce((sum, h) => sum + h.searched, 0), total, done: all.length === 2 && all.every((h) => h.done) })
    }, AbortSignal.any([failed.signal, ...(signal ? [signal] : [])]))
    await this.#both(failed, [part(0, this.#first), part(1, this.#second)])
  }

  /** When one fails the other is stopped; its end is waited for. */
  async #both(stop: AbortController, parts: readonly (() => Promise<void>)[]): Promise<void> {
    const ends = await Promise.allSettled(parts.map(async (part) => {
      try {
        await part()
      } catch (e) {
        const first = !stop.signal.aborted
        stop.abort()
        throw first ? e : new Stopped('', { cause: e })
      }
    }))
    const errors = ends.flatMap((e) => (e.status === 'rejected' ? [e.reason as unknown] : []))
    if (errors.length) throw errors.find((e) => !(e instanceof Stopped)) ?? errors[0]
  }
}
/** Ended because the other one had. */
class Stopped extends Error {}
