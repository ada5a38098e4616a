/** Who answers behind a service or an ingress, and at which address this machine reaches it. Pure. */
import type { EndpointSlice, Ingress, Service } from '../../../shared/api/types.ts'
import type { IntOrString } from '../../../shared/api/types.ts'

export interface Backend {
  address: string
  ready: boolean
  /** Still answers, but is on its way out. */
  leaving: boolean
  pod: string | undefined
  node: string | undefined
}
const SERVICE = 'kubernetes.io/service-name'

export const slicesOf = (all: readonly EndpointSlice[], service: string): EndpointSlice[] => all.filter((s) => s.metadata.labels?.[SERVICE] === service)

/** One line an address, ready ones first. */
export function backendsOf(slices: readonly EndpointSlice[]): Backend[] {
  const found = new Map<string, Backend>()
  for (const s of slices)
    for (const e of s.endpoints ?? [])
      for (const address of e.addresses)
        found.set(address, { address, ready: e.conditions?.ready !== false, leaving: e.conditions?.terminating === true, pod: e.targetRef?.kind === 'Pod' ? e.targetRef.name : undefined, node: e.nodeName })
  return [...found.values()].sort((a, b) => Number(b.ready) - Number(a.ready) || (a.address < b.address ? -1 : 1))
}

export const portsOf = (s: Service): string =>
  s.spec.ports?.map((p) => `${p.port}${p.nodePort ? `:${p.nodePort}` : ''}${p.targetPort !== undefined && p.targetPort !== p.port ? `→${p.targetPort}` : ''}/${p.protocol ?? 'TCP'}`).join(', ') ?? ''

/** An address of the machine itself is reached as localhost. */
const local = (a: { ip?: string; hostname?: string }): string => (a.hostname ?? (a.ip && !a.ip.startsWith('127.') ? a.ip : 'localhost'))
const scheme = (port: number, name: string | undefined): string => (port === 443 || name === 'https' ? 'https' : 'http')
const url = (protocol: string, host: string, port: number): string => `${protocol}://${host}${port === (protocol === 'https' ? 443 : 80) ? '' : `:${port}`}`

/** Where a browser on this machine reaches a service by itself: its load balancer, else its node ports. */
export function addressesOf(s: Service): string[] {
  const ports = (s.spec.ports ?? []).filter((p) => (p.protocol ?? 'TCP') === 'TCP')
  const entries = s.status?.loadBalancer?.ingress ?? []
  if (s.spec.type === 'LoadBalancer' && entries.length > 0) return entries.flatMap((i) => ports.map((p) => url(scheme(p.port, p.name), local(i), p.port)))
  return ports.flatMap((p) => (p.nodePort ? [url(scheme(p.port, p.name), 'localhost', p.nodePort)] : []))
}

export interface Route {
  host: string
  path: string
  service: string
  port: IntOrString | undefined
  url: string
}
const USUAL: Readonly<Record<'http' | 'https', readonly number[]>> = { http: [80, 8080], https: [443, 8443] }
/** The usual one, else the first for HTTP and the one after it for HTTPS: where the usual ones were taken, any will do. */
function doorOf(ports: readonly { readonly port: number }[], protocol: 'http' | 'https'): number {
  const door = ports.find((p) => USUAL[protocol].includes(p.port)) ?? (protocol === 'http' ? ports.find((p) => !USUAL.https.includes(p.port)) : ports[1])
  return door?.port ?? (protocol === 'https' ? 443 : 80)
}

/** Each path of an ingress, with where it leads and how it is reached. `*`: every host. */
export function routesOf(i: Ingress): Route[] {
  const secure = new Set((i.spec.tls ?? []).flatMap((t) => t.hosts ?? []))
  const entry = i.status?.loadBalancer?.ingress?.[0]
  const route = (host: string, path: string, backend: { service?: { name: string; port?: { number?: number; name?: string } } } | undefined): Route => {
    const protocol = secure.has(host) ? 'https' : 'http'
    const port = doorOf(entry?.ports ?? [], protocol)
    return { host: host || '*', path, service: backend?.service?.name ?? '', port: backend?.service?.port?.number ?? backend?.service?.port?.name, url: `${url(protocol, host && !host.startsWith('*') ? host : entry ? local(entry) : 'localhost', port)}${path}` }
  }
  const rules = (i.spec.rules ?? []).flatMap((r) => (r.http?.paths ?? []).map((p) => route(r.host ?? '', p.path ?? '/', p.backend)))
  return i.spec.defaultBackend ? [...rules, route('', '/', i.spec.defaultBackend)] : rules
}
