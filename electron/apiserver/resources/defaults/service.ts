/** Defaults of a Service, and what an update inherits. Source: core/v1 defaulting of Kubernetes. */
import type { Service } from '../../../../shared/api/types.ts'
import { jsonEqual } from '../../json.ts'

const AFFINITY_SECONDS = 10_800

export function serviceDefaults(draft: Service): void {
  const spec = draft.spec
  if (!spec) return
  spec.type ||= 'ClusterIP'
  spec.sessionAffinity ||= 'None'
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig
  else if (spec.sessionAffinity === 'ClientIP') {
    spec.sessionAffinityConfig ??= {}
    spec.sessionAffinityConfig.clientIP ??= {}
    spec.sessionAffinityConfig.clientIP.timeoutSeconds ??= AFFINITY_SECONDS
  }
  for (const port of spec.ports ?? []) {
    port.protocol ||= 'TCP'
    port.targetPort ||= port.port
  }
  if (spec.type === 'NodePort' || spec.type === 'LoadBalancer' || (spec.type === 'ClusterIP' && spec.externalIPs?.length)) spec.externalTrafficPolicy ||= 'Cluster'
  if (spec.type === 'LoadBalancer') spec.allocateLoadBalancerNodePorts ??= true
  if (spec.type !== 'ExternalName') {
    spec.internalTrafficPolicy ||= 'Cluster'
    if (spec.clusterIP && !spec.clusterIPs?.length) spec.clusterIPs = [spec.clusterIP]
    spec.ipFamilyPolicy ||= 'SingleStack'
    if (!spec.ipFamilies?.length) spec.ipFamilies = [spec.clusterIP?.includes(':') ? 'IPv6' : 'IPv4']
  }
}

const needsNodePort = (s: Service): boolean => s.spec.type === 'NodePort' || s.spec.type === 'LoadBalancer'

/** A client that sends the object back without what was allocated keeps its addresses and node ports. */
export function keepAllocations(draft: Service, old: Service): void {
  if (!draft.spec) return
  if (draft.spec.type !== 'ExternalName' && old.spec.type !== 'ExternalName' && !draft.spec.clusterIP && old.spec.clusterIP) {
    draft.spec.clusterIP = old.spec.clusterIP
    draft.spec.clusterIPs = [...(old.spec.clusterIPs ?? [old.spec.clusterIP])]
  }
  // Who changes the one field and leaves the other as it was means both.
  if (draft.spec.clusterIP && old.spec.clusterIPs && draft.spec.clusterIP !== old.spec.clusterIP && jsonEqual(draft.spec.clusterIPs, old.spec.clusterIPs)) draft.spec.clusterIPs = [draft.spec.clusterIP]
  if (draft.spec.type === 'ExternalName' && old.spec.type !== 'ExternalName') {
    if (draft.spec.clusterIP === old.spec.clusterIP) drop(draft, old, ['clusterIP', 'clusterIPs'])
    drop(draft, old, ['ipFamilies', 'ipFamilyPolicy', 'internalTrafficPolicy'])
  }
  if (needsNodePort(draft) && needsNodePort(old)) {
    for (const port of draft.spec.ports ?? []) {
      if (port.nodePort) continue
      const before = old.spec.ports?.find((p) => p.port === port.port && p.protocol === port.protocol)
      if (before?.nodePort && !draft.spec.ports?.some((p) => p.nodePort === before.nodePort && p.protocol === before.protocol)) port.nodePort = before.nodePort
    }
  } else if (!needsNodePort(draft) && needsNodePort(old)) {
    // The ports go back to the pool unless the client asks for others, which validation then refuses.
    for (const port of draft.spec.ports ?? []) if (old.spec.ports?.some((p) => p.nodePort === port.nodePort)) delete port.nodePort
  }
  if (draft.spec.type !== 'LoadBalancer' && old.spec.type === 'LoadBalancer') drop(draft, old, ['allocateLoadBalancerNodePorts', 'loadBalancerClass'])
  if (draft.spec.type !== 'LoadBalancer' || draft.spec.externalTrafficPolicy !== 'Local') drop(draft, old, ['healthCheckNodePort'])
  if (!isOutside(draft) && isOutside(old)) drop(draft, old, ['externalTrafficPolicy'])
}

const isOutside = (s: Service): boolean => needsNodePort(s) || (s.spec.type === 'ClusterIP' && (s.spec.externalIPs?.length ?? 0) > 0)

/** What a Service of another type has no use for goes, where the user has not asked for something else. */
function drop(draft: Service, old: Service, names: readonly (keyof Service['spec'])[]): void {
  for (const name of names) if (jsonEqual(draft.spec[name], old.spec[name])) delete draft.spec[name]
}
