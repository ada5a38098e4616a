import { describe, expect, it } from 'vitest'
import { DecisionLog, describe as tell } from './decisions.ts'
import { makeContext, makeNode, makePod } from './fixtures.ts'
import type { Plugin } from './framework.ts'
import { podInfo } from './pod-info.ts'
import { defaultPlugins } from './plugins/index.ts'
import { Algorithm, enoughNodes } from './schedule.ts'

const decide = (nodes: ReturnType<typeof makeNode>[]) => new Algorithm(defaultPlugins, () => 0).schedule(podInfo(makePod('p', { cpu: '1', memory: '1Gi' })), makeContext(nodes, []))

describe('a decision', () => {
  it('says for each node which filter let it out, or what each scorer gave it', () => {
    const d = tell(decide([makeNode('a'), makeNode('b', { cpu: '8', memory: '16Gi' }), makeNode('c', { cpu: '0' })]), 7, { outcome: 'assigned', message: '', attempts: 2 })
    expect(d).toMatchObject({ time: 7, outcome: 'assigned', attempts: 2, node: 'b', total: 3, evaluated: 3, omitted: 0 })
    expect(d.filters).toEqual(['NodeUnschedulable', 'TaintToleration', 'NodeResourcesFit'])
    expect(d.scorers).toEqual([{ plugin: 'NodeResourcesFit', weight: 1 }, { plugin: 'NodeResourcesBalancedAllocation', weight: 1 }])
    expect(d.nodes).toEqual([{ name: 'a', scores: [81, 93], total: 174 }, { name: 'b', scores: [90, 96], total: 186 }, { name: 'c', rejectedBy: 'NodeResourcesFit', reasons: ['Insufficient cpu'] }])
  })
  it('keeps a hundred nodes, with the chosen one, and says how many it left out', () => {
    const nodes = Array.from({ length: 260 }, (_, i) => makeNode(i === 110 ? 'big' : `n${i}`))
    const byNumber: Plugin = { name: 'x', weight: 2, preScore: () => ({ score: (n) => (n.name === 'big' ? 100 : Number(n.name.slice(1)) % 50) }) }
    const raw = new Algorithm([byNumber], () => 0).schedule(podInfo(makePod('p')), makeContext(nodes, []))
    const d = tell(raw, 0, { outcome: 'assigned', message: '', attempts: 1 })
    expect(d.nodes).toHaveLength(101)
    expect(d.nodes.at(-1)).toEqual({ name: 'big', scores: [100], total: 200 })
    expect(d.nodes.slice(0, 2)).toEqual([{ name: 'n0', scores: [0], total: 0 }, { name: 'n1', scores: [1], total: 2 }])
    expect(d.omitted).toBe(enoughNodes(260) - 101)
    const log = new DecisionLog(204)
    for (const uid of ['a', 'b']) log.set(uid, raw, 0, { outcome: 'assigned', message: '', attempts: 1 })
    // What is not told takes no room either: two times a hundred and one nodes with a score each are too many, not one.
    expect([log.get('a'), log.get('b')]).toEqual([undefined, d])
  })
  it('is kept while there is room, the newest longest', () => {
    const raw = decide([makeNode('a')])
    const ending = { outcome: 'assigned', message: '', attempts: 1 } as const
    const log = new DecisionLog(4)
    for (const uid of ['a', 'b', 'a', 'c']) log.set(uid, raw, 0, ending)
    const told = tell(raw, 0, ending)
    expect([log.size, log.get('b'), log.get('a'), log.get('c')]).toEqual([2, undefined, told, told])
    log.amend('c', { outcome: 'error', message: 'x' })
    expect(log.get('c')).toMatchObject({ outcome: 'error', message: 'x' })
    log.delete('a')
    log.delete('c')
    expect(log.size).toBe(0)
  })
})
