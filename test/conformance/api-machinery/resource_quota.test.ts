import { expect, it } from 'vitest'
import type { ResourceQuota } from '../../../shared/api/types.ts'
import { BUSYBOX, eventually, namespace, replace } from '../cluster.ts'
import { must, patch, rest, watch } from '../rest.ts'

type Amounts = Record<string, string>
const HARD: Amounts = {
  pods: '5', services: '10', 'services.nodeports': '1', 'services.loadbalancers': '1', 'requests.cpu': '1', 'requests.memory': '500Mi', 'requests.ephemeral-storage': '50Gi', 'requests.example.com/dongle': '3',
  configmaps: '10', secrets: '10', replicationcontrollers: '10', 'count/replicasets.apps': '5', persistentvolumeclaims: '10', resourcequotas: '1',
}
const inNamespace = async (): Promise<string> => `/api/v1/namespaces/${await namespace()}`
const usedOf = async (ns: string, name = 'test-quota'): Promise<Amounts> => (await must<ResourceQuota>('GET', `${ns}/resourcequotas/${name}`)).status?.used ?? {}
const reaches = (ns: string, wanted: Amounts, name = 'test-quota'): Promise<Amounts> =>
  eventually(`${name} counts ${JSON.stringify(wanted)}`, () => usedOf(ns, name), (used) => Object.entries(wanted).every(([key, value]) => used[key] === value))
/** Makes a quota and waits until it counts. */
async function quota(ns: string, hard: Amounts = HARD, extra: object = {}, name = 'test-quota'): Promise<void> {
  await must('POST', `${ns}/resourcequotas`, { metadata: { name }, spec: { hard, ...extra } })
  await eventually('the quota is counted', () => must<ResourceQuota>('GET', `${ns}/resourcequotas/${name}`), (q) => Object.keys(q.status?.used ?? {}).length === Object.keys(hard).length)
}
const pod = (name: string, requests: Amounts = {}, limits: Amounts = {}, extra: object = {}): object =>
  ({ metadata: { name }, spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'c', image: BUSYBOX, command: ['sleep', '1000'], resources: { requests, limits } }], ...extra } })
const now = { gracePeriodSeconds: 0 }

it('status promptly calculated', async () => {
  const ns = await inNamespace()
  await quota(ns)
  // The CA that every namespace has is a ConfigMap; the quota counts itself.
  expect(await usedOf(ns)).toMatchObject({ pods: '0', services: '0', resourcequotas: '1', configmaps: '1', 'requests.cpu': '0' })
})

it('life of a service', async () => {
  const ns = await inNamespace()
  await quota(ns)
  const service = (name: string, type: string, more: object = {}): object => ({ metadata: { name }, spec: { type, ports: [{ port: 80 }], ...more } })
  await must('POST', `${ns}/services`, service('a', 'ClusterIP'))
  await must('POST', `${ns}/services`, service('b', 'NodePort'))
  expect((await rest('POST', `${ns}/services`, service('c', 'LoadBalancer'))).status).toBe(403)
  await reaches(ns, { services: '2', 'services.nodeports': '1', 'services.loadbalancers': '0' })
  await must('DELETE', `${ns}/services/a`)
  await must('DELETE', `${ns}/services/b`)
  await reaches(ns, { services: '0', 'services.nodeports': '0' })
})

it('life of a secret', async () => {
  const ns = await inNamespace()
  await quota(ns)
  await must('POST', `${ns}/secrets`, { metadata: { name: 's' }, stringData: { a: 'b' } })
  await reaches(ns, { secrets: '1' })
  await must('DELETE', `${ns}/secrets/s`)
  expect(await reaches(ns, { secrets: '0' })).toMatchObject({ secrets: '0' })
})

it('life of a configMap', async () => {
  const ns = await inNamespace()
  await quota(ns)
  await must('POST', `${ns}/configmaps`, { metadata: { name: 'm' } })
  await reaches(ns, { configmaps: '2' })
  await must('DELETE', `${ns}/configmaps/m`)
  expect(await reaches(ns, { configmaps: '1' })).toMatchObject({ configmaps: '1' })
})

it('life of a pod', async () => {
  const ns = await inNamespace()
  await quota(ns)
  await must('POST', `${ns}/pods`, pod('fits', { cpu: '500m', memory: '252Mi', 'ephemeral-storage': '30Gi', 'example.com/dongle': '2' }, { 'example.com/dongle': '2' }, { nodeSelector: { no: 'node' } }))
  const used = { pods: '1', 'requests.cpu': '500m', 'requests.memory': '252Mi', 'requests.ephemeral-storage': '30Gi', 'requests.example.com/dongle': '2' }
  await reaches(ns, used)
  const refused = await rest<{ message: string }>('POST', `${ns}/pods`, pod('too-much', { cpu: '600m', memory: '100Mi' }))
  expect(refused.status).toBe(403)
  expect(refused.body.message).toContain('exceeded quota: test-quota, requested: requests.cpu=600m, used: requests.cpu=500m, limited: requests.cpu=1')
  expect((await rest('POST', `${ns}/pods`, pod('dongles', { cpu: '1m', memory: '1Mi', 'ephemeral-storage': '1Gi', 'example.com/dongle': '2' }, { 'example.com/dongle': '2' }))).status).toBe(403)
  await reaches(ns, used)
  await must('DELETE', `${ns}/pods/fits`, now)
  await reaches(ns, { pods: '0', 'requests.cpu': '0', 'requests.memory': '0', 'requests.example.com/dongle': '0' })
})

it('life of a replication controller', async () => {
  const ns = await inNamespace()
  await quota(ns)
  await must('POST', `${ns}/replicationcontrollers`, { metadata: { name: 'rc' }, spec: { replicas: 0, selector: { a: 'b' }, template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: BUSYBOX }] } } } })
  expect(await reaches(ns, { replicationcontrollers: '1' })).toMatchObject({ replicationcontrollers: '1' })
  await must('DELETE', `${ns}/replicationcontrollers/rc`)
  await reaches(ns, { replicationcontrollers: '0' })
})

it('life of a replica set', async () => {
  const ns = await inNamespace()
  await quota(ns)
  const sets = `${ns.replace('/api/v1', '/apis/apps/v1')}/replicasets`
  await must('POST', sets, { metadata: { name: 'rs' }, spec: { replicas: 0, selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: BUSYBOX }] } } } })
  expect(await reaches(ns, { 'count/replicasets.apps': '1' })).toMatchObject({ 'count/replicasets.apps': '1' })
  await must('DELETE', `${sets}/rs`)
  await reaches(ns, { 'count/replicasets.apps': '0' })
})

it('terminating scopes', async () => {
  const ns = await inNamespace()
  const hard = { pods: '5', 'requests.cpu': '1', 'requests.memory': '500Mi', 'limits.cpu': '2', 'limits.memory': '1Gi' }
  await quota(ns, hard, { scopes: ['Terminating'] }, 'terminating')
  await quota(ns, hard, { scopes: ['NotTerminating'] }, 'not-terminating')
  const sizes: [Amounts, Amounts] = [{ cpu: '500m', memory: '200Mi' }, { cpu: '1', memory: '400Mi' }]
  const full = { pods: '1', 'requests.cpu': '500m', 'requests.memory': '200Mi', 'limits.cpu': '1', 'limits.memory': '400Mi' }
  await must('POST', `${ns}/pods`, pod('long', ...sizes))
  await reaches(ns, full, 'not-terminating')
  expect(await usedOf(ns, 'terminating')).toMatchObject({ pods: '0' })
  await must('DELETE', `${ns}/pods/long`, now)
  await reaches(ns, { pods: '0' }, 'not-terminating')
  await must('POST', `${ns}/pods`, pod('short', ...sizes, { activeDeadlineSeconds: 3600 }))
  await reaches(ns, full, 'terminating')
  expect(await usedOf(ns, 'not-terminating')).toMatchObject({ pods: '0' })
  await must('DELETE', `${ns}/pods/short`, now)
  await reaches(ns, { pods: '0', 'requests.cpu': '0' }, 'terminating')
})

it('best effort scope', async () => {
  const ns = await inNamespace()
  await quota(ns, { pods: '5' }, { scopes: ['BestEffort'] }, 'best')
  await quota(ns, { pods: '5' }, { scopes: ['NotBestEffort'] }, 'not-best')
  await must('POST', `${ns}/pods`, pod('best'))
  await reaches(ns, { pods: '1' }, 'best')
  expect(await usedOf(ns, 'not-best')).toEqual({ pods: '0' })
  await must('DELETE', `${ns}/pods/best`, now)
  await reaches(ns, { pods: '0' }, 'best')
  await must('POST', `${ns}/pods`, pod('not-best', { cpu: '10m' }))
  await reaches(ns, { pods: '1' }, 'not-best')
  expect(await usedOf(ns, 'best')).toEqual({ pods: '0' })
  await must('DELETE', `${ns}/pods/not-best`, now)
  await reaches(ns, { pods: '0' }, 'not-best')
})

it('update and delete', async () => {
  const ns = await inNamespace()
  await quota(ns, { cpu: '1', memory: '500Mi' })
  const found = await must<ResourceQuota>('GET', `${ns}/resourcequotas/test-quota`)
  expect(found.spec?.hard).toEqual({ cpu: '1', memory: '500Mi' })
  const updated = await replace<ResourceQuota>(`${ns}/resourcequotas/test-quota`, (live) => ({ ...live, spec: { hard: { cpu: '2', memory: '1Gi' } } }))
  expect(updated.spec?.hard).toEqual({ cpu: '2', memory: '1Gi' })
  await eventually('the status follows', () => must<ResourceQuota>('GET', `${ns}/resourcequotas/test-quota`), (q) => q.status?.hard?.['cpu'] === '2')
  await must('DELETE', `${ns}/resourcequotas/test-quota`)
  expect((await rest('GET', `${ns}/resourcequotas/test-quota`)).status).toBe(404)
})

it('lifecycle', async () => {
  const ns = await inNamespace()
  const labels = { 'e2e-rq-label': 'life' }
  await must('POST', `${ns}/resourcequotas`, { metadata: { name: 'life', labels }, spec: { hard: { cpu: '1', memory: '500Mi' } } })
  const everywhere = await must<{ items: ResourceQuota[] }>('GET', '/api/v1/resourcequotas?labelSelector=e2e-rq-label%3Dlife')
  expect(everywhere.items.map((q) => q.metadata.name)).toEqual(['life'])
  const patched = await patch<ResourceQuota>(`${ns}/resourcequotas/life`, { metadata: { labels: { life: 'patched' } }, spec: { hard: { memory: '750Mi' } } })
  expect(patched).toMatchObject({ metadata: { labels: { ...labels, life: 'patched' } }, spec: { hard: { cpu: '1', memory: '750Mi' } } })
  await must('DELETE', `${ns}/resourcequotas?labelSelector=e2e-rq-label%3Dlife`)
  expect((await must<{ items: object[] }>('GET', `${ns}/resourcequotas`)).items).toEqual([])
})

it('status changes', async () => {
  const ns = await inNamespace()
  const path = `${ns}/resourcequotas/e2e`
  await quota(ns, { cpu: '500m', memory: '500Mi' }, {}, 'e2e')
  const watching = await watch<ResourceQuota>(`${ns}/resourcequotas?resourceVersion=${(await must('GET', path)).metadata.resourceVersion}`)
  // What somebody writes there is stored; the controller, which knows better, puts it right.
  await replace<ResourceQuota>(`${path}/status`, (live) => ({ ...live, status: { hard: { cpu: '500m', memory: '1Gi' }, used: { cpu: '100m', memory: '0' } } }))
  await eventually('the watch tells it', async () => watching.events, (events) => events.some((e) => (e.object as ResourceQuota).status?.hard?.['memory'] === '1Gi'))
  await eventually('the controller restores the status', () => must<ResourceQuota>('GET', path), (q) => q.status?.hard?.['memory'] === '500Mi' && q.status.used?.['cpu'] === '0')
  const patched = await patch<ResourceQuota>(`${path}/status`, { metadata: { annotations: { by: 'patch' } }, status: { used: { cpu: '200m' } } })
  expect(patched).toMatchObject({ metadata: { annotations: { by: 'patch' } }, status: { used: { cpu: '200m' } } })
})
