/** What is told about kinds of the network. Source: pkg/api/service and the strategies of Kubernetes. */
import type { Endpoints, EndpointSlice, Ingress, NetworkPolicy, Service } from '../../../../shared/api/types.ts'
import { addressWarnings, rangeWarnings } from './addresses.ts'

const HINTS = 'service.kubernetes.io/topology-aware-hints'
const TOPOLOGY_MODE = 'service.kubernetes.io/topology-mode'
const OLD_INGRESS_CLASS = 'kubernetes.io/ingress.class'

export function serviceWarnings({ metadata, spec }: Service): string[] {
  const to: string[] = []
  const outside = spec.type === 'ExternalName'
  if (metadata.annotations && HINTS in metadata.annotations) to.push(`annotation ${HINTS} is deprecated, please use ${TOPOLOGY_MODE} instead`)
  if (spec.clusterIP && spec.clusterIP !== 'None') spec.clusterIPs?.forEach((address, i) => addressWarnings(to, `spec.clusterIPs[${i}]`, address))
  if (spec.type === 'ClusterIP' && spec.clusterIP === 'None') {
    if (spec.loadBalancerIP) to.push('spec.loadBalancerIP is ignored for headless services')
    if (spec.externalIPs?.length) to.push('spec.externalIPs is ignored for headless services')
    if (spec.sessionAffinity !== 'None') to.push('spec.SessionAffinity is ignored for headless services')
  }
  spec.externalIPs?.forEach((address, i) => addressWarnings(to, `spec.externalIPs[${i}]`, address))
  addressWarnings(to, 'spec.loadBalancerIP', spec.loadBalancerIP)
  spec.loadBalancerSourceRanges?.forEach((range, i) => rangeWarnings(to, `spec.loadBalancerSourceRanges[${i}]`, range))
  if (outside && spec.externalIPs?.length) to.push('spec.externalIPs is ignored when spec.type is "ExternalName"')
  if (!outside && spec.externalName) to.push('spec.externalName is ignored when spec.type is not "ExternalName"')
  if (spec.trafficDistribution === 'PreferClose') to.push('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"')
  return to
}

/** Addresses that a balancer has given, of Services and Ingresses. */
export function balancerWarnings({ status }: Service | Ingress): string[] {
  const to: string[] = []
  status?.loadBalancer?.ingress?.forEach(({ ip }, i) => addressWarnings(to, `status.loadBalancer.ingress[${i}].ip`, ip))
  return to
}

/** Of a new one. */
export function ingressWarnings({ metadata, spec }: Ingress, old: Ingress | undefined): string[] {
  return !old && metadata.annotations && OLD_INGRESS_CLASS in metadata.annotations && spec?.ingressClassName === undefined ? [`annotation "${OLD_INGRESS_CLASS}" is deprecated, please use 'spec.ingressClassName' instead`] : []
}

/** Those that a controller keeps are right. */
export function endpointsWarnings({ metadata, subsets }: Endpoints): string[] {
  const to: string[] = []
  if (metadata.labels?.['endpoints.kubernetes.io/managed-by'] === 'endpoint-controller') return to
  subsets?.forEach((subset, i) => {
    for (const list of ['addresses', 'notReadyAddresses'] as const) subset[list]?.forEach(({ ip }, j) => addressWarnings(to, `subsets[${i}].${list}[${j}].ip`, ip))
  })
  return to
}

const OWN_KEEPERS = new Set<string | undefined>(['endpointslice-controller.k8s.io', 'endpointslicemirroring-controller.k8s.io'])

export function endpointSliceWarnings({ metadata, addressType, endpoints }: EndpointSlice, old: EndpointSlice | undefined): string[] {
  const to: string[] = []
  if (addressType === 'FQDN' && !old) to.push('spec.addressType: FQDN endpoints are deprecated')
  if (OWN_KEEPERS.has(metadata.labels?.['endpointslice.kubernetes.io/managed-by'])) return to
  endpoints?.forEach((endpoint, i) => endpoint.addresses?.forEach((address, j) => addressWarnings(to, `endpoints[${i}].addresses[${j}]`, address)))
  return to
}

export function networkPolicyWarnings({ spec }: NetworkPolicy): string[] {
  const to: string[] = []
  const peers = [...(spec?.ingress ?? []).map((rule, i) => [`spec.ingress[${i}].from`, rule.from] as const), ...(spec?.egress ?? []).map((rule, i) => [`spec.egress[${i}].to`, rule.to] as const)]
  for (const [path, list] of peers) list?.forEach(({ ipBlock }, i) => {
    if (!ipBlock) return
    rangeWarnings(to, `${path}[${i}].ipBlock.cidr`, ipBlock.cidr)
    ipBlock.except?.forEach((range, j) => rangeWarnings(to, `${path}[${i}].ipBlock.except[${j}]`, range))
  })
  return to
}
