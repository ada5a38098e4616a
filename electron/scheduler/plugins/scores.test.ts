import { describe, expect, it } from 'vitest'
import type { Node, Pod } from '../../../shared/api/types.ts'
import { makeContext, makeNode, makePod } from '../fixtures.ts'
import type { Plugin } from '../framework.ts'
import { podInfo } from '../pod-info.ts'
import { imageLocality, normalizedImage } from './image-locality.ts'
import { interPodAffinity } from './inter-pod-affinity.ts'
import { nodeAffinity } from './node-affinity.ts'
import { nodeResourcesBalancedAllocation } from './node-resources-balanced-allocation.ts'
import { nodeResourcesFit } from './node-resources-fit.ts'
import { podTopologySpread } from './pod-topology-spread.ts'
import { taintToleration } from './taint-toleration.ts'

interface Case {
  what: string
  plugin: Plugin
  pod: Pod
  nodes: Node[]
  pods?: Pod[]
  siblings?: boolean
  /** undefined: the plugin has nothing to say. */
  expected: Record<string, number> | undefined
}

const MB = 1024 * 1024
const zone = (name: string, z: string) => makeNode(name, { labels: { zone: z } })
const app = (name: string, on: string, spec = {}) => makePod(name, { labels: { app: 'a' }, on, spec: { ...spec, nodeName: on } })
const soft = (effect = 'PreferNoSchedule') => ({ key: 'k', effect })
const weighted = (weight: number, labels: Record<string, string>) => ({ weight, podAffinityTerm: { topologyKey: 'zone', labelSelector: { matchLabels: labels } } })

const cases: Case[] = [
  // (4000-1100)/4000 = 72 %, (8192-1224)/8192 = 85 % -> 78
  { what: 'free share after placing', plugin: nodeResourcesFit, pod: makePod('p', { cpu: '1', memory: '1Gi' }), nodes: [makeNode('a'), makeNode('b')], pods: [makePod('q', { on: 'b' })], expected: { a: Math.floor((75 + 87) / 2), b: Math.floor((72 + 85) / 2) } },
  { what: 'unset requests count 100m and 200Mi', plugin: nodeResourcesFit, pod: makePod('p'), nodes: [makeNode('a', { cpu: '1', memory: '1000Mi' })], expected: { a: (90 + 80) / 2 } },
  { what: 'balance', plugin: nodeResourcesBalancedAllocation, pod: makePod('p', { cpu: '2', memory: '2Gi' }), nodes: [makeNode('a'), makeNode('b', { memory: '4Gi' })], expected: { a: 87, b: 100 } },
  { what: 'best effort pods are not balanced', plugin: nodeResourcesBalancedAllocation, pod: makePod('p'), nodes: [makeNode('a')], expected: undefined },
  { what: 'soft taints', plugin: taintToleration, pod: makePod('p'), nodes: [makeNode('a'), makeNode('b', { taints: [soft()] }), makeNode('c', { taints: [soft(), { key: 'l', effect: 'PreferNoSchedule' }] })], expected: { a: 100, b: 50, c: 0 } },
  { what: 'no soft taint anywhere', plugin: taintToleration, pod: makePod('p'), nodes: [makeNode('a')], expected: undefined },
  {
    what: 'preferred terms', plugin: nodeAffinity, nodes: [zone('a', 'x'), zone('b', 'y'), makeNode('c')], expected: { a: 25, b: 100, c: 0 },
    pod: makePod('p', { spec: { affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [
      { weight: 20, preference: { matchExpressions: [{ key: 'zone', operator: 'In', values: ['x'] }] } },
      { weight: 80, preference: { matchExpressions: [{ key: 'zone', operator: 'In', values: ['y'] }] } },
    ] } } } }),
  },
  { what: 'present images', plugin: imageLocality, pod: makePod('p', { spec: { containers: [{ name: 'c', image: 'nginx' }] } }), nodes: [makeNode('a', { images: [{ names: ['nginx:latest'], sizeBytes: 1023 * MB }] }), makeNode('b')], expected: { a: Math.floor((100 * (511.5 - 23)) / 977), b: 0 } },
  { what: 'absent images', plugin: imageLocality, pod: makePod('p'), nodes: [makeNode('a')], expected: undefined },
  { what: 'soft spread', plugin: podTopologySpread, pod: makePod('p', { labels: { app: 'a' }, spec: { topologySpreadConstraints: [{ topologyKey: 'zone', maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels: { app: 'a' } } }] } }), nodes: [zone('a', 'x'), zone('b', 'y'), makeNode('c')], pods: [app('q', 'a'), app('r', 'a'), app('s', 'b')], expected: { a: 33, b: 100, c: 0 } },
  { what: 'siblings spread over hosts by default', plugin: podTopologySpread, pod: makePod('p', { labels: { app: 'a' } }), nodes: [makeNode('a'), makeNode('b')], pods: [app('q', 'a')], siblings: true, expected: { a: 66, b: 100 } },
  { what: 'pods without siblings do not', plugin: podTopologySpread, pod: makePod('p', { labels: { app: 'a' } }), nodes: [makeNode('a')], pods: [app('q', 'a')], expected: undefined },
  { what: 'preferred affinity', plugin: interPodAffinity, pod: makePod('p', { spec: { affinity: { podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [weighted(10, { app: 'a' })] } } } }), nodes: [zone('a', 'x'), zone('b', 'y'), zone('c', 'x')], pods: [app('q', 'a')], expected: { a: 100, b: 0, c: 100 } },
  { what: 'preferred anti-affinity', plugin: interPodAffinity, pod: makePod('p', { spec: { affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [weighted(10, { app: 'a' })] } } } }), nodes: [zone('a', 'x'), zone('b', 'y')], pods: [app('q', 'a')], expected: { a: 0, b: 100 } },
  { what: 'preferences of existing pods', plugin: interPodAffinity, pod: makePod('p', { labels: { app: 'b' } }), nodes: [zone('a', 'x'), zone('b', 'y')], pods: [app('q', 'a', { affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [weighted(10, { app: 'b' })] } } })], expected: { a: 0, b: 100 } },
  { what: 'no affinity anywhere', plugin: interPodAffinity, pod: makePod('p'), nodes: [zone('a', 'x')], pods: [app('q', 'a')], expected: undefined },
]

describe('score plugins', () => {
  it.each(cases)('$plugin.name: $what', ({ plugin, pod, nodes, pods = [], siblings, expected }) => {
    const context = makeContext(nodes, pods, siblings ? { siblings: () => (l) => l['app'] === 'a' } : {})
    const plan = plugin.preScore?.(podInfo(pod), context.snapshot.nodes, context)
    const scores = context.snapshot.nodes.map((n) => plan?.score(n) ?? NaN)
    plan?.normalize?.(scores, context.snapshot.nodes)
    expect(plan && Object.fromEntries(context.snapshot.nodes.map((n, i) => [n.name, scores[i]]))).toEqual(expected)
  })

  it.each([['nginx', 'nginx:latest'], ['localhost:5000/a', 'localhost:5000/a:latest'], ['a:1', 'a:1'], ['a@sha256:ab', 'a@sha256:ab']])('image %s is %s', (from, to) => {
    expect(normalizedImage(from)).toBe(to)
  })
})
