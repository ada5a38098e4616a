/** What kube-proxy counts, under upstream's names. Source: kubernetes pkg/proxy/metrics. */
import { Counter, exponentialBuckets, Gauge, Histogram, Registry } from 'prom-client'
import type { Clock } from '../../shared/clock.ts'
import type { ServicePort } from './model.ts'
import type { Changed } from './tracker.ts'

/** Upper bounds in seconds. */
const BUCKETS = exponentialBuckets(0.001, 2, 15)
/** The family that Services have here. */
const FAMILY = { ip_family: 'IPv4' }

export interface ProxyMetrics {
  changed(what: Changed): void
  computed(ports: readonly ServicePort[]): void
  synced(milliseconds: number, full: boolean): void
  failed(): void
  /** Text for Prometheus. */
  text(): Promise<string>
}

export function createProxyMetrics(clock: Pick<Clock, 'now'>): ProxyMetrics {
  const registry = new Registry()
  const registers = [registry]
  const sync = 'kubeproxy_sync_proxy_rules'
  const labelNames = Object.keys(FAMILY)
  const duration = (name: string, help: string): Histogram.Internal<string> => {
    const made = new Histogram({ name, help, labelNames, buckets: BUCKETS, registers })
    made.zero(FAMILY)
    return made.labels(FAMILY)
  }
  const changes = {
    service: new Counter({ name: `${sync}_service_changes_total`, help: 'Changes of Services.', registers }),
    endpoints: new Counter({ name: `${sync}_endpoint_changes_total`, help: 'Changes of the endpoints of Services.', registers }),
  }
  const failures = new Counter({ name: `${sync}_iptables_restore_failures_total`, help: 'Syncs that failed.', labelNames, registers }).labels(FAMILY)
  const queued = new Gauge({ name: `${sync}_last_queued_timestamp_seconds`, help: 'When something last changed that rules follow.', labelNames, registers }).labels(FAMILY)
  const last = new Gauge({ name: `${sync}_last_timestamp_seconds`, help: 'When the rules were last written.', labelNames, registers }).labels(FAMILY)
  const ports = new Gauge({ name: 'kubeproxy_proxied_service_ports', help: 'Ports of Services with rules.', registers })
  const endpoints = new Gauge({ name: 'kubeproxy_proxied_endpoints', help: 'Endpoints that traffic is led to.', registers })
  const all = duration(`${sync}_duration_seconds`, 'Seconds that it took to write what had changed, or all.')
  const full = duration('kubeproxy_sync_full_proxy_rules_duration_seconds', 'Seconds that it took to write all rules.')
  const partial = duration('kubeproxy_sync_partial_proxy_rules_duration_seconds', 'Seconds that it took to write what had changed.')
  failures.inc(0)
  return {
    changed(what) {
      changes[what].inc()
      queued.set(clock.now() / 1000)
    },
    computed(now) {
      ports.set(now.length)
      endpoints.set(now.reduce((n, p) => n + p.endpoints.length, 0))
    },
    synced(milliseconds, whole) {
      for (const each of [all, whole ? full : partial]) each.observe(milliseconds / 1000)
      last.set(clock.now() / 1000)
    },
    failed: () => failures.inc(),
    text: () => registry.metrics(),
  }
}
