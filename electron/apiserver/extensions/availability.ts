/** Whether the Service behind an APIService can be reached at all, from what is stored of it: pure. Source: kube-aggregator's availability controller, whose reasons and sentences these are. */
import type { APIService, EndpointSlice, Service } from '../../../shared/api/types.ts'

export interface Unavailable {
  readonly type: 'Available'
  readonly status: 'False'
  readonly reason: string
  readonly message: string
}
const because = (reason: string, message: string): Unavailable => ({ type: 'Available', status: 'False', reason, message })

/** @param slices those of the Service. undefined: it may be asked */
export function whyUnavailable({ spec }: APIService, service: Service | undefined, slices: readonly EndpointSlice[]): Unavailable | undefined {
  const { name = '', namespace = '', port = 443 } = spec.service ?? {}
  const named = `service/${name} in ${JSON.stringify(namespace)}`
  if (!service) return because('ServiceNotFound', `${named} is not present`)
  // Of others it cannot be told from here where they end.
  if ((service.spec.type ?? 'ClusterIP') !== 'ClusterIP') return undefined
  const found = service.spec.ports?.find((p) => p.port === port)
  if (!found) return because('ServicePortError', `${named} is not listening on port ${port}`)
  if (!slices.length) return because('EndpointsNotFound', `cannot find endpointslices for ${named}`)
  const portName = found.name ?? ''
  const answers = slices.some((slice) => slice.ports?.some((p) => (p.name ?? '') === portName) && slice.endpoints?.some((e) => e.conditions?.ready !== false && e.addresses.length))
  return answers ? undefined : because('MissingEndpoints', `endpointslices for ${named} have no addresses with port name ${JSON.stringify(portName)}`)
}
