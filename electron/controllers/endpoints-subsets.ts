/** The subsets of an Endpoints object. Pure. */
import type { EndpointSubset, Pod, Service } from '../../shared/api/types.ts'
import { canonical } from './deployment-template.ts'
import { isReady } from './pods.ts'
import { addressTypes, hostnameOf, isCandidate, podAddress, portsOf } from './service-endpoints.ts'

/** Addresses in one object; what is beyond is left out, and the object says so. */
export const MAX_ADDRESSES = 1_000

type Address = NonNullable<EndpointSubset['addresses']>[number]
const byIp = (a: Address, b: Address): number => (a.ip < b.ip ? -1 : 1)

export function subsetsOf(service: Service, pods: readonly Pod[]): { subsets: EndpointSubset[]; truncated: boolean } {
  const [type = 'IPv4'] = addressTypes(service)
  const early = service.spec.publishNotReadyAddresses ?? false
  const groups = new Map<string, { ports: EndpointSubset['ports']; ready: Address[]; unready: Address[] }>()
  for (const pod of pods) {
    const ip = podAddress(pod, type)
    if (!ip || !isCandidate(pod) || (pod.metadata.deletionTimestamp && !early)) continue
    const ports = portsOf(service, pod).map(({ name, ...rest }) => ({ ...(name ? { name } : {}), ...rest, port: rest.port ?? 0 }))
    if (!ports.length && service.spec.ports?.length) continue
    const key = canonical(ports)
    let group = groups.get(key)
    if (!group) groups.set(key, (group = { ports, ready: [], unready: [] }))
    const hostname = hostnameOf(service, pod)
    const address = { ip, ...(hostname ? { hostname } : {}), ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}), targetRef: { kind: 'Pod', namespace: pod.metadata.namespace ?? '', name: pod.metadata.name, uid: pod.metadata.uid ?? '' } }
    ;(early || isReady(pod) ? group.ready : group.unready).push(address)
  }
  let room = MAX_ADDRESSES
  let truncated = false
  const take = (list: Address[]): Address[] => {
    const taken = list.sort(byIp).slice(0, room)
    truncated ||= taken.length < list.length
    room -= taken.length
    return taken
  }
  const sorted = [...groups.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group)
  // Those that work come first into the object.
  const ready = sorted.map((g) => take(g.ready))
  const subsets = sorted.flatMap((g, i): EndpointSubset[] => {
    const addresses = ready[i] ?? []
    const notReadyAddresses = take(g.unready)
    if (!addresses.length && !notReadyAddresses.length) return []
    return [{ ...(addresses.length ? { addresses } : {}), ...(notReadyAddresses.length ? { notReadyAddresses } : {}), ...(g.ports?.length ? { ports: g.ports } : {}) }]
  })
  return { subsets, truncated }
}
