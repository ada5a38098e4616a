/**
 * Prometheus endpoints of the components: each has a registry of its own under /metrics/NAME of the API server, which also
 * decides who may read it. What is not counted anyway is looked at when somebody reads.
 */
import { Registry } from 'prom-client'
import type { Pod } from '../../shared/api/types.ts'
import type { Component } from '../client/component.ts'
import { QUEUE_BOUNDS, queueStats, type QueueStats } from '../client/queue-stats.ts'
import type { Informer } from '../client/types.ts'
import { kubeletText, type KubeletSources } from './kubelet-metrics.ts'
import type { Store, StoreStats } from '../etcd/types.ts'
import type { Metrics } from '../metrics/index.ts'
import { counter, gauge, histogram } from '../prometheus/kept.ts'

/** As a registry. */
export interface Readable {
  metrics(): Promise<string>
}
export interface MetricsSources {
  readonly components: () => readonly Component[]
  readonly pods: Informer<Pod>
  readonly nodes: () => readonly string[]
  /** What the kubelet of a node says of itself. */
  readonly numbers: KubeletSources['numbers']
  readonly metrics: Metrics
  readonly store: Pick<Store<unknown>, 'revision' | 'compactRevision' | 'stats'>
  /** Of components that keep their own counters, by component name. */
  readonly own: ReadonlyMap<string, Readable>
}

function managerPage(): Registry {
  const registry = new Registry()
  const told = (name: string, help: string) => ({ name: `workqueue_${name}`, help, labelNames: ['name'] })
  const each = <T>(value: (q: QueueStats) => T) => () => queueStats().map((q) => [{ name: q.name }, value(q)] as const)
  gauge(registry, told('depth', 'Keys that wait.'), each((q) => q.depth))
  counter(registry, told('adds_total', 'Keys that came to wait.'), each((q) => q.counts.adds))
  counter(registry, told('retries_total', 'Keys put off to be looked at again.'), each((q) => q.counts.retries))
  histogram(registry, told('queue_duration_seconds', 'Seconds that keys waited.'), QUEUE_BOUNDS, each((q) => q.counts.waited))
  histogram(registry, told('work_duration_seconds', 'Seconds of work on a key.'), QUEUE_BOUNDS, each((q) => q.counts.worked))
  gauge(registry, told('unfinished_work_seconds', 'Seconds of work, of all keys together that are in work now.'), each((q) => q.running.reduce((a, b) => a + b, 0)))
  gauge(registry, told('longest_running_processor_seconds', 'Seconds that one key has been in work, of those that are now: the longest.'), each((q) => Math.max(0, ...q.running)))
  return registry
}
function etcdPage(store: MetricsSources['store']): Registry {
  const registry = new Registry()
  gauge(registry, { name: 'etcd_debugging_mvcc_current_revision', help: 'The revision of the last transaction.' }, () => store.revision)
  gauge(registry, { name: 'etcd_debugging_mvcc_compact_revision', help: 'History before it has been forgotten.' }, () => store.compactRevision)
  const ofStore = (name: string, help: string, value: (s: StoreStats) => number): unknown => gauge(registry, { name, help }, () => value(store.stats()))
  ofStore('etcd_debugging_mvcc_keys_total', 'Keys there are.', (s) => s.keys)
  ofStore('etcd_debugging_mvcc_watcher_total', 'Watches that are open.', (s) => s.watchers)
  ofStore('etcd_mvcc_db_total_size_in_bytes', 'Bytes on disk.', (s) => s.bytesOnDisk)
  ofStore('etcd_mvcc_txn_total', 'Transactions since the start.', (s) => s.transactions)
  ofStore('etcd_disk_wal_fsync_total', 'Writes to the disk since the start; each carries the transactions that came together.', (s) => s.commits)
  return registry
}
function healthPage(components: () => readonly Component[]): Registry {
  const registry = new Registry()
  gauge(registry, { name: 'pilothouse_component_healthy', help: 'Whether a component is well.', labelNames: ['component'] }, () => components().map((c) => [{ component: c.name }, c.health().healthy ? 1 : 0] as const))
  return registry
}

/** Text by path below /metrics: `etcd`, `kube-scheduler`, `kubelet`, `kubelet/NODE`, `cadvisor/NODE`. */
export function componentMetrics({ components, pods, nodes, numbers, metrics, store, own }: MetricsSources): (path: string) => Promise<string | undefined> {
  const pages = new Map<string, Readable>([
    ['etcd', etcdPage(store)], ['kube-controller-manager', managerPage()], ['components', healthPage(components)], ...own,
  ])
  return async (path) => {
    const [first = '', node] = path.split('/')
    const named = node === undefined ? nodes() : nodes().filter((n) => n === node)
    if (first === 'cadvisor') return named.length ? metrics.cadvisor(named) : undefined
    if (first === 'kubelet') return named.length || node === undefined ? kubeletText({ names: named, pods: pods.list(), numbers }) : undefined
    if (node !== undefined) return undefined
    // What counts nothing says how it is.
    const page = pages.get(first) ?? (components().some((c) => c.name === first) ? healthPage(() => components().filter((c) => c.name === first)) : undefined)
    return page?.metrics()
  }
}
