import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { KubeObject } from '../../../shared/api/meta.ts'
import { short, startWorld, type World } from '../testing.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const EVENTS = '/apis/events.k8s.io/v1/namespaces/default/events'
const OLD_EVENTS = '/api/v1/namespaces/default/events'
const regarding = { kind: 'Pod', namespace: 'default', name: 'p' }
const SCALERS = '/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers'
const NEW_SCALERS = '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers'
const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }

describe('events of events.k8s.io', () => {
  const body = (name: string, extra: object = {}): object => ({
    metadata: { name }, eventTime: '2026-01-01T00:00:00.000000Z', reportingController: 'a.b/c', reportingInstance: 'i', action: 'Did', reason: 'R', type: 'Normal', note: 'said', regarding, ...extra,
  })
  it('are those of core under other names, for readers and watchers alike', async () => {
    const stream = await world.watch(`${EVENTS}?resourceVersion=${world.store.revision}`)
    expect((await world.ask('POST', EVENTS, body('one'))).body).toMatchObject({ apiVersion: 'events.k8s.io/v1', note: 'said' })
    expect((await world.ask('GET', `${OLD_EVENTS}/one`)).body).toMatchObject({ apiVersion: 'v1', message: 'said', involvedObject: regarding, reportingComponent: 'a.b/c' })
    await world.ask('POST', OLD_EVENTS, { metadata: { name: 'two' }, message: 'old', involvedObject: regarding, reason: 'R', type: 'Normal', source: { component: 'x' } })
    const list = (await world.ask('GET', `${EVENTS}?fieldSelector=regarding.name=p`)).body
    expect(list).toMatchObject({ kind: 'EventList', apiVersion: 'events.k8s.io/v1', items: [{ metadata: { name: 'one' }, note: 'said' }, { metadata: { name: 'two' }, note: 'old', deprecatedSource: { component: 'x' } }] })
    const first = await stream.next()
    expect(short(first)?.[0]).toBe('ADDED one')
    expect(first?.[0]?.object).toMatchObject({ apiVersion: 'events.k8s.io/v1', note: 'said' })
  })
  it('are told of faults as upstream does, and keep what happened', async () => {
    expect((await world.ask('POST', EVENTS, { ...body('bad'), reportingController: undefined })).body).toMatchObject({ code: 422, message: expect.stringMatching(/^Event\.events\.k8s\.io "bad" is invalid: \[reportingController: Required value, reportingController: Invalid value: "": name part must be non-empty, /) as never })
    const patch = (change: object) => world.ask('PATCH', `${EVENTS}/one`, change, { 'content-type': 'application/merge-patch+json' })
    expect((await patch({ series: { count: 2, lastObservedTime: '2026-01-01T00:01:00.000000Z' } })).body).toMatchObject({ series: { count: 2 } })
    expect((await patch({ note: 'never' })).body).toMatchObject({ code: 422, message: expect.stringContaining('message: Invalid value: "never": field is immutable') as never })
    expect((await world.ask('DELETE', `${EVENTS}/one`)).status).toBe(200)
    expect((await world.ask('GET', `${OLD_EVENTS}/one`)).status).toBe(404)
  })
})

describe('autoscalers of v1', () => {
  it('are those of v2 in an older form', async () => {
    expect((await world.ask('POST', SCALERS, { metadata: { name: 'a' }, spec: { scaleTargetRef: target, maxReplicas: 3, targetCPUUtilizationPercentage: 50 } })).body).toMatchObject({ apiVersion: 'autoscaling/v1', spec: { targetCPUUtilizationPercentage: 50, minReplicas: 1 } })
    expect((await world.ask('GET', `${NEW_SCALERS}/a`)).body).toMatchObject({ apiVersion: 'autoscaling/v2', spec: { metrics: [{ resource: { name: 'cpu', target: { averageUtilization: 50 } } }] } })
  })
  it('lose nothing of what only v2 can say', async () => {
    const memory = { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } } }
    const behavior = { scaleDown: { stabilizationWindowSeconds: 10 } }
    await world.ask('POST', NEW_SCALERS, { metadata: { name: 'b', annotations: { own: 'yes' } }, spec: { scaleTargetRef: target, maxReplicas: 3, metrics: [memory], behavior } })
    const before = (await world.ask('GET', `${NEW_SCALERS}/b`)).body
    expect((await world.ask('PATCH', `${SCALERS}/b`, { spec: { maxReplicas: 9 } }, { 'content-type': 'application/merge-patch+json' })).body).toMatchObject({ spec: { maxReplicas: 9 } })
    const after = (await world.ask('GET', `${NEW_SCALERS}/b`)).body
    expect(after['spec']).toEqual({ ...(before['spec'] as unknown as object), maxReplicas: 9 })
    expect((after['metadata'] as unknown as KubeObject['metadata']).annotations).toEqual({ own: 'yes' })
  })
  it('prefer v2', async () => {
    expect((await world.ask('GET', '/apis/autoscaling')).body).toMatchObject({ preferredVersion: { version: 'v2' } })
    expect((await world.ask('GET', SCALERS, undefined, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' })).body).toMatchObject({ rows: [{ cells: ['a', 'Deployment/web', 'cpu: <unknown>/50%', '1', 3, 0, expect.anything()] }, {}] })
  })
})
