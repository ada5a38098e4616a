import { describe, expect, it } from 'vitest'
import type { Deployment, ReplicaSet } from '../../shared/api/types.ts'
import { DESIRED, MAX, bounds, isScalingEvent, newReplicaSetSize, planNew, planOld, planScale, type Resize } from './deployment-rolling.ts'

const d = (replicas: number, maxSurge: number | string = '25%', maxUnavailable: number | string = '25%', type = 'RollingUpdate'): Deployment =>
  ({ metadata: { name: 'web' }, spec: { replicas, strategy: { type, ...(type === 'Recreate' ? {} : { rollingUpdate: { maxSurge, maxUnavailable } }) } } }) as Deployment
let age = 0
const rs = (name: string, replicas: number, available = replicas, annotations: Record<string, string> = {}): ReplicaSet =>
  ({ metadata: { name, annotations, creationTimestamp: `2026-01-01T00:00:${String(age++ % 60).padStart(2, '0')}Z` }, spec: { replicas }, status: { replicas, availableReplicas: available } }) as unknown as ReplicaSet
const show = (plan: Resize[]): string => plan.map((p) => `${p.rs.metadata.name}:${p.replicas}`).join(' ')

describe('bounds', () => {
  it.each([
    [d(3), 1, 0], [d(10), 3, 2], [d(1), 1, 0], [d(4, 0, 0), 0, 1], [d(4, '0%', '10%'), 0, 1], [d(2, 1, 5), 1, 2], [d(5, 1, 1, 'Recreate'), 0, 0], [d(100, '7%', '7%'), 7, 7],
  ])('case %#', (deployment, surge, unavailable) => expect(bounds(deployment)).toEqual({ surge, unavailable }))
})

describe('planNew', () => {
  it.each([
    ['grows within the surge', d(3), rs('new', 0, 0), [rs('old', 3)], 'new:1'],
    ['waits when there is no room', d(3), rs('new', 1, 0), [rs('old', 3)], ''],
    ['takes the room of old pods', d(3), rs('new', 1), [rs('old', 2)], 'new:2'],
    ['shrinks to what is desired', d(2), rs('new', 5), [], 'new:2'],
    ['grows all at once with Recreate', d(5, 0, 0, 'Recreate'), rs('new', 0), [rs('old', 0)], 'new:5'],
    ['is content', d(3), rs('new', 3), [rs('old', 3)], ''],
    ['never beyond what is desired', d(2, 10, 0), rs('new', 1), [], 'new:2'],
  ])('%s', (_name, deployment, newRs, old, plan) => expect(show(planNew(deployment, newRs, old))).toBe(plan))
  it('makes a new set as large as the surge allows', () => {
    expect(newReplicaSetSize(d(10), [rs('old', 10)], 0)).toBe(3)
    expect(newReplicaSetSize(d(10), [], 0)).toBe(10)
  })
})

describe('planOld', () => {
  it.each([
    ['keeps until the new one is available', d(3), rs('new', 1, 0), [rs('old', 3)], ''],
    ['goes down for each available new pod', d(3), rs('new', 1, 1), [rs('old', 3)], 'old:2'],
    ['uses unavailability', d(10, 3, 2), rs('new', 3, 0), [rs('old', 10)], 'old:8'],
    ['takes the unhealthy first, oldest set first', d(4, 1, 1), rs('new', 1, 1), [rs('a', 2, 0), rs('b', 2, 2)], 'a:0'],
    ['never takes healthy pods for unhealthy new ones', d(2, 2, 0), rs('new', 2, 0), [rs('a', 2, 2)], ''],
    ['empties all at the end', d(3), rs('new', 3, 3), [rs('a', 1), rs('b', 0)], 'a:0'],
    ['nothing is left to do', d(3), rs('new', 3, 3), [rs('a', 0)], ''],
  ])('%s', (_name, deployment, newRs, old, plan) => expect(show(planOld(deployment, newRs, old))).toBe(plan))
})

describe('planScale', () => {
  const noted = (name: string, replicas: number, of: number, max: number, available = replicas): ReplicaSet => rs(name, replicas, available, { [DESIRED]: String(of), [MAX]: String(max) })
  it.each([
    ['the one active set takes all', d(5), noted('new', 3, 3, 4), [rs('old', 0)], 'new:5'],
    ['none active: the new one', d(2), rs('new', 0), [rs('old', 0)], 'new:2'],
    ['none active and no new one: the latest old', d(2), undefined, [rs('a', 0), rs('b', 0)], 'b:2'],
    // Docs' example: 10 replicas, surge 3, unavailable 2, in the middle of a rollout of 8 and 5, scaled to 15: 3 more for old, 2 for new.
    ['in proportion, up', d(15, 3, 2), noted('new', 5, 10, 13), [noted('old', 8, 10, 13)], 'old:11 new:7'],
    ['in proportion, down', d(5, 3, 2), noted('new', 5, 10, 13), [noted('old', 8, 10, 13)], 'old:5 new:3'],
    ['to zero', d(0), noted('new', 2, 4, 5), [noted('old', 3, 4, 5)], 'old:0 new:0'],
    ['a complete rollout empties the old', d(3), noted('new', 3, 3, 4, 3), [noted('old', 1, 3, 4)], 'old:0'],
    ['Recreate waits', d(3, 0, 0, 'Recreate'), noted('new', 2, 2, 2), [noted('old', 1, 2, 2)], ''],
  ])('%s', (_name, deployment, newRs, old, plan) => expect(show(planScale(deployment, newRs, old))).toBe(plan))
  it('knows a scaling event by the annotation of an active set', () => {
    expect(isScalingEvent(d(5), [noted('a', 3, 3, 4)])).toBe(true)
    expect(isScalingEvent(d(3), [noted('a', 3, 3, 4), noted('b', 0, 9, 9)])).toBe(false)
  })
})
