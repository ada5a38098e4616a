/** The fields that a query can name. */
import type { LogMeaning } from './meanings.ts'
import { LOG_LEVELS, LOG_STREAMS } from './types.ts'

export interface LogKey {
  readonly name: Exclude<LogMeaning, 'json' | 'logfmt' | 'field' | 'label'>
  /** name: text with stars; order: can be compared; moment: a time or a span before now. */
  readonly kind: 'name' | 'order' | 'moment'
  /** All there are, where that is known beforehand. */
  readonly values?: readonly string[]
}

const name = (n: LogKey['name'], values?: readonly string[]): LogKey => ({ name: n, kind: 'name', ...(values ? { values } : {}) })

export const LOG_KEYS: readonly LogKey[] = [
  name('namespace'), name('pod'), name('container'), name('node'), name('workload'), name('component'), name('stream', LOG_STREAMS), name('uid'),
  { name: 'level', kind: 'order', values: LOG_LEVELS.filter((l) => l !== '') },
  { name: 'restart', kind: 'order' },
  { name: 'since', kind: 'moment', values: ['5m', '15m', '1h', '6h', '1d', '7d'] },
  { name: 'until', kind: 'moment' },
]
/** `ns:` is what everybody types. */
const ALIASES: Readonly<Record<string, string>> = { ns: 'namespace', po: 'pod', deployment: 'workload', lvl: 'level', severity: 'level' }
/** Followed by a name of their own: `json.http.status`, `label.app`. */
export const LOG_PREFIXES: readonly { readonly prefix: string; readonly means: LogMeaning }[] = (['json', 'logfmt', 'field', 'label'] as const).map((means) => ({ prefix: `${means}.`, means }))

/** The key's own name; undefined when there is none such. */
export function knownKey(typed: string): string | undefined {
  const key = ALIASES[typed] ?? typed
  if (LOG_KEYS.some((k) => k.name === key)) return key
  return LOG_PREFIXES.some((p) => typed.startsWith(p.prefix) && typed.length > p.prefix.length) ? typed : undefined
}
export const keyKind = (key: string): LogKey['kind'] => LOG_KEYS.find((k) => k.name === key)?.kind ?? (key.startsWith('label.') ? 'name' : 'order')

/** A map, in which `constructor` is no level. */
const LEVEL_NAMES: ReadonlyMap<string, number> = new Map(Object.entries({
  trace: 1, trc: 1, verbose: 1, finest: 1, debug: 2, dbg: 2, fine: 2, info: 3, information: 3, informational: 3, inf: 3, notice: 3, normal: 3, log: 3, warn: 4, warning: 4, wrn: 4,
  error: 5, err: 5, eror: 5, severe: 5, failure: 5, fatal: 6, ftl: 6, critical: 6, crit: 6, panic: 6, emerg: 6, emergency: 6, alert: 6, dpanic: 6,
}))
/** Place in LOG_LEVELS of what loggers call a level, in any case; 0 when it is none. */
export const levelRank = (word: string): number => LEVEL_NAMES.get(word) ?? LEVEL_NAMES.get(word.toLowerCase()) ?? 0

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }
/** `15m`, `1h30m`, a date, a date and time (local unless it says otherwise), or `now`: milliseconds since 1970; undefined: neither. */
export function moment(text: string, now: number): number | undefined {
  if (text === 'now') return now
  if (/^(\d+(\.\d+)?(ms|s|m|h|d|w))+$/.test(text)) {
    let span = 0
    for (const [, n, , unit] of text.matchAll(/(\d+(\.\d+)?)(ms|s|m|h|d|w)/g)) span += Number(n) * (UNITS[unit as string] as number)
    return now - span
  }
  if (!/^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/.test(text)) return undefined
  const ms = Date.parse(text.length === 10 ? `${text}T00:00` : text.replace(' ', 'T'))
  return Number.isNaN(ms) ? undefined : ms
}
