import { describe, expect, it } from 'vitest'
import type { Lease, Node, Pod, Taint, Toleration } from '../../shared/api/types.ts'
import { rfc3339 } from '../../shared/clock.ts'
import { hear, isLost, lostConditions, sameTaints, wantedTaints } from './node-health.ts'
import { evictAt } from './tolerations.ts'

const NOW = Date.parse('2026-01-01T12:00:00Z')
const node = (ready: string | undefined, extra: Record<string, string> = {}, spec: object = {}): Node =>
  ({
    metadata: { name: 'n' }, spec,
    status: { conditions: [...(ready ? [{ type: 'Ready', status: ready, lastHeartbeatTime: 'h' }] : []), ...Object.entries(extra).map(([type, status]) => ({ type, status }))] },
  }) as unknown as Node
const lease = (renewTime: string): Lease => ({ spec: { renewTime } }) as unknown as Lease
const show = (taints: readonly Taint[]): string => taints.map((t) => `${t.key.replace('node.kubernetes.io/', '')}:${t.effect}`).join(' ')

describe('signs of life', () => {
  it('starts the grace at the first look, restarts it with each renewal, and loses the node after 50 s', () => {
    let heard = hear(node('True'), lease('1'), undefined, NOW)
    expect(isLost(heard, NOW + 49_999)).toBe(false)
    heard = hear(node('True'), lease('2'), heard, NOW + 40_000)
    expect(isLost(heard, NOW + 89_999)).toBe(false)
    heard = hear(node('True'), lease('2'), heard, NOW + 90_000)
    expect(isLost(heard, NOW + 90_000)).toBe(true)
    // Marking it Unknown is our own doing and no sign of life.
    expect(isLost(hear(node('Unknown'), lease('2'), heard, NOW + 90_001), NOW + 90_001)).toBe(true)
    expect(isLost(hear(node('Unknown'), lease('3'), heard, NOW + 95_000), NOW + 95_000)).toBe(false)
  })
  it('gives a node that has said nothing 60 s', () => {
    const heard = hear(node(undefined), undefined, undefined, NOW)
    expect([isLost(heard, NOW + 59_999), isLost(heard, NOW + 60_000)]).toEqual([false, true])
  })
  it('gives the whole grace again when we ourselves were away', () => {
    const heard = hear(node('True'), lease('1'), undefined, NOW)
    expect(isLost(hear(node('True'), lease('1'), heard, NOW + 8 * 3_600_000), NOW + 8 * 3_600_000)).toBe(false)
  })
  it('makes everything Unknown, and says whether it was ever known', () => {
    const conditions = lostConditions(node('True', { NetworkUnavailable: 'False', DiskPressure: 'False' }), NOW)
    expect(conditions.map((c) => `${c.type}=${c.status}/${c.reason ?? ''}`)).toEqual([
      'Ready=Unknown/NodeStatusUnknown', 'MemoryPressure=Unknown/NodeStatusNeverUpdated', 'DiskPressure=Unknown/NodeStatusUnknown', 'PIDPressure=Unknown/NodeStatusNeverUpdated', 'NetworkUnavailable=False/',
    ])
  })
})

describe('taints', () => {
  const present = (key: string, effect: string): Taint => ({ key: `node.kubernetes.io/${key}`, effect })
  it.each([
    ['ready lifts both', node('True', {}, { taints: [present('not-ready', 'NoSchedule'), present('not-ready', 'NoExecute')] }), true, ''],
    ['not ready', node('False'), true, 'not-ready:NoSchedule not-ready:NoExecute'],
    ['unreachable replaces not ready', node('Unknown', {}, { taints: [present('not-ready', 'NoExecute')] }), true, 'unreachable:NoSchedule unreachable:NoExecute'],
    ['no eviction when all are down', node('Unknown'), false, 'unreachable:NoSchedule'],
    ['new node', node(undefined, {}, { taints: [present('not-ready', 'NoSchedule')] }), true, 'not-ready:NoSchedule'],
    ['pressure and cordon', node('True', { MemoryPressure: 'True', DiskPressure: 'True', PIDPressure: 'Unknown', NetworkUnavailable: 'True' }, { unschedulable: true }), true,
      'memory-pressure:NoSchedule disk-pressure:NoSchedule network-unavailable:NoSchedule unschedulable:NoSchedule'],
    ['others are left alone', node('True', {}, { taints: [{ key: 'gpu', effect: 'NoSchedule' }, present('unschedulable', 'NoSchedule')] }), true, 'gpu:NoSchedule'],
  ])('%s', (_name, n, evict, expected) => expect(show(wantedTaints(n, evict, NOW))).toBe(expected))
  it('keeps the time of a NoExecute taint', () => {
    const first = wantedTaints(node('False'), true, NOW)
    const again = wantedTaints(node('False', {}, { taints: first }), true, NOW + 60_000)
    expect(again).toEqual(first)
    expect(again[1]?.timeAdded).toBe(rfc3339(NOW))
    expect(sameTaints(first, [...again].reverse())).toBe(true)
  })
})

describe('eviction', () => {
  const taint = (key: string, ago = 0): Taint => ({ key, effect: 'NoExecute', timeAdded: rfc3339(NOW - ago) })
  const pod = (...tolerations: Toleration[]): Pod => ({ spec: { tolerations } }) as unknown as Pod
  const t = (key: string, seconds?: number): Toleration => ({ key, operator: 'Exists', effect: 'NoExecute', ...(seconds === undefined ? {} : { tolerationSeconds: seconds }) })
  it.each([
    ['no taint', pod(), [], undefined],
    ['not tolerated', pod(), [taint('a')], 0],
    ['NoSchedule does not evict', pod(), [{ key: 'a', effect: 'NoSchedule' }], undefined],
    ['for a time', pod(t('a', 300)), [taint('a', 100_000)], 200_000],
    ['forever', pod(t('a')), [taint('a')], undefined],
    ['everything', pod({ operator: 'Exists' }), [taint('a'), taint('b')], undefined],
    ['one of two not tolerated', pod(t('a', 300)), [taint('a'), taint('b')], 0],
    ['the shortest counts', pod(t('a', 300), t('a', 60)), [taint('a')], 60_000],
    ['another value', pod({ key: 'a', operator: 'Equal', value: 'x' }), [{ ...taint('a'), value: 'y' }], 0],
    ['negative is at once', pod(t('a', -5)), [taint('a')], 0],
  ])('%s', (_name, p, taints, after) => expect(evictAt(p, taints, NOW, (x) => (x.timeAdded ? Date.parse(x.timeAdded) : NOW))).toBe(after === undefined ? undefined : NOW + after))
})
