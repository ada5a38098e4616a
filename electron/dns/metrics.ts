/**
 * The counters of the DNS server, under CoreDNS's names, so that its dashboards fit. Plain numbers until somebody reads them: each answer
 * would pay for the library's. Source: CoreDNS, plugin/metrics.
 */
import { exponentialBuckets, Registry } from 'prom-client'
import { counter, gauge, histogram, type Row } from '../prometheus/kept.ts'
import { Tally } from '../prometheus/tally.ts'
import { CODES, type Code } from './message.ts'
import type { Asked, Observer, Source } from './respond.ts'

const SECONDS = exponentialBuckets(0.00025, 2, 16)
const SIZES = [0, 100, 200, 300, 400, 511, 1023, 2047, 4095, 8291, 16e3, 32e3, 48e3, 64e3]
/** Those that are told by name. */
const TYPES = ['A', 'AAAA', 'MX', 'SOA', 'CNAME', 'PTR', 'TXT', 'NS', 'SRV', 'DS', 'DNSKEY', 'RRSIG', 'NSEC', 'NSEC3', 'HTTPS', 'IXFR', 'AXFR', 'ANY']
const TRANSPORTS = ['udp', 'tcp'] as const
/** Who answered; '' where it was nobody's part. */
const PLUGINS: Readonly<Record<Source, string>> = { zone: 'kubernetes', forward: 'forward', server: '' }
/** It serves every name there is, and on IPv4. */
const FAMILY = '1'
const ZONE = { zone: '.', view: '' }

export interface DnsCounts extends Observer {
  /** In Prometheus' text form. */
  text(): Promise<string>
}
/** What others know. */
export interface DnsNow {
  /** Where it listens, as `dns://ADDRESS:PORT`. */
  server(): string
  /** Forwarded questions. */
  underWay(): number
  names(): number
}

export function createCounts({ server, underWay, names }: DnsNow): DnsCounts {
  const ofType = (type: string) => ({ type, udp: 0, tcp: 0, seconds: new Tally(SECONDS) })
  const other = ofType('other')
  const types = new Map(TYPES.map((type) => [type, ofType(type)]))
  const all = [...types.values(), other]
  const codes = new Map(Object.keys(CODES).map((code) => [code as Code, { zone: 0, forward: 0, server: 0 }]))
  const asked = { udp: new Tally(SIZES), tcp: new Tally(SIZES) }
  const answered = { udp: new Tally(SIZES), tcp: new Tally(SIZES) }
  let secured = 0
  const registry = new Registry()
  const where = () => ({ server: server(), ...ZONE })
  const told = (name: string, help: string, ...more: string[]) => ({ name: `coredns_dns_${name}`, help, labelNames: ['server', 'zone', 'view', ...more] })
  const sizes = (name: string, help: string, of: typeof asked): unknown =>
    histogram(registry, told(name, help, 'proto'), SIZES, () => TRANSPORTS.filter((proto) => of[proto].sum).map((proto) => [{ ...where(), proto }, of[proto]] as const))
  counter(registry, told('requests_total', 'Questions, by transport and type.', 'proto', 'family', 'type'),
    () => all.flatMap((t) => TRANSPORTS.filter((proto) => t[proto]).map((proto): Row => [{ ...where(), proto, family: FAMILY, type: t.type }, t[proto]])))
  counter(registry, told('do_requests_total', 'Questions for signatures, too.'), () => [[where(), secured]])
  histogram(registry, told('request_duration_seconds', 'Seconds until questions were answered.', 'type'), SECONDS, () => all.filter((t) => t.udp + t.tcp).map((t) => [{ ...where(), type: t.type }, t.seconds] as const))
  sizes('request_size_bytes', 'Bytes of questions.', asked)
  sizes('response_size_bytes', 'Bytes of answers.', answered)
  counter(registry, told('responses_total', 'Answers, by their code and who answered.', 'rcode', 'plugin'),
    () => [...codes].flatMap(([rcode, by]) => (Object.keys(PLUGINS) as Source[]).filter((source) => by[source]).map((source): Row => [{ ...where(), rcode, plugin: PLUGINS[source] }, by[source]])))
  gauge(registry, { name: 'coredns_forward_requests_under_way', help: 'Questions that other resolvers have now.' }, underWay)
  gauge(registry, { name: 'pilothouse_dns_zone_names', help: 'Names in the cluster\'s zone.' }, names)
  return {
    answered({ transport, type, size, dnssec, began }: Asked, code: Code, source: Source, bytes: number) {
      const own = types.get(type) ?? other
      own[transport]++
      own.seconds.observe((performance.now() - began) / 1000)
      asked[transport].observe(size)
      answered[transport].observe(bytes)
      if (dnssec) secured++
      const by = codes.get(code)
      if (by) by[source]++
    },
    text: () => registry.metrics(),
  }
}
