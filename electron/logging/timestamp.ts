/**
 * RFC 3339 with nanoseconds to milliseconds with a fraction, and back. A double holds today's time to a quarter of a
 * microsecond, so finer differences are lost; but a stored time always reads back to the same number.
 */
const FORM = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?(Z|[+-]\d\d:\d\d)$/

/** Milliseconds since 1970; undefined when the text is no timestamp. */
export function parseTimestamp(text: string): number | undefined {
  const match = FORM.exec(text)
  if (!match) return undefined
  const seconds = Date.parse(`${match[1]}${match[3]}`)
  return Number.isNaN(seconds) ? undefined : seconds + Number((match[2] ?? '').padEnd(9, '0')) / 1e6
}

export function formatTimestamp(ms: number): string {
  const second = Math.floor(ms / 1000) * 1000
  const nanos = Math.min(999_999_999, Math.round((ms - second) * 1e6))
  return `${new Date(second).toISOString().slice(0, 19)}.${String(nanos).padStart(9, '0')}Z`
}
