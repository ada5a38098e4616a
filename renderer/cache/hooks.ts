/** How components read the cluster. */
import { createContext, useContext, useEffect, useMemo, useSyncExternalStore } from 'react'
import type { KubeObject } from '../../shared/api/meta.ts'
import type { ResourceType } from '../../shared/api/resources.ts'
import type { StatusError } from '../../shared/errors.ts'
import type { ClusterState } from '../../shared/ipc.ts'
import type { Observable } from '../lib/value.ts'
import type { Connection, Transport } from '../transport/transport.ts'
import type { Api } from './api.ts'
import type { Cache } from './cache.ts'
import type { Snapshot } from './store.ts'

export interface Services {
  transport: Transport
  api: Api
  cache: Cache
  cluster: Observable<ClusterState | undefined>
}
export const ServicesContext = createContext<Services | null>(null)

export function useServices(): Services {
  const services = useContext(ServicesContext)
  if (!services) throw new Error('ServicesContext is missing')
  return services
}

export const useValue = <T>(value: Observable<T>): T => useSyncExternalStore(value.subscribe, value.get)
export const useApi = (): Api => useServices().api
/** undefined until the main process has said something. */
export const useCluster = (): ClusterState | undefined => useValue(useServices().cluster)
export const useConnection = (): Connection => useValue(useServices().transport.connection)

export interface Resource<T extends KubeObject> extends Pick<Snapshot<T>, 'state' | 'get'> {
  items: readonly T[]
  error: StatusError | undefined
  retry(): void
}

/** Every object of a resource, or those of one namespace, live for as long as the component stands and `active` is not false. */
export function useResource<T extends KubeObject>(type: ResourceType<T>, { namespace, active = true }: { namespace?: string | undefined; active?: boolean } = {}): Resource<T> {
  const { cache } = useServices()
  const store = cache.store(type)
  useEffect(() => (active ? cache.hold(type) : undefined), [cache, type, active])
  const snapshot = useSyncExternalStore(store.subscribe, store.get)
  return useMemo(
    () => ({ state: snapshot.state, get: snapshot.get, items: snapshot.inNamespace(namespace), error: snapshot.error, retry: store.retry }),
    [snapshot, namespace, store],
  )
}
