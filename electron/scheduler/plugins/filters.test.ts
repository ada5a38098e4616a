import { describe, expect, it } from 'vitest'
import type { Node, Pod } from '../../../shared/api/types.ts'
import { makeContext, makeNode, makePod } from '../fixtures.ts'
import type { Plugin } from '../framework.ts'
import { podInfo, type NamespaceLabels } from '../pod-info.ts'
import { dynamicResources } from './dynamic-resources.ts'
import { interPodAffinity } from './inter-pod-affinity.ts'
import { nodeAffinity } from './node-affinity.ts'
import { nodeName } from './node-name.ts'
import { nodePorts } from './node-ports.ts'
import { nodeResourcesFit } from './node-resources-fit.ts'
import { nodeUnschedulable } from './node-unschedulable.ts'
import { podTopologySpread } from './pod-topology-spread.ts'
import { taintToleration } from './taint-toleration.ts'

interface Case {
  what: string
  plugin: Plugin
  pod: Pod
  nodes: Node[]
  pods?: Pod[]
  namespaces?: NamespaceLabels
  /** By node: the reason, `!` in front when eviction cannot help; `''` when it is feasible. */
  expected: Record<string, string>
}

function outcome({ plugin, pod, nodes, pods = [], namespaces }: Case): Record<string, string> {
  const context = makeContext(nodes, pods, namespaces ? { namespaceLabels: namespaces } : {})
  const plan = plugin.preFilter?.(podInfo(pod), context)
  return Object.fromEntries(context.snapshot.nodes.map((node) => {
    if (plan?.only && !plan.only.has(node.name)) return [node.name, 'not named']
    const no = plan?.filter(node)
    return [node.name, no ? `${no.unresolvable ? '!' : ''}${no.reasons.join(' + ')}` : '']
  }))
}

const anti = (key: string, labels: Record<string, string>, more = {}) => ({ affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: key, labelSelector: { matchLabels: labels }, ...more }] } } })
const near = (key: string, labels: Record<string, string>, more = {}) => ({ affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: key, labelSelector: { matchLabels: labels }, ...more }] } } })
const selector = (matchExpressions: object[]) => ({ affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] } } } }) as Partial<Pod['spec']>
const spread = (key: string, more = {}) => ({ topologySpreadConstraints: [{ topologyKey: key, maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app: 'a' } }, ...more }] })
const port = (hostPort: number, protocol = 'TCP', hostIP?: string) => ({ containers: [{ name: 'c', ports: [{ containerPort: 80, hostPort, protocol, ...(hostIP ? { hostIP } : {}) }] }] })
const zone = (name: string, z: string, more = {}) => makeNode(name, { labels: { zone: z }, ...more })
const app = (name: string, on: string, more = {}) => makePod(name, { labels: { app: 'a' }, on, ...more })

const NO_AFFINITY = "!node(s) didn't match Pod's node affinity/selector"
const SKEWED = "node(s) didn't match pod topology spread constraints"
const NOT_NEAR = "!node(s) didn't match pod affinity rules"
const NOT_FAR = "node(s) didn't match pod anti-affinity rules"
const PORTS = "node(s) didn't have free ports for the requested pod ports"
const taint = { key: 'gpu', value: 'yes', effect: 'NoSchedule' }

const cases: Case[] = [
  { what: 'NodeName', plugin: nodeName, pod: makePod('p', { spec: { nodeName: 'b' } }), nodes: [makeNode('a'), makeNode('b')], expected: { a: "!node(s) didn't match the requested node name", b: '' } },
  { what: 'claims of devices', plugin: dynamicResources, pod: makePod('p', { spec: { resourceClaims: [{ name: 'gpu', resourceClaimName: 'mine' }] } }), nodes: [makeNode('a')], expected: { a: '!pod has resourceClaims, and this cluster has no devices to hand out: resource.k8s.io is not served' } },
  { what: 'no claims of devices', plugin: dynamicResources, pod: makePod('p'), nodes: [makeNode('a')], expected: { a: '' } },
  { what: 'a cordoned node', plugin: nodeUnschedulable, pod: makePod('p'), nodes: [makeNode('a', { unschedulable: true }), makeNode('b')], expected: { a: '!node(s) were unschedulable', b: '' } },
  { what: 'a cordoned node, tolerated', plugin: nodeUnschedulable, pod: makePod('p', { spec: { tolerations: [{ operator: 'Exists' }] } }), nodes: [makeNode('a', { unschedulable: true })], expected: { a: '' } },
  { what: 'a taint', plugin: taintToleration, pod: makePod('p'), nodes: [makeNode('a', { taints: [taint] }), makeNode('b')], expected: { a: '!node(s) had untolerated taint(s) {gpu: yes}', b: '' } },
  { what: 'a soft taint filters nothing', plugin: taintToleration, pod: makePod('p'), nodes: [makeNode('a', { taints: [{ ...taint, effect: 'PreferNoSchedule' }] })], expected: { a: '' } },
  { what: 'tolerated by value', plugin: taintToleration, pod: makePod('p', { spec: { tolerations: [{ key: 'gpu', value: 'yes' }] } }), nodes: [makeNode('a', { taints: [taint] })], expected: { a: '' } },
  { what: 'another value', plugin: taintToleration, pod: makePod('p', { spec: { tolerations: [{ key: 'gpu', value: 'no' }] } }), nodes: [makeNode('a', { taints: [taint] })], expected: { a: '!node(s) had untolerated taint(s) {gpu: yes}' } },
  { what: 'another effect', plugin: taintToleration, pod: makePod('p', { spec: { tolerations: [{ key: 'gpu', operator: 'Exists', effect: 'NoExecute' }] } }), nodes: [makeNode('a', { taints: [taint] })], expected: { a: '!node(s) had untolerated taint(s) {gpu: yes}' } },
  { what: 'nodeSelector', plugin: nodeAffinity, pod: makePod('p', { spec: { nodeSelector: { zone: 'x' } } }), nodes: [zone('a', 'x'), zone('b', 'y'), makeNode('c')], expected: { a: '', b: NO_AFFINITY, c: NO_AFFINITY } },
  { what: 'NotIn holds without the label', plugin: nodeAffinity, pod: makePod('p', { spec: selector([{ key: 'zone', operator: 'NotIn', values: ['x'] }]) }), nodes: [zone('a', 'x'), zone('b', 'y'), makeNode('c')], expected: { a: NO_AFFINITY, b: '', c: '' } },
  { what: 'Gt', plugin: nodeAffinity, pod: makePod('p', { spec: selector([{ key: 'zone', operator: 'Gt', values: ['9'] }]) }), nodes: [zone('a', '10'), zone('b', '9'), zone('c', 'x'), makeNode('d')], expected: { a: '', b: NO_AFFINITY, c: NO_AFFINITY, d: NO_AFFINITY } },
  { what: 'an empty list of terms matches nothing', plugin: nodeAffinity, pod: makePod('p', { spec: { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } } } }), nodes: [makeNode('a')], expected: { a: NO_AFFINITY } },
  {
    what: 'matchFields', plugin: nodeAffinity, nodes: [makeNode('a'), makeNode('b')], expected: { a: 'not named', b: '' },
    pod: makePod('p', { spec: { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['b'] }] }] } } } } }),
  },
  { what: 'host port taken', plugin: nodePorts, pod: makePod('p', { spec: port(80) }), nodes: [makeNode('a'), makeNode('b')], pods: [makePod('q', { on: 'a', spec: { ...port(80, 'TCP', '127.0.0.1'), nodeName: 'a' } })], expected: { a: PORTS, b: '' } },
  { what: 'another protocol or address', plugin: nodePorts, pod: makePod('p', { spec: port(80, 'TCP', '10.0.0.1') }), nodes: [makeNode('a'), makeNode('b')], pods: [makePod('q', { spec: { ...port(80, 'UDP'), nodeName: 'a' } }), makePod('r', { spec: { ...port(80, 'TCP', '10.0.0.2'), nodeName: 'b' } })], expected: { a: '', b: '' } },
  { what: 'resources', plugin: nodeResourcesFit, pod: makePod('p', { cpu: '2', memory: '1Gi' }), nodes: [makeNode('a'), makeNode('b', { cpu: '1' }), makeNode('c', { pods: '0' }), makeNode('d', { memory: '2Gi' })], pods: [makePod('q', { on: 'd', memory: '1500Mi' })], expected: { a: '', b: '!Insufficient cpu', c: 'Too many pods', d: 'Insufficient memory' } },
  { what: 'a device', plugin: nodeResourcesFit, pod: makePod('p', { spec: { containers: [{ name: 'c', resources: { requests: { 'example.com/gpu': '1' } } }] } }), nodes: [makeNode('a'), makeNode('b', { extra: { 'example.com/gpu': '1' } })], expected: { a: '!Insufficient example.com/gpu', b: '' } },
  { what: 'init containers count by their peak', plugin: nodeResourcesFit, pod: makePod('p', { cpu: '1', spec: { containers: [{ name: 'c', resources: { requests: { cpu: '1' } } }], initContainers: [{ name: 'i', resources: { requests: { cpu: '3' } } }] } }), nodes: [makeNode('a', { cpu: '2' }), makeNode('b', { cpu: '3' })], expected: { a: '!Insufficient cpu', b: '' } },
  { what: 'skew over zones', plugin: podTopologySpread, pod: makePod('p', { labels: { app: 'a' }, spec: spread('zone') }), nodes: [zone('a', 'x'), zone('b', 'y'), makeNode('c')], pods: [app('q', 'a')], expected: { a: SKEWED, b: '', c: `!${SKEWED} (missing required label)` } },
  { what: 'pods of other namespaces, or going away, do not count', plugin: podTopologySpread, pod: makePod('p', { labels: { app: 'a' }, spec: spread('zone') }), nodes: [zone('a', 'x'), zone('b', 'y')], pods: [app('q', 'a', { namespace: 'other' }), app('r', 'a', { terminating: true })], expected: { a: '', b: '' } },
  { what: 'minDomains', plugin: podTopologySpread, pod: makePod('p', { labels: { app: 'a' }, spec: spread('zone', { minDomains: 3 }) }), nodes: [zone('a', 'x'), zone('b', 'y')], pods: [app('q', 'a'), app('r', 'b')], expected: { a: SKEWED, b: SKEWED } },
  { what: 'matchLabelKeys tell revisions apart', plugin: podTopologySpread, pod: makePod('p', { labels: { app: 'a', hash: '2' }, spec: spread('zone', { matchLabelKeys: ['hash'] }) }), nodes: [zone('a', 'x'), zone('b', 'y')], pods: [app('q', 'a', { labels: { app: 'a', hash: '1' } })], expected: { a: '', b: '' } },
  { what: 'a tainted domain counts by default', plugin: podTopologySpread, pod: makePod('p', { labels: { app: 'a' }, spec: spread('zone') }), nodes: [zone('a', 'x'), zone('b', 'y', { taints: [taint] })], pods: [app('q', 'a')], expected: { a: SKEWED, b: '' } },
  { what: 'and not with nodeTaintsPolicy Honor', plugin: podTopologySpread, pod: makePod('p', { labels: { app: 'a' }, spec: spread('zone', { nodeTaintsPolicy: 'Honor' }) }), nodes: [zone('a', 'x'), zone('b', 'y', { taints: [taint] })], pods: [app('q', 'a')], expected: { a: '', b: '' } },
  { what: 'a domain outside of the node selector does not count', plugin: podTopologySpread, pod: makePod('p', { labels: { app: 'a' }, spec: { ...spread('zone'), nodeSelector: { zone: 'x' } } }), nodes: [zone('a', 'x'), zone('b', 'y')], pods: [app('q', 'a')], expected: { a: '', b: '' } },
  { what: 'affinity', plugin: interPodAffinity, pod: makePod('p', { spec: near('zone', { app: 'a' }) }), nodes: [zone('a', 'x'), zone('b', 'y'), zone('c', 'x'), makeNode('d')], pods: [app('q', 'a')], expected: { a: '', b: NOT_NEAR, c: '', d: NOT_NEAR } },
  { what: 'affinity to nobody', plugin: interPodAffinity, pod: makePod('p', { spec: near('zone', { app: 'a' }) }), nodes: [zone('a', 'x')], expected: { a: NOT_NEAR } },
  { what: 'the first of its kind', plugin: interPodAffinity, pod: makePod('p', { labels: { app: 'a' }, spec: near('zone', { app: 'a' }) }), nodes: [zone('a', 'x'), makeNode('d')], expected: { a: '', d: NOT_NEAR } },
  { what: 'affinity looks into its own namespace', plugin: interPodAffinity, pod: makePod('p', { spec: near('zone', { app: 'a' }) }), nodes: [zone('a', 'x')], pods: [app('q', 'a', { namespace: 'other' })], expected: { a: NOT_NEAR } },
  { what: 'or into those that are named', plugin: interPodAffinity, pod: makePod('p', { spec: near('zone', { app: 'a' }, { namespaces: ['other'] }) }), nodes: [zone('a', 'x')], pods: [app('q', 'a', { namespace: 'other' })], expected: { a: '' } },
  { what: 'or selected', plugin: interPodAffinity, pod: makePod('p', { spec: near('zone', { app: 'a' }, { namespaceSelector: { matchLabels: { team: 't' } } }) }), nodes: [zone('a', 'x')], pods: [app('q', 'a', { namespace: 'other' })], namespaces: (n): Record<string, string> => (n === 'other' ? { team: 't' } : {}), expected: { a: '' } },
  { what: 'anti-affinity', plugin: interPodAffinity, pod: makePod('p', { spec: anti('kubernetes.io/hostname', { app: 'a' }) }), nodes: [makeNode('a'), makeNode('b')], pods: [app('q', 'a')], expected: { a: NOT_FAR, b: '' } },
  { what: 'anti-affinity to a pod that is going away but still there', plugin: interPodAffinity, pod: makePod('p', { spec: anti('kubernetes.io/hostname', { app: 'a' }) }), nodes: [makeNode('a')], pods: [app('q', 'a', { terminating: true })], expected: { a: NOT_FAR } },
  { what: 'anti-affinity of an existing pod', plugin: interPodAffinity, pod: makePod('p', { labels: { app: 'b' } }), nodes: [zone('a', 'x'), zone('b', 'x'), zone('c', 'y')], pods: [app('q', 'a', { spec: { ...anti('zone', { app: 'b' }), nodeName: 'a' } })], expected: { a: "node(s) didn't satisfy existing pods anti-affinity rules", b: "node(s) didn't satisfy existing pods anti-affinity rules", c: '' } },
]

describe('filter plugins', () => {
  it.each(cases)('$plugin.name: $what', (c) => {
    expect(outcome(c)).toEqual(c.expected)
  })
})
