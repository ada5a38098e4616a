/** The status and conditions of a Deployment, as `kubectl rollout status` reads them. Pure. */
import type { Deployment, DeploymentCondition, DeploymentStatus, ReplicaSet } from '../../shared/api/types.ts'
import { rfc3339 } from '../../shared/clock.ts'
import { available, bounds, desired, size, sum } from './deployment-rolling.ts'

type Conditions = readonly DeploymentCondition[]
export const findCondition = (conditions: Conditions | undefined, type: string): DeploymentCondition | undefined => conditions?.find((c) => c.type === type)

/** The same status and reason: nothing changes, not even the times. The same status: it has not changed over. */
export function setCondition(conditions: Conditions, type: string, status: 'True' | 'False' | 'Unknown', reason: string, message: string, now: number): DeploymentCondition[] {
  const present = findCondition(conditions, type)
  if (present?.status === status && present.reason === reason) return [...conditions]
  const time = rfc3339(now)
  const lastTransitionTime = present?.status === status ? (present.lastTransitionTime ?? time) : time
  return [...conditions.filter((c) => c.type !== type), { type, status, reason, message, lastUpdateTime: time, lastTransitionTime }]
}

/** Counters and the Available condition. Zeros are left out, as Go's omitempty does. */
export function countersOf(d: Deployment, sets: readonly ReplicaSet[], newRs: ReplicaSet | undefined, now: number): DeploymentStatus {
  const isAvailable = sum(sets, available)
  const counters = {
    replicas: sum(sets, (rs) => rs.status?.replicas ?? 0),
    updatedReplicas: newRs?.status?.replicas ?? 0,
    readyReplicas: sum(sets, (rs) => rs.status?.readyReplicas ?? 0),
    availableReplicas: isAvailable,
    unavailableReplicas: Math.max(0, sum(sets, size) - isAvailable),
    observedGeneration: d.metadata.generation ?? 0,
  }
  const conditions = d.status?.conditions ?? []
  return {
    ...Object.fromEntries(Object.entries(counters).filter(([, n]) => n !== 0)),
    ...(d.status?.collisionCount ? { collisionCount: d.status.collisionCount } : {}),
    conditions:
      isAvailable >= desired(d) - bounds(d).unavailable
        ? setCondition(conditions, 'Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.', now)
        : setCondition(conditions, 'Available', 'False', 'MinimumReplicasUnavailable', 'Deployment does not have minimum availability.', now),
  }
}

export const isComplete = (d: Deployment, s: DeploymentStatus): boolean =>
  (s.updatedReplicas ?? 0) === desired(d) && (s.replicas ?? 0) === desired(d) && (s.availableReplicas ?? 0) === desired(d) && (s.observedGeneration ?? 0) >= (d.metadata.generation ?? 0)

/** More of the new, fewer of the old, more ready or more available than before. */
export function isProgressing(before: DeploymentStatus | undefined, s: DeploymentStatus): boolean {
  const n = (v: number | undefined): number => v ?? 0
  return (
    n(s.updatedReplicas) > n(before?.updatedReplicas) || n(s.replicas) - n(s.updatedReplicas) < n(before?.replicas) - n(before?.updatedReplicas) ||
    n(s.readyReplicas) > n(before?.readyReplicas) || n(s.availableReplicas) > n(before?.availableReplicas)
  )
}

/** The API server's default is 600; the largest int32 stands for "never". */
export function progressDeadlineMs(d: Deployment): number | undefined {
  const seconds = d.spec.progressDeadlineSeconds
  return seconds === undefined || seconds === null || seconds === 0x7fffffff ? undefined : seconds * 1000
}

export function isTimedOut(d: Deployment, s: DeploymentStatus, now: number): boolean {
  const condition = findCondition(s.conditions, 'Progressing')
  const deadline = progressDeadlineMs(d)
  if (!condition || deadline === undefined || condition.reason === 'NewReplicaSetAvailable') return false
  if (condition.reason === 'ProgressDeadlineExceeded') return true
  return Date.parse(condition.lastUpdateTime ?? rfc3339(now)) + deadline < now
}

/** The status after a step of a rollout. `recheckIn`: milliseconds until the deadline must be looked at. */
export function rolloutStatus(d: Deployment, sets: readonly ReplicaSet[], newRs: ReplicaSet | undefined, now: number): { status: DeploymentStatus; recheckIn: number | undefined } {
  const status = countersOf(d, sets, newRs, now)
  let conditions = status.conditions ?? []
  const present = findCondition(d.status?.conditions, 'Progressing')
  const deadline = progressDeadlineMs(d)
  const what = newRs ? `ReplicaSet ${JSON.stringify(newRs.metadata.name)}` : `Deployment ${JSON.stringify(d.metadata.name)}`
  if (deadline === undefined) conditions = conditions.filter((c) => c.type !== 'Progressing')
  else if (!((status.replicas ?? 0) === (status.updatedReplicas ?? 0) && present?.reason === 'NewReplicaSetAvailable')) {
    if (isComplete(d, status)) conditions = setCondition(conditions, 'Progressing', 'True', 'NewReplicaSetAvailable', `${what} has successfully progressed.`, now)
    else if (isProgressing(d.status, status)) {
      // Progress restarts the deadline, so the condition is written anew even if it says the same.
      const since = present?.status === 'True' ? present.lastTransitionTime : undefined
      const time = rfc3339(now)
      const fresh = { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated', message: `${what} is progressing.`, lastUpdateTime: time, lastTransitionTime: since ?? time }
      conditions = [...conditions.filter((c) => c.type !== 'Progressing'), fresh]
    } else if (isTimedOut(d, status, now)) conditions = setCondition(conditions, 'Progressing', 'False', 'ProgressDeadlineExceeded', `${what} has timed out progressing.`, now)
  }
  const failure = [newRs, ...sets].flatMap((rs) => rs?.status?.conditions ?? []).find((c) => c.type === 'ReplicaFailure' && c.status === 'True')
  conditions = failure
    ? setCondition(conditions, 'ReplicaFailure', 'True', failure.reason ?? '', failure.message ?? '', now)
    : conditions.filter((c) => c.type !== 'ReplicaFailure')
  const result = { ...status, conditions }
  const progressing = findCondition(conditions, 'Progressing')
  const waits = deadline !== undefined && progressing && !isComplete(d, result) && progressing.reason !== 'ProgressDeadlineExceeded' && progressing.reason !== 'NewReplicaSetAvailable'
  return { status: result, recheckIn: waits ? Math.max(1000, Date.parse(progressing.lastUpdateTime ?? rfc3339(now)) + deadline - now + 1000) : undefined }
}

const COUNTERS = ['replicas', 'updatedReplicas', 'readyReplicas', 'availableReplicas', 'unavailableReplicas', 'observedGeneration', 'collisionCount'] as const
export const sameDeploymentStatus = (a: DeploymentStatus | undefined, b: DeploymentStatus): boolean =>
  a !== undefined && COUNTERS.every((c) => (a[c] ?? 0) === (b[c] ?? 0)) && JSON.stringify(sorted(a.conditions)) === JSON.stringify(sorted(b.conditions))
const sorted = (conditions: Conditions = []): DeploymentCondition[] => [...conditions].sort((a, b) => (a.type < b.type ? -1 : 1))
