import { afterAll, beforeAll, describe, expect, it } from 'vitest'
// oxlint-disable-next-line no-restricted-imports -- a helper of tests, which imports no room
import { makeRequest } from '../../controllers/testing-certificates.ts'
import { startWorld, type Answer, type World } from '../testing.ts'
import type { UserInfo } from '../types.ts'

const n1: UserInfo = { name: 'system:node:n1', groups: ['system:nodes', 'system:authenticated'] }
const MERGE = { 'content-type': 'application/merge-patch+json' }
const MIRROR = { 'kubernetes.io/config.mirror': 'x' }
const PODS = '/api/v1/namespaces/default/pods'
let world: World

const pod = (name: string, nodeName: string, metadata: object = {}, spec: object = {}): object =>
  ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, ...metadata }, spec: { nodeName, automountServiceAccountToken: false, containers: [{ name: 'c', image: 'i' }], ...spec } })
const owner = (name: string): object => ({ ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid: 'u' }] })
const node = (name: string, labels: object = {}): object => ({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels } })
const lease = (name: string): object => ({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name } })
const ask = (method: string, path: string, body?: object, headers: Record<string, string> = method === 'PATCH' ? MERGE : {}): Promise<Answer> => world.ask(method, path, body, headers, n1)
const uids: Record<string, string> = {}
async function given(path: string, body: object): Promise<void> {
  const { status, body: made } = await world.ask('POST', path, body)
  if (status !== 201) throw new Error(`${path}: ${JSON.stringify(made)}`)
  const { name, uid } = made['metadata'] as unknown as { name: string; uid: string }
  uids[name] = uid
}

beforeAll(async () => {
  world = await startWorld({ tokenIssuer: async () => ({ id: 'i', token: 't', expires: 0 }) })
  await given(PODS, pod('mine', 'n1', {}, { volumes: [{ name: 't', projected: { sources: [{ serviceAccountToken: { path: 'p', audience: 'vault' } }] } }] }))
  await given(PODS, pod('theirs', 'n2'))
  await given('/api/v1/nodes', node('n1', { 'node-role.kubernetes.io/worker': '' }))
  await given('/api/v1/nodes', node('n2'))
})
afterAll(() => world.close())

const status = { status: { phase: 'Running' } }
const token = (name: string, uid: string | undefined = uids[name], audiences: string[] = []): object => ({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { audiences, boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, ...(uid ? { uid } : {}) } } })
const TOKENS = '/api/v1/namespaces/default/serviceaccounts/default/token'
const LEASES = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases'

describe('what a kubelet may write', () => {
  it.each<[string, string, () => object | undefined, string | number]>([
    ['PATCH', `${PODS}/mine/status`, () => status, 200],
    ['PATCH', `${PODS}/theirs/status`, () => status, 'node "n1" can only update pod status for pods with spec.nodeName set to itself'],
    ['PATCH', `${PODS}/mine/status`, () => ({ metadata: { labels: { a: 'b' } } }), 'node "n1" cannot update labels through pod status'],
    ['PATCH', `${PODS}/mine`, () => ({ metadata: { labels: { a: 'b' } } }), `unexpected pod subresource "", only 'status' and 'eviction' are allowed`],
    ['DELETE', `${PODS}/theirs`, () => undefined, 'node "n1" can only delete pods with spec.nodeName set to itself'],
    ['POST', `${PODS}/theirs/eviction`, () => ({ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'theirs' } }), 'node "n1" can only evict pods with spec.nodeName set to itself'],
    ['POST', PODS, () => pod('p', 'n1'), 'pod does not have "kubernetes.io/config.mirror" annotation, node "n1" can only create mirror pods'],
    ['POST', PODS, () => pod('p', 'n2', { annotations: MIRROR, ...owner('n1') }), 'node "n1" can only create pods with spec.nodeName set to itself'],
    ['POST', PODS, () => pod('p', 'n1', { annotations: MIRROR }), 'node "n1" can only create pods with an owner reference set to itself'],
    ['POST', PODS, () => pod('p', 'n1', { annotations: MIRROR, ...owner('n1') }, { volumes: [{ name: 'v', secret: { secretName: 's' } }] }), 'node "n1" can not create pods that reference secrets'],
    ['POST', PODS, () => pod('p', 'n1', { annotations: MIRROR, ...owner('n1') }), 201],
    ['POST', '/api/v1/nodes', () => node('n3'), 'node "n1" is not allowed to modify node "n3"'],
    ['PATCH', '/api/v1/nodes/n2/status', () => ({ status: { phase: 'Running' } }), 'node "n1" is not allowed to modify node "n2"'],
    ['PATCH', '/api/v1/nodes/n1/status', () => ({ status: { addresses: [{ type: 'Hostname', address: 'n1' }] } }), 200],
    ['PATCH', '/api/v1/nodes/n1', () => ({ metadata: { labels: { 'topology.kubernetes.io/zone': 'a', 'example.com/x': 'y' } } }), 200],
    ['PATCH', '/api/v1/nodes/n1', () => ({ metadata: { labels: { 'node-restriction.kubernetes.io/a': 'b', 'node-role.kubernetes.io/worker': null } } }), 'node "n1" is not allowed to modify labels: node-restriction.kubernetes.io/a, node-role.kubernetes.io/worker'],
    ['PATCH', '/api/v1/nodes/n1', () => ({ spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] } }), 'node "n1" is not allowed to modify taints'],
    ['POST', LEASES, () => lease('n1'), 201], ['POST', LEASES, () => lease('n2'), 'can only access node lease with the same name as the requesting node'],
    ['POST', '/apis/coordination.k8s.io/v1/namespaces/default/leases', () => lease('n1'), 'can only access leases in the "kube-node-lease" system namespace'],
    ['POST', '/apis/storage.k8s.io/v1/csinodes', () => ({ apiVersion: 'storage.k8s.io/v1', kind: 'CSINode', metadata: { name: 'n2' }, spec: { drivers: [] } }), 'can only access CSINode with the same name as the requesting node'],
    ['POST', TOKENS, () => token('mine'), 201], ['POST', TOKENS, () => token('mine', undefined, ['vault']), 201],
    ['POST', TOKENS, () => token('mine', uids['mine'], ['bank']), 'audience "bank" not found in pod spec volume, and the node may not ask for it'],
    ['POST', TOKENS, () => token('mine', uids['mine'], ['a', 'b']), 'node may only request 0 or 1 audiences'],
    ['POST', TOKENS, () => token('theirs'), 'node requested token bound to a pod scheduled on a different node'],
    ['POST', TOKENS, () => token('mine', 'other'), 'the UID in the bound object reference (other) does not match the UID in record. The object might have been deleted and then recreated'],
    ['POST', TOKENS, () => ({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { audiences: [] } }), 'node requested token not bound to a pod'],
  ])('%s %s %#', async (method, path, body, expected) => {
    const { status: code, body: answer } = await ask(method, path, body())
    expect(code === 403 ? String(answer['message']).split(' is forbidden: ')[1] : code).toBe(expected)
  })

  it('asks for certificates of its own name', async () => {
    const request = async (name: string): Promise<Answer> => ask('POST', '/apis/certificates.k8s.io/v1/certificatesigningrequests', {
      apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest', metadata: { name: name.replaceAll(':', '-') },
      spec: { request: Buffer.from(await makeRequest(`CN=${name},O=system:nodes`)).toString('base64'), signerName: 'kubernetes.io/kube-apiserver-client-kubelet', usages: ['client auth'] },
    })
    expect((await request('system:node:n1')).status).toBe(201)
    expect((await request('system:node:n2')).body['message']).toBe('certificatesigningrequests.certificates.k8s.io "system-node-n2" is forbidden: can only create a node CSR with CN=system:node:n1')
  })
})
