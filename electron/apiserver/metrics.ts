/** The server's own metrics, under Kubernetes' names. One registry a server, so that two servers in one process do not mix. */
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import type { FlowControl } from './flowcontrol/flow-control.ts'
import { gauge } from '../prometheus/kept.ts'
import { registerFlowMetrics } from './flowcontrol/metrics.ts'
import type { Env } from './registry/env.ts'

export interface Metrics {
  observe(verb: string, resource: string, subresource: string, code: number, seconds: number): void
  watchStarted(): () => void
  text(): Promise<string>
  readonly contentType: string
}

export function createMetrics(env: Pick<Env, 'store'>, flow: FlowControl): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const total = new Counter({ name: 'apiserver_request_total', help: 'Requests, by verb, resource and code.', labelNames: ['verb', 'resource', 'subresource', 'code'], registers })
  const duration = new Histogram({ name: 'apiserver_request_duration_seconds', help: 'Time to answer, without watches.', labelNames: ['verb', 'resource'], buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5], registers })
  const watchers = new Gauge({ name: 'apiserver_longrunning_requests', help: 'Watches under way.', registers })
  const storage = (name: string, help: string, read: (s: ReturnType<Env['store']['stats']>) => number): unknown =>
    gauge(registry, { name, help }, () => read(env.store.stats()))
  storage('etcd_debugging_mvcc_keys_total', 'Keys in the store.', (s) => s.keys)
  storage('etcd_mvcc_db_total_size_in_bytes', 'Size of the store on disk.', (s) => s.bytesOnDisk)
  storage('etcd_debugging_mvcc_watcher_total', 'Watchers of the store.', (s) => s.watchers)
  registerFlowMetrics(registry, flow)
  let processMetrics = false
  return {
    contentType: registry.contentType,
    observe(verb, resource, subresource, code, seconds) {
      total.inc({ verb, resource, subresource, code })
      if (verb !== 'watch') duration.observe({ verb, resource }, seconds)
    },
    watchStarted() {
      watchers.inc()
      return () => watchers.dec()
    },
    text() {
      // Process metrics install observers: only once somebody reads them.
      if (!processMetrics) collectDefaultMetrics({ register: registry })
      processMetrics = true
      return registry.metrics()
    },
  }
}
