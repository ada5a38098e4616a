import { describe, expect, it } from 'vitest'
import type { Pod, StatefulSet } from '../../shared/api/types.ts'
import { rfc3339 } from '../../shared/clock.ts'
import { planOf } from './statefulset-plan.ts'
import { ordinalOf, statefulPod } from './statefulset-pod.ts'
import { statefulSetStatus } from './statefulset-status.ts'

const NOW = Date.parse('2026-01-01T12:00:00Z')
const set = (spec: object = {}): StatefulSet =>
  ({ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'w', namespace: 'x', uid: 'u', generation: 2 }, spec: { replicas: 3, serviceName: 'svc', selector: { matchLabels: { a: '1' } }, template: { metadata: { labels: { a: '1' } }, spec: { containers: [{ name: 'c' }] } }, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } }, ...spec } }) as unknown as StatefulSet
const PARALLEL = { podManagementPolicy: 'Parallel' }
/** `0+ 1? 2- 3x 4.`: ready, not ready, on its way out, failed, succeeded; an `o` after it: of the old revision. */
const pods = (text: string): Pod[] => text.split(' ').filter(Boolean).map((word) => {
  const [, ordinal = '', state = '', old] = /^(\d+)([+?x.-])(o?)$/.exec(word) ?? []
  const name = `w-${ordinal}`
  const phase = state === 'x' ? 'Failed' : state === '.' ? 'Succeeded' : 'Running'
  return {
    metadata: { name, labels: { 'controller-revision-hash': old ? 'old' : 'new', 'statefulset.kubernetes.io/pod-name': name, 'apps.kubernetes.io/pod-index': ordinal }, ...(state === '-' ? { deletionTimestamp: rfc3339(NOW) } : {}) },
    status: { phase, conditions: state === '+' ? [{ type: 'Ready', status: 'True', lastTransitionTime: rfc3339(NOW - 5_000) }] : [] },
  } as unknown as Pod
})
const show = (spec: object, text: string): string => {
  const plan = planOf(pods(text), { set: set(spec), current: 'old', update: 'new', now: NOW })
  return [...plan.create.map((c) => `+${c.ordinal}${c.revision === 'old' ? 'o' : ''}`), ...plan.remove.map((r) => `-${r.pod.metadata.name.slice(2)}:${r.why}`)].join(' ')
}

describe('the next step', () => {
  const update = (rollingUpdate: object): object => ({ updateStrategy: { type: 'RollingUpdate', rollingUpdate } })
  it.each<[string, object, string, string]>([
    ['the first', {}, '', '+0'],
    ['waits for the first', {}, '0?', ''],
    ['then the second', {}, '0+', '+1'],
    ['fills a gap', {}, '0+ 2+', '+1'],
    ['waits for one that is going', {}, '0+ 1- 2+', ''],
    ['replaces what failed, before anything else', {}, '0x 1?', '-0:failed'],
    ['replaces what ended', {}, '0+ 1.', '-1:succeeded'],
    ['not available for minReadySeconds yet', { minReadySeconds: 10 }, '0+', ''],
    ['available', { minReadySeconds: 5 }, '0+', '+1'],
    ['all there', {}, '0+ 1+ 2+', ''],
    ['down from the highest', { replicas: 1 }, '0+ 1+ 2+', '-2:scaled'],
    ['waits while it goes', { replicas: 1 }, '0+ 1+ 2-', ''],
    ['an unhealthy one above holds a healthy one below', { replicas: 1 }, '0+ 1? 2?', ''],
    ['the unhealthy one itself may go', { replicas: 1 }, '0+ 1+ 2?', '-2:scaled'],
    ['no scaling down past an unhealthy one that stays', { replicas: 1 }, '0? 1+', ''],
    ['parallel makes all', PARALLEL, '0?', '+1 +2'],
    ['parallel removes all', { ...PARALLEL, replicas: 1 }, '0? 1? 2+', '-2:scaled -1:scaled'],
    ['a start ordinal', { ordinals: { start: 5 } }, '5+ 6+', '+7'],
    ['a start ordinal that moved', { ordinals: { start: 1 }, replicas: 2 }, '0+ 1+ 2+', '-0:scaled'],
    ['update from the highest', {}, '0+o 1+o 2+o', '-2:updated'],
    ['update waits for the new one', { ...PARALLEL }, '0+o 1+o 2?', ''],
    ['update goes on', {}, '0+o 1+o 2+', '-1:updated'],
    ['ordered: halts at an unhealthy pod', {}, '0?o 1+o 2+o', ''],
    ['parallel: the first is replaced though unhealthy', PARALLEL, '0+o 1+o 2?o', '-2:updated'],
    ['partition', update({ partition: 2 }), '0+o 1+o 2+', ''],
    ['below the partition the old one is made again', update({ partition: 2 }), '0+o 2+', '+1o'],
    ['two at a time', update({ maxUnavailable: 2 }), '0+o 1+o 2+o', '-2:updated -1:updated'],
    ['half of three, rounded up', { ...PARALLEL, ...update({ maxUnavailable: '50%' }) }, '0+o 1+o 2?', '-1:updated'],
    ['OnDelete leaves them', { updateStrategy: { type: 'OnDelete' } }, '0+o 1+o 2+o', ''],
    ['OnDelete makes new ones', { updateStrategy: { type: 'OnDelete' } }, '0+o 1+o', '+2'],
    ['nothing wanted', { replicas: 0 }, '', ''],
  ])('%s', (_name, spec, there, expected) => expect(show(spec, there)).toBe(expected))
  it('restores who a pod is', () => {
    const [pod] = pods('0+')
    const lost = { ...pod!, metadata: { ...pod!.metadata, labels: { 'controller-revision-hash': 'new' } } }
    expect(planOf([lost], { set: set({ replicas: 1 }), current: 'new', update: 'new', now: NOW }).repair).toEqual([{ pod: lost, ordinal: 0 }])
  })
})

it('knows its pods by name', () => {
  const ordinal = (name: string): number | undefined => ordinalOf(set(), { metadata: { name } } as Pod)
  expect(['w-0', 'w-12', 'w-01', 'w-', 'w--1', 'v-1', 'w-1x'].map(ordinal)).toEqual([0, 12, undefined, undefined, undefined, undefined, undefined])
})
it('makes a pod with a name that lasts', () => {
  expect(statefulPod(set(), 4, 'w-abc', set().spec.template)).toMatchObject({
    metadata: { name: 'w-4', namespace: 'x', labels: { a: '1', 'controller-revision-hash': 'w-abc', 'statefulset.kubernetes.io/pod-name': 'w-4', 'apps.kubernetes.io/pod-index': '4' }, ownerReferences: [{ kind: 'StatefulSet', uid: 'u', controller: true }] },
    spec: { hostname: 'w-4', subdomain: 'svc' },
  })
})
it.each<[string, object, string, object]>([
  ['in the middle', {}, '0+o 1+ 2?', { replicas: 3, readyReplicas: 2, availableReplicas: 2, currentReplicas: 1, updatedReplicas: 2, currentRevision: 'old', updateRevision: 'new', observedGeneration: 2, collisionCount: 0 }],
  ['complete', {}, '0+ 1+ 2+', { replicas: 3, readyReplicas: 3, availableReplicas: 3, currentReplicas: 3, updatedReplicas: 3, currentRevision: 'new', updateRevision: 'new', observedGeneration: 2, collisionCount: 0 }],
  ['OnDelete is never complete by itself', { updateStrategy: { type: 'OnDelete' } }, '0+ 1+ 2+', { replicas: 3, readyReplicas: 3, availableReplicas: 3, updatedReplicas: 3, currentRevision: 'old', updateRevision: 'new', observedGeneration: 2, collisionCount: 0 }],
])('status %s', (_name, spec, there, expected) => expect(statefulSetStatus(pods(there), { set: set(spec), current: 'old', update: 'new', now: NOW }).status).toEqual(expected))
