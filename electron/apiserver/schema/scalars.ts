/** Scalar formats: what their text must look like, and the form the API stores. */
const CANONICAL_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/
const CANONICAL_MICRO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/
const RFC3339 = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:[.,](\d+))?(Z|[+-]\d\d:\d\d)$/
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** Seconds, in UTC. Undefined: not an RFC 3339 time. */
export function canonicalTime(text: string): string | undefined {
  const millis = millisOf(text)
  if (millis === undefined) return undefined
  return CANONICAL_TIME.test(text) ? text : `${new Date(millis).toISOString().slice(0, 19)}Z`
}

/** Microseconds, in UTC. Undefined: not an RFC 3339 time. */
export function canonicalMicroTime(text: string): string | undefined {
  const millis = millisOf(text)
  if (millis === undefined) return undefined
  if (CANONICAL_MICRO.test(text)) return text
  const fraction = (RFC3339.exec(text)?.[3] ?? '').slice(0, 6).padEnd(6, '0')
  return `${new Date(millis).toISOString().slice(0, 19)}.${fraction}Z`
}

function millisOf(text: string): number | undefined {
  if (!RFC3339.test(text)) return undefined
  const millis = Date.parse(text)
  return Number.isNaN(millis) ? undefined : millis
}

/** Index of the first byte that is not standard padded base64, or -1. Line breaks are allowed, as Go allows them. */
export function base64Fault(text: string): number {
  if (text.length < 4096 && BASE64.test(text)) return -1
  const clean = text.includes('\n') || text.includes('\r') ? text.replace(/[\r\n]/g, '') : text
  const body = clean.replace(/=+$/, '')
  const wrong = body.search(/[^A-Za-z0-9+/]/)
  if (wrong >= 0) return wrong
  return clean.length % 4 === 0 && clean.length - body.length <= 2 ? -1 : body.length
}
