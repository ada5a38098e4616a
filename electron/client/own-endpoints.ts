/**
 * A Service that this process itself serves, such as cluster DNS: it has no selector, so its Endpoints and EndpointSlice
 * are written here, and put right when somebody changes them. Others (kube-proxy, DNS) then see a Service like any other.
 */
import type { Draft, KubeObject } from '../../shared/api/meta.ts'
import { EndpointsObjects, EndpointSlices, Services } from '../../shared/api/resources.ts'
import type { EndpointPort, EndpointSlice, Endpoints, Service } from '../../shared/api/types.ts'
import type { Clock } from '../../shared/clock.ts'
import { isAlreadyExists, isNotFound } from '../../shared/errors.ts'
import { keyOf } from './object-index.ts'
import { createReconciler } from './reconciler.ts'
import type { Client, InformerFactory } from './types.ts'

export interface OwnService {
  readonly namespace: string
  readonly name: string
  /** undefined: nobody serves it now. */
  readonly address: string | undefined
  readonly ports: readonly EndpointPort[]
  /** What the Service itself is to be; absent: somebody else makes it, and only the endpoints are ours. */
  readonly service?: Draft<Service>
  /** Value of endpointslice.kubernetes.io/managed-by. */
  readonly managedBy?: string
}

const SERVICE_NAME = 'kubernetes.io/service-name'
const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by'
/** A mirror of these Endpoints would be a second slice with the same addresses. */
const SKIP_MIRROR = 'endpointslice.kubernetes.io/skip-mirror'

/** The two objects that say where a Service is served. Pure. */
export function endpointsOf({ namespace, name, address, ports, managedBy }: OwnService): { endpoints: Endpoints; slice: EndpointSlice } {
  const subsets = address ? [{ addresses: [{ ip: address }], ports: ports.map(({ name: n, port, protocol }) => ({ ...(n ? { name: n } : {}), port: port ?? 0, protocol: protocol ?? 'TCP' })) }] : []
  return {
    endpoints: { apiVersion: 'v1', kind: 'Endpoints', metadata: { name, namespace, labels: { [SKIP_MIRROR]: 'true' } }, ...(subsets.length ? { subsets } : {}) },
    slice: {
      apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name, namespace, labels: { [SERVICE_NAME]: name, ...(managedBy ? { [MANAGED_BY]: managedBy } : {}) } },
      addressType: 'IPv4', endpoints: address ? [{ addresses: [address], conditions: { ready: true, serving: true, terminating: false } }] : [], ports: [...ports],
    },
  }
}

const sameLabels = (live: Record<string, string> | undefined, wanted: Record<string, string> | undefined): boolean => Object.entries(wanted ?? {}).every(([k, v]) => live?.[k] === v)
const same = (a: unknown, b: unknown): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined).sort(([x], [y]) => (x < y ? -1 : 1)).map(([k, v]) => [k, sorted(v)]))
}
const plainPorts = (ports: Service['spec']['ports']) => (ports ?? []).map(({ name, port, protocol, targetPort }) => ({ name, port, protocol: protocol ?? 'TCP', targetPort }))

export interface OwnEndpoints {
  start(): void
  /** The address or a port has changed. */
  refresh(): void
  stop(): Promise<void>
}

export function keepOwnEndpoints({ client, informers, clock, wanted }: { client: Client; informers: InformerFactory; clock: Clock; wanted: () => OwnService }): OwnEndpoints {
  const { namespace, name } = wanted()
  // Whoever serves a Service watches these anyway; of Endpoints nobody needs more than this one.
  const services = informers.informer(Services)
  const slices = informers.informer(EndpointSlices)
  const endpoints = informers.informer(EndpointsObjects, { namespace, fieldSelector: `metadata.name=${name}` })
  const key = `${namespace}/${name}`

  /** True: the Service is as it should be. Its cluster address cannot be changed, so another one means another object. */
  async function reconcileService(draft: Draft<Service>): Promise<void> {
    const live = services.get(name, namespace)
    if (!live) return void (await client.create(Services, { ...draft, metadata: { ...draft.metadata, name, namespace } }).catch(ignoring(isAlreadyExists)))
    if (draft.spec.clusterIP && live.spec.clusterIP !== draft.spec.clusterIP) {
      await client.delete(Services, name, namespace, { preconditions: { uid: live.metadata.uid ?? '' } }).catch(ignoring(isNotFound))
      return // its deletion brings the key back
    }
    if (same(plainPorts(live.spec.ports), plainPorts(draft.spec.ports)) && !Object.keys(live.spec.selector ?? {}).length) return
    const { selector: _selector, ...spec } = live.spec
    void _selector
    await client.update(Services, { ...live, spec: { ...spec, ports: draft.spec.ports ?? [] } })
  }
  const reconciler = createReconciler({
    name: `endpoints of ${name}`, concurrency: 1, clock,
    async reconcile() {
      const own = wanted()
      if (own.service) await reconcileService(own.service)
      const target = endpointsOf(own)
      const liveEndpoints = endpoints.get(name, namespace)
      if (!liveEndpoints) await client.create(EndpointsObjects, target.endpoints)
      else if (!same(liveEndpoints.subsets ?? [], target.endpoints.subsets ?? []) || !sameLabels(liveEndpoints.metadata.labels, target.endpoints.metadata.labels)) {
        const { subsets: _subsets, ...rest } = liveEndpoints
        void _subsets
        await client.update(EndpointsObjects, { ...rest, metadata: { ...rest.metadata, labels: { ...rest.metadata.labels, ...target.endpoints.metadata.labels } }, ...(target.endpoints.subsets ? { subsets: target.endpoints.subsets } : {}) })
      }
      const liveSlice = slices.get(name, namespace)
      if (!liveSlice) await client.create(EndpointSlices, target.slice)
      else if (!same([liveSlice.endpoints ?? [], liveSlice.ports ?? []], [target.slice.endpoints, target.slice.ports]) || !sameLabels(liveSlice.metadata.labels, target.slice.metadata.labels))
        await client.update(EndpointSlices, { ...liveSlice, metadata: { ...liveSlice.metadata, labels: { ...liveSlice.metadata.labels, ...target.slice.metadata.labels } }, endpoints: target.slice.endpoints, ports: target.slice.ports ?? [] })
    },
  })
  const refresh = (): void => reconciler.queue.add(key)
  const changed = (object: KubeObject): void => { if (keyOf(object) === key) refresh() }
  for (const informer of [services, endpoints, slices]) informer.addHandlers({ onAdd: changed, onUpdate: changed, onDelete: changed })
  return {
    start() {
      refresh()
      reconciler.start()
    },
    refresh,
    stop: () => reconciler.stop(),
  }
}

const ignoring = (expected: (error: unknown) => boolean) => (error: unknown): void => {
  if (!expected(error)) throw error
}
