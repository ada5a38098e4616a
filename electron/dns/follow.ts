/** Keeps the zone true: a Service or a slice changed, so what that Service gives to the zone is worked out again. */
import { EndpointSlices, Namespaces, Services } from '../../shared/api/resources.ts'
import type { EndpointSlice } from '../../shared/api/types.ts'
import { keyOf, splitKey } from '../client/index.ts'
import type { Informer, InformerFactory } from '../client/types.ts'
import { recordsOf } from './service-records.ts'
import type { Zone } from './zone.ts'

export const SERVICE_NAME = 'kubernetes.io/service-name'
/** After so many Services the event loop gets a turn. */
const SERVICES_PER_TURN = 200
const NONE = new Map()

/** Index `service`: the slices of a Service, whoever wrote them. */
const byService = (slice: EndpointSlice): readonly string[] => {
  const name = slice.metadata.labels?.[SERVICE_NAME]
  return name ? [`${slice.metadata.namespace ?? ''}/${name}`] : []
}

export interface Follower {
  hasNamespace(name: string): boolean
  /** How many Services wait to be worked out. */
  readonly waiting: number
  stop(): void
}

export function followServices(informers: InformerFactory, zone: Zone): Follower {
  const services = informers.informer(Services)
  const slices: Informer<EndpointSlice> = informers.informer(EndpointSlices, { indexers: { dnsService: byService } })
  const namespaces = informers.informer(Namespaces)
  const changed = new Set<string>()
  let turn: NodeJS.Immediate | undefined

  const work = (): void => {
    turn = undefined
    let left = SERVICES_PER_TURN
    for (const key of changed) {
      if (left-- <= 0) break
      changed.delete(key)
      const { name, namespace } = splitKey(key)
      const service = services.get(name, namespace)
      zone.set(key, service ? recordsOf(service, slices.byIndex('dnsService', key), zone.domain) : NONE)
    }
    if (changed.size) turn = setImmediate(work)
  }
  const mark = (key: string): void => {
    changed.add(key)
    turn ??= setImmediate(work)
  }
  const markSlice = (slice: EndpointSlice): void => byService(slice).forEach(mark)
  const removals = [
    services.addHandlers({ onAdd: (s) => mark(keyOf(s)), onUpdate: (s) => mark(keyOf(s)), onDelete: (s) => mark(keyOf(s)) }),
    slices.addHandlers({
      onAdd: markSlice, onDelete: markSlice,
      onUpdate(slice, old) {
        markSlice(slice)
        markSlice(old)
      },
    }),
  ]
  return {
    hasNamespace: (name) => namespaces.get(name) !== undefined,
    get waiting() {
      return changed.size
    },
    stop() {
      for (const remove of removals) remove()
      if (turn) clearImmediate(turn)
    },
  }
}
