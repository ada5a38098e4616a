import { describe, expect, it } from 'vitest'
import type { Deployment, DeploymentCondition, ReplicaSet } from '../../shared/api/types.ts'
import { rfc3339 } from '../../shared/clock.ts'
import { findCondition, rolloutStatus, sameDeploymentStatus, setCondition } from './deployment-status.ts'

const NOW = Date.parse('2026-01-01T01:00:00Z')
const progressing = (status: string, reason: string, ago: number): DeploymentCondition => ({ type: 'Progressing', status, reason, message: 'm', lastUpdateTime: rfc3339(NOW - ago), lastTransitionTime: rfc3339(NOW - ago) })
const dep = (status: object, spec: object = {}): Deployment => ({ metadata: { name: 'web', generation: 2 }, spec: { replicas: 3, progressDeadlineSeconds: 600, strategy: { type: 'RollingUpdate' }, ...spec }, status }) as unknown as Deployment
const set = (replicas: number, available: number, extra: object = {}): ReplicaSet => ({ metadata: { name: 'web-1' }, spec: { replicas }, status: { replicas, readyReplicas: available, availableReplicas: available, ...extra } }) as unknown as ReplicaSet
const FULL = { replicas: 3, updatedReplicas: 3, readyReplicas: 3, availableReplicas: 3 }
const NONE = { replicas: 3, updatedReplicas: 3, unavailableReplicas: 3 }

describe('Progressing', () => {
  it.each([
    ['complete', dep({ ...FULL, conditions: [progressing('True', 'ReplicaSetUpdated', 9000)] }), set(3, 3), 'True/NewReplicaSetAvailable', undefined],
    ['progress since last time', dep({ ...NONE, conditions: [progressing('True', 'NewReplicaSetCreated', 9000)] }), set(3, 1), 'True/ReplicaSetUpdated', 601_000],
    ['no progress, deadline ahead', dep({ ...NONE, conditions: [progressing('True', 'ReplicaSetUpdated', 100_000)] }), set(3, 0), 'True/ReplicaSetUpdated', 501_000],
    ['deadline over', dep({ ...NONE, conditions: [progressing('True', 'ReplicaSetUpdated', 600_001)] }), set(3, 0), 'False/ProgressDeadlineExceeded', undefined],
    ['back after the deadline', dep({ ...NONE, conditions: [progressing('False', 'ProgressDeadlineExceeded', 900_000)] }), set(3, 1), 'True/ReplicaSetUpdated', 601_000],
    ['a complete one loses a pod and does not time out', dep({ ...FULL, conditions: [progressing('True', 'NewReplicaSetAvailable', 9e8)] }), set(3, 2), 'True/NewReplicaSetAvailable', undefined],
    ['no deadline, no condition', dep({ ...NONE, conditions: [progressing('True', 'ReplicaSetUpdated', 9e8)] }, { progressDeadlineSeconds: 0x7fffffff }), set(3, 0), undefined, undefined],
  ])('%s', (_name, d, rs, expected, recheckIn) => {
    const result = rolloutStatus(d, [rs], rs, NOW)
    const condition = findCondition(result.status.conditions, 'Progressing')
    expect(condition && `${condition.status}/${condition.reason}`).toBe(expected)
    expect(result.recheckIn).toBe(recheckIn)
  })
})

it('counts, tells availability apart, and copies the failure of a set', () => {
  const failing = set(2, 1, { conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'quota' }] })
  const { status } = rolloutStatus(dep({}), [failing, set(1, 1)], failing, NOW)
  expect(status).toMatchObject({ replicas: 3, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2, unavailableReplicas: 1, observedGeneration: 2 })
  expect(findCondition(status.conditions, 'Available')).toMatchObject({ status: 'False', reason: 'MinimumReplicasUnavailable' })
  expect(findCondition(status.conditions, 'ReplicaFailure')).toMatchObject({ reason: 'FailedCreate', message: 'quota' })
  const next = rolloutStatus(dep(status), [set(3, 3)], set(3, 3), NOW + 1000).status
  expect(findCondition(next.conditions, 'ReplicaFailure')).toBeUndefined()
  expect(next).not.toHaveProperty('unavailableReplicas')
  expect(sameDeploymentStatus(status, next)).toBe(false)
  expect(sameDeploymentStatus(next, { ...next, conditions: [...next.conditions!].reverse() })).toBe(true)
})

it('keeps the time of transition while the status stays', () => {
  const first = setCondition([], 'Progressing', 'True', 'A', 'a', NOW)
  expect(setCondition(first, 'Progressing', 'True', 'A', 'other words', NOW + 5000)).toEqual(first)
  expect(setCondition(first, 'Progressing', 'True', 'B', 'b', NOW + 5000)[0]).toMatchObject({ lastTransitionTime: rfc3339(NOW), lastUpdateTime: rfc3339(NOW + 5000) })
  expect(setCondition(first, 'Progressing', 'False', 'C', 'c', NOW + 5000)[0]?.lastTransitionTime).toBe(rfc3339(NOW + 5000))
})
