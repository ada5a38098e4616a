/** What the API server serves, by its own word: the rail shows no kind that does not exist, and every custom one that does. */
import type { ResourceType } from '../../shared/api/resources.ts'
import { toStatusError } from '../../shared/errors.ts'
import type { Api } from '../cache/api.ts'
import { Value } from '../lib/value.ts'
import { catalog, nameOf } from './catalog.ts'

export interface Served {
  /** By `pods`, `deployments.apps`; in the version the server prefers. */
  types: ReadonlyMap<string, ResourceType>
  /** Those no catalogue names: custom resources. */
  custom: readonly ResourceType[]
}
interface DiscoveryResource { resource: string; scope: string; verbs: string[]; responseKind?: { kind: string } }
interface DiscoveryVersion { version: string; resources?: DiscoveryResource[] }
export interface DiscoveryList { items: { metadata?: { name?: string }; versions: DiscoveryVersion[] }[] }

const ACCEPT = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'
/** A group of the API's own has no dot, or ends so; what the catalogue leaves out there is not custom, only not shown. */
const isOwn = (group: string): boolean => !group.includes('.') || (group.endsWith('.k8s.io') && (group.split('.').length === 3 || /\.(apiserver|authorization)\.k8s\.io$/.test(group)))

/** What can be listed and watched, each in the first version that has it. */
export function servedIn(lists: readonly DiscoveryList[]): Served {
  const types = new Map<string, ResourceType>()
  for (const { items } of lists)
    for (const { metadata, versions } of items)
      for (const { version, resources } of versions)
        for (const { resource, scope, verbs, responseKind } of resources ?? []) {
          const group = metadata?.name ?? ''
          const type: ResourceType = { group, version, resource, kind: responseKind?.kind ?? resource, namespaced: scope === 'Namespaced' }
          if (verbs.includes('list') && verbs.includes('watch') && !types.has(nameOf(type))) types.set(nameOf(type), type)
        }
  const known = new Set(catalog.map((e) => nameOf(e.type)))
  const custom = [...types.values()].filter((t) => !known.has(nameOf(t)) && !isOwn(t.group))
  return { types, custom: custom.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)) }
}

/** undefined until the server has answered once. */
export const served = new Value<Served | undefined>(undefined)
/** Why the last question failed; `''` when it did not. */
export const discoveryFault = new Value('')

export async function discover(api: Api, signal: AbortSignal): Promise<void> {
  try {
    const lists = await Promise.all(['/api', '/apis'].map((path) => api.request<DiscoveryList>({ method: 'GET', path, accept: ACCEPT }, signal)))
    served.set(servedIn(lists))
    discoveryFault.set('')
  } catch (error) {
    if (!signal.aborted) discoveryFault.set(toStatusError(error).message)
  }
}
