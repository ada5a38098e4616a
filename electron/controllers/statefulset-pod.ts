/** The pods of a StatefulSet: their names, ordinals and identities. Pure. */
import type { Draft } from '../../shared/api/meta.ts'
import type { Pod, PodTemplateSpec, StatefulSet } from '../../shared/api/types.ts'
import { controllerReference } from '../client/index.ts'
import { REVISION_HASH } from './revisions.ts'
import { withClaims } from './statefulset-claims.ts'

export const POD_NAME_LABEL = 'statefulset.kubernetes.io/pod-name'
export const POD_INDEX_LABEL = 'apps.kubernetes.io/pod-index'

export const podName = (set: StatefulSet, ordinal: number): string => `${set.metadata.name}-${ordinal}`

/** The ordinal of a pod of this set; undefined when its name is not one that the set gives. */
export function ordinalOf(set: StatefulSet, pod: Pod): number | undefined {
  const { name } = pod.metadata
  const prefix = `${set.metadata.name}-`
  const digits = name.startsWith(prefix) ? name.slice(prefix.length) : ''
  return /^(0|[1-9]\d{0,8})$/.test(digits) ? Number(digits) : undefined
}
export const revisionOfPod = (pod: Pod): string => pod.metadata.labels?.[REVISION_HASH] ?? ''

const identity = (set: StatefulSet, ordinal: number): Record<string, string> => ({ [POD_NAME_LABEL]: podName(set, ordinal), [POD_INDEX_LABEL]: String(ordinal) })
export const identityHolds = (set: StatefulSet, ordinal: number, pod: Pod): boolean => Object.entries(identity(set, ordinal)).every(([key, value]) => pod.metadata.labels?.[key] === value)
/** A copy with the labels that say who it is. */
export const withIdentity = (set: StatefulSet, ordinal: number, pod: Pod): Pod => ({ ...pod, metadata: { ...pod.metadata, labels: { ...pod.metadata.labels, ...identity(set, ordinal) } } })

export function statefulPod(set: StatefulSet, ordinal: number, revision: string, template: PodTemplateSpec): Draft<Pod> {
  const { metadata, spec = { containers: [] } } = template
  const volumes = withClaims(set, podName(set, ordinal), spec.volumes)
  return {
    metadata: {
      name: podName(set, ordinal),
      ...(set.metadata.namespace ? { namespace: set.metadata.namespace } : {}),
      labels: { ...metadata?.labels, ...identity(set, ordinal), [REVISION_HASH]: revision },
      ...(metadata?.annotations ? { annotations: metadata.annotations } : {}),
      ...(metadata?.finalizers ? { finalizers: metadata.finalizers } : {}),
      ownerReferences: [controllerReference(set)],
    },
    // The name in the cluster's DNS: hostname within the governing Service.
    spec: { ...spec, ...(volumes ? { volumes } : {}), hostname: podName(set, ordinal), ...(set.spec.serviceName ? { subdomain: set.spec.serviceName } : {}) },
  }
}
