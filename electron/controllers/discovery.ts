/** The kinds that exist, by discovery through the client, as far as they can be listed, watched and deleted. */
import type { KubeObject } from '../../shared/api/meta.ts'
import { apiVersionOf, type ResourceType } from '../../shared/api/resources.ts'
import type { Client } from '../client/types.ts'

interface ResourceList {
  resources?: { name: string; kind: string; namespaced: boolean; verbs: string[] }[]
}
interface GroupList {
  groups?: { name: string; preferredVersion?: { groupVersion: string; version: string }; versions: { groupVersion: string; version: string }[] }[]
}
export interface Discovered {
  readonly types: readonly ResourceType<KubeObject>[]
  /** Group-versions that did not answer, with why. */
  readonly failures: readonly string[]
}

const NEEDED = ['list', 'watch', 'delete']

export async function discover(client: Client): Promise<Discovered> {
  const core = { group: '', version: 'v1', path: '/api/v1' }
  const { groups = [] } = (await client.raw('/apis')) as GroupList
  const named = groups.flatMap((g) => {
    const version = (g.preferredVersion ?? g.versions[0])?.version
    return version ? [{ group: g.name, version, path: `/apis/${g.name}/${version}` }] : []
  })
  const failures: string[] = []
  const lists = await Promise.all(
    [core, ...named].map(async ({ group, version, path }) => {
      try {
        const { resources = [] } = (await client.raw(path)) as ResourceList
        return resources
          .filter((r) => !r.name.includes('/') && NEEDED.every((verb) => r.verbs.includes(verb)))
          .map((r): ResourceType<KubeObject> => ({ group, version, resource: r.name, kind: r.kind, namespaced: r.namespaced }))
      } catch (error) {
        failures.push(`${apiVersionOf({ group, version })}: ${error instanceof Error ? error.message : String(error)}`)
        return []
      }
    }),
  )
  // An event is one resource under two groups; core's name is enough.
  return { types: lists.flat().filter((t) => t.group !== 'events.k8s.io'), failures }
}

/** `configmaps.`, `deployments.apps`: how namespace conditions name a resource. */
export const resourceName = (type: ResourceType): string => `${type.resource}.${type.group}`
