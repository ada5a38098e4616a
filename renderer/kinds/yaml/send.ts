/** Where a document goes, and sending documents one by one. */
import type { AnyObject } from '../../../shared/api/meta.ts'
import type { ResourceType } from '../../../shared/api/resources.ts'
import { pathOf } from '../../../shared/api/resources.ts'
import type { Status } from '../../../shared/api/meta.ts'
import { notFound, toStatusError } from '../../../shared/errors.ts'
import type { Api } from '../../cache/api.ts'
import type { YamlDocument } from './documents.ts'

export interface Result {
  document: YamlDocument
  /** `waits`: cannot be checked before an earlier document of the text is there: its namespace, its definition. */
  outcome: 'checked' | 'waits' | 'created' | 'updated' | 'failed'
  status?: Status
}

const MANAGER = 'fieldManager=pilothouse-dashboard&fieldValidation=Strict'

export function typeOf(object: AnyObject, types: Iterable<ResourceType>): ResourceType | undefined {
  const at = object.apiVersion.indexOf('/')
  const [group, version] = at < 0 ? ['', object.apiVersion] : [object.apiVersion.slice(0, at), object.apiVersion.slice(at + 1)]
  for (const t of types) if (t.group === group && t.kind === object.kind) return { ...t, version }
  return undefined
}

/** What earlier documents of the text will have made: namespaces, and groups of definitions. */
function promised(documents: readonly YamlDocument[], before: number): { namespaces: Set<string>; groups: Set<string> } {
  const earlier = documents.slice(0, before).map((d) => d.object)
  return {
    namespaces: new Set(earlier.filter((o) => o.kind === 'Namespace').map((o) => o.metadata.name)),
    groups: new Set(earlier.filter((o) => o.kind === 'CustomResourceDefinition').map((o) => (o['spec'] as { group?: string } | undefined)?.group ?? '')),
  }
}

export interface Sending {
  api: Api
  types: () => Iterable<ResourceType>
  /** For documents that name none. */
  namespace: string
  dryRun: boolean
  /** By server-side apply, so that what exists is changed instead of refused. */
  apply: boolean
}

/** One document. Never rejects: what the server refuses is its outcome. */
export async function send({ api, types, namespace, dryRun, apply }: Sending, documents: readonly YamlDocument[], index: number): Promise<Result> {
  const document = documents[index] as YamlDocument
  const { object } = document
  const { namespaces, groups } = promised(documents, index)
  try {
    const type = typeOf(object, types())
    if (!type) {
      if (dryRun && groups.has(object.apiVersion.split('/')[0] ?? '')) return { document, outcome: 'waits' }
      throw notFound({ group: object.apiVersion.includes('/') ? (object.apiVersion.split('/')[0] ?? '') : '', resource: object.kind }, object.metadata.name)
    }
    const where = type.namespaced ? (object.metadata.namespace ?? namespace) : undefined
    if (dryRun && where !== undefined && namespaces.has(where)) return { document, outcome: 'waits' }
    const body = where === undefined ? object : { ...object, metadata: { ...object.metadata, namespace: where } }
    const query = `${MANAGER}${dryRun ? '&dryRun=All' : ''}`
    const answer = apply && object.metadata.name
      ? await api.transport.call('api', { method: 'PATCH', path: `${pathOf(type, where, object.metadata.name)}?${query}&force=true`, contentType: 'application/apply-patch+yaml', body })
      : await api.transport.call('api', { method: 'POST', path: `${pathOf(type, where)}?${query}`, body })
    if (answer.status >= 400) return { document, outcome: 'failed', status: answer.body as Status }
    return { document, outcome: dryRun ? 'checked' : answer.status === 201 ? 'created' : 'updated' }
  } catch (error) {
    return { document, outcome: 'failed', status: toStatusError(error).status }
  }
}
