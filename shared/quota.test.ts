import { describe, expect, it } from 'vitest'
import type { KubeObject } from './api/meta.ts'
import type { Pod, ResourceQuota } from './api/types.ts'
import { formatQuantity } from './quantity.ts'
import { quotaCovers, unsaid, usageOf } from './quota.ts'

const NOW = Date.parse('2026-01-01T00:00:00Z')
const pod = (spec: object = {}, more: object = {}): Pod => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i' }], ...spec }, ...more } as unknown as Pod)
const asking = (requests: object, limits: object = {}): object => ({ containers: [{ name: 'c', image: 'i', resources: { requests, limits } }] })
const quota = (spec: object): ResourceQuota => ({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q' }, spec }) as unknown as ResourceQuota

describe('what an object uses', () => {
  it.each<[string, string, string, object, Record<string, string>]>([
    ['a pod', '', 'pods', pod(asking({ cpu: '100m', memory: '1Mi', 'example.com/gpu': '2' }, { cpu: '1' })), { 'count/pods': '1', pods: '1', cpu: '100m', 'requests.cpu': '100m', memory: '1Mi', 'requests.memory': '1Mi', 'requests.example.com/gpu': '2', 'limits.cpu': '1' }],
    ['a pod that has ended', '', 'pods', pod({}, { status: { phase: 'Succeeded' } }), { 'count/pods': '1' }],
    ['a Service with node ports', '', 'services', { spec: { type: 'NodePort', ports: [{}, {}] } }, { 'count/services': '1', services: '1', 'services.nodeports': '2' }],
    ['a load balancer that wants no node ports', '', 'services', { spec: { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false, ports: [{}, { nodePort: 30000 }] } }, { 'count/services': '1', services: '1', 'services.loadbalancers': '1', 'services.nodeports': '1' }],
    ['a claim', '', 'persistentvolumeclaims', { spec: { storageClassName: 'gold', resources: { requests: { storage: '1Gi' } } } }, {
      'count/persistentvolumeclaims': '1', persistentvolumeclaims: '1', 'requests.storage': '1Gi', 'gold.storageclass.storage.k8s.io/persistentvolumeclaims': '1', 'gold.storageclass.storage.k8s.io/requests.storage': '1Gi',
    }],
    ['any other', 'apps', 'deployments', {}, { 'count/deployments.apps': '1' }],
    ['a custom one', 'example.com', 'widgets', {}, { 'count/widgets.example.com': '1' }],
  ])('%s', (_what, group, resource, object, expected) => {
    expect(Object.fromEntries(Object.entries(usageOf(group, resource, { metadata: { name: 'x' }, ...object } as unknown as KubeObject, NOW)).map(([name, amount]) => [name, formatQuantity(amount)]))).toEqual(expected)
  })
})

describe('whom a quota is for', () => {
  const selector = (scopeName: string, operator: string, values?: string[]): object => ({ scopeSelector: { matchExpressions: [{ scopeName, operator, ...(values ? { values } : {}) }] } })
  const across = { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'x', namespaceSelector: {} }] } } }
  it.each<[string, object, Pod, boolean]>([
    ['without a scope, everybody', {}, pod(), true],
    ['those that end in time', { scopes: ['Terminating'] }, pod({ activeDeadlineSeconds: 0 }), true], ['those that end in time', { scopes: ['Terminating'] }, pod(), false],
    ['those that do not', { scopes: ['NotTerminating'] }, pod(), true], ['those that do not', { scopes: ['NotTerminating'] }, pod({ activeDeadlineSeconds: 5 }), false],
    ['those that ask for nothing', { scopes: ['BestEffort'] }, pod(), true], ['those that ask for nothing', { scopes: ['BestEffort'] }, pod(asking({ cpu: '1' })), false],
    ['those that ask for something', { scopes: ['NotBestEffort'] }, pod(asking({ cpu: '1' })), true], ['those that ask for something', { scopes: ['NotBestEffort'] }, pod(), false],
    ['all of two scopes', { scopes: ['BestEffort', 'Terminating'] }, pod({ activeDeadlineSeconds: 5 }), true], ['all of two scopes', { scopes: ['BestEffort', 'Terminating'] }, pod(), false],
    ['those of a class', selector('PriorityClass', 'In', ['high']), pod({ priorityClassName: 'high' }), true], ['those of a class', selector('PriorityClass', 'In', ['high']), pod(), false],
    ['those of another class, or none', selector('PriorityClass', 'NotIn', ['high']), pod(), true], ['those of another class, or none', selector('PriorityClass', 'NotIn', ['high']), pod({ priorityClassName: 'high' }), false],
    ['those of any class', selector('PriorityClass', 'Exists'), pod({ priorityClassName: 'x' }), true], ['those of none', selector('PriorityClass', 'DoesNotExist'), pod({ priorityClassName: 'x' }), false],
    ['those that look into other namespaces', { scopes: ['CrossNamespacePodAffinity'] }, pod(across), true], ['those that look into other namespaces', { scopes: ['CrossNamespacePodAffinity'] }, pod(), false],
  ])('%s: %j', (_what, spec, object, expected) => expect(quotaCovers(quota(spec), 'pods', object)).toBe(expected))
  it('scopes of pods are for nothing else; those of claims for claims', () => {
    const claim = { metadata: { name: 'c' }, spec: { volumeAttributesClassName: 'fast' } } as unknown as KubeObject
    expect(quotaCovers(quota({ scopes: ['BestEffort'] }), 'configmaps', { metadata: { name: 'x' } } as KubeObject)).toBe(false)
    expect(quotaCovers(quota(selector('VolumeAttributesClass', 'In', ['fast'])), 'persistentvolumeclaims', claim)).toBe(true)
    expect(quotaCovers(quota(selector('VolumeAttributesClass', 'In', ['slow'])), 'persistentvolumeclaims', claim)).toBe(false)
  })
})

it.each([
  [['requests.cpu', 'limits.memory', 'pods'], pod(), 'limits.memory for: c; requests.cpu for: c'],
  [['requests.cpu'], pod({ containers: [{ name: 'b', image: 'i' }, { name: 'a', image: 'i' }] }), 'requests.cpu for: a,b'],
  [['requests.cpu'], pod(asking({ cpu: '1' })), undefined],
  [['requests.storage', 'count/pods'], pod(), undefined],
])('who limits %j wants that said by all containers', (limited, object, expected) => expect(unsaid(object, limited)).toBe(expected))
