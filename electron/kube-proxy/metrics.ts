/** What kube-proxy counts, under upstream's names. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { ServicePort } from './model.ts'

/** Upper bounds in seconds. */
const BUCKETS = [0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024, 2.048, 4.096, 8.192]

export interface ProxyMetrics {
  changed(): void
  computed(ports: readonly ServicePort[]): void
  synced(milliseconds: number, full: boolean): void
  failed(): void
  /** Text for Prometheus. */
  text(): Promise<string>
}

export function createProxyMetrics(): ProxyMetrics {
  const registry = new Registry()
  const registers = [registry]
  const changes = new Counter({ name: 'kubeproxy_sync_proxy_rules_service_changes_total', help: 'Changes of Services and their endpoints', registers })
  const failures = new Counter({ name: 'kubeproxy_sync_proxy_rules_iptables_restore_failures_total', help: 'Syncs that failed', registers })
  const last = new Gauge({ name: 'kubeproxy_sync_proxy_rules_last_timestamp_seconds', help: 'When the rules were last written', registers })
  const ports = new Gauge({ name: 'kubeproxy_proxied_service_ports', help: 'Ports of Services with rules', registers })
  const endpoints = new Gauge({ name: 'kubeproxy_proxied_endpoints', help: 'Endpoints that traffic is led to', registers })
  const duration = (kind: 'full' | 'partial'): Histogram => new Histogram({ name: `kubeproxy_sync_${kind}_proxy_rules_duration_seconds`, help: 'How long it took to write the rules', buckets: BUCKETS, registers })
  const sync = { full: duration('full'), partial: duration('partial') }
  return {
    changed: () => changes.inc(),
    computed(all) {
      ports.set(all.length)
      endpoints.set(all.reduce((n, p) => n + p.endpoints.length, 0))
    },
    synced(milliseconds, full) {
      sync[full ? 'full' : 'partial'].observe(milliseconds / 1000)
      last.set(Date.now() / 1000)
    },
    failed: () => failures.inc(),
    text: () => registry.metrics(),
  }
}
