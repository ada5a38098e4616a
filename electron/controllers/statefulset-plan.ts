/**
 * The next step of a StatefulSet. Pure. Source: Kubernetes docs, StatefulSet "Deployment and Scaling Guarantees": in order, each pod
 * only after its predecessors are available, the last one goes first, updates from the highest ordinal down; Parallel waits for none
 * when it makes or removes pods.
 */
import type { Pod, StatefulSet } from '../../shared/api/types.ts'
import { resolveIntOrPercent } from '../../shared/int-or-string.ts'
import { availableIn, isReady } from './pods.ts'
import { identityHolds, ordinalOf, revisionOfPod } from './statefulset-pod.ts'

export interface SetContext {
  readonly set: StatefulSet
  /** Names of revisions. */
  readonly current: string
  readonly update: string
  readonly now: number
}
export interface SetPlan {
  readonly create: readonly { ordinal: number; revision: string }[]
  readonly remove: readonly { pod: Pod; why: 'failed' | 'succeeded' | 'scaled' | 'updated' }[]
  /** Whose identity labels are to be restored. */
  readonly repair: readonly { pod: Pod; ordinal: number }[]
}

export const firstOrdinal = (set: StatefulSet): number => set.spec.ordinals?.start ?? 0
export const replicasOf = (set: StatefulSet): number => set.spec.replicas ?? 1
const isTerminating = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined
export const isRunningAndReady = (pod: Pod): boolean => pod.status?.phase === 'Running' && isReady(pod)
const isFinished = (pod: Pod): boolean => pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded'

/** The revision for a new pod: below the partition the old one stays. */
function revisionFor({ set, current, update }: SetContext, ordinal: number): string {
  const { type, rollingUpdate } = set.spec.updateStrategy ?? {}
  return type !== 'OnDelete' && ordinal < firstOrdinal(set) + (rollingUpdate?.partition ?? 0) ? current : update
}

/** Pods in their places, and those beyond them, in order of ordinals. */
export function places(set: StatefulSet, pods: readonly Pod[]): { wanted: Map<number, Pod>; condemned: { pod: Pod; ordinal: number }[] } {
  const first = firstOrdinal(set)
  const wanted = new Map<number, Pod>()
  const condemned: { pod: Pod; ordinal: number }[] = []
  for (const pod of pods) {
    const ordinal = ordinalOf(set, pod)
    if (ordinal === undefined) continue
    if (ordinal >= first && ordinal < first + replicasOf(set)) wanted.set(ordinal, pod)
    else condemned.push({ pod, ordinal })
  }
  return { wanted, condemned: condemned.sort((a, b) => a.ordinal - b.ordinal) }
}

export function planOf(pods: readonly Pod[], context: SetContext): SetPlan {
  const { set, now } = context
  const plan = { create: [] as { ordinal: number; revision: string }[], remove: [] as { pod: Pod; why: 'failed' | 'succeeded' | 'scaled' | 'updated' }[], repair: [] as { pod: Pod; ordinal: number }[] }
  const ordered = set.spec.podManagementPolicy !== 'Parallel'
  const { wanted, condemned } = places(set, pods)
  const isHealthy = (pod: Pod): boolean => isRunningAndReady(pod) && !isTerminating(pod) && availableIn(pod, set.spec.minReadySeconds ?? 0, now) === 0
  const ordinals = Array.from({ length: replicasOf(set) }, (_, i) => firstOrdinal(set) + i)

  for (const ordinal of ordinals) {
    const pod = wanted.get(ordinal)
    if (!pod) {
      plan.create.push({ ordinal, revision: revisionFor(context, ordinal) })
      if (ordered) return plan
    } else if (isFinished(pod)) {
      // Its successor needs the name, so this one goes first.
      if (!isTerminating(pod)) plan.remove.push({ pod, why: pod.status?.phase === 'Failed' ? 'failed' : 'succeeded' })
      if (ordered) return plan
    } else {
      if (!isTerminating(pod) && !identityHolds(set, ordinal, pod)) plan.repair.push({ pod, ordinal })
      if (ordered && !isHealthy(pod)) return plan
    }
  }
  const unhealthy = condemned.find(({ pod }) => !isHealthy(pod))
  for (const entry of condemned.toReversed()) {
    if (ordered && isTerminating(entry.pod)) return plan
    if (ordered && !isHealthy(entry.pod) && entry !== unhealthy) return plan
    if (!isTerminating(entry.pod)) plan.remove.push({ pod: entry.pod, why: 'scaled' })
    if (ordered) return plan
  }
  // Something is on its way already: the update waits until every place is filled.
  if (set.spec.updateStrategy?.type === 'OnDelete' || plan.create.length || plan.remove.length) return plan
  const { partition = 0, maxUnavailable = 1 } = set.spec.updateStrategy?.rollingUpdate ?? {}
  let budget = Math.max(1, resolveIntOrPercent(maxUnavailable, replicasOf(set), 'up'))
  for (const ordinal of ordinals.slice(partition).toReversed()) {
    const pod = wanted.get(ordinal)
    if (!pod) continue
    if (revisionOfPod(pod) !== context.update && !isTerminating(pod)) {
      plan.remove.push({ pod, why: 'updated' })
      budget--
    } else if (!isHealthy(pod)) budget--
    if (budget <= 0) break
  }
  return plan
}
