import { describe, expect, it } from 'vitest'
import type { Pod, ReplicaSet } from '../../shared/api/types.ts'
import { FakeClock, rfc3339 } from '../../shared/clock.ts'
import { Expectations } from './expectations.ts'
import { excessPods } from './pod-gc.ts'
import { DELETION_COST, podsToDelete } from './replicaset-ranking.ts'
import { replicaSetStatus } from './replicaset-status.ts'
import { matchesSelector } from './selectors.ts'
import { slowStart } from './slow-start.ts'

const NOW = Date.parse('2026-01-01T12:00:00Z')
interface Traits { node?: string; phase?: string; ready?: number; cost?: string; restarts?: number; created?: number; labels?: Record<string, string> }
const pod = (name: string, t: Traits = {}): Pod =>
  ({
    metadata: { name, uid: name, labels: t.labels ?? {}, creationTimestamp: rfc3339(t.created ?? NOW - 3_600_000), annotations: t.cost === undefined ? {} : { [DELETION_COST]: t.cost } },
    spec: { nodeName: t.node ?? 'n1' },
    status: {
      phase: t.phase ?? 'Running', containerStatuses: [{ restartCount: t.restarts ?? 0 }],
      conditions: t.ready === undefined ? [] : [{ type: 'Ready', status: 'True', lastTransitionTime: rfc3339(t.ready) }],
    },
  }) as unknown as Pod
const OLD = NOW - 3_600_000

describe('which pods go first', () => {
  it.each([
    ['unassigned', pod('b', { node: '', phase: 'Running', ready: OLD }), pod('a', { phase: 'Pending' })],
    ['pending before running', pod('b', { phase: 'Pending' }), pod('a')],
    ['unknown before running', pod('b', { phase: 'Unknown' }), pod('a')],
    ['not ready', pod('b'), pod('a', { ready: OLD })],
    ['lower cost', pod('b', { ready: OLD, cost: '-5' }), pod('a', { ready: NOW })],
    ['crowded node', pod('b', { ready: OLD, node: 'full' }), pod('a', { ready: NOW, node: 'n1' })],
    ['ready for shorter', pod('b', { ready: NOW - 1000 }), pod('a', { ready: OLD })],
    ['more restarts', pod('b', { ready: OLD, restarts: 3 }), pod('a', { ready: OLD })],
    ['newer', pod('b', { ready: OLD, created: NOW - 10_000 }), pod('a', { ready: OLD })],
    ['invalid cost counts nothing', pod('b', { ready: OLD, cost: '+1x', restarts: 1 }), pod('a', { ready: OLD, cost: '0' })],
  ])('%s', (_name, first, second) => {
    const neighbours = (p: Pod): number => (p.spec.nodeName === 'full' ? 2 : 1)
    expect(podsToDelete([second, first], 1, NOW, neighbours)).toEqual([first])
    expect(podsToDelete([first, second], 1, NOW, neighbours)).toEqual([first])
  })
})

describe('status', () => {
  const rs = (minReadySeconds: number): ReplicaSet => ({ metadata: { name: 'r', generation: 4 }, spec: { replicas: 3, minReadySeconds, template: { metadata: { labels: { a: '1' } } } } }) as unknown as ReplicaSet
  it('counts ready, available and fully labelled pods and says when to look again', () => {
    const pods = [pod('a', { ready: NOW - 4000, labels: { a: '1' } }), pod('b', { ready: NOW - 20_000, labels: { a: '1' } }), pod('c', { labels: { a: '2' } })]
    expect(replicaSetStatus(rs(10), pods, undefined, NOW)).toEqual({ status: { replicas: 3, fullyLabeledReplicas: 2, readyReplicas: 2, availableReplicas: 1, observedGeneration: 4 }, recheckIn: 6000 })
    expect(replicaSetStatus(rs(0), [], undefined, NOW)).toEqual({ status: { replicas: 0, observedGeneration: 4 }, recheckIn: undefined })
  })
  it('carries a failure, without restamping it', () => {
    const first = replicaSetStatus(rs(0), [], new Error('quota'), NOW).status
    expect(first.conditions).toMatchObject([{ type: 'ReplicaFailure', reason: 'FailedCreate', message: 'quota', lastTransitionTime: rfc3339(NOW) }])
    expect(replicaSetStatus({ ...rs(0), status: first }, [], new Error('again'), NOW + 9000).status.conditions).toEqual(first.conditions)
    expect(replicaSetStatus({ ...rs(0), status: first }, [], undefined, NOW).status.conditions).toBeUndefined()
  })
})

it('expects until it has seen, or for five minutes', async () => {
  const clock = new FakeClock()
  const expectations = new Expectations(clock)
  expect(expectations.satisfied('k')).toBe(true)
  expectations.expectCreations('k', 2)
  expectations.creationObserved('k')
  expect(expectations.satisfied('k')).toBe(false)
  expectations.creationObserved('k')
  expect(expectations.satisfied('k')).toBe(true)
  expectations.expectDeletions('k', ['u', 'v'])
  expectations.deletionObserved('k', 'u')
  expectations.deletionObserved('k', 'u')
  expect(expectations.satisfied('k')).toBe(false)
  await clock.advance(300_000)
  expect(expectations.satisfied('k')).toBe(true)
})

it('starts slowly: batches double, and a failure ends it', async () => {
  let calls = 0
  expect(await slowStart(10, async () => void calls++)).toEqual({ succeeded: 10, skipped: 0, error: undefined })
  expect(calls).toBe(10)
  let tries = 0
  const result = await slowStart(500, async () => {
    if (++tries > 2) throw new Error('quota')
  })
  expect(result).toMatchObject({ succeeded: 2, skipped: 497, error: { message: 'quota' } })
  expect(tries).toBe(3)
  expect(await slowStart(0, async () => undefined)).toMatchObject({ succeeded: 0 })
})

it.each([
  [{ matchLabels: { a: '1' } }, { a: '1', b: '2' }, true], [{ matchLabels: { a: '1' } }, {}, false],
  [{ matchExpressions: [{ key: 'a', operator: 'In', values: ['1', '2'] }] }, { a: '2' }, true],
  [{ matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['1'] }] }, {}, true],
  [{ matchExpressions: [{ key: 'a', operator: 'Exists' }] }, {}, false], [{ matchExpressions: [{ key: 'a', operator: 'DoesNotExist' }] }, {}, true],
  [{ matchExpressions: [{ key: 'a', operator: 'Gt', values: ['1'] }] }, { a: '2' }, false],
])('selector %j on %j: %s', (selector, labels, expected) => expect(matchesSelector(selector, labels)).toBe(expected))

it('removes the oldest finished pods beyond the limit', () => {
  const pods = [pod('new', { created: NOW }), pod('old', { created: NOW - 9000 }), pod('mid', { created: NOW - 5000 })]
  expect(excessPods(pods, 1).map((p) => p.metadata.name)).toEqual(['old', 'mid'])
  expect(excessPods(pods, 3)).toEqual([])
})
