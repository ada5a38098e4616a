/** The EndpointSlice controller: the addresses behind each Service, at most a hundred in one object. */
import { EndpointSlices, Nodes, Pods, Services } from '../../shared/api/resources.ts'
import type { EndpointSlice, Pod, Service } from '../../shared/api/types.ts'
import { isNotFound } from '../../shared/errors.ts'
import { controllerReference, createReconciler, splitKey } from '../client/index.ts'
import type { Controller, ControllerContext } from './context.ts'
import { canonical } from './deployment-template.ts'
import { slicePlan, type EndpointGroup } from './endpointslice-plan.ts'
import { Expectations } from './expectations.ts'
import { addressTypes, endpointOf, hasSelector, isCandidate, isHeadless, podAddress, portsOf, selects } from './service-endpoints.ts'
import { followServices } from './service-follower.ts'

const CONCURRENCY = 5
export const SERVICE_NAME = 'kubernetes.io/service-name'
export const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by'
export const MANAGER = 'endpointslice-controller.k8s.io'
const HEADLESS = 'service.kubernetes.io/headless'
const ZONE = 'topology.kubernetes.io/zone'

/** Index `service`: our slices of a Service, by its key. */
const byService = (slice: EndpointSlice): readonly string[] => {
  const name = slice.metadata.labels?.[SERVICE_NAME]
  return name && slice.metadata.labels?.[MANAGED_BY] === MANAGER ? [`${slice.metadata.namespace ?? ''}/${name}`] : []
}

export function createEndpointSliceController({ client, informers, clock, events }: ControllerContext): Controller {
  const services = informers.informer(Services)
  const pods = informers.informer(Pods)
  const nodes = informers.informer(Nodes)
  const slices = informers.informer(EndpointSlices, { indexers: { service: byService } })
  const expectations = new Expectations(clock)

  const groupsOf = (service: Service, chosen: readonly Pod[]): EndpointGroup[] => {
    const groups = new Map<string, { addressType: EndpointGroup['addressType']; ports: EndpointGroup['ports']; endpoints: EndpointGroup['endpoints'][number][] }>()
    for (const addressType of addressTypes(service))
      for (const pod of chosen) {
        const address = podAddress(pod, addressType)
        if (!address) continue
        const ports = portsOf(service, pod)
        const key = `${addressType} ${canonical(ports)}`
        let group = groups.get(key)
        if (!group) groups.set(key, (group = { addressType, ports, endpoints: [] }))
        group.endpoints.push(endpointOf(service, pod, address, nodes.get(pod.spec.nodeName ?? '')?.metadata.labels?.[ZONE]))
      }
    return [...groups.values()]
  }
  const labelsOf = (service: Service): Record<string, string> => {
    const { [HEADLESS]: _headless, ...own } = service.metadata.labels ?? {}
    void _headless
    return { ...own, [SERVICE_NAME]: service.metadata.name, [MANAGED_BY]: MANAGER, ...(isHeadless(service) ? { [HEADLESS]: '' } : {}) }
  }
  const remove = async (slice: EndpointSlice): Promise<void> => {
    try {
      await client.delete(EndpointSlices, slice.metadata.name, slice.metadata.namespace, { preconditions: { uid: slice.metadata.uid ?? '' } })
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }

  const reconciler = createReconciler({
    name: 'endpoint-slice-controller', concurrency: CONCURRENCY, clock,
    async reconcile(key) {
      const { name, namespace } = splitKey(key)
      const service = services.get(name, namespace)
      // With its owner a slice goes by itself.
      if (!service) return expectations.forget(key)
      // What was made is not seen yet: it would be made twice.
      if (!hasSelector(service) || service.metadata.deletionTimestamp || !expectations.satisfied(key)) return
      const chosen = pods.list(namespace).filter((p) => isCandidate(p) && selects(service, p))
      const plan = slicePlan(addressTypes(service), groupsOf(service, chosen), slices.byIndex('service', key))
      const labels = labelsOf(service)
      try {
        if (plan.create.length) expectations.expectCreations(key, plan.create.length)
        for (const [i, content] of plan.create.entries()) {
          try {
            await client.create(EndpointSlices, { metadata: { generateName: `${name}-`, ...(namespace ? { namespace } : {}), labels, ownerReferences: [controllerReference(service)] }, ...content })
          } catch (error) {
            expectations.creationObserved(key, plan.create.length - i)
            throw error
          }
        }
        for (const { slice, endpoints, ports } of plan.update) await client.update(EndpointSlices, { ...slice, metadata: { ...slice.metadata, labels }, endpoints, ports })
        for (const slice of plan.keep) if (canonical(slice.metadata.labels) !== canonical(labels)) await client.update(EndpointSlices, { ...slice, metadata: { ...slice.metadata, labels } })
        for (const slice of plan.remove) await remove(slice)
      } catch (error) {
        events.event(service, 'Warning', 'FailedToUpdateEndpointSlices', `Error updating Endpoint Slices for Service ${key}: ${error instanceof Error ? error.message : String(error)}`)
        throw error
      }
    },
  })
  const addOwner = (slice: EndpointSlice): void => byService(slice).forEach((key) => reconciler.queue.add(key))
  followServices(services, pods, (key) => reconciler.queue.add(key))
  slices.addHandlers({
    onAdd(slice) {
      for (const key of byService(slice)) expectations.creationObserved(key)
      addOwner(slice)
    },
    // Somebody else's change is put right.
    onUpdate: addOwner, onDelete: addOwner,
  })
  return { name: 'endpoint-slice-controller', start: () => reconciler.start(), stop: () => reconciler.stop() }
}
