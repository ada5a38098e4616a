/** The ports of all Services as the informers know them; only what changed is worked out again. */
import { EndpointSlices, Services } from '../../shared/api/resources.ts'
import type { EndpointSlice, Service } from '../../shared/api/types.ts'
import { keyOf, splitKey } from '../client/index.ts'
import type { InformerFactory } from '../client/types.ts'
import { servicePorts, sliceService, type ServicePort } from './model.ts'

const LEADER = 'control-plane.alpha.kubernetes.io/leader'

export interface ServiceTracker {
  /** In the order of their names, so that the same Services make the same rules. */
  ports(): readonly ServicePort[]
  synced(signal?: AbortSignal): Promise<unknown>
}

/** What of a Service has changed. */
export type Changed = 'service' | 'endpoints'

/** @param changed called for each change, many times for many */
export function trackServices(informers: InformerFactory, changed: (what: Changed) => void): ServiceTracker {
  const services = informers.informer(Services)
  const slices = informers.informer(EndpointSlices, { indexers: { service: sliceService } })
  const known = new Map<string, readonly ServicePort[]>()
  const dirty = new Set<string>()
  let sorted: readonly ServicePort[] = []

  const touch = (key: string, what: Changed): void => {
    dirty.add(key)
    changed(what)
  }
  const service = (s: Service): void => touch(keyOf(s), 'service')
  services.addHandlers({ onAdd: service, onUpdate: (s, old) => { if (s !== old) service(s) }, onDelete: service })
  const slice = (s: EndpointSlice): void => { if (s.metadata.annotations?.[LEADER] === undefined) sliceService(s).forEach((key) => touch(key, 'endpoints')) }
  slices.addHandlers({ onAdd: slice, onUpdate: (s, old) => { if (s !== old) { slice(s); if (sliceService(old)[0] !== sliceService(s)[0]) slice(old) } }, onDelete: slice })

  return {
    ports() {
      if (!dirty.size) return sorted
      for (const key of dirty) {
        const { name, namespace } = splitKey(key)
        const live = services.get(name, namespace)
        const ports = live ? servicePorts(live, slices.byIndex('service', key)) : []
        if (ports.length) known.set(key, ports)
        else known.delete(key)
      }
      dirty.clear()
      return (sorted = [...known].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, ports]) => ports))
    },
    synced: (signal) => Promise.all([services.synced(signal), slices.synced(signal)]),
  }
}
