/**
 * Prometheus endpoints of the components: each has a registry of its own under /metrics/NAME of the API server, which also
 * decides who may read it. What is not counted anyway is looked at when somebody reads.
 */
import type { Pod } from '../../shared/api/types.ts'
import type { Component } from '../client/component.ts'
import { queueStats } from '../client/queue-stats.ts'
import type { Informer } from '../client/types.ts'
import type { Store, StoreStats } from '../etcd/types.ts'
import type { Metrics } from '../metrics/index.ts'

export interface MetricsSources {
  readonly components: () => readonly Component[]
  readonly pods: Informer<Pod>
  readonly nodes: () => readonly string[]
  readonly metrics: Metrics
  readonly store: Pick<Store<unknown>, 'revision' | 'compactRevision' | 'stats'>
  /** Text of components that keep their own counters, by component name. */
  readonly own: ReadonlyMap<string, () => string>
}

type Readable = { metrics(): Promise<string> }
const running = (pod: Pod): boolean => pod.status?.phase === 'Running'

/** Text by path below /metrics: `etcd`, `kube-scheduler`, `kubelet`, `kubelet/NODE`, `cadvisor/NODE`. The library is loaded at the first reading. */
export function componentMetrics(sources: MetricsSources): (path: string) => Promise<string | undefined> {
  let kubeletOf: (names: () => readonly string[]) => Readable
  let registries: Promise<Map<string, Readable>> | undefined

  async function build(): Promise<Map<string, Readable>> {
    const { Gauge, Registry } = await import('prom-client')
    const gauge = (registry: InstanceType<typeof Registry>, name: string, help: string, labelNames: string[], collect: (set: (labels: Record<string, string>, value: number) => void) => void): unknown =>
      new Gauge({ name, help, labelNames, registers: [registry], collect() { this.reset(); collect((labels, value) => this.set(labels, value)) } })

    const scheduler = new Registry()
    gauge(scheduler, 'scheduler_pending_pods', 'Pods without a node.', [], (set) => set({}, sources.pods.list().filter((p) => !p.spec.nodeName && !p.metadata.deletionTimestamp).length))
    gauge(scheduler, 'scheduler_bound_pods', 'Pods that have a node.', [], (set) => set({}, sources.pods.list().filter((p) => p.spec.nodeName).length))

    const manager = new Registry()
    const queue = (name: string, help: string, value: (q: ReturnType<typeof queueStats>[number]) => number): unknown =>
      gauge(manager, name, help, ['name'], (set) => { for (const q of queueStats()) set({ name: q.name }, value(q)) })
    queue('workqueue_depth', 'Keys that wait.', (q) => q.depth)
    queue('workqueue_adds_total', 'Keys taken into work.', (q) => q.taken)
    queue('workqueue_retries_total', 'Keys that failed and were put back.', (q) => q.failed)
    queue('workqueue_work_duration_seconds_sum', 'Seconds of work.', (q) => q.milliseconds / 1000)

    const etcd = new Registry()
    gauge(etcd, 'etcd_debugging_mvcc_current_revision', 'The revision of the last transaction.', [], (set) => set({}, sources.store.revision))
    gauge(etcd, 'etcd_debugging_mvcc_compact_revision', 'History before it has been forgotten.', [], (set) => set({}, sources.store.compactRevision))
    const ofStore = (name: string, help: string, value: (s: StoreStats) => number): unknown => gauge(etcd, name, help, [], (set) => set({}, value(sources.store.stats())))
    ofStore('etcd_debugging_mvcc_keys_total', 'Keys there are.', (s) => s.keys)
    ofStore('etcd_debugging_mvcc_watcher_total', 'Watches that are open.', (s) => s.watchers)
    ofStore('etcd_mvcc_db_total_size_in_bytes', 'Bytes on disk.', (s) => s.bytesOnDisk)
    ofStore('etcd_mvcc_txn_total', 'Transactions since the start.', (s) => s.transactions)
    ofStore('etcd_disk_wal_fsync_total', 'Writes to the disk since the start; each carries the transactions that came together.', (s) => s.commits)

    kubeletOf = (names) => {
      const kubelet = new Registry()
      const perNode = (name: string, help: string, count: (p: Pod) => number): unknown =>
        gauge(kubelet, name, help, ['node'], (set) => {
          const totals = new Map(names().map((n) => [n, 0]))
          for (const p of sources.pods.list()) if (totals.has(p.spec.nodeName ?? '')) totals.set(p.spec.nodeName ?? '', (totals.get(p.spec.nodeName ?? '') ?? 0) + count(p))
          for (const [node, value] of totals) set({ node }, value)
        })
      perNode('kubelet_running_pods', 'Pods that run.', (p) => (running(p) ? 1 : 0))
      perNode('kubelet_running_containers', 'Containers that run.', (p) => (p.status?.containerStatuses ?? []).filter((c) => c.state?.running).length)
      return kubelet
    }
    const registry = new Map<string, Readable>([['etcd', etcd], ['kube-scheduler', scheduler], ['kube-controller-manager', manager], ['kubelet', kubeletOf(sources.nodes)]])
    for (const [name, text] of sources.own) registry.set(name, { metrics: async () => text() })
    const health = new Registry()
    gauge(health, 'pilothouse_component_healthy', 'Whether a component is well.', ['component'], (set) => { for (const c of sources.components()) set({ component: c.name }, c.health().healthy ? 1 : 0) })
    registry.set('components', health)
    return registry
  }
  return async (path) => {
    const [first = '', node] = path.split('/')
    if (first === 'cadvisor') {
      const names = node === undefined ? sources.nodes() : sources.nodes().filter((n) => n === node)
      return names.length ? names.map((n) => sources.metrics.cadvisor(n)).join('') : undefined
    }
    if (node !== undefined && (first !== 'kubelet' || !sources.nodes().includes(node))) return undefined
    const found = (await (registries ??= build())).get(first)
    if (found) return (node === undefined ? found : kubeletOf(() => [node])).metrics()
    // What counts nothing says how it is.
    const part = sources.components().find((c) => c.name === first)
    return part && [
      '# HELP pilothouse_component_healthy Whether a component is well.', '# TYPE pilothouse_component_healthy gauge',
      `pilothouse_component_healthy{component="${part.name}"} ${part.health().healthy ? 1 : 0}`, '',
    ].join('\n')
  }
}
