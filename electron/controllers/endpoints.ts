/** The Endpoints controller: for readers of old, all addresses behind a Service in one object of its name. */
import { EndpointsObjects, Pods, Services } from '../../shared/api/resources.ts'
import type { Service } from '../../shared/api/types.ts'
import { isAlreadyExists, isNotFound } from '../../shared/errors.ts'
import { createReconciler, keyOf, splitKey } from '../client/index.ts'
import type { Controller, ControllerContext } from './context.ts'
import { canonical } from './deployment-template.ts'
import { subsetsOf } from './endpoints-subsets.ts'
import { hasSelector, isHeadless, selects } from './service-endpoints.ts'
import { followServices } from './service-follower.ts'

const CONCURRENCY = 5
const MANAGED_BY = 'endpoints.kubernetes.io/managed-by'
const MANAGER = 'endpoint-controller'
const HEADLESS = 'service.kubernetes.io/headless'
const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity'

export function createEndpointsController({ client, informers, clock, events }: ControllerContext): Controller {
  const services = informers.informer(Services)
  const pods = informers.informer(Pods)
  const objects = informers.informer(EndpointsObjects)

  const labelsOf = (service: Service): Record<string, string> => ({ ...service.metadata.labels, [MANAGED_BY]: MANAGER, ...(isHeadless(service) ? { [HEADLESS]: '' } : {}) })
  const reconciler = createReconciler({
    name: 'endpoint-controller', concurrency: CONCURRENCY, clock,
    async reconcile(key) {
      const { name, namespace } = splitKey(key)
      const service = services.get(name, namespace)
      const present = objects.get(name, namespace)
      if (!service) {
        if (present?.metadata.labels?.[MANAGED_BY] !== MANAGER) return
        try {
          await client.delete(EndpointsObjects, name, namespace, { preconditions: { uid: present.metadata.uid ?? '' } })
        } catch (error) {
          if (!isNotFound(error)) throw error
        }
        return
      }
      // Without a selector they are the user's.
      if (!hasSelector(service) || service.metadata.deletionTimestamp) return
      const { subsets, truncated } = subsetsOf(service, pods.list(namespace).filter((p) => selects(service, p)))
      const labels = labelsOf(service)
      const { [OVER_CAPACITY]: _before, ...others } = present?.metadata.annotations ?? {}
      void _before
      const annotations = { ...others, ...(truncated ? { [OVER_CAPACITY]: 'truncated' } : {}) }
      if (present && canonical([present.subsets ?? [], present.metadata.labels, present.metadata.annotations ?? {}]) === canonical([subsets, labels, annotations])) return
      try {
        if (present) await client.update(EndpointsObjects, { ...present, metadata: { ...present.metadata, labels, annotations }, subsets })
        else await client.create(EndpointsObjects, { metadata: { name, ...(namespace ? { namespace } : {}), labels, annotations }, subsets })
      } catch (error) {
        // The informer is about to show it.
        if (!present && isAlreadyExists(error)) throw error
        events.event(service, 'Warning', present ? 'FailedToUpdateEndpoint' : 'FailedToCreateEndpoint', `Failed to ${present ? 'update' : 'create'} endpoint ${key}: ${error instanceof Error ? error.message : String(error)}`)
        throw error
      }
    },
  })
  followServices(services, pods, (key) => reconciler.queue.add(key))
  // Also what a Service left behind while nobody looked, and what somebody has deleted.
  objects.addHandlers({ onAdd: (o) => reconciler.queue.add(keyOf(o)), onDelete: (o) => reconciler.queue.add(keyOf(o)) })
  return { name: 'endpoint-controller', start: () => reconciler.start(), stop: () => reconciler.stop() }
}
