/** Asks the server what it serves when the connection opens, and again when definitions or services of the API change. */
import { useEffect } from 'react'
import { CustomResourceDefinitions } from '../../shared/api/resources.ts'
import { useConnection, useResource, useServices, useValue } from '../cache/hooks.ts'
import { chosenNamespace } from '../lib/prefs.ts'
import { Value } from '../lib/value.ts'
import { nameOf } from './catalog.ts'
import { discover, served } from './discovery.ts'

/** By `pods`, `deployments.apps`, in the chosen namespace. */
export const counts = new Value<Readonly<Record<string, number>>>({})

/** Mounted once, by the rail. */
export function useServed(): void {
  const { api, transport } = useServices()
  const { epoch, state } = useConnection()
  const namespace = useValue(chosenNamespace)
  const known = useValue(served)
  const definitions = useResource(CustomResourceDefinitions, { active: known?.types.has(nameOf(CustomResourceDefinitions)) ?? false }).items
  const apiServices = useValue(counts)['apiservices.apiregistration.k8s.io'] ?? 0
  // A definition that becomes established, or is gone, changes what is served.
  const established = definitions.filter((d) => d.status?.conditions?.some((c) => c.type === 'Established' && c.status === 'True')).map((d) => `${d.metadata.name} ${d.metadata.generation ?? 0}`).sort().join()
  useEffect(() => {
    if (state !== 'open') return
    const stop = new AbortController()
    void discover(api, stop.signal)
    return () => stop.abort()
  }, [api, epoch, state, established, apiServices])
  useEffect(() => {
    let stop = (): void => undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    const follow = (): void => {
      // Before the API server stands there is nothing to count.
      stop = transport.subscribe('api.counts', { namespace }, (c) => counts.set(c), () => { timer = setTimeout(follow, 2000) })
    }
    follow()
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [transport, namespace])
}
