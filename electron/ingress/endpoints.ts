/** Who stands behind a backend now: the ready endpoints of its Service, in turn. */
import type { EndpointSlice, Service } from '../../shared/api/types.ts'
import type { Lister } from '../client/types.ts'
import type { Backend } from './routes.ts'

export interface Target {
  readonly host: string
  readonly port: number
}
export const SERVICE_NAME = 'kubernetes.io/service-name'
/** Index `ingressService`: the slices of a Service. */
export const byService = (slice: EndpointSlice): readonly string[] => {
  const name = slice.metadata.labels?.[SERVICE_NAME]
  return name ? [`${slice.metadata.namespace ?? ''}/${name}`] : []
}

/** Every address that serves; empty when there is none, or when the Service has no such port. */
export function targetsOf(backend: Pick<Backend, 'port'>, service: Service | undefined, slices: readonly EndpointSlice[]): Target[] {
  const port = service?.spec.ports?.find((p) => p.port === backend.port || p.name === backend.port)
  if (!service) return []
  if (service.spec.type === 'ExternalName') {
    const number = port?.port ?? (typeof backend.port === 'number' ? backend.port : undefined)
    return service.spec.externalName && number ? [{ host: service.spec.externalName, port: number }] : []
  }
  if (!port) return []
  const targets = slices.flatMap((slice) => {
    const number = slice.ports?.find((p) => (p.name ?? '') === (port.name ?? ''))?.port
    if (number === undefined) return []
    return (slice.endpoints ?? []).filter((e) => e.conditions?.ready !== false).flatMap((e) => e.addresses.slice(0, 1).map((host) => ({ host, port: number })))
  })
  return targets
}

export interface Chooser {
  /** The next one; undefined: nobody serves. */
  next(backend: Backend): Target | undefined
}
export function createChooser(services: Lister<Service>, slices: Lister<EndpointSlice>): Chooser {
  /** How often each backend was asked; those that are gone are few and small, and go with the next reload. */
  const turns = new Map<string, number>()
  return {
    next(backend) {
      const key = `${backend.namespace}/${backend.service}`
      const targets = targetsOf(backend, services.get(backend.service, backend.namespace), slices.byIndex('ingressService', key))
      if (!targets.length) return undefined
      const turn = turns.get(key) ?? 0
      turns.set(key, (turn + 1) % 0x7fffffff)
      return targets[turn % targets.length]
    },
  }
}
