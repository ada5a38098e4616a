/** How long a caller will wait, as `timeout` says (`kubectl --request-timeout`). Source: Kubernetes documentation, "API concepts: request timeouts"; Go's time.ParseDuration. */
import { badRequest } from '../../shared/errors.ts'

const UNITS: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, 'µs': 1e-3, 'μs': 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 }
/** Of what is counted in nanoseconds of 64 bits. */
const MAX_MS = 2 ** 63 / 1e6

/** Milliseconds. Throws BadRequest, in the words of Go's parser. */
function parse(text: string): number {
  const wrong = (why: string): Error => badRequest(`invalid timeout specified in the request URL - time: ${why}`)
  const invalid = (): Error => wrong(`invalid duration ${JSON.stringify(text)}`)
  const [, sign, rest = ''] = /^([-+]?)(.*)$/s.exec(text) ?? []
  if (rest === '0') return 0
  if (rest === '') throw invalid()
  let ms = 0
  for (let at = 0; at < rest.length;) {
    const [part = '', number = '', unit = ''] = /^(\d+\.?\d*|\.\d+)([^\d.]*)/.exec(rest.slice(at)) ?? []
    if (number === '') throw invalid()
    if (unit === '') throw wrong(`missing unit in duration ${JSON.stringify(text)}`)
    const size = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined
    if (size === undefined) throw wrong(`unknown unit ${JSON.stringify(unit)} in duration ${JSON.stringify(text)}`)
    ms += Number(number) * size
    if (ms > MAX_MS) throw invalid()
    at += part.length
  }
  return sign === '-' ? -ms : ms
}

/** Milliseconds that a request has: what it says, at most `longest`, which is also what nothing, zero and less stand for. Throws BadRequest. */
export function timeoutOf(query: URLSearchParams, longest: number): number {
  const text = query.get('timeout')
  const asked = text ? parse(text) : 0
  return asked > 0 ? Math.min(asked, longest) : longest
}
