/** additionalPrinterColumns as the columns of a kind. Source: Kubernetes documentation, "CustomResourceDefinition: additional printer columns". */
import type { KubeObject } from '../../../shared/api/meta.ts'
import { humanDuration } from '../../../shared/duration.ts'
import { logger } from '../../../shared/log.ts'
import { ageColumn, nameColumn } from '../resources/columns.ts'
import type { Cell, Column } from '../resources/kind.ts'
import { JsonPathError, parseJsonPath } from './json-path.ts'

const log = logger('kube-apiserver')

export interface PrinterColumn {
  readonly name: string
  readonly type: string
  readonly format?: string
  readonly description?: string
  readonly priority?: number
  readonly jsonPath: string
}

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/

/** As `kubectl get` shows it: a time that is no time says so, one that is empty is not known. */
function age(text: string, now: number): Cell {
  if (text === '' || text === 'null') return '<unknown>'
  const at = RFC3339.test(text) ? Date.parse(text) : NaN
  return Number.isNaN(at) ? '<invalid>' : humanDuration(now - at)
}

/** Of several values that a path finds, the first is shown. */
function cell(type: string, [value]: readonly unknown[], now: number): Cell {
  if (value === undefined || value === null) return null
  switch (type) {
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : typeof value === 'bigint' ? (value as unknown as number) : null
    case 'number':
      return typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : null
    case 'boolean':
      return typeof value === 'boolean' ? value : null
    case 'date':
      return typeof value === 'string' ? age(value, now) : null
    default:
      return typeof value === 'string' ? value : typeof value === 'bigint' ? String(value) : JSON.stringify(value)
  }
}

function column(given: PrinterColumn): Column {
  const read = parseJsonPath(given.jsonPath)
  return {
    name: given.name, type: given.type as Column['type'], ...(given.format ? { format: given.format } : {}),
    description: given.description || `Custom resource definition column (in JSONPath format): ${given.jsonPath}`, priority: given.priority ?? 0,
    value: (object: KubeObject, { now }) => cell(given.type, read(object), now),
  }
}

/** Name, then those that the definition names, up to one whose path cannot be read; without any, Name and Age. */
export function customColumns(given: readonly PrinterColumn[] | undefined): readonly Column[] {
  if (!given?.length) return [nameColumn, ageColumn]
  const columns = [nameColumn]
  try {
    for (const one of given) columns.push(column(one))
  } catch (error) {
    if (!(error instanceof JsonPathError)) throw error
    log.warning('a definition has a column that cannot be read; it and those behind it are not shown', { column: error.message })
  }
  return columns
}
