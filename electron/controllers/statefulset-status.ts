/** The status of a StatefulSet, as `kubectl rollout status` reads it. Pure. */
import type { Pod, StatefulSet } from '../../shared/api/types.ts'
import { availableIn } from './pods.ts'
import { isRunningAndReady, replicasOf, type SetContext } from './statefulset-plan.ts'
import { ordinalOf, revisionOfPod } from './statefulset-pod.ts'

export type StatefulSetStatus = NonNullable<StatefulSet['status']>

/** `recheckIn`: milliseconds until the next ready pod becomes available. */
export function statefulSetStatus(pods: readonly Pod[], { set, current, update, now }: SetContext): { status: StatefulSetStatus; recheckIn: number | undefined } {
  let ready = 0, available = 0, atCurrent = 0, atUpdate = 0
  let recheckIn: number | undefined
  const named = pods.filter((p) => ordinalOf(set, p) !== undefined)
  for (const pod of named) {
    if (isRunningAndReady(pod)) {
      ready++
      const wait = availableIn(pod, set.spec.minReadySeconds ?? 0, now) ?? 0
      if (wait === 0) available++
      else recheckIn = Math.min(recheckIn ?? wait, wait)
    }
    if (pod.metadata.deletionTimestamp) continue
    if (revisionOfPod(pod) === current) atCurrent++
    if (revisionOfPod(pod) === update) atUpdate++
  }
  const wanted = replicasOf(set)
  const complete = set.spec.updateStrategy?.type !== 'OnDelete' && atUpdate === wanted && ready === wanted && named.length === wanted
  const counts = { readyReplicas: ready, currentReplicas: complete ? atUpdate : atCurrent, updatedReplicas: atUpdate, observedGeneration: set.metadata.generation ?? 0 }
  return {
    status: {
      replicas: named.length, availableReplicas: available, currentRevision: complete ? update : current, updateRevision: update, collisionCount: set.status?.collisionCount ?? 0,
      ...(Object.fromEntries(Object.entries(counts).filter(([, n]) => n !== 0)) as Partial<StatefulSetStatus>),
      ...(set.status?.conditions ? { conditions: set.status.conditions } : {}),
    },
    recheckIn,
  }
}

const FIELDS = ['replicas', 'availableReplicas', 'readyReplicas', 'currentReplicas', 'updatedReplicas', 'observedGeneration', 'collisionCount', 'currentRevision', 'updateRevision'] as const
export const sameStatefulSetStatus = (a: StatefulSetStatus | undefined, b: StatefulSetStatus): boolean => a !== undefined && FIELDS.every((f) => (a[f] ?? 0) === (b[f] ?? 0))
