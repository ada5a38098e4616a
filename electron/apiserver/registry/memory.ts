/** Kinds that are answered from memory: get, and list with selectors, in every form that a stored kind has. */
import type { KubeList, KubeObject } from '../../../shared/api/meta.ts'
import { notFound } from '../../../shared/errors.ts'
import type { KindDefinition, MemorySource } from '../resources/kind.ts'
import { apiVersion, listKind, type Stored } from './env.ts'
import { parseFilter } from './filter.ts'

const source = (kind: KindDefinition): MemorySource<KubeObject> => kind.memory as MemorySource<KubeObject>
const complete = (kind: KindDefinition, object: KubeObject): Stored => ({ ...object, kind: kind.kind, apiVersion: apiVersion(kind) })

/** @throws StatusError NotFound */
export function getFromMemory(kind: KindDefinition, namespace: string, name: string): Stored {
  const found = source(kind).list(namespace).find((o) => o.metadata.name === name && (o.metadata.namespace ?? '') === namespace)
  if (!found) throw notFound(kind, name)
  return complete(kind, found)
}

/** In one page whatever the limit: there is no revision at which a second could go on. Throws BadRequest for bad selectors. */
export function listFromMemory(kind: KindDefinition, namespace: string, query: URLSearchParams): KubeList<Stored & Record<string, unknown>> {
  const { filter } = parseFilter(kind, query)
  const items = source(kind).list(kind.scope === 'Namespaced' ? namespace : '').filter((o) => !filter || filter(o))
  return { kind: listKind(kind), apiVersion: apiVersion(kind), metadata: {}, items: items.map((o) => complete(kind, o) as Stored & Record<string, unknown>) }
}
