/** Each component of the picture answers Prometheus, and nothing else does. */
import { expect, it } from 'vitest'
import type { Component } from '../client/component.ts'
import { componentMetrics, type MetricsSources } from './component-metrics.ts'
import { parsePrometheus } from '../metrics/custom/parse.ts'
import { logMetrics } from './log-metrics.ts'

const part = (name: string, healthy: boolean): Component => ({ name, start: async () => undefined, stop: async () => undefined, health: () => ({ healthy, message: '' }) })
const sources = {
  components: () => ['kube-scheduler', 'kube-controller-manager', 'local-node-controller', 'log-collector', 'event-log', 'metrics', 'kubelet'].map((n) => part(n, n !== 'event-log')),
  pods: { list: () => [{ metadata: {}, spec: { nodeName: 'n' }, status: { phase: 'Running' } }, { metadata: {}, spec: {} }] }, nodes: () => ['n'],
  metrics: { cadvisor: async (names: string[]) => `cadvisor of ${names}\n` },
  store: { revision: 7, compactRevision: 3, stats: () => ({ keys: 5, watchers: 2, bytesOnDisk: 100, transactions: 9, commits: 4 }) },
  own: new Map([['log-collector', logMetrics({ firstId: 11, lastId: 30, stored: () => ({ bytes: 123, limitBytes: 456 }) }, { lost: () => ({ gaps: 2, ms: 1_500 }) })]]),
} as unknown as MetricsSources
const read = componentMetrics(sources)

it.each<[string, RegExp]>([
  ['etcd', /^etcd_mvcc_db_total_size_in_bytes 100$/m], ['kube-scheduler', /^scheduler_pending_pods 1$/m], ['kubelet', /^kubelet_running_pods\{node="n"\} 1$/m], ['kubelet/n', /^kubelet_running_pods\{node="n"\} 1$/m],
  ['cadvisor/n', /^cadvisor of n$/m], ['components', /^pilothouse_component_healthy\{component="event-log"\} 0$/m],
  ['log-collector', /^pilothouse_log_lines_total 30\n[^]*^pilothouse_log_gaps_total 2\n[^]*^pilothouse_log_gap_seconds_total 1.5\n[^]*^pilothouse_log_stored_lines 20\n[^]*^pilothouse_log_stored_bytes 123\n[^]*^pilothouse_log_limit_bytes 456$/m],
  ['event-log', /^pilothouse_component_healthy\{component="event-log"\} 0$/m], ['metrics', /^pilothouse_component_healthy\{component="metrics"\} 1$/m],
])('%s', async (path, text) => expect(await read(path)).toMatch(text))

it('every component that is there has its page', async () => {
  for (const { name } of sources.components()) {
    const text = await read(name) ?? ''
    const families = [...text.matchAll(/^# TYPE (\w+) (?:counter|gauge)$/gm)].map(([, family]) => family)
    expect(families.length, name).toBeGreaterThan(0)
    expect(new Set(families).size, name).toBe(families.length)
    expect(() => parsePrometheus(text), name).not.toThrow()
  }
})
it.each(['nobody', 'kubelet/other', 'cadvisor/other', 'event-log/n', ''])('nothing at %j', async (path) => expect(await read(path)).toBeUndefined())
