import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CustomMetricsDoor } from '../types.ts'
import { startWorld, type World } from '../testing.ts'

let world: World
const asked: Parameters<CustomMetricsDoor['query']>[0][] = []
const door: CustomMetricsDoor = {
  query: async (q) => {
    asked.push(q)
    return q.metric === 'queue' ? [{ describedObject: { kind: q.object.kind, namespace: q.namespace, name: 'x', apiVersion: q.object.apiVersion }, timestamp: '2026-01-01T00:00:00Z', value: '7' }] : []
  },
}
beforeAll(async () => { world = await startWorld() })
afterAll(() => world.close())
const BASE = '/apis/custom.metrics.k8s.io'

describe('custom.metrics.k8s.io', () => {
  it('is there while somebody says something', async () => {
    expect((await world.ask('GET', `${BASE}/v1beta2`)).status).toBe(404)
    world.server.setCustomMetrics(['latency', 'queue'], door)
    for (const version of ['v1beta1', 'v1beta2']) {
      const { body } = await world.ask('GET', `${BASE}/${version}`)
      expect(body).toMatchObject({ groupVersion: `custom.metrics.k8s.io/${version}` })
      expect((body as unknown as { resources: object[] }).resources).toContainEqual({ name: 'pods/queue', singularName: '', namespaced: true, kind: 'MetricValueList', verbs: ['get'] })
    }
    expect((await world.ask('GET', BASE)).body).toMatchObject({ preferredVersion: { version: 'v1beta2' } })
    world.server.setCustomMetrics([], door)
    expect((await world.ask('GET', `${BASE}/v1beta2`)).status).toBe(404)
    expect((await world.ask('GET', `${BASE}/v1beta2/namespaces/shop/pods/*/queue`)).status).toBe(404)
    world.server.setCustomMetrics(['queue'], door)
  })
  const value = { timestamp: '2026-01-01T00:00:00Z', value: '7' }
  it.each<[string, object, object]>([
    ['v1beta2/namespaces/shop/pods/*/queue?labelSelector=app%3Dweb&metricLabelSelector=kind%3Da', { namespace: 'shop', name: '*', metric: 'queue', object: { kind: 'Pod', apiVersion: '/v1', resource: 'pods', group: '', singular: 'pod' } }, { describedObject: { kind: 'Pod' }, metric: { name: 'queue' }, ...value }],
    ['v1beta1/namespaces/shop/pods/web/queue', { namespace: 'shop', name: 'web' }, { metricName: 'queue', ...value }],
    ['v1beta2/namespaces/shop/deployments.apps/web/queue', { name: 'web', object: { kind: 'Deployment', apiVersion: 'apps/v1', group: 'apps' } }, { describedObject: { kind: 'Deployment' } }],
    ['v1beta2/namespaces/shop/metrics/queue', { name: 'shop', object: { kind: 'Namespace' } }, { describedObject: { kind: 'Namespace' } }],
    ['v1beta2/nodes/n1/queue', { namespace: '', name: 'n1', object: { kind: 'Node' } }, { describedObject: { kind: 'Node' } }],
  ])('answers %s', async (path, question, item) => {
    const { status, body } = await world.ask('GET', `${BASE}/${path}`)
    expect([status, body]).toMatchObject([200, { kind: 'MetricValueList', apiVersion: `custom.metrics.k8s.io/${path.slice(0, 7)}`, items: [item] }])
    expect(asked.at(-1)).toMatchObject(question)
  })
  it('understands both selectors', async () => {
    await world.ask('GET', `${BASE}/v1beta2/namespaces/shop/pods/*/queue?labelSelector=app%3Dweb&metricLabelSelector=kind%3Da`)
    const q = asked.at(-1)
    expect([q?.matchesObject({ app: 'web' }), q?.matchesObject({ app: 'db' }), q?.matchesMetric({ kind: 'a' }), q?.matchesMetric({})]).toEqual([true, false, true, false])
    expect(await world.ask('GET', `${BASE}/v1beta2/namespaces/shop/pods/*/queue?labelSelector=%3D%3D`)).toMatchObject({ status: 400 })
  })
  it.each([
    ['GET', 'namespaces/shop/pods/*/none', 404, 'the server could not find the metric none for pods'],
    ['GET', 'namespaces/shop/pods/web/none', 404, 'the server could not find the metric none for pods web'],
    ['GET', 'namespaces/shop/ghosts/web/queue', 404, 'the server could not find the metric queue for ghosts web'],
    ['GET', 'namespaces/shop/pods', 404, 'the server could not find the requested resource'],
    ['DELETE', 'namespaces/shop/pods/web/queue', 405, 'the server does not allow this method on the requested resource'],
  ])('%s %s is refused', async (method, path, status, message) => expect(await world.ask(method, `${BASE}/v1beta2/${path}`)).toMatchObject({ status, body: { message } }))
})
