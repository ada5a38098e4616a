/**
 * Kubernetes quantities: `250m`, `1.5Gi`, `1e3`. Exact: a quantity is a whole number of billionths (smaller parts are
 * rounded up, as upstream does) with the notation that it is printed in. Source: the Quantity type of k8s.io/apimachinery.
 */

export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent'

export interface Quantity {
  /** Value times 10^9. */
  readonly nanos: bigint
  readonly format: QuantityFormat
}

const NANO = 1_000_000_000n
/** Larger values are cut to this (2^63 - 1), as upstream does. */
const MAX = (2n ** 63n - 1n) * NANO
const MAX_LENGTH = 100

const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 }
const BINARY: Readonly<Record<string, number>> = { Ki: 1, Mi: 2, Gi: 3, Ti: 4, Pi: 5, Ei: 6 }
const DECIMAL_SUFFIX = new Map(Object.entries(DECIMAL).map(([suffix, exponent]) => [exponent, suffix]))
const BINARY_SUFFIX = ['', ...Object.keys(BINARY)]

const SYNTAX = /^([+-]?)(\d+\.?\d*|\.\d+)(?:([numkMGTPE]?|[KMGTPE]i)|[eE]([+-]?\d+))$/

/** What the API says of text that is no quantity. */
export const QUANTITY_SYNTAX = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"

/** Texts repeat (`100m`, `128Mi`), so what they say is kept; bounded, and emptied when full. */
const CACHE_LIMIT = 4096
const quantities = new Map<string, Quantity>()

/** Reads a quantity; undefined when the text is none. A JSON number is taken as its decimal text. The answer is shared: nobody changes it. */
export function parseQuantity(input: string | number): Quantity | undefined {
  const text = typeof input === 'number' ? String(input) : input
  const hit = quantities.get(text)
  if (hit) return hit
  const quantity = read(text)
  if (!quantity) return undefined
  if (quantities.size >= CACHE_LIMIT) quantities.clear()
  quantities.set(text, quantity)
  return quantity
}

function read(text: string): Quantity | undefined {
  if (text.length > MAX_LENGTH) return undefined
  const match = SYNTAX.exec(text)
  if (!match) return undefined
  const [whole = '', fraction = ''] = (match[2] ?? '').split('.')
  const digits = BigInt(`${whole}${fraction}` || '0')
  const suffix = match[3] ?? ''
  let format: QuantityFormat = 'DecimalSI'
  let nanos: bigint
  if (match[4] !== undefined) {
    format = 'DecimalExponent'
    nanos = scaleTen(digits, Number(match[4]) - fraction.length + 9)
  } else if (suffix in BINARY) {
    format = 'BinarySI'
    nanos = scaleTen(digits * 1024n ** BigInt(BINARY[suffix] ?? 0), 9 - fraction.length)
  } else {
    nanos = scaleTen(digits, (DECIMAL[suffix] ?? 0) - fraction.length + 9)
  }
  if (nanos > MAX) nanos = MAX
  return Object.freeze({ nanos: match[1] === '-' ? -nanos : nanos, format })
}

/** value · 10^exponent, rounded up; capped so that `1e999999` costs nothing. */
function scaleTen(value: bigint, exponent: number): bigint {
  if (value === 0n) return 0n
  if (exponent >= 0) return exponent > 60 ? MAX + 1n : value * 10n ** BigInt(exponent)
  if (exponent < -(MAX_LENGTH + 20)) return 1n
  const divisor = 10n ** BigInt(-exponent)
  return (value + divisor - 1n) / divisor
}

/** Canonical text: `1000m` is `1`, `1.5Gi` is `1536Mi`, `0.5` is `500m`. */
export function formatQuantity(q: Quantity): string {
  if (q.nanos === 0n) return '0'
  const sign = q.nanos < 0n ? '-' : ''
  const nanos = q.nanos < 0n ? -q.nanos : q.nanos
  if (q.format === 'BinarySI' && nanos >= 1024n * NANO && nanos % NANO === 0n) {
    let value = nanos / NANO
    let power = 0
    while (power < 6 && value % 1024n === 0n) {
      value /= 1024n
      power++
    }
    return `${sign}${value}${BINARY_SUFFIX[power] ?? ''}`
  }
  let value = nanos
  let exponent = -9
  while (exponent < 18 && value % 1000n === 0n) {
    value /= 1000n
    exponent += 3
  }
  const suffix = q.format === 'DecimalExponent' ? (exponent === 0 ? '' : `e${exponent}`) : (DECIMAL_SUFFIX.get(exponent) ?? '')
  return `${sign}${value}${suffix}`
}

/** Canonical text of a quantity's text, or the text itself when it is no quantity. */
export function canonicalQuantity(text: string | number): string {
  const q = parseQuantity(text)
  return q ? formatQuantity(q) : String(text)
}

export const isQuantity = (text: string | number): boolean => parseQuantity(text) !== undefined

/** Reads a quantity that has been validated before; throws RangeError when it is none. */
export function mustParse(text: string | number): Quantity {
  const q = parseQuantity(text)
  if (!q) throw new RangeError(`${JSON.stringify(text)} is not a quantity: ${QUANTITY_SYNTAX}`)
  return q
}

/** Negative, zero or positive as a is less than, equal to or greater than b. */
export const compareQuantities = (a: Quantity, b: Quantity): number => (a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0)

/** The sum, in the notation of a (of b when a is zero). */
export const addQuantities = (a: Quantity, b: Quantity): Quantity => ({ nanos: a.nanos + b.nanos, format: a.nanos === 0n ? b.format : a.format })
export const subtractQuantities = (a: Quantity, b: Quantity): Quantity => ({ nanos: a.nanos - b.nanos, format: a.nanos === 0n ? b.format : a.format })

function cached(unit: bigint): (text: string | number | undefined) => number {
  const known = new Map<string | number, number>()
  return (text) => {
    if (text === undefined) return 0
    const hit = known.get(text)
    if (hit !== undefined) return hit
    const { nanos } = mustParse(text)
    // Rounded up, also for a negative value (BigInt division cuts towards zero).
    const value = Number(nanos / unit) + (nanos % unit > 0n ? 1 : 0)
    if (known.size >= CACHE_LIMIT) known.clear()
    known.set(text, value)
    return value
  }
}

/** Thousandths of a core, rounded up. undefined is 0. Throws RangeError when the text is no quantity. */
export const cpuMillis: (text: string | number | undefined) => number = cached(1_000_000n)
/** Whole units (bytes, pods, devices), rounded up. undefined is 0. Throws RangeError when the text is no quantity. */
export const bytes: (text: string | number | undefined) => number = cached(NANO)
