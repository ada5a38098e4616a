/** What the log store is asked, and for how many lines at most. */
import { QUIET } from './log-lines.ts'

export const QUERIES = {
  rare: ['zebrafish', 1_000],
  absent: ['7e57ab1e0c', 1_000],
  regex: ['/\\b(dead|beef|cafe)[a-f]{4}\\b/', 10_000],
  digits: ['/\\b(12345|56789|90123)[0-9]{3}\\b/', 10_000],
  literal: ['/9[0-4]{2}ms req=f{5}/', 10_000],
  often: ['/\\b[a-f]{8}\\b/', 10_000],
  newest: ['', 1_000],
  namespace: ['namespace:ns-3', 1_000],
  pod: ['pod:web-7', 1_000],
  label: ['label.app:web-3 OR label.app:web-4', 1_000],
  level: ['level>=warn namespace:ns-3', 1_000],
  quiet: [`pod:${QUIET}`, 1_000],
} as const satisfies Record<string, readonly [query: string, limit: number]>
