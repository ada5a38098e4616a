/** Cron schedules as CronJobs have them: five fields, or @hourly and its like, or @every. Source: Kubernetes docs, CronJob "Schedule syntax". */
import { Cron } from 'croner'

export interface Schedule {
  /** The first time after `after`, both in ms since 1970; undefined when there is none. */
  next(after: number): number | undefined
  /** The last time at or before `at` and after `since`. */
  last(since: number, at: number): number | undefined
}
export class ScheduleError extends Error {
  override readonly name = 'ScheduleError'
}

const NICKNAMES: Readonly<Record<string, string>> = { '@yearly': '0 0 1 1 *', '@annually': '0 0 1 1 *', '@monthly': '0 0 1 * *', '@weekly': '0 0 * * 0', '@daily': '0 0 * * *', '@midnight': '0 0 * * *', '@hourly': '0 * * * *' }
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']
interface Field { readonly what: string; readonly least: number; readonly most: number; readonly names: readonly string[] }
const FIELDS: readonly Field[] = [
  { what: 'minute', least: 0, most: 59, names: [] }, { what: 'hour', least: 0, most: 23, names: [] }, { what: 'day of month', least: 1, most: 31, names: [] },
  { what: 'month', least: 1, most: 12, names: MONTHS }, { what: 'day of week', least: 0, most: 6, names: DAYS },
]

/** The field in numbers; libraries know more letters than Kubernetes does. */
function plain(text: string, { what, least, most, names }: Field): string {
  const value = (part: string): number => {
    const at = names.indexOf(part.toUpperCase())
    const number = at >= 0 ? at + least : /^\d{1,4}$/.test(part) ? Number(part) : Number.NaN
    if (Number.isNaN(number)) throw new ScheduleError(`${what}: ${JSON.stringify(part)} is not a number`)
    if (number < least || number > most) throw new ScheduleError(`${what}: ${number} is not between ${least} and ${most}`)
    return number
  }
  return text.split(',').map((part) => {
    const [range = '', step, ...rest] = part.split('/')
    if (rest.length) throw new ScheduleError(`${what}: too many slashes in ${JSON.stringify(part)}`)
    if (step !== undefined && !/^[1-9]\d{0,3}$/.test(step)) throw new ScheduleError(`${what}: the step in ${JSON.stringify(part)} is not a positive number`)
    const every = step === undefined ? '' : `/${step}`
    if (range === '*' || range === '?') return `*${every}`
    const [from = '', to, ...more] = range.split('-')
    if (more.length) throw new ScheduleError(`${what}: too many hyphens in ${JSON.stringify(part)}`)
    const first = value(from)
    // A step from a single number goes on to the end.
    const end = to === undefined ? (step === undefined ? undefined : most) : value(to)
    if (end !== undefined && end < first) throw new ScheduleError(`${what}: the range ${JSON.stringify(range)} runs backwards`)
    return `${first}${end === undefined || end === first ? '' : `-${end}`}${end === first ? '' : every}`
  }).join(',')
}

const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000 }
function every(text: string): Schedule {
  const parts = [...text.matchAll(/(\d{1,9})(h|m|s)/g)]
  const period = parts.reduce((sum, [, number, unit]) => sum + Number(number) * (UNITS[unit ?? ''] ?? 0), 0)
  if (!period || parts.map((p) => p[0]).join('') !== text) throw new ScheduleError(`@every: ${JSON.stringify(text)} is not a time such as 1h30m`)
  return { next: (after) => after + period, last: (since, at) => (at >= since + period ? since + Math.floor((at - since) / period) * period : undefined) }
}

/** @throws ScheduleError for what is no schedule, and for a time zone that does not exist. */
export function parseSchedule(text: string, timeZone?: string): Schedule {
  const given = text.trim()
  if (given.startsWith('@every ')) return every(given.slice('@every '.length).trim())
  const pattern = given.startsWith('@') ? NICKNAMES[given] : given
  if (pattern === undefined) throw new ScheduleError(`${JSON.stringify(given)} is not known`)
  const fields = pattern.split(/\s+/)
  if (fields.length !== FIELDS.length || !pattern) throw new ScheduleError(`expected exactly 5 fields, found ${pattern ? fields.length : 0}: [${pattern ? fields.join(' ') : ''}]`)
  if (timeZone !== undefined && !isTimeZone(timeZone)) throw new ScheduleError(`unknown time zone ${timeZone}`)
  const cron = new Cron(fields.map((field, i) => plain(field, FIELDS[i]!)).join(' '), { mode: '5-part', ...(timeZone ? { timezone: timeZone } : {}) })
  return {
    next: (after) => cron.nextRun(new Date(after))?.getTime(),
    last(since, at) {
      // previousRuns looks before its time, and `at` itself counts.
      const found = cron.previousRuns(1, new Date(at + 1_000))[0]?.getTime()
      return found !== undefined && found > since && found <= at ? found : undefined
    },
  }
}

export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}
