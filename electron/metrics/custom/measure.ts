/**
 * What of a pod's series can be asked for. As the usual adapter for Prometheus has it: a counter `x_total` is `x`, in units a
 * second; what is no counter is itself. Histograms and summaries are no numbers. Pure.
 */
import type { Series } from './parse.ts'

export interface Value {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
  /** A rate, over so many seconds. */
  readonly windowSeconds?: number
}
export interface Scrape {
  /** Milliseconds since 1970. */
  readonly time: number
  readonly series: readonly Series[]
}

const key = (s: Series): string => `${s.name}\n${JSON.stringify(Object.entries(s.labels).sort(([a], [b]) => (a < b ? -1 : 1)))}`

export function measure(now: Scrape, before: Scrape | undefined): Map<string, Value[]> {
  const old = new Map((before?.series ?? []).flatMap((s) => (s.type === 'counter' ? [[key(s), s.value] as const] : [])))
  const seconds = before ? (now.time - before.time) / 1000 : 0
  const values = new Map<string, Value[]>()
  const add = (name: string, value: Value): void => void (values.get(name)?.push(value) ?? values.set(name, [value]))
  for (const s of now.series) {
    if (!Number.isFinite(s.value) || s.type === 'histogram' || s.type === 'summary') continue
    if (s.type !== 'counter') {
      add(s.name, { labels: s.labels, value: s.value })
      continue
    }
    // Of the first look nobody knows how long it took; a counter that went back was begun anew.
    const last = old.get(key(s))
    if (!before || seconds <= 0) continue
    const grown = last === undefined || s.value < last ? s.value : s.value - last
    add(s.name.replace(/_total$/, ''), { labels: s.labels, value: grown / seconds, windowSeconds: Math.round(seconds) })
  }
  return values
}
