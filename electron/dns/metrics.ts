/** The counters of the DNS server, under CoreDNS's names, so that its dashboards fit. Plain numbers until somebody reads them. */
import { Registry } from 'prom-client'
import { counter, gauge } from '../prometheus/kept.ts'
import type { Code } from './message.ts'
import type { Observer, Transport } from './respond.ts'

export interface DnsCounts extends Observer {
  readonly total: number
  /** In Prometheus' text form. */
  text(): Promise<string>
}
/** What others know. */
export interface DnsNow {
  /** Forwarded questions. */
  underWay(): number
  names(): number
}

export function createCounts({ underWay, names }: DnsNow): DnsCounts {
  // Not the library's: each answer would pay for it.
  const counts = new Map<string, { readonly labels: Record<string, string>; answers: number }>()
  let total = 0
  const registry = new Registry()
  counter(registry, { name: 'coredns_dns_responses_total', help: 'Answers, by transport, code and who answered.', labelNames: ['proto', 'rcode', 'plugin'] }, () => [...counts.values()].map(({ labels, answers }) => [labels, answers] as const))
  gauge(registry, { name: 'coredns_forward_requests_under_way', help: 'Questions that other resolvers have now.' }, underWay)
  gauge(registry, { name: 'pilothouse_dns_zone_names', help: 'Names in the cluster\'s zone.' }, names)
  return {
    get total() {
      return total
    },
    answered(code: Code, source: 'zone' | 'forward', transport: Transport) {
      total++
      const key = `${transport} ${code} ${source}`
      const own = counts.get(key)
      if (own) own.answers++
      else counts.set(key, { labels: { proto: transport, rcode: code, plugin: source === 'zone' ? 'kubernetes' : 'forward' }, answers: 1 })
    },
    text: () => registry.metrics(),
  }
}
