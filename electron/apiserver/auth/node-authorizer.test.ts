import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld, type Answer, type World } from '../testing.ts'
import type { Attributes, Authorizer, UserInfo } from '../types.ts'
import { nodeRules } from './bootstrap-policy.ts'
import { createNodeAuthorizer, rulesFault, unionAuthorizer } from './node-authorizer.ts'
import { createNodeGraph, type NodeGraph } from './node-graph.ts'

const kubelet = (name: string): UserInfo => ({ name: `system:node:${name}`, groups: ['system:nodes', 'system:authenticated'] })
const superuser: Authorizer = { authorize: ({ user }) => ({ allowed: user.groups.includes('system:masters'), reason: '' }) }
const NONE = "no relationship found between node 'n1' and this object"
let world: World
let graph: NodeGraph
let authorizer: Authorizer

const create = async (path: string, body: object): Promise<void> => {
  const { status, body: answer } = await world.ask('POST', path, body)
  if (status !== 201) throw new Error(`${path}: ${JSON.stringify(answer)}`)
}
const pod = (name: string, spec: object = {}, metadata: object = {}): object => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, ...metadata }, spec: { automountServiceAccountToken: false, terminationGracePeriodSeconds: 0, containers: [{ name: 'c', image: 'i' }], ...spec } })
const podOn = (node: string, name: string, spec: object = {}, metadata: object = {}): Promise<void> => create('/api/v1/namespaces/default/pods', pod(name, { nodeName: node, ...spec }, metadata))
/** `get secrets/a`, `list /pods?spec.nodeName=n1`, `create serviceaccounts/default/token`, `patch leases.coordination.k8s.io/n1 in kube-node-lease` */
function attributes(text: string, user = kubelet('n1')): Attributes {
  const [, verb = '', resource = '', group = '', name = '', subresource = '', fieldSelector, namespace] = /^(\S+) ([a-z]+)(?:\.([a-z0-9.]+))?(?:\/([^/?\s]*))?(?:\/([a-z]+))?(?:\?(\S+))?(?: in (\S*))?$/.exec(text) ?? []
  return { user, verb, resource, group, version: 'v1', name, subresource, namespace: namespace ?? 'default', path: '', ...(fieldSelector ? { fieldSelector } : {}) }
}
const answer = (text: string, node = 'n1'): string => {
  const { allowed, reason } = authorizer.authorize(attributes(text, kubelet(node)))
  return allowed ? 'yes' : reason || 'no'
}

beforeAll(async () => {
  world = await startWorld({ authorizer: { authorize: (asked) => authorizer.authorize(asked) } })
  graph = createNodeGraph(world.store)
  authorizer = unionAuthorizer([createNodeAuthorizer(graph, nodeRules), superuser])
  for (const name of ['n1', 'n2']) await create('/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name } })
  await create('/api/v1/namespaces/default/serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot' } })
  await podOn('n1', 'a', {
    serviceAccountName: 'robot', imagePullSecrets: [{ name: 'pull' }],
    initContainers: [{ name: 'i', image: 'i', env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'env-map', key: 'k' } } }] }],
    containers: [{ name: 'c', image: 'i', envFrom: [{ secretRef: { name: 'from' } }, { configMapRef: { name: 'from-map' } }], env: [{ name: 'B', valueFrom: { secretKeyRef: { name: 'env', key: 'k' } } }] }],
    volumes: [{ name: 's', secret: { secretName: 'volume' } }, { name: 'm', configMap: { name: 'volume-map' } }, { name: 'p', projected: { sources: [{ secret: { name: 'projected' } }, { configMap: { name: 'projected-map' } }] } }, { name: 'd', persistentVolumeClaim: { claimName: 'data' } }],
  })
  await podOn('n2', 'b', { imagePullSecrets: [{ name: 'elsewhere' }] })
  await create('/api/v1/namespaces/default/pods', pod('unbound', { imagePullSecrets: [{ name: 'unbound' }] }))
  await create('/api/v1/persistentvolumes', { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'disk' }, spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], csi: { driver: 'd', volumeHandle: 'h', nodeStageSecretRef: { name: 'stage', namespace: 'default' } }, claimRef: { namespace: 'default', name: 'data' } } })
  await create('/api/v1/persistentvolumes', { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'other' }, spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/x' }, claimRef: { namespace: 'default', name: 'data' } } })
  await create('/api/v1/namespaces/default/persistentvolumeclaims', { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, volumeName: 'disk' } })
})
afterAll(async () => {
  graph.stop()
  await world.close()
})

describe('what a kubelet may ask', () => {
  it.each<[string, string]>([
    ...['pull', 'from', 'env', 'volume', 'projected', 'stage'].map((name): [string, string] => [`get secrets/${name}`, 'yes']),
    ...['env-map', 'from-map', 'volume-map', 'projected-map'].map((name): [string, string] => [`watch configmaps/${name}`, 'yes']),
    ['get secrets/elsewhere', NONE], ['get secrets/unbound', NONE], ['get secrets/pull in other', NONE], ['list secrets', 'No Object name found'], ['list secrets in ', 'can only read namespaced object of this type'], ['delete secrets/pull', 'can only read resources of this type'], ['get configmaps/pull', NONE],
    ['get persistentvolumeclaims/data', 'yes'], ['get persistentvolumeclaims/x', NONE], ['list persistentvolumeclaims', 'can only get individual resources of this type'], ['patch persistentvolumeclaims/data/status', 'yes'], ['delete persistentvolumeclaims/data/status', 'can only update or patch status of PVC'],
    ['get persistentvolumes/disk in ', 'yes'], ['get persistentvolumes/other in ', NONE], ['get persistentvolumes/gone in ', NONE],
    ['create serviceaccounts/robot/token', 'yes'], ['create serviceaccounts/default/token', NONE], ['create serviceaccounts', 'can only create tokens for individual service accounts'],
    ['get nodes/n1 in ', 'yes'], ['get nodes/n2 in ', "node 'n1' cannot read 'n2', only its own Node object"], ['list nodes in ', "node 'n1' cannot read all nodes, only its own Node object"], ['patch nodes/n1/status in ', 'yes'], ['delete nodes/n1 in ', 'no'], ['get nodes/n1/proxy in ', 'no'],
    ['get pods/a', 'yes'], ['get pods/b', NONE], ['list pods?spec.nodeName=n1 in ', 'yes'], ['watch pods?spec.nodeName=n2 in ', 'can only list/watch pods with spec.nodeName field selector'], ['list pods in ', 'can only list/watch pods with spec.nodeName field selector'], ['create pods/a/eviction', 'yes'], ['create pods/a/exec', 'no'], ['patch pods/a', 'no'], ['patch pods/a/status', 'yes'],
    ['patch leases.coordination.k8s.io/n1 in kube-node-lease', 'yes'], ['get leases.coordination.k8s.io/n2 in kube-node-lease', 'can only access node lease with the same name as the requesting node'], ['list leases.coordination.k8s.io in kube-node-lease', 'can only get, create, update, patch, or delete a node lease'], ['get leases.coordination.k8s.io/n1 in kube-system', 'can only access leases in the "kube-node-lease" system namespace'],
    ['get csinodes.storage.k8s.io/n1 in ', 'yes'], ['get volumeattachments.storage.k8s.io/x in ', NONE],
    ['list services in ', 'yes'], ['create events', 'yes'], ['get runtimeclasses.node.k8s.io/x in ', 'yes'], ['list deployments.apps', 'no'],
  ])('%s: %s', (text, expected) => expect(answer(text)).toBe(expected))

  it('who is in the group under another name, or named so outside the group, is no kubelet', () => {
    expect(authorizer.authorize(attributes('list services', { name: 'x', groups: ['system:nodes'] })).allowed).toBe(false)
    expect(authorizer.authorize(attributes('list services', { name: 'system:node:n1', groups: [] })).allowed).toBe(false)
    expect(authorizer.authorize(attributes('list services', kubelet('')))).toEqual({ allowed: false, reason: 'unknown node for user "system:node:"' })
  })
})

describe('what pods come and go', () => {
  it('gives and takes what they refer to, as long as one of them does', async () => {
    expect(answer('get secrets/late', 'n3')).toBe("no relationship found between node 'n3' and this object")
    await podOn('n3', 'c', { imagePullSecrets: [{ name: 'late' }] })
    await podOn('n3', 'd', { imagePullSecrets: [{ name: 'late' }] })
    expect(answer('get secrets/late', 'n3')).toBe('yes')
    for (const [name, expected] of [['c', 'yes'], ['d', "no relationship found between node 'n3' and this object"]] as const) {
      await world.ask('DELETE', `/api/v1/namespaces/default/pods/${name}?gracePeriodSeconds=0`)
      expect(answer('get secrets/late', 'n3')).toBe(expected)
    }
  })
  it('a bound pod counts from its binding, an ephemeral container from its addition', async () => {
    await world.ask('POST', '/api/v1/namespaces/default/pods/unbound/binding', { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'unbound' }, target: { kind: 'Node', name: 'n4' } })
    expect(answer('get secrets/unbound', 'n4')).toBe('yes')
    const added = await world.ask('PATCH', '/api/v1/namespaces/default/pods/unbound/ephemeralcontainers', { spec: { ephemeralContainers: [{ name: 'e', image: 'i', envFrom: [{ secretRef: { name: 'debug' } }] }] } }, { 'content-type': 'application/strategic-merge-patch+json' })
    expect(added.status).toBe(200)
    expect(answer('get secrets/debug', 'n4')).toBe('yes')
  })
  it('a mirror pod, which the node wrote itself, opens nothing', async () => {
    await podOn('n1', 'mirror', { imagePullSecrets: [{ name: 'mine-by-mirror' }] }, { annotations: { 'kubernetes.io/config.mirror': 'x' } })
    expect(answer('get secrets/mine-by-mirror')).toBe(NONE)
  })
})

it('whose rules cannot all be told', () => {
  expect([rulesFault(kubelet('n1')), rulesFault({ name: 'ann', groups: [] })]).toEqual(['node authorizer does not support user rule resolution', undefined])
})

describe('through the server', () => {
  const ask = (method: string, path: string, body?: object): Promise<Answer> => world.ask(method, path, body, {}, kubelet('n1'))
  it('refuses with the reason', async () => {
    const { body } = await ask('GET', '/api/v1/namespaces/default/secrets/elsewhere')
    expect(body).toMatchObject({ code: 403, message: `secrets "elsewhere" is forbidden: User "system:node:n1" cannot get resource "secrets" in API group "" in the namespace "default": ${NONE}` })
  })
  it('reads the field selector of a list', async () => {
    expect((await ask('GET', '/api/v1/pods?fieldSelector=spec.nodeName%3Dn1')).status).toBe(200)
    expect((await ask('GET', '/api/v1/pods')).status).toBe(403)
  })
})
