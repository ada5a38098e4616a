/** The claims of a StatefulSet's pods: made from its templates, kept or let go as its policy says. Pure. Source: KEP-1847; kubernetes pkg/controller/statefulset. */
import type { Draft, OwnerReference } from '../../shared/api/meta.ts'
import type { PersistentVolumeClaim, Pod, PodSpec, StatefulSet } from '../../shared/api/types.ts'
import { controllerReference } from '../client/index.ts'

const claimName = (template: string, pod: string): string => `${template}-${pod}`
type Volumes = NonNullable<PodSpec['volumes']>

/** The pod's volumes, those of its claims in the place of any that have their names. */
export function withClaims(set: StatefulSet, pod: string, volumes: Volumes | undefined): Volumes | undefined {
  const templates = (set.spec.volumeClaimTemplates ?? []).map((t) => t.metadata?.name ?? '')
  if (!templates.length) return volumes
  return [...templates.map((name) => ({ name, persistentVolumeClaim: { claimName: claimName(name, pod) } })), ...(volumes ?? []).filter((v) => !templates.includes(v.name))]
}

export function claimDrafts(set: StatefulSet, pod: string): Draft<PersistentVolumeClaim>[] {
  return (set.spec.volumeClaimTemplates ?? []).map((t) => ({
    metadata: {
      name: claimName(t.metadata?.name ?? '', pod), ...(set.metadata.namespace ? { namespace: set.metadata.namespace } : {}),
      labels: { ...t.metadata?.labels, ...set.spec.selector.matchLabels }, ...(t.metadata?.annotations ? { annotations: t.metadata.annotations } : {}),
      ...(ownersOf(set, undefined, []).length ? { ownerReferences: ownersOf(set, undefined, []) } : {}),
    },
    spec: t.spec as PersistentVolumeClaim['spec'],
  }))
}

/** Who owns a claim, and so takes it along: the set when it goes, or a pod that is one too many. `condemned`: that pod. */
export function ownersOf(set: StatefulSet, condemned: Pod | undefined, present: readonly OwnerReference[]): OwnerReference[] {
  const { whenDeleted, whenScaled } = set.spec.persistentVolumeClaimRetentionPolicy ?? {}
  const strangers = present.filter((o) => o.uid !== set.metadata.uid && !(o.kind === 'Pod' && o.apiVersion === 'v1'))
  if (whenScaled === 'Delete' && condemned) return [...strangers, { apiVersion: 'v1', kind: 'Pod', name: condemned.metadata.name, uid: condemned.metadata.uid ?? '' }]
  return whenDeleted === 'Delete' ? [...strangers, controllerReference(set)] : strangers
}
export const sameOwners = (a: readonly OwnerReference[], b: readonly OwnerReference[]): boolean => a.length === b.length && a.every((o) => b.some((p) => p.uid === o.uid && p.controller === o.controller))
export const claimNames = (set: StatefulSet, pod: string): string[] => (set.spec.volumeClaimTemplates ?? []).map((t) => claimName(t.metadata?.name ?? '', pod))
