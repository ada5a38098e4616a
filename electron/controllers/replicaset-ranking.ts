/** Which pods of a ReplicaSet go first when there are too many. Source: Kubernetes docs, ReplicaSet "Scaling down". */
import type { Pod } from '../../shared/api/types.ts'
import { isReady, readySince } from './pods.ts'

export const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost'

const PHASE_RANK: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 }
const phaseRank = (pod: Pod): number => PHASE_RANK[pod.status?.phase ?? 'Pending'] ?? 2

export function deletionCost(pod: Pod): number {
  const text = pod.metadata.annotations?.[DELETION_COST]
  return text !== undefined && /^-?(0|[1-9]\d{0,9})$/.test(text) ? Number(text) : 0
}
const restarts = (pod: Pod): number => Math.max(0, ...(pod.status?.containerStatuses ?? []).map((c) => c.restartCount ?? 0))
/** Ages are compared by magnitude, so that not always the newest of many goes. */
const magnitude = (since: number, now: number): number => Math.floor(Math.log2(Math.max(1, (now - since) / 1000)))
const created = (pod: Pod): number => (pod.metadata.creationTimestamp ? Date.parse(pod.metadata.creationTimestamp) : 0)

/** The first `count` pods to delete. `neighbours`: how many pods of the same owner's family run on the pod's node. */
export function podsToDelete(pods: readonly Pod[], count: number, now: number, neighbours: (pod: Pod) => number): Pod[] {
  const rank = (pod: Pod): readonly number[] => [
    pod.spec.nodeName ? 1 : 0,
    phaseRank(pod),
    isReady(pod) ? 1 : 0,
    deletionCost(pod),
    -neighbours(pod),
    isReady(pod) ? magnitude(readySince(pod) ?? now, now) : 0,
    -restarts(pod),
    magnitude(created(pod), now),
  ]
  if (count >= pods.length) return [...pods]
  return pods
    .map((pod) => ({ pod, rank: rank(pod) }))
    .sort((a, b) => {
      for (let i = 0; i < a.rank.length; i++) if (a.rank[i] !== b.rank[i]) return a.rank[i]! - b.rank[i]!
      return (a.pod.metadata.uid ?? '') < (b.pod.metadata.uid ?? '') ? -1 : 1
    })
    .slice(0, Math.max(0, count))
    .map((r) => r.pod)
}
