/** additionalPrinterColumns as the columns of a kind. Source: Kubernetes documentation, "CustomResourceDefinition: additional printer columns". */
import type { KubeObject } from '../../../shared/api/meta.ts'
import { humanDuration } from '../../../shared/duration.ts'
import { ageColumn, nameColumn } from '../resources/columns.ts'
import type { Cell, Column } from '../resources/kind.ts'
import { parseJsonPath } from './json-path.ts'

export interface PrinterColumn {
  readonly name: string
  readonly type: string
  readonly format?: string
  readonly description?: string
  readonly priority?: number
  readonly jsonPath: string
}

function cell(type: string, values: readonly unknown[], now: number): Cell {
  const [first] = values
  if (first === undefined || first === null) return null
  switch (type) {
    case 'integer':
      return typeof first === 'number' ? Math.trunc(first) : typeof first === 'bigint' ? (first as unknown as number) : null
    case 'number':
      return typeof first === 'number' ? first : null
    case 'boolean':
      return typeof first === 'boolean' ? first : null
    case 'date': {
      const at = typeof first === 'string' ? Date.parse(first) : NaN
      return Number.isNaN(at) ? '<invalid>' : humanDuration(now - at)
    }
    default:
      return values.map((v) => (typeof v === 'string' ? v : JSON.stringify(v))).join(',')
  }
}

function column(given: PrinterColumn): Column {
  const read = parseJsonPath(given.jsonPath)
  return {
    name: given.name, type: given.type as Column['type'], ...(given.format ? { format: given.format } : {}),
    description: given.description || `Custom resource definition column (in JSONPath format): ${given.jsonPath}`, priority: given.priority ? 1 : 0,
    value: (object: KubeObject, { now }) => cell(given.type, read(object), now),
  }
}

/** Name, then those that the definition names; without any, Name and Age. */
export const customColumns = (given: readonly PrinterColumn[] | undefined): readonly Column[] => [nameColumn, ...(given?.length ? given.map(column) : [ageColumn])]
