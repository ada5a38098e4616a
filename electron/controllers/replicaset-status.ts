/** The status of a ReplicaSet, computed from its pods. Pure. */
import type { Pod, ReplicaSet } from '../../shared/api/types.ts'
import { rfc3339 } from '../../shared/clock.ts'
import { availableIn, isReady } from './pods.ts'

export type ReplicaSetStatus = NonNullable<ReplicaSet['status']>

export interface ComputedStatus {
  readonly status: ReplicaSetStatus
  /** Milliseconds until the next ready pod becomes available; undefined when none is waiting. */
  readonly recheckIn: number | undefined
}

/** Zero counters are left out, as Go's omitempty does; `replicas` is always there. */
export function replicaSetStatus(rs: ReplicaSet, pods: readonly Pod[], failure: Error | undefined, now: number): ComputedStatus {
  const labels = Object.entries(rs.spec.template?.metadata?.labels ?? {})
  let fullyLabeled = 0
  let ready = 0
  let available = 0
  let recheckIn: number | undefined
  for (const pod of pods) {
    if (labels.every(([key, value]) => pod.metadata.labels?.[key] === value)) fullyLabeled++
    if (!isReady(pod)) continue
    ready++
    const wait = availableIn(pod, rs.spec.minReadySeconds ?? 0, now) ?? 0
    if (wait === 0) available++
    else recheckIn = Math.min(recheckIn ?? wait, wait)
  }
  const others = (rs.status?.conditions ?? []).filter((c) => c.type !== 'ReplicaFailure')
  const present = rs.status?.conditions?.find((c) => c.type === 'ReplicaFailure')
  const reason = (rs.spec.replicas ?? 1) > pods.length ? 'FailedCreate' : 'FailedDelete'
  const failed = failure && (present?.reason === reason ? present : { type: 'ReplicaFailure', status: 'True', reason, message: failure.message, lastTransitionTime: rfc3339(now) })
  const conditions = failed ? [...others, failed] : others
  return {
    status: {
      replicas: pods.length,
      ...(fullyLabeled ? { fullyLabeledReplicas: fullyLabeled } : {}),
      ...(ready ? { readyReplicas: ready } : {}),
      ...(available ? { availableReplicas: available } : {}),
      ...(rs.metadata.generation ? { observedGeneration: rs.metadata.generation } : {}),
      ...(conditions.length ? { conditions } : {}),
    },
    recheckIn,
  }
}

export function sameStatus(a: ReplicaSetStatus | undefined, b: ReplicaSetStatus): boolean {
  return (
    a !== undefined && a.replicas === b.replicas && (a.fullyLabeledReplicas ?? 0) === (b.fullyLabeledReplicas ?? 0) &&
    (a.readyReplicas ?? 0) === (b.readyReplicas ?? 0) && (a.availableReplicas ?? 0) === (b.availableReplicas ?? 0) &&
    (a.observedGeneration ?? 0) === (b.observedGeneration ?? 0) && JSON.stringify(a.conditions ?? []) === JSON.stringify(b.conditions ?? [])
  )
}
