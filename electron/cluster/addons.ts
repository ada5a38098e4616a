/** The boxes beside the control plane: metrics, kube-proxy, cluster DNS, ingress. None of them is waited for: the cluster is ready without. */
import type { Job, Node, Pod } from '../../shared/api/types.ts'
import { logger } from '../../shared/log.ts'
import type { Component } from '../client/component.ts'
import { createInformerFactory } from '../client/index.ts'
import type { Informer } from '../client/types.ts'
import { createClusterDns } from '../dns/index.ts'
import { containerResources } from '../kubelet/resources.ts'
import { gatewayOf, type PodGateway } from '../kubelet/runtime/capabilities.ts'
import type { ContainerRuntime } from '../kubelet/runtime/types.ts'
import { createUsageReader } from '../kubelet/stats/index.ts'
import type { LogCollector } from '../logging/index.ts'
import type { LogStore } from '../logging/types.ts'
import { createMetrics, type Metrics, type SpecOf } from '../metrics/index.ts'
import { componentMetrics, type Readable } from './component-metrics.ts'
import type { BuildContext } from './context.ts'
import type { ControlPlane } from './control-plane.ts'
import type { PolicyGuard } from '../network/index.ts'
import type { CustomMetricsDoor } from '../apiserver/types.ts'
import type { KubeletSources } from './kubelet-metrics.ts'
import type { PageSources } from './kubelet-pages.ts'
import { ownAddresses, systemResolvers } from './machine.ts'
import { createPodDoor } from './pod-door.ts'
import { buildIngress } from './ingress.ts'
import { logMetrics } from './log-metrics.ts'
import { buildProxy } from './proxy.ts'
import { METRICS_USER, podFetch, selectorOf } from './scrape.ts'

const log = logger('cluster')
const DNS = 'system:kube-dns'

export interface AddonParts {
  readonly runtime: ContainerRuntime
  /** Watched by the scheduler and the controllers already. */
  readonly watched: { readonly pods: Informer<Pod>; readonly nodes: Informer<Node>; readonly jobs: Informer<Job> }
  readonly scheduler: Readable
  /** What the kubelet of a node of this app says of itself. */
  readonly numbers: KubeletSources['numbers']
  /** Nodes of this app. */
  readonly nodes: () => readonly string[]
  /** The other components, for their health. */
  readonly components: () => readonly Component[]
  readonly guard: PolicyGuard
  readonly logs: LogStore
  readonly collector: Pick<LogCollector, 'lost'>
}
export interface Addons {
  readonly metrics: Metrics
  readonly components: readonly Component[]
  /** What a kubelet's pages say besides its health. */
  readonly pages: Omit<PageSources, 'health' | 'configuration' | 'pods' | 'probes'>
}

/** The way to the pods' network, where it is another machine's, as a box of the picture. It begins by itself and ends with the runtime. */
const createGatewayPart = (far: PodGateway): Component => ({ name: 'gateway', start: async () => undefined, stop: async () => undefined, health: () => far.health() })

export function startAddons(context: BuildContext, plane: ControlPlane, { runtime, watched, scheduler, numbers, nodes, components, guard, logs, collector }: AddonParts): Addons {
  const { clock, teardown, network } = context
  const own = new Map<string, Readable>([['kube-scheduler', scheduler], ['log-collector', logMetrics(logs, collector)]])
  const custom = { fetch: podFetch(plane.server), selectorOf: selectorOf(plane.clients.clientFor(METRICS_USER.name)), scraped: (names: string[], query: CustomMetricsDoor['query']) => plane.server.setCustomMetrics(names, { query }) }
  // Pods that run nothing say nothing, too.
  const specOf: SpecOf = (pod, container) => containerResources(pod, container, 0)
  const metrics = createMetrics({ ...watched, clock, specOf, directory: context.data.metrics, ...(runtime.name === 'hollow' ? { reader: undefined } : { reader: createUsageReader(runtime, clock), custom }) })
  const all: Component[] = [metrics]
  // Pods that run nothing ask nobody and serve nobody, and have no bridge.
  if (runtime.name !== 'hollow') {
    const proxy = buildProxy(context, plane, runtime, watched.pods, guard)
    own.set(proxy.name, { metrics: proxy.metrics.text })
    const informers = createInformerFactory(plane.clients.clientFor(DNS), clock)
    teardown.add(`informers of ${DNS}`, () => informers.stop())
    const far = gatewayOf(runtime)
    const dns = createClusterDns({ door: far, client: plane.clients.clientFor(DNS), informers, clock, network, resolvers: systemResolvers(clock), isOurs: ownAddresses(network) })
    const door = createPodDoor(plane, network.gateway, clock, far)
    own.set('kube-dns', dns)
    const ingress = buildIngress(context, plane, far?.dial)
    own.set(ingress.name, ingress)
    all.push(proxy, dns, door, ingress, ...(far ? [createGatewayPart(far)] : []))
    // The bridge comes with the engine, at the latest with the first pod.
    const listenNow = (): void => {
      dns.hint()
      door.hint()
    }
    const subscription = runtime.subscribe((event) => {
      if (event.type !== 'available' && !(event.type === 'sandbox' && event.action === 'started')) return
      far?.hint()
      listenNow()
    })
    const opened = far?.onOpen(listenNow)
    teardown.add('pod bridge', () => { subscription.close(); opened?.() })
  }
  plane.server.setMetricsDoor(metrics.objects)
  const text = componentMetrics({ components: () => [...components(), ...all], pods: watched.pods, nodes, numbers, metrics, own, store: plane.store })
  plane.server.setComponentMetrics(text)
  for (const component of all) {
    teardown.add(component.name, () => component.stop())
    void component.start().catch((error: unknown) => log.error(`${component.name} could not be started`, { error }))
  }
  return { metrics, components: all, pages: { metrics: text, summary: (node) => metrics.summary(node), resource: (node) => metrics.resource(node), logs } }
}
