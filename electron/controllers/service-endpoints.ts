/** Which pods are behind a Service, and under which ports. Pure: shared by the two controllers that write it down. */
import { isIP } from 'node:net'
import type { Endpoint, EndpointPort, Pod, Service } from '../../shared/api/types.ts'
import { isReady, isTerminated } from './pods.ts'

export type AddressType = 'IPv4' | 'IPv6'
export const isHeadless = (service: Service): boolean => service.spec.clusterIP === 'None'
/** A Service that chooses pods; others are filled by hand, or are only another name. */
export const hasSelector = (service: Service): boolean => service.spec.type !== 'ExternalName' && Object.keys(service.spec.selector ?? {}).length > 0
export const selects = (service: Service, pod: Pod): boolean => hasSelector(service) && Object.entries(service.spec.selector ?? {}).every(([key, value]) => pod.metadata.labels?.[key] === value)
export const addressTypes = (service: Service): AddressType[] => (service.spec.ipFamilies?.length ? (service.spec.ipFamilies as AddressType[]) : ['IPv4'])

export function podAddress(pod: Pod, type: AddressType): string | undefined {
  const all = pod.status?.podIPs?.length ? pod.status.podIPs.map((p) => p.ip) : pod.status?.podIP ? [pod.status.podIP] : []
  return all.find((address) => isIP(address) === (type === 'IPv6' ? 6 : 4))
}
/** Has an address, and may still serve. */
export const isCandidate = (pod: Pod): boolean => !isTerminated(pod) && (pod.status?.podIP !== undefined || (pod.status?.podIPs?.length ?? 0) > 0)

/** The Service's ports as this pod has them: names lead to the ports of its containers; a name that it does not have is left out. */
export function portsOf(service: Service, pod: Pod): EndpointPort[] {
  const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? []).filter((c) => c.restartPolicy === 'Always')]
  return (service.spec.ports ?? []).flatMap((p): EndpointPort[] => {
    const protocol = p.protocol ?? 'TCP'
    const target = p.targetPort ?? p.port
    const number = typeof target === 'number' ? target : containers.flatMap((c) => c.ports ?? []).find((c) => c.name === target && (c.protocol ?? 'TCP') === protocol)?.containerPort
    return number === undefined ? [] : [{ name: p.name ?? '', port: number, protocol, ...(p.appProtocol ? { appProtocol: p.appProtocol } : {}) }]
  })
}
/** Its name in the cluster's DNS, when its Service is the one that governs it. */
export const hostnameOf = (service: Service, pod: Pod): string | undefined => (pod.spec.hostname && pod.spec.subdomain === service.metadata.name ? pod.spec.hostname : undefined)

/** An endpoint of a slice. `zone`: of the pod's node. */
export function endpointOf(service: Service, pod: Pod, address: string, zone: string | undefined): Endpoint {
  const serving = isReady(pod)
  const terminating = pod.metadata.deletionTimestamp !== undefined
  const hostname = hostnameOf(service, pod)
  return {
    addresses: [address], conditions: { ready: (service.spec.publishNotReadyAddresses ?? false) || (serving && !terminating), serving, terminating },
    ...(hostname ? { hostname } : {}), ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}), ...(zone ? { zone } : {}),
    targetRef: { kind: 'Pod', namespace: pod.metadata.namespace ?? '', name: pod.metadata.name, uid: pod.metadata.uid ?? '' },
  }
}

/** What of a pod a Service's endpoints depend on. */
export const servingText = (pod: Pod): string =>
  JSON.stringify([pod.metadata.labels, pod.metadata.deletionTimestamp !== undefined, pod.status?.podIPs ?? pod.status?.podIP, isReady(pod), isTerminated(pod), pod.spec.nodeName])
