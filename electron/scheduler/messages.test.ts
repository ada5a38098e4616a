import { describe, expect, it } from 'vitest'
import { preemptionMessage, unschedulableMessage, type NodeRejection } from './messages.ts'

const cpu: NodeRejection = { plugin: 'NodeResourcesFit', reasons: ['Insufficient cpu'], unresolvable: false }
const both: NodeRejection = { plugin: 'NodeResourcesFit', reasons: ['Insufficient cpu', 'Insufficient memory'], unresolvable: false }
const taint: NodeRejection = { plugin: 'TaintToleration', reasons: ['node(s) had untolerated taint(s) {k: v}'], unresolvable: true }
const map = (...r: NodeRejection[]) => new Map(r.map((x, i) => [`n${i}`, x]))

describe('FailedScheduling', () => {
  it.each<[string, number, Map<string, NodeRejection>, string]>([
    ['no nodes', 0, map(), 'no nodes available to schedule pods'],
    ['counted and sorted', 3, map(cpu, taint, cpu), '0/3 nodes are available: 1 node(s) had untolerated taint(s) {k: v}, 2 Insufficient cpu.'],
    ['two reasons of one node', 1, map(both), '0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory.'],
  ])('%s', (_what, total, rejections, expected) => {
    expect(unschedulableMessage(total, rejections)).toBe(expected)
  })

  it.each<[string, string | undefined, () => number | undefined, string | undefined]>([
    ['nobody to evict', undefined, () => undefined, 'no new claims to deallocate, preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling.'],
    ['only equals', undefined, () => 0, 'no new claims to deallocate, preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling.'],
    ['a lesser pod: cannot be said', undefined, () => -1, undefined],
    ['a pod that never preempts', 'Never', () => -1, 'no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never.'],
  ])('preemption: %s', (_what, policy, lowestPriority, expected) => {
    expect(preemptionMessage(2, map(cpu, taint), { policy, priority: 0, lowestPriority })).toBe(expected)
  })
})
