/**
 * The EndpointSlice mirroring controller: Endpoints that people write by hand, for a Service without a selector, are written down once more as
 * slices, which is all that kube-proxy and DNS read. Source: Kubernetes documentation, "EndpointSlice mirroring".
 */
import { isIP } from 'node:net'
import { EndpointsObjects, EndpointSlices, Services } from '../../shared/api/resources.ts'
import type { Endpoint, EndpointPort, Endpoints, EndpointSlice } from '../../shared/api/types.ts'
import { isNotFound } from '../../shared/errors.ts'
import { createReconciler, keyOf, splitKey } from '../client/index.ts'
import type { Controller, ControllerContext } from './context.ts'
import { canonical } from './deployment-template.ts'
import { MANAGED_BY, SERVICE_NAME } from './endpointslice.ts'
import { slicePlan, type EndpointGroup } from './endpointslice-plan.ts'
import { Expectations } from './expectations.ts'
import { hasSelector } from './service-endpoints.ts'

export const MIRROR = 'endpointslicemirroring-controller.k8s.io'
const SKIP = 'endpointslice.kubernetes.io/skip-mirror'
const LEADER = 'control-plane.alpha.kubernetes.io/leader'
const NOT_COPIED = ['kubectl.kubernetes.io/last-applied-configuration', 'endpoints.kubernetes.io/last-change-trigger-time']
/** kube-controller-manager, --mirroring-max-endpoints-per-subset */
const MAX_PER_SUBSET = 1000
const CONCURRENCY = 5

const wantsMirror = ({ metadata }: Endpoints): boolean => metadata.labels?.[SKIP] !== 'true' && metadata.annotations?.[LEADER] === undefined

/** What the slices are to say. Pure. */
export function mirrorGroups({ subsets }: Endpoints): EndpointGroup[] {
  const groups = new Map<string, { addressType: EndpointGroup['addressType']; ports: EndpointPort[]; endpoints: Endpoint[] }>()
  for (const { addresses = [], notReadyAddresses = [], ports: given = [] } of subsets ?? []) {
    const ports = given.map((p): EndpointPort => ({ name: p.name ?? '', port: p.port, protocol: p.protocol ?? 'TCP', ...(p.appProtocol ? { appProtocol: p.appProtocol } : {}) }))
    const all = [...addresses.map((a) => ({ ...a, ready: true })), ...notReadyAddresses.map((a) => ({ ...a, ready: false }))].slice(0, MAX_PER_SUBSET)
    for (const { ip, hostname, nodeName, targetRef, ready } of all) {
      const addressType = isIP(ip) === 6 ? 'IPv6' : 'IPv4'
      const key = `${addressType} ${canonical(ports)}`
      let group = groups.get(key)
      if (!group) groups.set(key, (group = { addressType, ports, endpoints: [] }))
      group.endpoints.push({ addresses: [ip], conditions: { ready }, ...(hostname ? { hostname } : {}), ...(nodeName ? { nodeName } : {}), ...(targetRef ? { targetRef } : {}) })
    }
  }
  return [...groups.values()]
}

/** Index `mirror`: slices of this controller, by the key of their Service. */
const byService = ({ metadata }: EndpointSlice): readonly string[] => {
  const name = metadata.labels?.[SERVICE_NAME]
  return name && metadata.labels?.[MANAGED_BY] === MIRROR ? [`${metadata.namespace ?? ''}/${name}`] : []
}

export function createEndpointSliceMirroringController({ client, informers, clock }: ControllerContext): Controller {
  const services = informers.informer(Services)
  const objects = informers.informer(EndpointsObjects)
  const slices = informers.informer(EndpointSlices, { indexers: { mirror: byService } })
  const expectations = new Expectations(clock)

  const reconciler = createReconciler({
    name: 'endpoint-slice-mirroring-controller', concurrency: CONCURRENCY, clock,
    async reconcile(key) {
      const { name, namespace } = splitKey(key)
      const service = services.get(name, namespace)
      const endpoints = objects.get(name, namespace)
      const existing = slices.byIndex('mirror', key)
      const mirrored = endpoints && service && !hasSelector(service) && wantsMirror(endpoints) ? endpoints : undefined
      if (!mirrored) expectations.forget(key)
      // What was made is not seen yet: it would be made twice.
      if (mirrored && !expectations.satisfied(key)) return
      const plan = slicePlan([], mirrored ? mirrorGroups(mirrored) : [], existing)
      if (mirrored) {
        const labels = { ...mirrored.metadata.labels, [SERVICE_NAME]: name, [MANAGED_BY]: MIRROR }
        const annotations = Object.fromEntries(Object.entries(mirrored.metadata.annotations ?? {}).filter(([k]) => !NOT_COPIED.includes(k)))
        const owner = { apiVersion: 'v1', kind: 'Endpoints', name, uid: mirrored.metadata.uid ?? '', controller: true, blockOwnerDeletion: true }
        const metadata = { labels, ...(Object.keys(annotations).length ? { annotations } : {}), ownerReferences: [owner] }
        if (plan.create.length) expectations.expectCreations(key, plan.create.length)
        for (const [i, content] of plan.create.entries()) {
          try {
            await client.create(EndpointSlices, { metadata: { generateName: `${name}-`, ...(namespace ? { namespace } : {}), ...metadata }, ...content })
          } catch (error) {
            expectations.creationObserved(key, plan.create.length - i)
            throw error
          }
        }
        for (const { slice, ...content } of plan.update) await client.update(EndpointSlices, { ...slice, metadata: { ...slice.metadata, ...metadata }, ...content })
        for (const slice of plan.keep) if (canonical([slice.metadata.labels, slice.metadata.annotations ?? {}]) !== canonical([labels, annotations])) await client.update(EndpointSlices, { ...slice, metadata: { ...slice.metadata, ...metadata } })
      }
      for (const slice of plan.remove) {
        await client.delete(EndpointSlices, slice.metadata.name, namespace, { preconditions: { uid: slice.metadata.uid ?? '' } }).catch((error: unknown) => { if (!isNotFound(error)) throw error })
      }
    },
  })
  const add = (object: Endpoints): void => reconciler.queue.add(keyOf(object))
  objects.addHandlers({ onAdd: add, onUpdate: add, onDelete: add })
  // A Service that gets a selector has its endpoints from elsewhere from then on.
  services.addHandlers({
    onAdd: (s) => reconciler.queue.add(keyOf(s)), onUpdate: (s, old) => { if (hasSelector(s) !== hasSelector(old)) reconciler.queue.add(keyOf(s)) }, onDelete: (s) => reconciler.queue.add(keyOf(s)),
  })
  const addOwner = (slice: EndpointSlice): void => byService(slice).forEach((key) => reconciler.queue.add(key))
  slices.addHandlers({
    onAdd(slice) {
      for (const key of byService(slice)) expectations.creationObserved(key)
      addOwner(slice)
    },
    onUpdate: addOwner, onDelete: addOwner,
  })
  return { name: 'endpoint-slice-mirroring-controller', start: () => reconciler.start(), stop: () => reconciler.stop() }
}
