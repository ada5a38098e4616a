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

/** Whole milliseconds and nanoseconds within, exactly; undefined when the text is no timestamp. */
export function parseNanos(text: string): { time: number; nanos: number } | undefined {
  // As the engine writes it: seconds do not change from line to line, and Date.parse is slow.
  if (text.length >= 20 && text.charCodeAt(19) === 0x2e && text.endsWith('Z') && text.length <= 30) {
    if (!text.startsWith(second.text)) {
      const head = text.slice(0, 19)
      const ms = Date.parse(`${head}Z`)
      if (Number.isNaN(ms)) return undefined
      second = { text: head, ms }
    }
    // Without pieces of text that would have to be collected.
    let fraction = 0
    for (let i = 20; i < 29; i++) {
      const digit = i < text.length - 1 ? text.charCodeAt(i) - 0x30 : 0
      if (digit < 0 || digit > 9) return undefined
      fraction = fraction * 10 + digit
    }
    const ms = Math.floor(fraction / 1e6)
    return { time: second.ms + ms, nanos: fraction - ms * 1e6 }
  }
  const match = FORM.exec(text)
  const seconds = match ? Date.parse(`${match[1]}${match[3]}`) : Number.NaN
  if (!match || Number.isNaN(seconds)) return undefined
  const fraction = Number((match[2] ?? '').padEnd(9, '0'))
  const ms = Math.floor(fraction / 1e6)
  return { time: seconds + ms, nanos: fraction - ms * 1e6 }
}
let second = { text: '-', ms: 0 }
