/** The counters of the ingress controller. Plain numbers until somebody reads them: each answer would pay for the library's. */
import { Registry } from 'prom-client'
import { counter, gauge } from '../prometheus/kept.ts'

export interface IngressCounts {
  /** An answer has gone out whole, or its connection has ended. */
  answered(code: number, milliseconds: number): void
  /** In Prometheus' text form. */
  text(): Promise<string>
}

/** @param ingresses how many are served now */
export function createIngressCounts(ingresses: () => number): IngressCounts {
  const counts = new Map<number, number>()
  let seconds = 0
  const registry = new Registry()
  gauge(registry, { name: 'pilothouse_ingress_served', help: 'Ingresses of ours.' }, ingresses)
  counter(registry, { name: 'pilothouse_ingress_requests_total', help: 'Answers, by their code.', labelNames: ['code'] }, () => [...counts].toSorted(([a], [b]) => a - b).map(([code, n]) => [{ code: String(code) }, n] as const))
  counter(registry, { name: 'pilothouse_ingress_request_duration_seconds_sum', help: 'Seconds until answers were whole.' }, () => seconds)
  return {
    answered(code, milliseconds) {
      counts.set(code, (counts.get(code) ?? 0) + 1)
      seconds += milliseconds / 1000
    },
    text: () => registry.metrics(),
  }
}
