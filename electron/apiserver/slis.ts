/**
 * The results of the health checks as numbers (/metrics/slis). Upstream counts what a kubelet asks for; here nobody asks all the
 * time, so the checks are run when the numbers are read. Source: Kubernetes documentation, "Kubernetes Component SLI Metrics".
 */
import { Counter, Registry } from 'prom-client'
import { gauge, type Row } from '../prometheus/kept.ts'
import type { Check, Endpoint } from './health.ts'

const ENDPOINTS: readonly Endpoint[] = ['healthz', 'livez', 'readyz']

export function createSlis(checks: (endpoint: Endpoint) => ReadonlyMap<string, Check>): () => Promise<string> {
  const registry = new Registry()
  // Before the counter, which tells what it has counted.
  gauge(registry, { name: 'kubernetes_healthcheck', help: '[STABLE] Whether a check of the health went well.', labelNames: ['name', 'type'] }, () => ENDPOINTS.flatMap((type) => [...checks(type)].map(([name, check]): Row => {
    const well = check() === undefined
    total.inc({ name, status: well ? 'success' : 'error', type })
    return [{ name, type }, well ? 1 : 0]
  })))
  const total = new Counter({ name: 'kubernetes_healthchecks_total', help: '[STABLE] How often a check of the health went how.', labelNames: ['name', 'status', 'type'], registers: [registry] })
  return () => registry.metrics()
}
