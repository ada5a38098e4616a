/** Spans of time as kubectl prints them: two units at most, the second only where it still tells something. */

const SECOND = 1000

/** `45s`, `3m20s`, `5h`, `6d4h`, `2y10d`. Negative spans (clock skew) beyond two seconds are `<invalid>`. */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / SECOND)
  if (seconds < -1) return '<invalid>'
  if (seconds < 0) return '0s'
  if (seconds < 120) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 10) return two(minutes, 'm', seconds % 60, 's')
  if (minutes < 180) return `${minutes}m`
  const hours = Math.floor(minutes / 60)
  if (hours < 8) return two(hours, 'h', minutes % 60, 'm')
  if (hours < 48) return `${hours}h`
  const days = Math.floor(hours / 24)
  if (days < 8) return two(days, 'd', hours % 24, 'h')
  if (days < 730) return `${days}d`
  const years = Math.floor(days / 365)
  return years < 8 ? two(years, 'y', days % 365, 'd') : `${years}y`
}

const two = (a: number, unitA: string, b: number, unitB: string): string => (b === 0 ? `${a}${unitA}` : `${a}${unitA}${b}${unitB}`)

/** The age of an RFC 3339 time at `now` (ms since 1970); `<unknown>` where there is no time. */
export function age(time: string | null | undefined, now: number): string {
  if (!time) return '<unknown>'
  const at = Date.parse(time)
  return Number.isNaN(at) ? '<unknown>' : humanDuration(now - at)
}
