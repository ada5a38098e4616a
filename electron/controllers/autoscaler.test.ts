import { describe, expect, test } from 'vitest'
import type { HorizontalPodAutoscaler, Pod, PodMetrics } from '../../shared/api/types.ts'
import { rfc3339 } from '../../shared/clock.ts'
import { behaviorOf, decide, downLimit, NO_MEMORY, remember, upLimit, type At, type Memory } from './autoscaler-behavior.ts'
import { evaluate } from './autoscaler-evaluate.ts'

const NOW = Date.parse('2026-01-01T01:00:00Z')
const ago = (seconds: number): string => rfc3339(NOW - seconds * 1000)

interface P { cpu?: number; request?: number; whole?: number; phase?: string; ready?: boolean; readySince?: number; startedAgo?: number; deleting?: boolean }
/** A fleet: usage and request in thousandths; cpu absent is a pod without metrics. */
function fleet(list: readonly P[]): { pods: Pod[]; podMetrics: PodMetrics[] } {
  const pods = list.map(({ request = 1000, whole, phase = 'Running', ready = true, readySince = 3000, startedAgo = 3600, deleting }, i): Pod => ({
    apiVersion: 'v1', kind: 'Pod', metadata: { name: `p${i}`, ...(deleting ? { deletionTimestamp: ago(1) as never } : {}) },
    spec: { containers: [{ name: 'app', ...(request ? { resources: { requests: { cpu: `${request}m` } } } : {}) }], ...(whole ? { resources: { requests: { cpu: `${whole}m` } } } : {}) },
    status: { phase, startTime: ago(startedAgo), conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: ago(readySince) }] },
  } as unknown as Pod))
  const podMetrics = list.flatMap(({ cpu }, i): PodMetrics[] => (cpu === undefined ? [] : [{ apiVersion: '', kind: '', metadata: { name: `p${i}` }, timestamp: ago(5), window: '15s', containers: [{ name: 'app', usage: { cpu: `${cpu}m`, memory: '1Mi' } }] }]))
  return { pods, podMetrics }
}
const hpa = (metrics: object[], more: object = {}): HorizontalPodAutoscaler =>
  ({ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'h' }, spec: { scaleTargetRef: { kind: 'Deployment', name: 'd' }, minReplicas: 1, maxReplicas: 100, metrics, ...more } } as unknown as HorizontalPodAutoscaler)
const utilization = (percent: number, name = 'cpu') => ({ type: 'Resource', resource: { name, target: { type: 'Utilization', averageUtilization: percent } } })
const value = (amount: string, name = 'cpu') => ({ type: 'Resource', resource: { name, target: { type: 'AverageValue', averageValue: amount } } })

describe('what a metric asks for', () => {
  test.each<[string, object, P[], number | string]>([
    ['up', utilization(30), [{ cpu: 300 }, { cpu: 500 }, { cpu: 700 }], 5],
    ['down', utilization(50), [{ cpu: 100 }, { cpu: 300 }, { cpu: 500 }, { cpu: 250 }, { cpu: 250 }], 3],
    ['within the tolerance: as it is', utilization(100), [{ cpu: 1010 }, { cpu: 1030 }, { cpu: 1020 }], 3],
    ['up: a pod that is not ready counts as idle', utilization(30), [{ cpu: 300 }, { cpu: 500 }, { cpu: 700, ready: false, readySince: 3595 }], 3],
    ['up: only pods that wait', utilization(30), [{ cpu: 300, phase: 'Pending' }, { cpu: 500, phase: 'Pending' }], 'did not receive metrics for targeted pods (pods might be unready)'],
    ['a hot start is no load', utilization(30), [{ cpu: 600 }, { cpu: 900, readySince: 4, startedAgo: 9 }, { cpu: 900, readySince: 4, startedAgo: 9 }], 3],
    ['down: a pod without metrics counts as full', utilization(50), [{ cpu: 100 }, { cpu: 300 }, {}], 3],
    ['up: a pod without metrics counts as idle', utilization(30), [{ cpu: 600 }, { cpu: 600 }, {}], 4],
    ['a pod that goes does not count', utilization(50), [{ cpu: 1000 }, { cpu: 1000, deleting: true }], 2],
    ['no metrics at all', utilization(50), [{}, {}], 'did not receive metrics for targeted pods (pods might be unready)'],
    ['no pods', utilization(50), [], 'no pods returned by selector while calculating replica count'],
    ['a container that requests nothing', utilization(50), [{ cpu: 100, request: 0 }], 'missing request for cpu in container app of Pod p0'],
    ['a pod that requests it as a whole', utilization(50), [{ cpu: 1000, request: 0, whole: 500 }], 4],
    ['by value: up', value('100m'), [{ cpu: 150 }, { cpu: 250 }], 4],
    ['by value: down', value('200m'), [{ cpu: 50 }, { cpu: 50 }, { cpu: 100 }], 1],
    ['memory by value', value('512Ki', 'memory'), [{ cpu: 1 }, { cpu: 1 }], 4],
    ['one container of the pod', { type: 'ContainerResource', containerResource: { name: 'cpu', container: 'app', target: { type: 'Utilization', averageUtilization: 50 } } }, [{ cpu: 1000 }], 2],
    ['a container that is not there', { type: 'ContainerResource', containerResource: { name: 'cpu', container: 'side', target: { type: 'Utilization', averageUtilization: 50 } } }, [{ cpu: 1000 }], 'container side not found in Pod p0'],
    ['metrics that nobody serves', { type: 'Pods', pods: { metric: { name: 'qps' }, target: { type: 'AverageValue', averageValue: '1' } } }, [{ cpu: 1000 }], 'unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered'],
  ])('%s', (_title, metric, list, expected) => {
    const answer = evaluate({ hpa: hpa([metric]), currentReplicas: list.length, ...fleet(list), now: NOW })
    expect('message' in answer ? answer.message.replace(/^.* metric value: /, '') : answer.replicas).toBe(expected)
  })

  test('the largest of several decides, and says which it was', () => {
    const { pods, podMetrics } = fleet([{ cpu: 900 }, { cpu: 900 }])
    expect(evaluate({ hpa: hpa([value('10Mi', 'memory'), utilization(30)]), currentReplicas: 2, pods, podMetrics, now: NOW })).toMatchObject({
      replicas: 6, by: 'cpu resource utilization (percentage of request)',
      statuses: [{ resource: { name: 'memory', current: { averageValue: '1048576' } } }, { resource: { name: 'cpu', current: { averageUtilization: 90, averageValue: '900m' } } }],
    })
  })
  test('with one metric missing it may go up, and not down', () => {
    const missing = utilization(50, 'memory')
    const up = evaluate({ hpa: hpa([missing, utilization(30)]), currentReplicas: 2, ...fleet([{ cpu: 900 }, { cpu: 900 }]), now: NOW })
    expect(up).toMatchObject({ replicas: 6 })
    const down = evaluate({ hpa: hpa([missing, utilization(90)]), currentReplicas: 2, ...fleet([{ cpu: 100 }, { cpu: 100 }]), now: NOW })
    expect(down).toMatchObject({ reason: 'FailedGetResourceMetric' })
  })
  test('a tolerance of its own', () => {
    const one = hpa([utilization(50)], { behavior: { scaleUp: { tolerance: '0.5' } } })
    expect(evaluate({ hpa: one, currentReplicas: 1, ...fleet([{ cpu: 700 }]), now: NOW })).toMatchObject({ replicas: 1 })
  })
})

const at = (...list: [secondsAgo: number, replicas: number][]): At[] => list.map(([s, replicas]) => ({ time: NOW - s * 1000, replicas }))
const memory = (m: Partial<Memory> = {}): Memory => ({ ...NO_MEMORY, ...m })

describe('what becomes of a wish', () => {
  test.each<[string, { wish: number; current: number; min?: number; max?: number; behavior?: object; memory?: Memory }, number, string, string]>([
    ['nothing in the way', { wish: 4, current: 3 }, 4, 'ReadyForNewScale', 'DesiredWithinRange'],
    ['down waits for five minutes of lower wishes', { wish: 1, current: 5, memory: memory({ wishes: at([250, 5]) }) }, 5, 'ScaleDownStabilized', 'DesiredWithinRange'],
    ['and then goes', { wish: 1, current: 5, memory: memory({ wishes: at([301, 5], [200, 2]) }) }, 2, 'ScaleDownStabilized', 'DesiredWithinRange'],
    ['up waits where it is told to', { wish: 9, current: 3, behavior: { scaleUp: { stabilizationWindowSeconds: 60 } }, memory: memory({ wishes: at([30, 4]) }) }, 4, 'ScaleUpStabilized', 'DesiredWithinRange'],
    ['no more than double, or four', { wish: 50, current: 10 }, 20, 'ReadyForNewScale', 'ScaleUpLimit'],
    ['four more from few', { wish: 50, current: 1 }, 5, 'ReadyForNewScale', 'ScaleUpLimit'],
    ['the most', { wish: 50, current: 9, max: 10 }, 10, 'ReadyForNewScale', 'TooManyReplicas'],
    ['the least', { wish: 0, current: 3, min: 2 }, 2, 'ReadyForNewScale', 'TooFewReplicas'],
    ['a slower way down', { wish: 1, current: 10, behavior: { scaleDown: { stabilizationWindowSeconds: 0, policies: [{ type: 'Pods', value: 2, periodSeconds: 60 }] } } }, 8, 'ReadyForNewScale', 'ScaleDownLimit'],
    ['not down at all', { wish: 1, current: 10, behavior: { scaleDown: { stabilizationWindowSeconds: 0, selectPolicy: 'Disabled' } } }, 10, 'ReadyForNewScale', 'ScaleDownLimit'],
  ])('%s', (_title, { wish, current, min = 1, max = 100, behavior = {}, memory: m = NO_MEMORY }, replicas, stabilized, limited) => {
    const verdict = decide(wish, current, min, max, behaviorOf(hpa([], { behavior })), m, NOW)
    expect([verdict.replicas, verdict.stabilized[0], verdict.limited[1]]).toEqual([replicas, stabilized, limited])
    expect(verdict.memory.wishes.at(-1)).toEqual({ time: NOW, replicas: wish })
  })

  test('what was done in the period counts', () => {
    const rules = { policies: [{ type: 'Pods', value: 4, periodSeconds: 60 }, { type: 'Percent', value: 10, periodSeconds: 60 }] }
    const m = memory({ ups: at([30, 3], [90, 50]) })
    expect(upLimit(13, { ...rules, selectPolicy: 'Max' }, m, NOW)).toBe(14)
    expect(upLimit(13, { ...rules, selectPolicy: 'Min' }, m, NOW)).toBe(11)
    const d = memory({ downs: at([30, 3]) })
    expect(downLimit(17, { ...rules, selectPolicy: 'Max' }, d, NOW)).toBe(16)
    expect(downLimit(17, { ...rules, selectPolicy: 'Min' }, d, NOW)).toBe(18)
  })
  test('only what a policy looks back to is remembered', () => {
    const behavior = behaviorOf(hpa([]))
    expect(remember(memory({ ups: at([10, 1], [20, 9]) }), 3, 5, behavior, NOW)).toMatchObject({ ups: [...at([10, 1]), { time: NOW, replicas: 2 }], downs: [] })
    expect(remember(memory(), 5, 2, behavior, NOW)).toMatchObject({ ups: [], downs: [{ time: NOW, replicas: 3 }] })
  })
})
