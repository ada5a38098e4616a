/**
 * What the rules are made from: the ports of all Services with the endpoints that traffic may go to. Pure.
 * Source: Kubernetes documentation, "Virtual IPs and Service proxies"; kubernetes pkg/proxy (serviceport.go, topology.go).
 */
import type { EndpointSlice, Service } from '../../shared/api/types.ts'
import { parseIpv4 } from '../../shared/ipv4.ts'

export interface Endpoint {
  readonly ip: string
  readonly port: number
}
export interface ServicePort {
  /** `default/web:http`; without a port name `default/web`. */
  readonly name: string
  /** `default/web` */
  readonly service: string
  readonly protocol: 'tcp' | 'udp' | 'sctp'
  readonly clusterIP: string
  readonly port: number
  /** 0: none. */
  readonly nodePort: number
  readonly externalIPs: readonly string[]
  /** Addresses of the balancer that this machine itself answers for. */
  readonly balancerIPs: readonly string[]
  readonly sourceRanges: readonly string[]
  /** Seconds that a client stays with its endpoint; 0: it does not. */
  readonly affinitySeconds: number
  readonly externalLocal: boolean
  readonly internalLocal: boolean
  readonly healthCheckNodePort: number
  /** In the order of their addresses. */
  readonly endpoints: readonly Endpoint[]
}

const SERVICE_NAME = 'kubernetes.io/service-name'
const PROXY_NAME = 'service.kubernetes.io/service-proxy-name'
const AFFINITY_SECONDS = 10_800

/** Index `service` of slices. */
export const sliceService = (slice: EndpointSlice): readonly string[] => {
  const name = slice.metadata.labels?.[SERVICE_NAME]
  return name ? [`${slice.metadata.namespace ?? ''}/${name}`] : []
}

const protocolOf = (text: string | undefined): ServicePort['protocol'] => (text ?? 'TCP').toLowerCase() as ServicePort['protocol']

/** Endpoints of one port: the ready ones; where none is ready, those that end but still serve, so that the last do not drop connections. */
export function endpointsOf(slices: readonly EndpointSlice[], portName: string, protocol: ServicePort['protocol']): Endpoint[] {
  const ready = new Map<string, Endpoint>()
  const ending = new Map<string, Endpoint>()
  for (const slice of slices) {
    if (slice.addressType !== 'IPv4') continue
    const port = slice.ports?.find((p) => (p.name ?? '') === portName && protocolOf(p.protocol) === protocol)?.port
    if (!port) continue
    for (const { addresses, conditions } of slice.endpoints ?? []) {
      const ip = addresses[0]
      if (!ip || parseIpv4(ip) === undefined) continue
      const serving = conditions?.serving ?? conditions?.ready ?? true
      if (conditions?.ready ?? true) ready.set(`${ip}:${port}`, { ip, port })
      else if (serving && conditions?.terminating) ending.set(`${ip}:${port}`, { ip, port })
    }
  }
  const chosen = ready.size ? ready : ending
  return [...chosen.values()].sort((a, b) => (parseIpv4(a.ip) ?? 0) - (parseIpv4(b.ip) ?? 0) || a.port - b.port)
}

/** The ports of a Service that need rules: none for headless ones, for names elsewhere, and for those that have a proxy of their own. */
export function servicePorts(service: Service, slices: readonly EndpointSlice[]): ServicePort[] {
  const { spec, status } = service
  const { clusterIP } = spec
  if (spec.type === 'ExternalName' || !clusterIP || clusterIP === 'None' || parseIpv4(clusterIP) === undefined || service.metadata.labels?.[PROXY_NAME] !== undefined) return []
  const key = `${service.metadata.namespace ?? ''}/${service.metadata.name}`
  const outside = spec.type === 'NodePort' || spec.type === 'LoadBalancer'
  const balancerIPs = spec.type === 'LoadBalancer' ? (status?.loadBalancer?.ingress ?? []).flatMap((i) => (i.ip && parseIpv4(i.ip) !== undefined ? [i.ip] : [])) : []
  const externalIPs = (spec.externalIPs ?? []).filter((ip) => parseIpv4(ip) !== undefined)
  return (spec.ports ?? []).map((p) => {
    const protocol = protocolOf(p.protocol)
    return {
      name: p.name ? `${key}:${p.name}` : key, service: key, protocol, clusterIP, port: p.port, nodePort: outside ? (p.nodePort ?? 0) : 0, externalIPs, balancerIPs,
      sourceRanges: balancerIPs.length ? (spec.loadBalancerSourceRanges ?? []) : [],
      affinitySeconds: spec.sessionAffinity === 'ClientIP' ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? AFFINITY_SECONDS) : 0,
      externalLocal: (outside || externalIPs.length > 0) && spec.externalTrafficPolicy === 'Local', internalLocal: spec.internalTrafficPolicy === 'Local',
      healthCheckNodePort: spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local' ? (spec.healthCheckNodePort ?? 0) : 0,
      endpoints: endpointsOf(slices, p.name ?? '', protocol),
    }
  })
}
