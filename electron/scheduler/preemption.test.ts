import { describe, expect, it } from 'vitest'
import type { Node, Pod, PodDisruptionBudget } from '../../shared/api/types.ts'
import { makeContext, makeNode, makePod, type PodOptions } from './fixtures.ts'
import { Nominator } from './nominator.ts'
import { podInfo } from './pod-info.ts'
import { defaultPlugins } from './plugins/index.ts'
import { preempt, waitsForVictims } from './preemption.ts'
import { Algorithm } from './schedule.ts'

const low = (name: string, on: string, cpu: string, priority: number, o: PodOptions & { started?: string } = {}): Pod => ({
  ...makePod(name, { ...o, cpu, on, uid: name, spec: { priority, ...o.spec, nodeName: on } }), status: { phase: 'Running', startTime: o.started ?? '2026-01-01T00:00:00Z' },
})
const budget = (name: string, app: string, disruptionsAllowed: number): PodDisruptionBudget => ({ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name, namespace: 'default' }, spec: { selector: { matchLabels: { app } } }, status: { disruptionsAllowed } } as PodDisruptionBudget)

function solve(incoming: Pod, nodes: Node[], pods: Pod[], budgets: PodDisruptionBudget[] = [], nominator?: Nominator) {
  const context = makeContext(nodes, pods)
  const algorithm = new Algorithm(defaultPlugins, () => 0, nominator)
  const pod = podInfo(incoming)
  const { rejections, node } = algorithm.schedule(pod, context)
  const { chosen, verdicts } = preempt({ pod, snapshot: context.snapshot, rejections, budgets, start: 0, fits: (n) => algorithm.fits(pod, context, n) })
  return { node, chosen: chosen && [chosen.node, ...chosen.pods.map((p) => p.name)], violations: chosen?.violations, verdicts: [...verdicts] }
}
const high = (cpu: string, o: PodOptions = {}) => makePod('high', { ...o, cpu, spec: { priority: 100, ...o.spec } })
const apart = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'a' } } }] } }

describe('whom a pod may push out', () => {
  it.each<[string, Pod, Node[], Pod[], PodDisruptionBudget[], string[] | undefined]>([
    ['only as many as it takes, the least important first', high('2'), [makeNode('a')], [low('p1', 'a', '1', 1), low('p2', 'a', '1', 5), low('p3', 'a', '1', 3), low('p4', 'a', '1', 9)], [], ['a', 'p3', 'p1']],
    ['of equals the youngest', high('1'), [makeNode('a')], [low('old', 'a', '2', 1), low('young', 'a', '2', 1, { started: '2026-01-02T00:00:00Z' })], [], ['a', 'young']],
    ['nobody who is as important', high('1'), [makeNode('a')], [low('p', 'a', '4', 100)], [], undefined],
    ['nobody where it would not help', high('8'), [makeNode('a')], [low('p', 'a', '4', 1)], [], undefined],
    ['on the node whose victims matter least', high('4'), [makeNode('a'), makeNode('b')], [low('p', 'a', '4', 9), low('q', 'b', '4', 2)], [], ['b', 'q']],
    ['on the node with the fewer victims', high('4'), [makeNode('a'), makeNode('b')], [low('p', 'a', '2', 2), low('q', 'a', '2', 2), low('r', 'b', '4', 2)], [], ['b', 'r']],
    ['on the node whose victims began last', high('4'), [makeNode('a'), makeNode('b')], [low('p', 'a', '4', 2), low('q', 'b', '4', 2, { started: '2026-01-03T00:00:00Z' })], [], ['b', 'q']],
    ['not whom a budget keeps, if there is another', high('2'), [makeNode('a')], [low('kept', 'a', '2', 1, { labels: { app: 'k' } }), low('free', 'a', '2', 5)], [budget('b', 'k', 0)], ['a', 'free']],
    ['on the node where no budget is broken', high('4'), [makeNode('a'), makeNode('b')], [low('kept', 'a', '4', 1, { labels: { app: 'k' } }), low('free', 'b', '4', 50)], [budget('b', 'k', 0)], ['b', 'free']],
    ['whom it cannot stand', high('1', { spec: { affinity: apart } }), [makeNode('a')], [low('p', 'a', '1', 1, { labels: { app: 'a' } }), low('q', 'a', '1', 1)], [], ['a', 'p']],
    ['whose port it needs', high('1', { spec: { containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 1, hostPort: 80 }] }] } }), [makeNode('a')], [low('p', 'a', '1', 1, { spec: { containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 1, hostPort: 80 }] }] } }), low('q', 'a', '1', 1)], [], ['a', 'p']],
    ['never on a node that it may not use', high('4'), [makeNode('a', { taints: [{ key: 'k', effect: 'NoSchedule' }] })], [low('p', 'a', '4', 1)], [], undefined],
  ])('%s', (_what, pod, nodes, pods, budgets, expected) => expect(solve(pod, nodes, pods, budgets).chosen).toEqual(expected))

  it('a budget is used up pod by pod', () => {
    const pods = ['p', 'q'].map((n) => low(n, 'a', '2', 1, { labels: { app: 'k' } }))
    expect(solve(high('4'), [makeNode('a')], pods, [budget('b', 'k', 1)]).violations).toBe(1)
    expect(solve(high('4'), [makeNode('a')], pods, [budget('b', 'k', 2)]).violations).toBe(0)
  })
  it('says of each node why it is no use', () => {
    const nodes = [makeNode('a', { taints: [{ key: 'k', effect: 'NoSchedule' }] }), makeNode('b')]
    expect(solve(high('4'), nodes, [low('p', 'b', '4', 100)]).verdicts).toEqual([['a', 'Preemption is not helpful for scheduling'], ['b', 'No preemption victims found for incoming pod']])
  })
})

describe('room that was made for a pod', () => {
  const nominated = (priority: number): Nominator => { const n = new Nominator(); n.set(podInfo(makePod('first', { uid: 'first', cpu: '3', spec: { priority } })), 'a'); return n }
  it.each([
    ['is not taken by a lesser one', 50, 10, undefined],
    ['nor by an equal one', 50, 50, undefined],
    ['but by a more important one', 50, 100, 'a'],
  ])('%s', (_what, first, second, node) => {
    expect(solve(makePod('second', { cpu: '3', spec: { priority: second } }), [makeNode('a')], [], [], nominated(first)).node).toBe(node)
  })
  it('is taken first by the one that it was made for', () => {
    const nominator = new Nominator()
    const pod = makePod('p', { uid: 'p', cpu: '1' })
    nominator.set(podInfo(pod), 'b')
    expect(solve(pod, [makeNode('a'), makeNode('b'), makeNode('c')], [], [], nominator).node).toBe('b')
  })
  it('is waited for while those pushed out end', () => {
    const leaving: Pod = { ...low('p', 'a', '4', 1, { terminating: true }), status: { conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler' }] } } as Pod
    const context = makeContext([makeNode('a')], [leaving])
    const rejections = (unresolvable: boolean) => new Map([['a', { plugin: 'x', reasons: [], unresolvable }]])
    expect(waitsForVictims(podInfo(high('4')), 'a', rejections(false), context.snapshot)).toBe(true)
    expect(waitsForVictims(podInfo(high('4')), undefined, rejections(false), context.snapshot)).toBe(false)
    expect(waitsForVictims(podInfo(high('4')), 'a', rejections(true), context.snapshot)).toBe(false)
  })
})
