/** The server's own metrics, under Kubernetes' names. One registry a server, so that two servers in one process do not mix. */
import { Gauge, Registry, collectDefaultMetrics } from 'prom-client'
import type { FlowControl } from './flowcontrol/flow-control.ts'
import { counter, gauge, histogram, type Row } from '../prometheus/kept.ts'
import { Tally } from '../prometheus/tally.ts'
import { registerFlowMetrics } from './flowcontrol/metrics.ts'
import type { Env } from './registry/env.ts'
import type { RequestInfo } from './request-info.ts'
import { labelKey, LABELS, requestLabels, type Asked, type RequestLabels } from './request-labels.ts'

/** Seconds. Source: kubernetes staging/src/k8s.io/apiserver/pkg/endpoints/metrics/metrics.go. */
const BUCKETS = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60]
const RUNNING = ['verb', 'group', 'version', 'resource', 'subresource', 'scope', 'component'] as const
/** Different requests that are told apart. A server has some hundreds. */
const MOST_KINDS = 5_000

export interface Metrics {
  /** @param info undefined: the path could not be read. @param served whether there is such a resource */
  observe(request: Asked, info: RequestInfo | undefined, served: boolean, code: number, seconds: number): void
  /** A watch, a log that is followed, a terminal. Returns its end. */
  began(request: Asked, info: RequestInfo): () => void
  /** @param names only these, where some are named */
  text(names?: readonly string[]): Promise<string>
  readonly contentType: string
}
export interface MetricsSources {
  readonly store: Env['store']
  readonly flow: FlowControl
  /** As /version tells it. */
  readonly version: Readonly<Record<string, string>>
  /** How many objects there are, by resource. */
  readonly objects: () => Iterable<{ readonly group: string; readonly resource: string; readonly count: number }>
  /** APIServices by name, and whether who serves them answers. */
  readonly apiServices: () => Iterable<{ readonly name: string; readonly available: boolean }>
}

/** What one sort of request is counted with: found once, by its labels. Every request comes by here, so it is counted in numbers, and told when somebody reads. */
interface Kept {
  readonly labels: RequestLabels
  readonly tally: Tally
  readonly codes: Map<number, number>
}

export function createMetrics({ store, flow, version, objects, apiServices }: MetricsSources): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const kept = new Map<string, Kept>()
  const counted = [...LABELS, 'code']
  counter(registry, { name: 'apiserver_request_total', help: '[STABLE] Requests, by what was asked and the code of the answer.', labelNames: counted }, () =>
    [...kept.values()].flatMap(({ labels, codes }) => [...codes].map(([code, n]): Row => [{ ...labels, code: String(code) }, n])))
  const timed = (name: string, help: string, fits: (labels: RequestLabels) => boolean): unknown => histogram(registry, { name, help, labelNames: LABELS }, BUCKETS, () => [...kept.values()].filter((k) => fits(k.labels)).map(({ labels, tally }) => [labels, tally] as const))
  timed('apiserver_request_duration_seconds', '[STABLE] Seconds until there was an answer, of all but watches.', ({ verb }) => verb !== 'WATCH')
  timed('apiserver_request_sli_duration_seconds', 'Seconds until there was an answer, of all but what goes on for long.', ({ verb, subresource }) => verb !== 'WATCH' && verb !== 'CONNECT' && subresource !== 'log')
  const running = new Gauge({ name: 'apiserver_longrunning_requests', help: '[STABLE] Watches, logs that are followed, terminals and forwarded ports that are open.', labelNames: RUNNING, registers })
  const storage = (name: string, help: string, read: (s: ReturnType<Env['store']['stats']>) => number): unknown => gauge(registry, { name, help }, () => read(store.stats()))
  storage('etcd_debugging_mvcc_keys_total', 'Keys in the store.', (s) => s.keys)
  storage('etcd_mvcc_db_total_size_in_bytes', 'Size of the store on disk.', (s) => s.bytesOnDisk)
  storage('etcd_debugging_mvcc_watcher_total', 'Watchers of the store.', (s) => s.watchers)
  gauge(registry, { name: 'apiserver_resource_objects', help: 'Objects that are stored, by resource.', labelNames: ['group', 'resource'] }, () => [...objects()].map(({ group, resource, count }): Row => [{ group, resource }, count]))
  gauge(registry, { name: 'apiserver_storage_objects', help: '[STABLE] Objects that are stored, by resource.', labelNames: ['resource'] }, () => [...objects()].map(({ group, resource, count }): Row => [{ resource: group ? `${resource}.${group}` : resource }, count]))
  gauge(registry, { name: 'aggregator_unavailable_apiservice', help: 'Whether an APIService does not answer.', labelNames: ['name'] }, () => [...apiServices()].map(({ name, available }): Row => [{ name }, available ? 0 : 1]))
  const build = Object.fromEntries(['major', 'minor', 'gitVersion', 'gitCommit', 'gitTreeState', 'buildDate', 'goVersion', 'compiler', 'platform'].map((field) => [field.replace(/[A-Z]/, (c) => `_${c.toLowerCase()}`), version[field] ?? '']))
  gauge(registry, { name: 'kubernetes_build_info', help: 'Which build this is.', labelNames: Object.keys(build) }, () => [[build, 1]])
  registerFlowMetrics(registry, flow)
  let processMetrics = false

  function keptOf(request: Asked, info: RequestInfo | undefined, served: boolean): Kept {
    const key = labelKey(request, info, served)
    let found = kept.get(key)
    if (found) return found
    const labels = requestLabels(request, info, served)
    // What goes beyond the bound is counted together, by its method: of these there are a few.
    if (info && kept.size >= MOST_KINDS) return keptOf(request, undefined, false)
    found = { labels, tally: new Tally(BUCKETS), codes: new Map() }
    kept.set(key, found)
    return found
  }
  return {
    contentType: registry.contentType,
    observe(request, info, served, code, seconds) {
      const { codes, tally } = keptOf(request, info, served)
      codes.set(code, (codes.get(code) ?? 0) + 1)
      tally.observe(seconds)
    },
    began(request, info) {
      const { verb, group, version: of, resource, subresource, scope, component } = requestLabels(request, info, true)
      const child = running.labels({ verb, group, version: of, resource, subresource, scope, component })
      child.inc()
      return () => child.dec()
    },
    async text(names = []) {
      if (names.length) return (await Promise.all(names.filter((name) => registry.getSingleMetric(name)).map((name) => registry.getSingleMetricAsString(name)))).map((text) => `${text}\n`).join('\n')
      // Process metrics install observers: only once somebody reads them.
      if (!processMetrics) collectDefaultMetrics({ register: registry })
      processMetrics = true
      return registry.metrics()
    },
  }
}
