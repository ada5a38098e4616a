/** What goes along when an object is deleted: all that names it, or something that goes along, as its owner. */
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { ResourceType } from '../../../shared/api/resources.ts'
import type { Api } from '../../cache/api.ts'

export interface Dependents {
  /** Names by kind, in the order they were found: nearest first. */
  kinds: { kind: string; names: string[] }[]
  /** Kinds with more objects than were looked at. */
  cut: string[]
}
/** At most so many objects of a kind are looked at. */
export const LOOKED_AT = 2000

/** The closure of ownership below `uid`. */
export function ownedBelow(uid: string, objects: readonly KubeObject[]): { kind: string; names: string[] }[] {
  const found = new Map<string, string[]>()
  let owners = new Set([uid])
  const left = new Set(objects)
  while (owners.size > 0) {
    const next = new Set<string>()
    for (const o of left) {
      if (!o.metadata.ownerReferences?.some((r) => owners.has(r.uid))) continue
      left.delete(o)
      if (o.metadata.uid) next.add(o.metadata.uid)
      const names = found.get(o.kind) ?? []
      names.push(o.metadata.name)
      found.set(o.kind, names)
    }
    owners = next
  }
  return [...found].map(([kind, names]) => ({ kind, names: names.sort() }))
}

/** Owners and owned are of one namespace, or the owner is of none. Kinds that cannot be read are left out of the answer by the API's refusal, which is thrown. */
export async function findDependents(api: Api, types: Iterable<ResourceType>, object: KubeObject, signal: AbortSignal): Promise<Dependents> {
  const { namespace, uid = '' } = object.metadata
  const cut: string[] = []
  const lists = await Promise.all([...types].filter((t) => t.resource !== 'events' && t.group !== 'metrics.k8s.io' && (t.namespaced || !namespace)).map(async (type) => {
    const path = `${type.group ? `/apis/${type.group}` : '/api'}/${type.version}/${namespace && type.namespaced ? `namespaces/${encodeURIComponent(namespace)}/` : ''}${type.resource}?limit=${LOOKED_AT}`
    const { items, metadata } = await api.request<{ items: KubeObject[]; metadata: { continue?: string } }>({ method: 'GET', path }, signal)
    if (metadata.continue) cut.push(type.kind)
    return items.map((o) => ({ ...o, kind: type.kind }))
  }))
  return { kinds: ownedBelow(uid, lists.flat()), cut }
}
