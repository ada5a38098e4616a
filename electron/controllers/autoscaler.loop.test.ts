import { afterAll, beforeAll, expect, test } from 'vitest'
import { Deployments, Events, HorizontalPodAutoscalers, Pods } from '../../shared/api/resources.ts'
import type { HorizontalPodAutoscaler } from '../../shared/api/types.ts'
import { rfc3339 } from '../../shared/clock.ts'
import { PERIOD_MS } from './autoscaler.ts'
import { startLoop, type Loop } from './testing.ts'

const namespace = 'default'
/** Long beside a period: however many pass before a look, the window is still open. */
const WINDOW_S = 3_600
let loop: Loop
let cpu = '50m'
beforeAll(async () => {
  loop = await startLoop()
  const pods = loop.informers.informer(Pods)
  loop.server.setMetricsDoor({
    nodes: () => [],
    pods: (ns) => pods.list(ns).map((p) => ({
      apiVersion: 'metrics.k8s.io/v1beta1', kind: 'PodMetrics', metadata: { name: p.metadata.name, namespace, labels: p.metadata.labels ?? {} }, timestamp: rfc3339(loop.clock.now()), window: '1s',
      containers: [{ name: 'c', usage: { cpu, memory: '1Mi' } }],
    })),
  })
})
afterAll(() => loop.close())

/** A period goes by for each look. */
const later = <T>(ask: () => Promise<T | undefined | false>, what: string): Promise<T> => loop.until(async () => { await loop.clock.advance(PERIOD_MS); return ask() }, what)
const get = (name: string): Promise<HorizontalPodAutoscaler> => loop.client.get(HorizontalPodAutoscalers, name, namespace)
const condition = (h: HorizontalPodAutoscaler, type: string): string | undefined => { const c = h.status?.conditions?.find((x) => x.type === type); return c && `${c.status} ${c.reason}` }
const metrics = [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }]

test('a Deployment grows with its load, and shrinks when the window has passed', async () => {
  await loop.client.create(Deployments, { metadata: { name: 'web', namespace }, spec: { replicas: 1, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'x:1', resources: { requests: { cpu: '100m' } } }] } } } } as never)
  await loop.until(async () => (await loop.client.get(Deployments, 'web', namespace)).status?.readyReplicas === 1, 'the first pod')
  await loop.client.create(HorizontalPodAutoscalers, { metadata: { name: 'web', namespace }, spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, minReplicas: 1, maxReplicas: 4, metrics, behavior: { scaleDown: { stabilizationWindowSeconds: WINDOW_S } } } } as never)
  await later(async () => condition(await get('web'), 'ScalingActive') === 'True ValidMetricFound', 'a first look')
  cpu = '200m'
  await later(async () => (await loop.client.get(Deployments, 'web', namespace)).spec.replicas === 4, 'four replicas')
  expect(await later(async () => { const h = await get('web'); return h.status?.desiredReplicas === 4 && h.status.currentMetrics?.[0]?.resource?.current.averageUtilization === 200 && h }, 'its status')).toMatchObject({ status: { currentMetrics: [{ resource: { name: 'cpu', current: { averageUtilization: 200, averageValue: '200m' } } }] } })
  expect(condition(await get('web'), 'AbleToScale')).toMatch(/^True /)
  await loop.until(async () => (await loop.client.list(Events, { namespace })).items.some((e) => e.reason === 'SuccessfulRescale' && e.message === 'New size: 4; reason: cpu resource utilization (percentage of request) above target'), 'its event')
  cpu = '1m'
  await later(async () => condition(await get('web'), 'AbleToScale') === 'True ScaleDownStabilized', 'the window')
  expect((await loop.client.get(Deployments, 'web', namespace)).spec.replicas).toBe(4)
  await loop.clock.advance(WINDOW_S * 1000)
  await later(async () => (await loop.client.get(Deployments, 'web', namespace)).spec.replicas === 1, 'one replica')
})

test('a target that is not there is said', async () => {
  await loop.client.create(HorizontalPodAutoscalers, { metadata: { name: 'lost', namespace }, spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'nowhere' }, maxReplicas: 4, metrics } } as never)
  const found = await loop.until(async () => { const h = await get('lost'); return condition(h, 'AbleToScale') !== undefined && h }, 'the condition')
  expect(found.status?.conditions).toMatchObject([{ type: 'AbleToScale', status: 'False', reason: 'FailedGetScale' }])
})

test('more than the most, fewer than the least, none at all', async () => {
  const make = (name: string, replicas: number) => loop.client.create(Deployments, { metadata: { name, namespace }, spec: { replicas, selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'c', image: 'x:1' }] } } } } as never)
  await Promise.all([make('many', 5), make('few', 1), make('off', 0)])
  for (const name of ['many', 'few', 'off'])
    await loop.client.create(HorizontalPodAutoscalers, { metadata: { name, namespace }, spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name }, minReplicas: 2, maxReplicas: 3, metrics } } as never)
  await loop.until(async () => (await loop.client.get(Deployments, 'many', namespace)).spec.replicas === 3, 'the most')
  await loop.until(async () => (await loop.client.get(Deployments, 'few', namespace)).spec.replicas === 2, 'the least')
  await loop.until(async () => condition(await get('off'), 'ScalingActive') === 'False ScalingDisabled', 'a target that is switched off')
  expect((await loop.client.get(Deployments, 'off', namespace)).spec.replicas).toBe(0)
})
