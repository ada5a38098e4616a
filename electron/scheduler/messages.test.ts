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

  it('preemption that gains nothing, counted by reason', () => {
    expect(preemptionMessage(2, new Map([['a', 'No preemption victims found for incoming pod'], ['b', 'Preemption is not helpful for scheduling']])))
      .toBe('no new claims to deallocate, preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling.')
    expect(preemptionMessage(0, new Map())).toBeUndefined()
  })
})
