import { describe, expect, test } from 'vitest'
import type { HorizontalPodAutoscaler, Pod } from '../../shared/api/types.ts'
import { StatusError } from '../../shared/errors.ts'
import type { Client } from '../client/types.ts'
import { fetchCustom, type CustomAnswer } from './autoscaler-custom.ts'
import { evaluate } from './autoscaler-evaluate.ts'

const NOW = Date.parse('2026-01-01T01:00:00Z')
const pods = (count: number, ready = count): Pod[] => Array.from({ length: count }, (_, i) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: `p${i}` }, spec: { containers: [] }, status: { phase: 'Running', conditions: [{ type: 'Ready', status: i < ready ? 'True' : 'False' }] } }) as unknown as Pod)
const hpa = (metric: object): HorizontalPodAutoscaler => ({ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'h', namespace: 'shop' }, spec: { scaleTargetRef: { kind: 'Deployment', name: 'd' }, maxReplicas: 100, metrics: [metric] } }) as unknown as HorizontalPodAutoscaler
const ofPods = (averageValue: string) => ({ type: 'Pods', pods: { metric: { name: 'queue' }, target: { type: 'AverageValue', averageValue } } })
const ofObject = (target: object) => ({ type: 'Object', object: { metric: { name: 'queue' }, describedObject: { apiVersion: 'v1', kind: 'Service', name: 'web' }, target } })
const says = (...values: string[]): CustomAnswer => ({ values: values.map((value, i) => ({ describedObject: { name: `p${i}` }, timestamp: '2026-01-01T00:59:50Z', value })) })

function ask(metric: object, answer: CustomAnswer, replicas: number, ready = replicas) {
  const h = hpa(metric)
  return evaluate({ hpa: h, currentReplicas: replicas, pods: pods(replicas, ready), podMetrics: [], custom: new Map([[h.spec.metrics?.[0] as never, answer]]), now: NOW })
}

describe('how many replicas a custom metric asks for', () => {
  test.each<[string, object, CustomAnswer, number, number, number]>([
    ['pods: up', ofPods('10'), says('20', '30', '10'), 3, 3, 6],
    ['pods: within the tolerance', ofPods('10'), says('10500m', '10', '9'), 3, 3, 3],
    ['pods: down', ofPods('10'), says('2', '3', '1'), 3, 3, 1],
    ['pods: one without a number, going up: idle', ofPods('10'), says('30', '30'), 3, 3, 6],
    ['object, a level: up', ofObject({ type: 'Value', value: '100' }), says('250'), 4, 4, 10],
    ['object, a level: only pods that are ready bring it about', ofObject({ type: 'Value', value: '100' }), says('250'), 4, 2, 5],
    ['object, a level: within the tolerance', ofObject({ type: 'Value', value: '100' }), says('105'), 4, 4, 4],
    ['object, shared: up', ofObject({ type: 'AverageValue', averageValue: '10' }), says('85'), 4, 4, 9],
    ['object, shared: within the tolerance', ofObject({ type: 'AverageValue', averageValue: '10' }), says('41'), 4, 4, 4],
    ['object, shared: down', ofObject({ type: 'AverageValue', averageValue: '10' }), says('11'), 4, 4, 2],
  ])('%s', (_title, metric, answer, replicas, ready, expected) => expect(ask(metric, answer, replicas, ready)).toMatchObject({ replicas: expected }))

  test('what is shown', () => {
    expect(ask(ofPods('10'), says('20', '25'), 2)).toMatchObject({ by: 'pods metric queue', statuses: [{ type: 'Pods', pods: { metric: { name: 'queue' }, current: { averageValue: '22500m' } } }] })
    expect(ask(ofObject({ type: 'Value', value: '100' }), says('250'), 4)).toMatchObject({ by: 'Service metric queue', statuses: [{ type: 'Object', object: { describedObject: { name: 'web' }, current: { value: '250' } } }] })
    expect(ask(ofPods('10'), { error: 'unable to get metric queue: away' }, 2)).toMatchObject({ reason: 'FailedGetPodsMetric', message: 'the HPA was unable to compute the replica count: failed to get pods metric value: unable to get metric queue: away' })
    expect(ask(ofObject({ type: 'Value', value: '1' }), says(), 2)).toMatchObject({ reason: 'FailedGetObjectMetric' })
  })
})

test('how it is asked for', async () => {
  const paths: string[] = []
  const client = {
    raw: async (path: string) => {
      paths.push(decodeURIComponent(path))
      if (path.startsWith('/apis/custom')) { if (path.includes('/away')) throw new StatusError({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: 'gone', reason: 'NotFound', code: 404 }); return { items: [] } }
      return undefined
    },
  } as unknown as Client
  const h = hpa({ type: 'Pods', pods: { metric: { name: 'queue', selector: { matchLabels: { kind: 'a' } } }, target: { type: 'AverageValue', averageValue: '1' } } })
  expect([...(await fetchCustom(client, h, 'app=web')).values()]).toEqual([{ values: [] }])
  expect(paths).toEqual(['/apis/custom.metrics.k8s.io/v1beta2/namespaces/shop/pods/*/queue?labelSelector=app=web&metricLabelSelector=kind=a'])
  const of = async (describedObject: object): Promise<string | undefined> => {
    await fetchCustom(client, hpa({ type: 'Object', object: { metric: { name: 'queue' }, describedObject, target: { type: 'Value', value: '1' } } }), '')
    return paths.at(-1)
  }
  expect(await of({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'main' })).toBe('/apis/custom.metrics.k8s.io/v1beta2/namespaces/shop/ingresses.networking.k8s.io/main/queue?')
  expect(await of({ apiVersion: 'v1', kind: 'Namespace', name: 'shop' })).toBe('/apis/custom.metrics.k8s.io/v1beta2/namespaces/shop/metrics/queue?')
  expect(await of({ apiVersion: 'v1', kind: 'Node', name: 'n1' })).toBe('/apis/custom.metrics.k8s.io/v1beta2/nodes/n1/queue?')
  const away = hpa({ type: 'Pods', pods: { metric: { name: 'away' }, target: { type: 'AverageValue', averageValue: '1' } } })
  expect([...(await fetchCustom(client, away, '')).values()]).toEqual([{ error: 'unable to get metric away: unable to fetch metrics from custom metrics API: gone' }])
})
