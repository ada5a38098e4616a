/**
 * Which group, and which version of it, comes first where clients have to choose. Source: kube-apiserver's priorities of its own APIServices; those of custom
 * resources and of other servers are lower, or what their APIService says.
 */
import { compareVersions } from '../kind-registry.ts'
import type { KindDefinition } from '../resources/kind.ts'

export interface Priority {
  readonly group: number
  readonly version: number
}

const GROUPS: Readonly<Record<string, number>> = {
  // The aggregator's own, which has no APIService of its own.
  'apiregistration.k8s.io': 20_000,
  '': 18_000, apps: 17_800, 'events.k8s.io': 17_750, 'authentication.k8s.io': 17_700, 'authorization.k8s.io': 17_600, autoscaling: 17_500, batch: 17_400, 'certificates.k8s.io': 17_300, 'networking.k8s.io': 17_200, policy: 17_100,
  'rbac.authorization.k8s.io': 17_000, 'storage.k8s.io': 16_800, 'apiextensions.k8s.io': 16_700, 'admissionregistration.k8s.io': 16_700, 'scheduling.k8s.io': 16_600, 'coordination.k8s.io': 16_500, 'node.k8s.io': 16_300,
  'discovery.k8s.io': 16_200, 'flowcontrol.apiserver.k8s.io': 16_100, 'resource.k8s.io': 15_900, 'metrics.k8s.io': 100, 'custom.metrics.k8s.io': 100,
}
const VERSIONS: Readonly<Record<string, number>> = { '/v1': 1, 'autoscaling/v2': 30, 'flowcontrol.apiserver.k8s.io/v1': 21 }
const OF_CUSTOM: Priority = { group: 1_000, version: 100 }

/** Of a version that this server serves itself; `custom`: by a CustomResourceDefinition. */
export const localPriority = (group: string, version: string, custom: boolean): Priority => (custom ? OF_CUSTOM : { group: GROUPS[group] ?? OF_CUSTOM.group, version: VERSIONS[`${group}/${version}`] ?? 15 })

const priorityOf = (k: KindDefinition): Priority => k.priority ?? localPriority(k.group, k.version, k.decode !== undefined)

type Versions = readonly (readonly [version: string, kinds: readonly KindDefinition[]])[]

/** The group's versions, the preferred one first. */
export function sortedVersions(versions: Versions): Versions {
  const rank = (kinds: readonly KindDefinition[]): number => Math.max(0, ...kinds.map((k) => priorityOf(k).version))
  return versions.toSorted(([a, x], [b, y]) => rank(y) - rank(x) || compareVersions(a, b))
}

/** Groups, the most important one first; of equals by their name. */
export function sortedGroups<T>(groups: readonly (readonly [name: string, kinds: readonly KindDefinition[], value: T])[]): T[] {
  const rank = (kinds: readonly KindDefinition[]): number => Math.max(0, ...kinds.map((k) => priorityOf(k).group))
  return groups.toSorted(([a, x], [b, y]) => rank(y) - rank(x) || (a < b ? -1 : 1)).map(([, , value]) => value)
}
