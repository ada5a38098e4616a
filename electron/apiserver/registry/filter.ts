/** The label and field selector of a request, as one test. */
import type { KubeObject } from '../../../shared/api/meta.ts'
import { badRequest } from '../../../shared/errors.ts'
import { SelectorError, parseFieldSelector, parseLabelSelector, requirementsMatch } from '../../../shared/selectors.ts'
import type { KindDefinition } from '../resources/kind.ts'

/** undefined: everything matches. */
export type Filter = ((object: KubeObject) => boolean) | undefined

const META = new Map<string, (object: KubeObject) => string>([
  ['metadata.name', (o) => o.metadata.name],
  ['metadata.namespace', (o) => o.metadata.namespace ?? ''],
])

export interface ParsedFilter {
  readonly filter: Filter
  /** The one name that can match: then a get does instead of a scan. */
  readonly name?: string
}

/** What the caller is told of a field that cannot be selected by; kinds with fields of their own say less than the others. */
function unsupported(kind: KindDefinition, field: string): string {
  if (kind.group === 'batch' && kind.kind === 'Job') return `field label ${JSON.stringify(field)} not supported for batchv1.Job`
  if (kind.selectableFields || kind.decode) return `field label not supported: ${field}`
  return `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`
}

function readerOf(kind: KindDefinition, field: string): (object: KubeObject) => string {
  // Where the fields are listed, a namespace is among them only if there is one.
  const meta = field === 'metadata.namespace' && kind.scope === 'Cluster' && (kind.selectableFields || kind.decode) ? undefined : META.get(field)
  const read = meta ?? (kind.selectableFields && Object.hasOwn(kind.selectableFields, field) ? kind.selectableFields[field] : undefined)
  if (!read) throw badRequest(unsupported(kind, field))
  return read
}

/** Throws BadRequest for a selector that cannot be read or names a field that cannot be selected by. */
export function parseFilter(kind: KindDefinition, query: URLSearchParams): ParsedFilter {
  const labelText = query.get('labelSelector')
  const fieldText = query.get('fieldSelector')
  if (!labelText && !fieldText) return { filter: undefined }
  try {
    const labels = labelText ? parseLabelSelector(labelText) : []
    const fields = (fieldText ? parseFieldSelector(fieldText) : []).map((r) => ({ ...r, read: readerOf(kind, r.field) }))
    const name = fields.find((r) => r.field === 'metadata.name' && r.operator === '=')?.value
    const filter = (object: KubeObject): boolean => {
      for (const r of fields) if ((r.read(object) === r.value) !== (r.operator === '=')) return false
      return requirementsMatch(labels, object.metadata.labels)
    }
    return name === undefined ? { filter } : { filter, name }
  } catch (error) {
    if (error instanceof SelectorError) throw badRequest(error.message)
    throw error
  }
}
