/** `/etc/resolv.conf` of a pod, from its dnsPolicy and dnsConfig: pure. Source: Kubernetes documentation, "DNS for Services and Pods"; kubernetes pkg/kubelet/network/dns. */
import type { Pod } from '../../shared/api/types.ts'

export interface DnsConfig {
  readonly servers: readonly string[]
  readonly searches: readonly string[]
  /** `ndots:5`, `edns0`. */
  readonly options: readonly string[]
}
export interface ClusterDns {
  /** Address of the cluster's DNS Service; absent: there is none. */
  readonly server?: string | undefined
  /** `cluster.local` */
  readonly domain: string
}

const EMPTY: DnsConfig = { servers: [], searches: [], options: [] }
/** What resolvers take: more is cut, with a warning. */
const MOST_SERVERS = 3
const MOST_SEARCHES = 32
const LONGEST_SEARCH = 2048

/** The last `search` line counts, as in the resolver; comments begin with # or ;. */
export function parseResolvConf(text: string): DnsConfig {
  const servers: string[] = []
  let searches: string[] = []
  const options: string[] = []
  for (const line of text.split('\n')) {
    const [word, ...rest] = line.trim().split(/\s+/)
    if (word === 'nameserver' && rest[0]) servers.push(rest[0])
    else if (word === 'search' || word === 'domain') searches = rest
    else if (word === 'options') options.push(...rest)
  }
  return { servers, searches, options }
}

const unique = (list: readonly string[]): string[] => [...new Set(list)]
const nameOf = (option: string): string => option.split(':')[0]!

/** Settings of the pod win over those of the policy with the same name. */
function withOptions(base: readonly string[], own: readonly { name?: string; value?: string }[]): string[] {
  const said = own.flatMap((o) => (o.name ? [o.value === undefined || o.value === '' ? o.name : `${o.name}:${o.value}`] : []))
  return [...base.filter((o) => !said.some((s) => nameOf(s) === nameOf(o))), ...said]
}

/** What holds for the pod, and what is to be said about it as events (type Warning). */
export function podDns(pod: Pod, cluster: ClusterDns, host: DnsConfig): { config: DnsConfig; warnings: { reason: string; message: string }[] } {
  const warnings: { reason: string; message: string }[] = []
  const { dnsPolicy = 'ClusterFirst', dnsConfig, hostNetwork } = pod.spec
  const wantsCluster = dnsPolicy === 'ClusterFirstWithHostNet' || (dnsPolicy === 'ClusterFirst' && !hostNetwork)
  let base = dnsPolicy === 'None' ? EMPTY : host
  if (wantsCluster && cluster.server) {
    const own = [`${pod.metadata.namespace ?? ''}.svc.${cluster.domain}`, `svc.${cluster.domain}`, cluster.domain]
    base = { servers: [cluster.server], searches: unique([...own, ...host.searches]), options: ['ndots:5'] }
  } else if (wantsCluster) {
    warnings.push({ reason: 'MissingClusterDNS', message: `kubelet does not have ClusterDNS IP configured and cannot create Pod using ${JSON.stringify(dnsPolicy)} policy. Falling back to "Default" policy.` })
  }
  const servers = unique([...base.servers, ...(dnsConfig?.nameservers ?? [])])
  const searches = unique([...base.searches, ...(dnsConfig?.searches ?? [])])
  if (servers.length > MOST_SERVERS) {
    const kept = servers.slice(0, MOST_SERVERS)
    warnings.push({ reason: 'DNSConfigForming', message: `Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: ${kept.join(' ')}` })
  }
  let kept = searches.slice(0, MOST_SEARCHES)
  while (kept.join(' ').length > LONGEST_SEARCH) kept = kept.slice(0, -1)
  if (kept.length < searches.length) warnings.push({ reason: 'DNSConfigForming', message: `Search Line limits were exceeded, some search paths have been omitted, the applied search line is: ${kept.join(' ')}` })
  return { config: { servers: servers.slice(0, MOST_SERVERS), searches: kept, options: withOptions(base.options, dnsConfig?.options ?? []) }, warnings }
}

export function resolvConf({ servers, searches, options }: DnsConfig): string {
  return [...(searches.length ? [`search ${searches.join(' ')}`] : []), ...servers.map((s) => `nameserver ${s}`), ...(options.length ? [`options ${options.join(' ')}`] : []), ''].join('\n')
}
