/** Puts together what several searches find, each in its order. */
import type { LogCursor, LogRecord } from '../../../shared/logs/types.ts'

/** Of one search: found and not told yet, in order. */
export interface Lines {
  waiting: LogRecord[]
  /** What it finds yet is not before this time; undefined: it finds no more. */
  edge: number | undefined
}
/** Below 0: a is older. */
export const inOrder = (a: LogCursor, b: LogCursor): number => a.time - b.time || a.nanos - b.nanos || a.id - b.id

/** Takes out the lines before which none can come any more, in order. */
export function merged(all: readonly Lines[], order: 'newest' | 'oldest'): LogRecord[] {
  const sign = order === 'newest' ? -1 : 1
  const edges = all.flatMap((l) => (l.edge === undefined ? [] : [sign * l.edge]))
  const edge = Math.min(Infinity, ...edges)
  const sure: LogRecord[] = []
  for (const l of all) {
    let n = 0
    while (n < l.waiting.length && sign * (l.waiting[n] as LogRecord).time < edge) n++
    sure.push(...l.waiting.splice(0, n))
  }
  return sure.sort((a, b) => sign * inOrder(a, b))
}
