/** Counts over time as a chart draws them: bars upon each other, the gravest at the bottom. Pure. */
import { LOG_LEVELS, type LogHistogram } from '../../../shared/logs/types.ts'

/** From the bottom up: what matters most stands on the ground, where it can be compared. */
export const STACK = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', ''] as const
export type StackLevel = (typeof STACK)[number]

export interface Stacked {
  /** Begin of each bucket, in seconds. */
  readonly times: readonly number[]
  /** For each of STACK, from the last to the first: the height of its bar with all that is below; drawn in this order, each hides the lower part of the one before. */
  readonly tops: readonly (readonly number[])[]
}
export function stacked({ from, step, counts }: Pick<LogHistogram, 'from' | 'step' | 'counts'>): Stacked {
  const times = counts.map((_, i) => (from + i * step) / 1000)
  let sum = counts.map(() => 0)
  const tops = STACK.map((level) => {
    const place = LOG_LEVELS.indexOf(level)
    return (sum = sum.map((n, i) => n + (counts[i]?.[place] ?? 0)))
  })
  return { times, tops: tops.toReversed() }
}
export const totals = (counts: LogHistogram['counts']): Readonly<Record<StackLevel, number>> => Object.fromEntries(STACK.map((level) => {
  const place = LOG_LEVELS.indexOf(level)
  return [level, counts.reduce((n, c) => n + (c[place] ?? 0), 0)]
})) as Record<StackLevel, number>

/** Milliseconds from and to (exclusive) of what was marked; whole buckets. */
export function marked({ from, step, counts }: Pick<LogHistogram, 'from' | 'step' | 'counts'>, begin: number, end: number): { from: number; to: number } {
  const clamp = (i: number): number => Math.max(0, Math.min(counts.length - 1, i))
  const [low, high] = [clamp(Math.floor((Math.min(begin, end) - from) / step)), clamp(Math.floor((Math.max(begin, end) - from) / step))]
  return { from: from + low * step, to: from + (high + 1) * step }
}
