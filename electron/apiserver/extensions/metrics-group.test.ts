import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NodeMetrics, PodMetrics } from '../../../shared/api/types.ts'
import { startWorld, type World } from '../testing.ts'

const usage = { cpu: '125m', memory: '64Mi' }
const head = { apiVersion: 'metrics.k8s.io/v1beta1', timestamp: '2026-01-01T00:00:00Z', window: '15s' }
const node: NodeMetrics = { ...head, kind: 'NodeMetrics', metadata: { name: 'one', labels: { zone: 'a' } }, usage }
const pod = (name: string, namespace: string): PodMetrics => ({ ...head, kind: 'PodMetrics', metadata: { name, namespace, labels: { app: name } }, containers: [{ name: 'c', usage }] })
const pods = [pod('a', 'default'), pod('b', 'default'), pod('a', 'other')]

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const names = (body: object): string[] => (body as { items: PodMetrics[] }).items.map((o) => `${o.metadata.namespace}/${o.metadata.name}`)
const BASE = '/apis/metrics.k8s.io/v1beta1'

describe('metrics.k8s.io', () => {
  it('is not there before somebody measures', async () => {
    expect((await world.ask('GET', `${BASE}/nodes`)).status).toBe(404)
    expect((await world.ask('GET', BASE)).status).toBe(404)
    world.server.setMetricsDoor({ nodes: () => [node], pods: (namespace) => pods.filter((p) => !namespace || p.metadata.namespace === namespace) })
  })
  it('is discovered', async () => {
    const { body } = await world.ask('GET', BASE)
    expect(body).toMatchObject({ groupVersion: 'metrics.k8s.io/v1beta1', resources: [{ name: 'nodes', kind: 'NodeMetrics', namespaced: false, verbs: ['get', 'list'] }, { name: 'pods', kind: 'PodMetrics', namespaced: true, verbs: ['get', 'list'] }] })
    const { body: groups } = await world.ask('GET', '/apis')
    expect((groups as unknown as { groups: { name: string }[] }).groups.map((g) => g.name)).toContain('metrics.k8s.io')
  })
  it.each([
    [`${BASE}/pods`, ['default/a', 'default/b', 'other/a']],
    [`${BASE}/namespaces/default/pods`, ['default/a', 'default/b']],
    [`${BASE}/pods?labelSelector=app%3Da`, ['default/a', 'other/a']],
    [`${BASE}/pods?fieldSelector=metadata.namespace%3Dother`, ['other/a']],
    [`${BASE}/namespaces/none/pods`, []],
  ])('lists %s', async (path, expected) => {
    const { status, body } = await world.ask('GET', path)
    expect(status).toBe(200)
    expect(body).toMatchObject({ kind: 'PodMetricsList', apiVersion: 'metrics.k8s.io/v1beta1', metadata: {} })
    expect(names(body)).toEqual(expected)
  })
  it('gets one, or says that it is not there', async () => {
    expect((await world.ask('GET', `${BASE}/nodes/one`)).body).toEqual(node)
    expect((await world.ask('GET', `${BASE}/namespaces/other/pods/a`)).body).toMatchObject({ metadata: { namespace: 'other' }, containers: [{ usage }] })
    expect(await world.ask('GET', `${BASE}/namespaces/other/pods/b`)).toMatchObject({ status: 404, body: { reason: 'NotFound', message: 'pods.metrics.k8s.io "b" not found' } })
  })
  it('prints a table', async () => {
    const { body } = await world.ask('GET', `${BASE}/nodes`, undefined, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' })
    expect(body).toMatchObject({ kind: 'Table', columnDefinitions: [{ name: 'Name' }, { name: 'cpu' }, { name: 'memory' }, { name: 'Window' }], rows: [{ cells: ['one', '125m', '64Mi', '15s'] }] })
  })
  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('refuses %s', async (method) => {
    expect((await world.ask(method, method === 'POST' ? `${BASE}/nodes` : `${BASE}/nodes/one`, {})).status).toBe(405)
  })
  it('refuses a watch', async () => {
    expect((await world.ask('GET', `${BASE}/nodes?watch=1`)).status).toBe(405)
  })
})
