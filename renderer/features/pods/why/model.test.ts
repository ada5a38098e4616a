import { describe, expect, it } from 'vitest'
import type { Pod } from '../../../../shared/api/types.ts'
import type { SchedulingDecision } from '../../../../shared/scheduling-decision.ts'
import { headlineOf, ranked, verdict } from './model.ts'

const decision: SchedulingDecision = {
  time: 0, outcome: 'assigned', message: '', attempts: 1, node: 'c', total: 4, evaluated: 4, filters: ['A', 'B', 'C'], scorers: [{ plugin: 'S', weight: 2 }], omitted: 0,
  nodes: [{ name: 'x', rejectedBy: 'B', reasons: ['r'] }, { name: 'a', scores: [50], total: 100 }, { name: 'b', scores: [60], total: 120 }, { name: 'c', scores: [60], total: 120 }],
}
const pod = (spec: Partial<Pod['spec']> = {}, owner?: string): Pod => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', ...(owner ? { ownerReferences: [{ apiVersion: 'v1', kind: owner, name: 'n', uid: 'u' }] } : {}) }, spec: { containers: [], ...spec } })

describe('the headline', () => {
  it.each([
    [pod(), decision, 'assigned'], [pod(), { ...decision, outcome: 'preempting' as const }, 'preempting'], [pod({ schedulerName: 'mine' }), null, 'other'],
    [pod({ schedulingGates: [{ name: 'g' }] }), null, 'gated'], [pod(), null, 'waiting'], [pod({ nodeName: 'n' }), null, 'forgotten'], [pod({ nodeName: 'n' }, 'Node'), null, 'named'],
  ] as const)('%#', (p, d, expected) => expect(headlineOf(p, d)).toBe(expected))
})
it('the chosen node comes first, then the better ones, then those that were out', () => {
  expect(ranked(decision).map((n) => n.name)).toEqual(['c', 'b', 'a', 'x'])
})
it('each filter let a node pass, said no, or was not asked', () => {
  const [x, a] = decision.nodes
  expect(decision.filters.map((f) => [x && verdict(decision, x, f), a && verdict(decision, a, f)])).toEqual([['yes', 'yes'], ['no', 'yes'], ['unasked', 'yes']])
})
