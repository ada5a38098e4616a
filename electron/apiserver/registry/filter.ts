/** The label and field selector of a request, as one test. */
import type { KubeObject } from '../../../shared/api/meta.ts'
import { badRequest } from '../../../shared/errors.ts'
import { SelectorError, parseFieldSelector, parseLabelSelector, requirementsMatch } from '../../../shared/selectors.ts'
import type { KindDefinition } from '../resources/kind.ts'

/** undefined: everything matches. */
export type Filter = ((object: KubeObject) => boolean) | undefined

const META: Readonly<Record<string, (object: KubeObject) => string>> = {
  'metadata.name': (o) => o.metadata.name,
  'metadata.namespace': (o) => o.metadata.namespace ?? '',
}

export interface ParsedFilter {
  readonly filter: Filter
  /** The one name that can match: then a get does instead of a scan. */
  readonly name?: string
}

/** Throws BadRequest for a selector that cannot be read or names a field that cannot be selected by. */
export function parseFilter(kind: KindDefinition, query: URLSearchParams): ParsedFilter {
  const labelText = query.get('labelSelector')
  const fieldText = query.get('fieldSelector')
  if (!labelText && !fieldText) return { filter: undefined }
  try {
    const labels = labelText ? parseLabelSelector(labelText) : []
    const fields = (fieldText ? parseFieldSelector(fieldText) : []).map((r) => {
      const read = META[r.field] ?? kind.selectableFields?.[r.field]
      if (!read) throw badRequest(`Unable to find ${JSON.stringify(`${kind.group ? `${kind.group}/` : ''}${kind.version}, Kind=${kind.kind}`)} that match label selector ${JSON.stringify(labelText ?? '')}, field selector ${JSON.stringify(fieldText)}: field label not supported: ${r.field}`)
      return { ...r, read }
    })
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
