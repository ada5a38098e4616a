/** What kube-proxy counts, under upstream's names. */
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
  text(): string
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
    text: () => [
      line('kubeproxy_sync_proxy_rules_service_changes_total', 'counter', 'Changes of Services and their endpoints', changes),
      line('kubeproxy_sync_proxy_rules_iptables_restore_failures_total', 'counter', 'Syncs that failed', failures),
      line('kubeproxy_sync_proxy_rules_last_timestamp_seconds', 'gauge', 'When the rules were last written', last),
      line('kubeproxy_proxied_service_ports', 'gauge', 'Ports of Services with rules', ports),
      line('kubeproxy_proxied_endpoints', 'gauge', 'Endpoints that traffic is led to', endpoints),
      ...(['full', 'partial'] as const).map((kind) => lines(`kubeproxy_sync_${kind}_proxy_rules_duration_seconds`, sync[kind])),
    ].join(''),
  }
}

const line = (name: string, type: string, help: string, value: number): string => `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${name} ${value}\n`
function lines(name: string, { counts, sum }: Histogram): string {
  let total = 0
  const buckets = counts.map((n, i) => `${name}_bucket{le="${BUCKETS[i] ?? '+Inf'}"} ${(total += n)}\n`)
  return `# HELP ${name} How long it took to write the rules\n# TYPE ${name} histogram\n${buckets.join('')}${name}_sum ${sum}\n${name}_count ${total}\n`
}
