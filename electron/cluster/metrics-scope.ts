/** Checks the dashboard's `metrics.history`. */
import { badRequest } from '../../shared/errors.ts'
import type { Scope } from '../metrics/types.ts'

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
    default:
      throw badRequest(`kind: Unsupported value: ${JSON.stringify(given['kind'])}: supported values: "node", "namespace", "workload", "pod"`)
  }
}
