import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ClusterRole, ClusterRoleBinding } from '../../shared/api/types.ts'
import { bootstrapPolicy } from './auth/index.ts'
import { startWorld, type World } from './testing.ts'

let world: World
beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.close())

const SERVICE = '/api/v1/namespaces/default/services/kubernetes'
const targetPort = async (): Promise<unknown> => ((await world.ask('GET', SERVICE)).body['spec'] as unknown as { ports: { targetPort: number }[] }).ports[0]?.targetPort

describe('bootstrap', () => {
  it.each(['default', 'kube-system', 'kube-public', 'kube-node-lease'])('%s has its default account from the first moment', async (namespace) => {
    expect((await world.ask('GET', `/api/v1/namespaces/${namespace}/serviceaccounts/default`)).status).toBe(200)
  })
  it('leads the Service kubernetes to the port that is open, and writes only when it changes', async () => {
    expect(await targetPort()).toBe(6443)
    await world.server.bootstrap({ port: 6444 })
    expect(await targetPort()).toBe(6444)
    const { revision } = world.store
    await world.server.bootstrap({ port: 6444 })
    await world.server.bootstrap()
    expect([await targetPort(), world.store.revision]).toEqual([6444, revision])
  })
  it('gives that Service the endpoint where pods reach the server, which follows it', async () => {
    const endpoints = async (): Promise<unknown[]> => {
      const [old, slice] = await Promise.all(['/api/v1/namespaces/default/endpoints/kubernetes', '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes'].map((path) => world.ask('GET', path)))
      return [old?.body['subsets'], slice?.body['endpoints'], slice?.body['ports']]
    }
    await world.server.bootstrap({ address: '10.244.0.1', port: 6443 })
    const at = (ip: string, port: number): unknown[] => [
      [{ addresses: [{ ip }], ports: [{ name: 'https', port, protocol: 'TCP' }] }],
      [{ addresses: [ip], conditions: { ready: true } }], [{ name: 'https', port, protocol: 'TCP' }],
    ]
    expect(await endpoints()).toEqual(at('10.244.0.1', 6443))
    await world.server.bootstrap({ address: '10.245.0.1', port: 7000 })
    expect(await endpoints()).toEqual(at('10.245.0.1', 7000))
    const { revision } = world.store
    await world.server.bootstrap({ address: '10.245.0.1', port: 7000 })
    expect(world.store.revision).toBe(revision)
  })
  it('keeps what people added to that Service', async () => {
    await world.ask('PATCH', SERVICE, { metadata: { labels: { mine: 'yes' } } }, { 'content-type': 'application/merge-patch+json' })
    await world.server.bootstrap({ port: 7000 })
    const { body } = await world.ask('GET', SERVICE)
    expect(body).toMatchObject({ metadata: { labels: { mine: 'yes', component: 'apiserver' } }, spec: { clusterIP: '10.96.0.1', ports: [{ name: 'https', port: 443, targetPort: 7000 }] } })
  })
})

describe('policy that a data folder has already', () => {
  const RBAC = '/apis/rbac.authorization.k8s.io/v1'
  const JSON_PATCH = { 'content-type': 'application/json-patch+json' }
  const objects = bootstrapPolicy()
  const patch = async (path: string, ...operations: object[]): Promise<void> => {
    const { status, body } = await world.ask('PATCH', RBAC + path, JSON.stringify(operations), JSON_PATCH)
    if (status !== 200) throw new Error(JSON.stringify(body))
  }
  const get = async <T>(path: string): Promise<T> => (await world.ask('GET', RBAC + path)).body as unknown as T
  const shipped = (name: string, kind = 'ClusterRole'): ClusterRole => objects.find((o) => o.kind === kind && o.metadata.name === name) as ClusterRole
  const revisionOf = async (path: string): Promise<string | undefined> => (await get<ClusterRole>(path)).metadata.resourceVersion
  beforeEach(() => world.server.bootstrap({ objects }))

  it('costs no write while it is as it is shipped', async () => {
    const { revision } = world.store
    await world.server.bootstrap({ objects })
    expect(world.store.revision).toBe(revision)
  })
  it('gets the rights, subjects and labels that it lacks, and keeps what people added', async () => {
    const role = '/clusterroles/system:kube-scheduler'
    const mine = { verbs: ['get'], apiGroups: ['example.com'], resources: ['widgets'] }
    await patch(role, { op: 'remove', path: '/rules/0' }, { op: 'add', path: '/rules/-', value: mine }, { op: 'remove', path: '/metadata/labels' })
    await patch('/clusterrolebindings/system:discovery', { op: 'replace', path: '/subjects', value: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'jane' }] })
    const untouched = await revisionOf('/clusterroles/system:discovery')
    await world.server.bootstrap({ objects })
    const { rules, metadata } = await get<ClusterRole>(role)
    expect(rules).toEqual([...shipped('system:kube-scheduler').rules!.slice(1), mine, shipped('system:kube-scheduler').rules![0]])
    expect(metadata.labels).toEqual({ 'kubernetes.io/bootstrapping': 'rbac-defaults' })
    expect((await get<ClusterRoleBinding>('/clusterrolebindings/system:discovery')).subjects?.map((s) => s.name)).toEqual(['jane', 'system:authenticated'])
    expect(await revisionOf('/clusterroles/system:discovery')).toBe(untouched)
    const { revision } = world.store
    await world.server.bootstrap({ objects })
    expect(world.store.revision).toBe(revision)
  })
  it('takes from the kubelets as a group what each has by itself, and from nobody else', async () => {
    const binding = '/clusterrolebindings/system:node'
    const subject = (name: string): object => ({ kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name })
    await patch(binding, { op: 'add', path: '/subjects', value: [subject('system:nodes'), subject('mine')] })
    await world.server.bootstrap({ objects })
    expect((await get<ClusterRoleBinding>(binding)).subjects?.map((s) => s.name)).toEqual(['mine'])
  })
  it('a binding that leads elsewhere leads where it should, with those whom it is meant for', async () => {
    const path = '/clusterrolebindings/system:basic-user'
    const live = await get<ClusterRoleBinding>(path)
    await world.ask('DELETE', RBAC + path)
    await world.ask('POST', `${RBAC}/clusterrolebindings`, { ...live, metadata: { name: 'system:basic-user' }, roleRef: { ...live.roleRef, name: 'view' }, subjects: [{ ...live.subjects![0]!, name: 'others' }] })
    await world.server.bootstrap({ objects })
    expect(await get(path)).toMatchObject({ roleRef: live.roleRef, subjects: live.subjects })
  })
  it('an aggregated role selects again what it is made of', async () => {
    const path = '/clusterroles/view'
    const own = { matchLabels: { mine: 'yes' } }
    await patch(path, { op: 'replace', path: '/aggregationRule/clusterRoleSelectors', value: [own] })
    await world.server.bootstrap({ objects })
    expect((await get<ClusterRole>(path)).aggregationRule?.clusterRoleSelectors).toEqual([own, ...shipped('view').aggregationRule!.clusterRoleSelectors!])
  })
  it('is left alone where its annotation says so', async () => {
    const path = '/clusterroles/system:discovery'
    await patch(path, { op: 'replace', path: '/rules', value: [] }, { op: 'replace', path: '/metadata/annotations', value: { 'rbac.authorization.kubernetes.io/autoupdate': 'false' } })
    await world.server.bootstrap({ objects })
    expect((await get<ClusterRole>(path)).rules).toEqual([])
  })
})
