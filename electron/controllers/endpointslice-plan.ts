/** Puts endpoints into slices, with as few writes as it can. Pure. */
import type { Endpoint, EndpointPort, EndpointSlice } from '../../shared/api/types.ts'
import { canonical } from './deployment-template.ts'
import type { AddressType } from './service-endpoints.ts'

/** Endpoints in one slice. Source: kube-controller-manager, --max-endpoints-per-slice. */
export const MAX_PER_SLICE = 100

/** Endpoints that listen on the same ports. */
export interface EndpointGroup {
  readonly addressType: AddressType
  readonly ports: readonly EndpointPort[]
  readonly endpoints: readonly Endpoint[]
}
export interface SlicePlan {
  readonly create: readonly { addressType: AddressType; ports: EndpointPort[]; endpoints: Endpoint[] }[]
  /** Whose content changes. */
  readonly update: readonly { slice: EndpointSlice; endpoints: Endpoint[]; ports: EndpointPort[] }[]
  readonly keep: readonly EndpointSlice[]
  readonly remove: readonly EndpointSlice[]
}

const groupKey = (addressType: string, ports: readonly EndpointPort[] | undefined): string => `${addressType} ${canonical([...(ports ?? [])].sort((a, b) => ((a.name ?? '') < (b.name ?? '') ? -1 : 1)))}`
const identity = (endpoint: Endpoint): string => `${endpoint.targetRef?.uid ?? ''} ${endpoint.addresses.join()}`
const byAddress = (a: Endpoint, b: Endpoint): number => ((a.addresses[0] ?? '') < (b.addresses[0] ?? '') ? -1 : 1)

export function slicePlan(types: readonly AddressType[], groups: readonly EndpointGroup[], existing: readonly EndpointSlice[]): SlicePlan {
  const plan = { create: [] as SlicePlan['create'][number][], update: [] as SlicePlan['update'][number][], keep: [] as EndpointSlice[], remove: [] as EndpointSlice[] }
  const left = new Set(existing)
  // A Service without endpoints has an empty slice, so that its readers know that it has been looked at.
  const wanted = [...groups, ...types.filter((t) => !groups.some((g) => g.addressType === t)).map((addressType): EndpointGroup => ({ addressType, ports: [], endpoints: [] }))]
  for (const group of wanted) {
    const key = groupKey(group.addressType, group.ports)
    const rest = new Map(group.endpoints.map((e) => [identity(e), e]))
    const filled = existing.filter((s) => left.has(s) && groupKey(s.addressType, s.ports) === key).map((slice) => {
      left.delete(slice)
      const kept = (slice.endpoints ?? []).flatMap((e) => {
        const fresh = rest.get(identity(e))
        rest.delete(identity(e))
        return fresh ?? []
      })
      return { slice, endpoints: kept.slice(0, MAX_PER_SLICE), over: kept.slice(MAX_PER_SLICE) }
    })
    const homeless = [...filled.flatMap((f) => f.over), ...rest.values()].sort(byAddress)
    // The fullest first: the others may get empty and go.
    for (const f of [...filled].sort((a, b) => b.endpoints.length - a.endpoints.length)) f.endpoints.push(...homeless.splice(0, MAX_PER_SLICE - f.endpoints.length))
    const ports = [...group.ports]
    let alive = 0
    for (const { slice, endpoints } of filled) {
      if (!endpoints.length && (group.endpoints.length > 0 || alive > 0)) {
        plan.remove.push(slice)
        continue
      }
      alive++
      if (canonical(slice.endpoints ?? []) === canonical(endpoints)) plan.keep.push(slice)
      else plan.update.push({ slice, endpoints, ports })
    }
    while (homeless.length) plan.create.push({ addressType: group.addressType, ports, endpoints: homeless.splice(0, MAX_PER_SLICE) })
    if (!group.endpoints.length && !alive) plan.create.push({ addressType: group.addressType, ports: [], endpoints: [] })
  }
  plan.remove.push(...left)
  return plan
}
