/** The one loop that scrapes: every 15 s, the annotated pods that run, a few at a time, and only while there are some. */
import type { Pod } from '../../../shared/api/types.ts'
import type { Clock, Timer } from '../../../shared/clock.ts'
import { logger } from '../../../shared/log.ts'
import type { Informer } from '../../client/types.ts'
import { measure, type Scrape, type Value } from './measure.ts'
import { parsePrometheus } from './parse.ts'
import { targetOf, wantsScrape, type Target } from './targets.ts'

export const SCRAPE_MS = 15_000
const TIMEOUT_MS = 10_000
const AT_ONCE = 4
/** Of all pods together, so that what is kept has a bound. */
const MOST_PODS = 250
const MOST_SERIES = 50_000
const log = logger('metrics')

/** The text behind a target; rejects with what to say. Given by the composition root. */
export type Fetch = (pod: Pod, target: Target, signal: AbortSignal) => Promise<string>
export interface Scraped {
  readonly pod: Pod
  readonly time: number
  readonly values: ReadonlyMap<string, readonly Value[]>
}
export interface Scraper {
  /** Looks now and then, until there is nothing to look at. */
  wake(): void
  readonly pods: ReadonlyMap<string, Scraped>
  stop(): Promise<void>
}

/** @param scraped called after each round, and with nothing when there is nothing left to scrape */
export function createScraper({ pods, clock, fetch, scraped }: { pods: Informer<Pod>; clock: Clock; fetch: Fetch; scraped: () => void }): Scraper {
  const last = new Map<string, Scrape>()
  const found = new Map<string, Scraped>()
  const faults = new Map<string, string>()
  const closing = new AbortController()
  let timer: Timer | undefined
  let round: Promise<void> | undefined

  async function look(pod: Pod, target: Target): Promise<void> {
    const uid = pod.metadata.uid ?? ''
    const late = new AbortController()
    const limit = clock.after(TIMEOUT_MS, () => late.abort(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)))
    try {
      const series = parsePrometheus(await fetch(pod, target, AbortSignal.any([late.signal, closing.signal])))
      const others = [...last].reduce((n, [id, s]) => n + (id === uid ? 0 : s.series.length), 0)
      if (others + series.length > MOST_SERIES) throw new Error(`all pods together have more than ${MOST_SERIES} series`)
      const now: Scrape = { time: clock.now(), series }
      found.set(uid, { pod, time: now.time, values: measure(now, last.get(uid)) })
      last.set(uid, now)
      faults.delete(uid)
    } catch (error) {
      last.delete(uid)
      found.delete(uid)
      const message = error instanceof Error ? error.message : String(error)
      if (faults.get(uid) !== message && !closing.signal.aborted) log.warning('A pod cannot be scraped', { pod: `${pod.metadata.namespace}/${pod.metadata.name}`, error: message })
      faults.set(uid, message)
    } finally {
      limit.cancel()
    }
  }
  async function run(): Promise<void> {
    const targets = pods.list().flatMap((pod) => { const target = targetOf(pod); return target ? [{ pod, target }] : [] }).slice(0, MOST_PODS)
    const there = new Set(targets.map(({ pod }) => pod.metadata.uid ?? ''))
    for (const map of [last, found, faults]) for (const uid of map.keys()) if (!there.has(uid)) map.delete(uid)
    let next = 0
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, targets.length) }, async () => {
      for (let t = targets[next++]; t && !closing.signal.aborted; t = targets[next++]) await look(t.pod, t.target)
    }))
    if (!closing.signal.aborted) scraped()
  }
  const schedule = (milliseconds: number): void => {
    if (timer || round || closing.signal.aborted) return
    timer = clock.after(milliseconds, () => {
      timer = undefined
      round = run().catch((error: unknown) => log.error('Scraping failed', { error })).finally(() => {
        round = undefined
        // One more round after the last pod has gone, which forgets it.
        if (pods.list().some(wantsScrape) || found.size) schedule(SCRAPE_MS)
      })
    })
  }
  return {
    wake: () => schedule(0),
    pods: found,
    async stop() {
      closing.abort()
      timer?.cancel()
      await round
    },
  }
}
