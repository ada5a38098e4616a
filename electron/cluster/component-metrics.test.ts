/** Each component of the picture answers Prometheus, and nothing else does. */
import { expect, it } from 'vitest'
import type { Component } from '../client/component.ts'
import { componentMetrics, type MetricsSources, type Readable } from './component-metrics.ts'
import { parsePrometheus } from '../metrics/custom/parse.ts'
import { countedQueue, forgetQueue } from '../client/queue-stats.ts'
import { createWorkQueue } from '../client/work-queue.ts'
import { FakeClock } from '../../shared/clock.ts'
import { createCounts } from '../scheduler/metrics.ts'
import { logMetrics } from './log-metrics.ts'

const part = (name: string, healthy: boolean): Component => ({ name, start: async () => undefined, stop: async () => undefined, health: () => ({ healthy, message: '' }) })
const sources = {
  components: () => ['kube-scheduler', 'kube-controller-manager', 'local-node-controller', 'log-collector', 'event-log', 'metrics', 'kubelet'].map((n) => part(n, n !== 'event-log')),
  pods: { list: () => [{ metadata: {}, spec: { nodeName: 'n' }, status: { phase: 'Running' } }, { metadata: {}, spec: {} }] }, nodes: () => ['n'], numbers: () => undefined,
  metrics: { cadvisor: async (names: string[]) => `cadvisor of ${names}\n` },
  store: { revision: 7, compactRevision: 3, stats: () => ({ keys: 5, watchers: 2, bytesOnDisk: 100, transactions: 9, commits: 4 }) },
  own: new Map<string, Readable>([['kube-scheduler', { metrics: createCounts({ waiting: () => ({ active: 1, backoff: 0, unschedulable: 0 }), pods: () => [] }).text }], ['log-collector', logMetrics({ firstId: 11, lastId: 30, stored: () => ({ bytes: 123, limitBytes: 456 }) }, { lost: () => ({ gaps: 2, ms: 1_500 }) })]]),
} as unknown as MetricsSources
const read = componentMetrics(sources)

it.each<[string, RegExp]>([
  ['etcd', /^etcd_mvcc_db_total_size_in_bytes 100$/m], ['kubelet', /^kubelet_running_pods\{node="n"\} 1$/m], ['kubelet/n', /^kubelet_running_pods\{node="n"\} 1$/m],
  ['cadvisor/n', /^cadvisor of n$/m], ['components', /^pilothouse_component_healthy\{component="event-log"\} 0$/m],
  ['log-collector', /^pilothouse_log_lines_total 30\n[^]*^pilothouse_log_gaps_total 2\n[^]*^pilothouse_log_gap_seconds_total 1.5\n[^]*^pilothouse_log_stored_lines 20\n[^]*^pilothouse_log_stored_bytes 123\n[^]*^pilothouse_log_limit_bytes 456$/m],
  ['event-log', /^pilothouse_component_healthy\{component="event-log"\} 0$/m], ['metrics', /^pilothouse_component_healthy\{component="metrics"\} 1$/m],
])('%s', async (path, text) => expect(await read(path)).toMatch(text))

it('every component that is there has its page', async () => {
  for (const { name } of sources.components()) {
    const text = await read(name) ?? ''
    const families = [...text.matchAll(/^# TYPE (\w+) (?:counter|gauge|histogram)$/gm)].map(([, family]) => family)
    expect(families.length, name).toBeGreaterThan(0)
    expect(new Set(families).size, name).toBe(families.length)
    expect(() => parsePrometheus(text), name).not.toThrow()
  }
})
it.each(['nobody', 'kubelet/other', 'cadvisor/other', 'event-log/n', ''])('nothing at %j', async (path) => expect(await read(path)).toBeUndefined())
it('work queues, under the names of client-go', async () => {
  const clock = new FakeClock()
  const queue = countedQueue('job-controller', (counts) => createWorkQueue(clock, counts, () => clock.now()))
  for (const key of ['a', 'b', 'c']) queue.add(key)
  await clock.advance(2_000)
  queue.take()
  await clock.advance(500)
  queue.take()
  queue.done('b')
  queue.addAfter('d', 1)
  const text = await read('kube-controller-manager') ?? ''
  for (const line of [
    'workqueue_depth{name="job-controller"} 1', 'workqueue_adds_total{name="job-controller"} 3', 'workqueue_retries_total{name="job-controller"} 1',
    'workqueue_queue_duration_seconds_bucket{name="job-controller",le="1"} 0', 'workqueue_queue_duration_seconds_bucket{name="job-controller",le="10"} 2', 'workqueue_queue_duration_seconds_sum{name="job-controller"} 4.5',
    'workqueue_work_duration_seconds_bucket{name="job-controller",le="1e-8"} 1', 'workqueue_work_duration_seconds_count{name="job-controller"} 1',
    'workqueue_unfinished_work_seconds{name="job-controller"} 0.5', 'workqueue_longest_running_processor_seconds{name="job-controller"} 0.5',
  ]) expect(text.split('\n')).toContain(line)
  for (const counted of ['adds', 'retries']) expect(text).toContain(`# TYPE workqueue_${counted}_total counter`)
  forgetQueue('job-controller', queue)
  expect(await read('kube-controller-manager')).not.toContain('job-controller')
})
