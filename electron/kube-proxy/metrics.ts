/** What kube-proxy counts, under upstream's names. The library is loaded when somebody asks: most starts never do. */
import type { Registry } from 'prom-client'
import type { ServicePort } from './model.ts'

/** Upper bounds in seconds. */
const BUCKETS = [0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024, 2.048, 4.096, 8.192]

class Histogram {
  readonly counts = Array.from({ length: BUCKETS.length + 1 }, () => 0)
  sum = 0
  observe(seconds: number): void {
    const at = BUCKETS.findIndex((bound) => seconds <= bound)
    const index = at < 0 ? BUCKETS.length : at
    this.counts[index] = (this.counts[index] ?? 0) + 1
    this.sum += seconds
  }
}

export interface ProxyMetrics {
  changed(): void
  computed(ports: readonly ServicePort[]): void
  synced(milliseconds: number, full: boolean): void
  failed(): void
  /** Text for Prometheus. */
  text(): Promise<string>
}

export function createProxyMetrics(): ProxyMetrics {
  const sync = { full: new Histogram(), partial: new Histogram() }
  let changes = 0
  let failures = 0
  let last = 0
  let ports = 0
  let endpoints = 0
  return {
    changed: () => { changes++ },
    computed(all) {
      ports = all.length
      endpoints = all.reduce((n, p) => n + p.endpoints.length, 0)
    },
    synced(milliseconds, full) {
      sync[full ? 'full' : 'partial'].observe(milliseconds / 1000)
      last = Date.now() / 1000
    },
    failed: () => { failures++ },
    async text() {
      const { Counter, Gauge, Registry } = await import('prom-client')
      const register: Registry = new Registry()
      const registers = [register]
      const gauge = (name: string, help: string, value: number): void => new Gauge({ name, help, registers }).set(value)
      const counter = (name: string, help: string, value: number): void => new Counter({ name, help, registers }).inc(value)
      counter('kubeproxy_sync_proxy_rules_service_changes_total', 'Changes of Services and their endpoints', changes)
      counter('kubeproxy_sync_proxy_rules_iptables_restore_failures_total', 'Syncs that failed', failures)
      gauge('kubeproxy_sync_proxy_rules_last_timestamp_seconds', 'When the rules were last written', last)
      gauge('kubeproxy_proxied_service_ports', 'Ports of Services with rules', ports)
      gauge('kubeproxy_proxied_endpoints', 'Endpoints that traffic is led to', endpoints)
      const histogram = (['full', 'partial'] as const).map((kind) => lines(`kubeproxy_sync_${kind}_proxy_rules_duration_seconds`, sync[kind]))
      return `${await register.metrics()}${histogram.join('')}`
    },
  }
}

/** prom-client has no way to set a histogram from outside. */
function lines(name: string, { counts, sum }: Histogram): string {
  let total = 0
  const buckets = counts.map((n, i) => `${name}_bucket{le="${BUCKETS[i] ?? '+Inf'}"} ${(total += n)}\n`)
  return `# HELP ${name} How long it took to write the rules\n# TYPE ${name} histogram\n${buckets.join('')}${name}_sum ${sum}\n${name}_count ${total}\n`
}
