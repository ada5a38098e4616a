/** What a namespace on its way out says about itself. Pure. Types and reasons: Kubernetes API, NamespaceConditionType. */
import type { Namespace } from '../../shared/api/types.ts'
import { rfc3339 } from '../../shared/clock.ts'

export interface Remains {
  /** Group-versions that could not be discovered. */
  readonly discoveryFailures: readonly string[]
  /** Why content could not be deleted. */
  readonly contentFailures: readonly string[]
  /** Objects left, by resource name. */
  readonly objects: ReadonlyMap<string, number>
  /** Objects left that a finalizer holds, by finalizer. */
  readonly finalizers: ReadonlyMap<string, number>
}
type Condition = NonNullable<NonNullable<Namespace['status']>['conditions']>[number]

const sorted = (map: ReadonlyMap<string, number>): [string, number][] => [...map].sort(([a], [b]) => (a < b ? -1 : 1))
export const isEmpty = (r: Remains): boolean => r.objects.size === 0 && r.contentFailures.length === 0 && r.discoveryFailures.length === 0

export function conditionsOf(present: readonly Condition[], r: Remains, now: number): Condition[] {
  const objects = sorted(r.objects).map(([name, n]) => `${name} has ${n} resource instances`)
  const finalizers = sorted(r.finalizers).map(([name, n]) => `${name} in ${n} resource instances`)
  const wanted: [string, boolean, string, string][] = [
    r.discoveryFailures.length
      ? ['NamespaceDeletionDiscoveryFailure', true, 'DiscoveryFailed', `Discovery failed for some groups, ${r.discoveryFailures.length} failing: ${[...r.discoveryFailures].sort().join('; ')}`]
      : ['NamespaceDeletionDiscoveryFailure', false, 'ResourcesDiscovered', 'All resources successfully discovered'],
    ['NamespaceDeletionGroupVersionParsingFailure', false, 'ParsedGroupVersions', 'All legacy kube types successfully parsed'],
    r.contentFailures.length
      ? ['NamespaceDeletionContentFailure', true, 'ContentDeletionFailed', `Failed to delete all resource types, ${r.contentFailures.length} remaining: ${[...r.contentFailures].sort().join(', ')}`]
      : ['NamespaceDeletionContentFailure', false, 'ContentDeleted', 'All content successfully deleted, may be waiting on finalization'],
    objects.length
      ? ['NamespaceContentRemaining', true, 'SomeResourcesRemain', `Some resources are remaining: ${objects.join(', ')}`]
      : ['NamespaceContentRemaining', false, 'ContentRemoved', 'All content successfully removed'],
    finalizers.length
      ? ['NamespaceFinalizersRemaining', true, 'SomeFinalizersRemain', `Some content in the namespace has finalizers remaining: ${finalizers.join(', ')}`]
      : ['NamespaceFinalizersRemaining', false, 'ContentHasNoFinalizers', 'All content-preserving finalizers finished'],
  ]
  const others = present.filter((c) => !wanted.some(([type]) => type === c.type))
  return [
    ...others,
    ...wanted.map(([type, on, reason, message]): Condition => {
      const status = on ? 'True' : 'False'
      const old = present.find((c) => c.type === type)
      if (old?.status === status && old.reason === reason && old.message === message) return old
      return { type, status, reason, message, lastTransitionTime: old?.status === status && old.lastTransitionTime ? old.lastTransitionTime : rfc3339(now) }
    }),
  ]
}
