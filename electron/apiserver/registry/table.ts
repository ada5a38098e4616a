/** Objects as rows, for `kubectl get`, and as metadata alone. Source: Kubernetes documentation, "API concepts: alternate representations". */
import type { KubeObject, ListMeta } from '../../../shared/api/meta.ts'
import { badRequest } from '../../../shared/errors.ts'
import type { KindDefinition } from '../resources/kind.ts'

export type IncludeObject = 'None' | 'Metadata' | 'Object'
export interface TableOptions {
  readonly version: 'v1' | 'v1beta1'
  readonly includeObject: IncludeObject
  readonly now: number
  /** False in all events of a watch but the first. */
  readonly withColumns: boolean
}

/** metadata, and nothing else. */
export const partial = (object: KubeObject, version: 'v1' | 'v1beta1'): object => ({
  kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata: object.metadata,
})

export const partialList = (objects: readonly KubeObject[], metadata: ListMeta, version: 'v1' | 'v1beta1'): object => ({
  kind: 'PartialObjectMetadataList', apiVersion: `meta.k8s.io/${version}`, metadata, items: objects.map((o) => partial(o, version)),
})

const columnDefinitions = (kind: KindDefinition): object[] =>
  kind.columns.map((c) => ({ name: c.name, type: c.type, format: c.format ?? '', description: c.description, priority: c.priority }))

export function toTable(kind: KindDefinition, objects: readonly KubeObject[], metadata: ListMeta, options: TableOptions): object {
  const context = { now: options.now }
  return {
    kind: 'Table', apiVersion: `meta.k8s.io/${options.version}`, metadata,
    ...(options.withColumns ? { columnDefinitions: columnDefinitions(kind) } : { columnDefinitions: [] }),
    rows: objects.map((object) => ({
      cells: kind.columns.map((c) => c.value(object, context)),
      ...(options.includeObject === 'None' ? {} : { object: options.includeObject === 'Object' ? object : partial(object, options.version) }),
    })),
  }
}

const isInclude = (text: string): text is IncludeObject => text === 'None' || text === 'Object' || text === 'Metadata'

/** `includeObject` of the query; Metadata unless said otherwise. Throws BadRequest. */
export function includeObjectOf(query: URLSearchParams): IncludeObject {
  const text = query.get('includeObject') || 'Metadata'
  if (!isInclude(text)) throw badRequest(`Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(text)}: must be 'Metadata', 'Object', 'None', or empty`)
  return text
}
