/** Builds the kubelet of a node, with a client, events and informers of its own, and ends all of it with the node. */
import { join } from 'node:path'
import type { LocalNode } from '../../shared/api/local-node.ts'
import { Pods } from '../../shared/api/resources.ts'
import { createEventRecorder, createInformerFactory } from '../client/index.ts'
import { createKubelet } from '../kubelet/index.ts'
import type { PodNetwork } from '../kubelet/pod-network.ts'
import type { PodTraffic } from '../kubelet/pod-traffic.ts'
import { gatewayOf } from '../kubelet/runtime/capabilities.ts'
import type { ContainerRuntime } from '../kubelet/runtime/types.ts'
import type { BuildContext } from './context.ts'
import type { ControlPlane } from './control-plane.ts'
import type { LocalNodesOptions, RunningNode } from './local-nodes.ts'

/** The node that every Docker cluster starts with. */
export const CLUSTER_NODE = 'pilothouse'
/** A kubelet may read what its own pods name. What all kubelets of this process keep in common they read under this name, which nobody gets a credential for. */
const SHARED_USER = 'system:pilothouse:kubelets'

/** Of each node's events: on a machine of its own a kubelet remembers 4096; many in one process share them. */
export const eventsRemembered = (nodes: number): number => Math.max(64, Math.floor(4096 / nodes))

export interface KubeletNetwork {
  networkOf(nodeName: string): PodNetwork
  readonly guard: PodTraffic
}

export function kubeletBuilder({ data, clock, teardown, options, network }: BuildContext, plane: ControlPlane, runtime: ContainerRuntime, { networkOf, guard }: KubeletNetwork): Pick<LocalNodesOptions, 'build' | 'dataDirOf'> {
  const dataDirOf = (name: string): string => (name === CLUSTER_NODE ? data.kubelet : join(data.kubelet, 'nodes', name))
  const shared = createInformerFactory(plane.clients.clientFor(SHARED_USER), clock)
  teardown.add(`informers of ${SHARED_USER}`, () => shared.stop())
  // Hollow nodes share one watch on all pods; a real node watches its own.
  const podInformer = runtime.name === 'hollow' ? shared.informer(Pods) : undefined
  return {
    dataDirOf,
    build(node: LocalNode, capacity): RunningNode {
      const nodeName = node.metadata.name
      const client = plane.clients.clientFor(`system:node:${nodeName}`)
      const informers = podInformer ? shared : createInformerFactory(client, clock)
      const recorder = createEventRecorder(client, { component: 'kubelet', host: nodeName, clock, remembers: eventsRemembered(options.nodes) })
      const kubelet = createKubelet({
        client, informers, objects: shared, clock, runtime, recorder, nodeName, dataDir: dataDirOf(nodeName), capacity, labels: node.spec.labels ?? {}, taints: node.spec.taints ?? [], podNetwork: networkOf(nodeName), network, address: gatewayOf(runtime) && network.gateway, ...(podInformer ? { podInformer, begin: plane.clients.behind } : {}),
        ...(podInformer ? {} : { podTraffic: guard }),
      })
      return {
        kubelet,
        async close() {
          await kubelet.stop()
          if (!podInformer) await informers.stop()
          await recorder.stop()
        },
      }
    },
  }
}
