/** Which pods leave when a node is emptied, as `kubectl drain --ignore-daemonsets` decides. Pure. */
import type { Pod } from './api/types.ts'

/** A DaemonSet's pods belong to the node, static ones to its kubelet, and finished ones hold nothing. */
export function leavesOnDrain(pod: Pod): boolean {
  if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') return false
  if (pod.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) return false
  return pod.metadata.ownerReferences?.find((o) => o.controller)?.kind !== 'DaemonSet'
}

/** The body of pods/NAME/eviction for just this pod. */
export const evictionOf = (pod: Pod): object => ({
  apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: pod.metadata.name, namespace: pod.metadata.namespace },
  deleteOptions: { preconditions: { uid: pod.metadata.uid } },
})
