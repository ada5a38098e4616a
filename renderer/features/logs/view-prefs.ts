/** How this window likes its lines. */
import { remembered } from '../../lib/prefs.ts'

export const TIMES = ['local', 'utc', 'relative', 'off'] as const
export type Times = (typeof TIMES)[number]
const isBoolean = (x: unknown): x is boolean => typeof x === 'boolean'

export const times = remembered<Times>('log.timestamps', 'local', (x): x is Times => TIMES.includes(x as Times))
export const wrap = remembered('log.wrap', false, isBoolean)
/** The newest line stands at the top, not at the bottom. */
export const newestFirst = remembered('log.newestFirst', false, isBoolean)
/** Lines that are data are shown as they were written. */
export const raw = remembered('log.raw', false, isBoolean)
/** Paths of fields with a column of their own. */
export const columns = remembered<readonly string[]>('log.columns', [], (x): x is string[] => Array.isArray(x) && x.length <= 20 && x.every((p) => typeof p === 'string'))
export const facetsOpen = remembered('log.facets', true, isBoolean)
export const histogramOpen = remembered('log.histogram', true, isBoolean)
