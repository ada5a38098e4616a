/** Checks the dashboard's `metrics.history`. */
import { badRequest } from '../../shared/errors.ts'
import type { HistoryRange, Scope } from '../metrics/index.ts'

const LONGEST = 253

export function checkScope(value: unknown): Scope {
  const given = value as Record<string, unknown>
  const text = (key: string): string => {
    const v = given[key]
    if (typeof v !== 'string' || !v || v.length > LONGEST) throw badRequest(`${key}: Invalid value: ${JSON.stringify(v)}: must be a name`)
    return v
  }
  switch (given['kind']) {
    case 'node':
    case 'namespace':
      return { kind: given['kind'], name: text('name') }
    case 'workload':
      return { kind: 'workload', namespace: text('namespace'), workload: text('workload'), name: text('name') }
    case 'pod':
      return { kind: 'pod', namespace: text('namespace'), name: text('name') }
    case 'container':
      return { kind: 'container', namespace: text('namespace'), pod: text('pod'), name: text('name') }
    default:
      throw badRequest(`kind: Unsupported value: ${JSON.stringify(given['kind'])}: supported values: "node", "namespace", "workload", "pod", "container"`)
  }
}

const HOUR = 3_600_000
const LONGEST_SPAN = 14 * 24 * HOUR
const LEAST_SPAN = 60_000
/** An hour until now, unless something else is said. */
export function checkRange(value: unknown): HistoryRange {
  const { to, spanMs = HOUR } = value as Record<string, unknown>
  if (typeof spanMs !== 'number' || !(spanMs >= LEAST_SPAN && spanMs <= LONGEST_SPAN)) throw badRequest(`spanMs: Invalid value: ${JSON.stringify(spanMs)}: must be from ${LEAST_SPAN} to ${LONGEST_SPAN} milliseconds`)
  if (to !== undefined && (typeof to !== 'number' || !Number.isFinite(to))) throw badRequest(`to: Invalid value: ${JSON.stringify(to)}: must be a time in milliseconds since 1970`)
  return { spanMs, ...(to === undefined ? {} : { to }) }
}
