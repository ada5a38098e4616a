import { describe, expect, it } from 'vitest'
import { makeNode, makePod, type NodeOptions, type PodOptions } from './fixtures.ts'
import { NodeInfo } from './node-info.ts'
import { podInfo } from './pod-info.ts'
import { nodeCame, nodeChanged, podCame, podGone } from './queueing-hints.ts'

const node = (o: NodeOptions = {}): NodeInfo => { const n = new NodeInfo('n'); n.setNode(makeNode('n', o)); return n }
const pod = (o: PodOptions = {}) => podInfo(makePod('p', o))
const set = (...names: string[]) => new Set(names)
const near = (app: string, anti = false): PodOptions => ({
  spec: { affinity: { [anti ? 'podAntiAffinity' : 'podAffinity']: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'zone', labelSelector: { matchLabels: { app } } }] } } },
})
const port = (hostPort: number): PodOptions => ({ spec: { containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 80, hostPort }] }] } })
const spread: PodOptions = { spec: { topologySpreadConstraints: [{ topologyKey: 'zone', maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule' }] } }
const taints = [{ key: 'k', effect: 'NoSchedule' }]
const ns = () => undefined

describe('a node', () => {
  it.each([
    ['has room', {}, { cpu: '2' }, set('NodeResourcesFit'), true, true],
    ['is too small', { cpu: '1' }, { cpu: '2' }, set('NodeResourcesFit'), false, false],
    ['is tainted', { taints }, {}, set('TaintToleration'), false, false],
    ['is tainted, and that was not it', { taints }, {}, set('NodeResourcesFit'), true, false],
    ['is cordoned', { unschedulable: true }, {}, set('NodeUnschedulable'), false, false],
    ['is open again, though too small', { cpu: '1' }, { cpu: '2' }, set('NodeUnschedulable'), true, false],
    ['does not match', {}, { spec: { nodeSelector: { a: 'b' } } }, set('NodeAffinity'), false, false],
    ['matches', { labels: { a: 'b' } }, { spec: { nodeSelector: { a: 'b' } } }, set('NodeAffinity'), true, true],
    ['may change the domains', { taints }, spread, set('PodTopologySpread'), true, true],
    ['somebody else knows better', {}, {}, set('VolumeBinding'), true, true],
  ] as const)('%s', (_what, n, p, plugins, changed, came) => {
    expect([nodeChanged(node(n as NodeOptions))(pod(p), plugins), nodeCame(node(n as NodeOptions))(pod(p), plugins)]).toEqual([changed, came])
  })
})

describe('a pod that goes', () => {
  it.each([
    ['frees room', pod(), pod(), set('NodeResourcesFit'), true],
    ['frees the port', port(80), port(80), set('NodePorts'), true],
    ['frees another port', port(81), port(80), set('NodePorts'), false],
    ['kept this one away', near('a', true), { labels: { app: 'a' } }, set('InterPodAffinity'), true],
    ['did not', near('a', true), { labels: { app: 'b' } }, set('InterPodAffinity'), false],
    ['does not untaint a node', {}, {}, set('TaintToleration', 'NodeAffinity'), false],
    ['evens a spread', spread, {}, set('PodTopologySpread'), true],
    ['in another namespace', spread, { namespace: 'other' }, set('PodTopologySpread'), false],
    ['one reason of several', {}, {}, set('TaintToleration', 'NodeResourcesFit'), true],
  ] as const)('%s', (_what, waiting, gone, plugins, expected) => expect(podGone(pod(gone as PodOptions), ns)(pod(waiting as PodOptions), plugins)).toBe(expected))
})

describe('a pod that comes', () => {
  it.each([
    ['is what this one wants nearby', near('a'), { labels: { app: 'a' } }, set('InterPodAffinity'), true],
    ['is not', near('a'), { labels: { app: 'b' } }, set('InterPodAffinity'), false],
    ['does not make room', {}, {}, set('NodeResourcesFit'), false],
    ['changes the spread', spread, {}, set('PodTopologySpread'), true],
  ] as const)('%s', (_what, waiting, came, plugins, expected) => expect(podCame(pod(came as PodOptions), ns)(pod(waiting as PodOptions), plugins)).toBe(expected))
})
