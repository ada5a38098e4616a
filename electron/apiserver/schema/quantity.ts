/**
 * The canonical text of a resource quantity, as the API stores it: `1000m` → `1`, `0.5` → `500m`, `1024Mi` → `1Gi`.
 * Source of the rule: the Quantity type's documentation (largest suffix without a fraction; no more than nine decimals,
 * rounded up; binary and exponent forms keep their family).
 */
const PATTERN = /^([+-]?)(\d*)(?:\.(\d*))?(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][+-]?\d+)?$/
const CANONICAL = /^(?:0|[1-9]\d{0,2})(?:m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/
const DECIMAL = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'] as const
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'] as const
const NANO = 9

/** Undefined when `text` is no quantity. */
export function canonicalQuantity(text: string): string | undefined {
  if (CANONICAL.test(text) && !/^0./.test(text)) return text
  const match = PATTERN.exec(text)
  if (!match || !(match[2] || match[3])) return undefined
  const suffix = match[4] ?? ''
  const whole = match[2] ?? ''
  const fraction = match[3] ?? ''
  const sign = match[1] === '-' ? '-' : ''
  const binary = suffix.endsWith('i')
  const exponentForm = /^[eE][+-]?\d/.test(suffix)
  // The value is digits × 10^exponent × 1024^power.
  const power = binary ? BINARY.indexOf(suffix as (typeof BINARY)[number]) : 0
  const exponent = (exponentForm ? Number(suffix.slice(1)) : binary ? 0 : (DECIMAL.indexOf(suffix as (typeof DECIMAL)[number]) - 3) * 3) - fraction.length
  if (Math.abs(exponent) > 60) return undefined
  const digits = BigInt(whole + fraction) * 1024n ** BigInt(power)
  const nano = scale(digits, exponent + NANO)
  if (nano === 0n) return '0'
  if (binary && nano % 1_000_000_000n === 0n && nano / 1_000_000_000n >= 1024n) return sign + binaryText(nano / 1_000_000_000n)
  return sign + decimalText(nano, exponentForm)
}

/** `digits` × 10^exponent, rounded away from zero. */
function scale(digits: bigint, exponent: number): bigint {
  if (exponent >= 0) return digits * 10n ** BigInt(exponent)
  const divisor = 10n ** BigInt(-exponent)
  return (digits + divisor - 1n) / divisor
}

function binaryText(value: bigint): string {
  let n = value
  let i = 0
  while (i < BINARY.length - 1 && n % 1024n === 0n) {
    n /= 1024n
    i++
  }
  return `${n}${BINARY[i]}`
}

function decimalText(nano: bigint, exponentForm: boolean): string {
  let n = nano
  let i = 0
  while (i < DECIMAL.length - 1 && n % 1000n === 0n) {
    n /= 1000n
    i++
  }
  const exponent = (i - 3) * 3
  return exponentForm ? `${n}${exponent === 0 ? '' : `e${exponent}`}` : `${n}${DECIMAL[i]}`
}
