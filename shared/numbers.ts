/**
 * Whole numbers between 2^53 and 2^63, which JSON may hold, Go's int64 keeps, and a JavaScript number would round: in objects
 * they are bigints. JSON.stringify writes them as the plain numbers they were, wherever this is loaded: in the process, and in the page.
 * A browser that knows neither JSON.rawJSON nor the source of what it revives reads and writes them rounded, as it always does.
 */
const MANY_DIGITS = /\d{16}/
const WHOLE = /^-?\d+$/
const LIMIT = 2n ** 63n

const rawJson = (JSON as unknown as { rawJSON?: (text: string) => unknown }).rawJSON ?? Number
Object.defineProperty(BigInt.prototype, 'toJSON', { configurable: true, writable: true, value(this: bigint) { return rawJson(String(this)) } })

/** Whether a text may hold numbers that JSON.parse would round. */
export const hasLongNumbers = (text: string): boolean => MANY_DIGITS.test(text)

/** A number where it is exact; beyond int64 it is a float64, as in Go. */
export function wholeNumber(value: bigint): number | bigint {
  const near = Number(value)
  return Number.isSafeInteger(near) || value >= LIMIT || value < -LIMIT ? near : value
}

/** JSON.parse that keeps whole numbers exact. @throws SyntaxError as JSON.parse does */
export function parseJson(text: string): unknown {
  if (!hasLongNumbers(text)) return JSON.parse(text) as unknown
  const revive = (_key: string, value: unknown, context?: { source?: string }): unknown =>
    typeof value === 'number' && !Number.isSafeInteger(value) && context?.source !== undefined && WHOLE.test(context.source) ? wholeNumber(BigInt(context.source)) : value
  return JSON.parse(text, revive) as unknown
}

/** A fresh value with every bigint that a number can hold as that number. */
export function settleNumbers(value: unknown): unknown {
  if (typeof value === 'bigint') return wholeNumber(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(settleNumbers)
  const out: Record<string, unknown> = {}
  for (const [key, part] of Object.entries(value)) Object.defineProperty(out, key, { value: settleNumbers(part), enumerable: true, configurable: true, writable: true })
  return out
}
