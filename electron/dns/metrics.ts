/** The counters of the DNS server, under CoreDNS's names, so that its dashboards fit. Plain numbers until somebody reads them. */
import type { Code } from './message.ts'
import type { Observer, Transport } from './respond.ts'

export interface DnsCounts extends Observer {
  readonly total: number
  /** In Prometheus' text form. `underWay`: forwarded questions now. */
  text(underWay: number, names: number): string
}

export function createCounts(): DnsCounts {
  const counts = new Map<string, number>()
  let total = 0
  return {
    get total() {
      return total
    },
    answered(code: Code, source: 'zone' | 'forward', transport: Transport) {
      total++
      const key = `proto="${transport}",rcode="${code}",plugin="${source === 'zone' ? 'kubernetes' : 'forward'}"`
      counts.set(key, (counts.get(key) ?? 0) + 1)
    },
    text(underWay, names) {
      return [
        '# HELP coredns_dns_responses_total Answers, by transport, code and who answered.', '# TYPE coredns_dns_responses_total counter',
        ...[...counts].map(([labels, n]) => `coredns_dns_responses_total{${labels}} ${n}`),
        '# HELP coredns_forward_requests_under_way Questions that other resolvers have now.', '# TYPE coredns_forward_requests_under_way gauge', `coredns_forward_requests_under_way ${underWay}`,
        '# HELP pilothouse_dns_zone_names Names in the cluster\'s zone.', '# TYPE pilothouse_dns_zone_names gauge', `pilothouse_dns_zone_names ${names}`, '',
      ].join('\n')
    },
  }
}
