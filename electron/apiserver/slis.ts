/**
 * The results of the health checks as numbers (/metrics/slis). Upstream counts what a kubelet asks for; here nobody asks all the
 * time, so the checks are run when the numbers are read. Source: Kubernetes documentation, "Kubernetes Component SLI Metrics".
 */
import type { Check, Endpoint } from './health.ts'

const ENDPOINTS: readonly Endpoint[] = ['healthz', 'livez', 'readyz']

export function createSlis(checks: (endpoint: Endpoint) => ReadonlyMap<string, Check>): () => string {
  const counts = new Map<string, number>()
  return () => {
    const now: string[] = []
    for (const type of ENDPOINTS) {
      for (const [name, check] of checks(type)) {
        const fault = check()
        now.push(`kubernetes_healthcheck{name="${name}",type="${type}"} ${fault === undefined ? 1 : 0}`)
        const key = `kubernetes_healthchecks_total{name="${name}",status="${fault === undefined ? 'success' : 'error'}",type="${type}"}`
        counts.set(key, (counts.get(key) ?? 0) + 1)
      }
    }
    return [
      '# HELP kubernetes_healthcheck [STABLE] Whether a check of the health went well.', '# TYPE kubernetes_healthcheck gauge', ...now.sort(),
      '# HELP kubernetes_healthchecks_total [STABLE] How often a check of the health went how.', '# TYPE kubernetes_healthchecks_total counter',
      ...[...counts].map(([key, count]) => `${key} ${count}`).sort(), '',
    ].join('\n')
  }
}
