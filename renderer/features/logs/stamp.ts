/** The time before a line. Made for each line on screen, so by hand: a formatter takes some microseconds. */
import { age } from '../../../shared/duration.ts'
import type { LogCursor } from '../../../shared/logs/types.ts'
import type { Times } from './view-prefs.ts'

const two = (n: number): string => (n < 10 ? `0${n}` : String(n))
const three = (n: number): string => String(n).padStart(3, '0')

/** `15:04:05.123`; of another day than today's `01-31 15:04:05.123`; with `utc` a Z behind it. */
export function stamp({ time }: Pick<LogCursor, 'time'>, how: Times, now: number): string {
  if (how === 'off') return ''
  if (how === 'relative') return age(new Date(time).toISOString(), now)
  const d = new Date(time)
  const n = new Date(now)
  if (how === 'utc') {
    const day = d.getUTCDate() === n.getUTCDate() && Math.abs(now - time) < 86_400_000 ? '' : `${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())} `
    return `${day}${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}.${three(d.getUTCMilliseconds())}Z`
  }
  const day = d.getDate() === n.getDate() && Math.abs(now - time) < 86_400_000 ? '' : `${two(d.getMonth() + 1)}-${two(d.getDate())} `
  return `${day}${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}.${three(d.getMilliseconds())}`
}
