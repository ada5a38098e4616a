/** Watches over nodes: one that is silent becomes Unknown, and its troubles become taints; both go when it is well again. */
import { Leases, Nodes, Pods } from '../../shared/api/resources.ts'
import type { Node } from '../../shared/api/types.ts'
import { rfc3339 } from '../../shared/clock.ts'
import { isNotFound } from '../../shared/errors.ts'
import { byNodeName, createReconciler } from '../client/index.ts'
import type { Controller, ControllerContext } from './context.ts'
import { hear, isLost, knowsLoss, lostConditions, nodeReady, sameTaints, wantedTaints, type Heard } from './node-health.ts'
import { isReady } from './pods.ts'

const LEASE_NAMESPACE = 'kube-node-lease'

export function createNodeLifecycleController({ client, informers, clock, events }: ControllerContext): Controller {
  const nodes = informers.informer(Nodes)
  const leases = informers.informer(Leases, { namespace: LEASE_NAMESPACE })
  const pods = informers.informer(Pods, { indexers: { nodeName: byNodeName } })
  const heard = new Map<string, Heard>()

  const markLost = async (node: Node): Promise<Node> => {
    const wasReady = nodeReady(node) === 'True'
    const updated = await client.updateStatus(Nodes, { ...node, status: { ...node.status, conditions: lostConditions(node, clock.now()) } })
    if (wasReady) events.event(node, 'Normal', 'NodeNotReady', `Node ${node.metadata.name} status is now: NodeNotReady`)
    return updated
  }
  /** What runs on a lost node may run well, but nobody knows: it is taken out of service. */
  const markPodsNotReady = async (name: string): Promise<void> => {
    for (const pod of pods.byIndex('nodeName', name)) {
      if (!isReady(pod)) continue
      const time = rfc3339(clock.now())
      const conditions = (pod.status?.conditions ?? []).map((c) => (c.type === 'Ready' ? { ...c, status: 'False', reason: 'NodeNotReady', lastTransitionTime: time } : c))
      try {
        await client.updateStatus(Pods, { ...pod, status: { ...pod.status, conditions } })
        events.event(pod, 'Warning', 'NodeNotReady', 'Node is not ready')
      } catch (error) {
        if (!isNotFound(error)) throw error
      }
    }
  }
  const reconciler = createReconciler({
    name: 'node-lifecycle-controller',
    concurrency: 8,
    clock,
    async reconcile(name) {
      let node = nodes.get(name)
      if (!node) {
        heard.delete(name)
        return
      }
      const now = clock.now()
      const record = hear(node, leases.get(name, LEASE_NAMESPACE), heard.get(name), now)
      heard.set(name, record)
      if (!isLost(record, now)) reconciler.queue.addAfter(name, record.due - now)
      else if (!knowsLoss(node)) node = await markLost(node)
      if (nodeReady(node) === 'Unknown') await markPodsNotReady(name)
      const others = ready.size > (ready.has(name) ? 1 : 0)
      const taints = wantedTaints(node, others, now)
      if (sameTaints(node.spec?.taints, taints)) return
      const { resourceVersion } = node.metadata
      await client.patch(Nodes, name, undefined, 'merge', { metadata: { resourceVersion }, spec: { taints: taints.length ? taints : null } })
    },
  })
  const add = (object: { metadata: { name: string } }): void => reconciler.queue.add(object.metadata.name)
  const ready = new Set<string>()
  /** Whether NoExecute is right depends on whether any node is ready: when that turns, all are looked at. */
  const changed = (node: Node, isReady: boolean): void => {
    const before = ready.size
    if (isReady) ready.add(node.metadata.name)
    else ready.delete(node.metadata.name)
    if ((before === 0) === (ready.size === 0)) add(node)
    else nodes.list().forEach(add)
  }
  nodes.addHandlers({
    onAdd: (node) => changed(node, nodeReady(node) === 'True'),
    onUpdate: (node) => changed(node, nodeReady(node) === 'True'),
    onDelete: (node) => {
      changed(node, false)
      add(node)
    },
  })
  leases.addHandlers({ onAdd: add, onUpdate: add })
  return { name: 'node-lifecycle-controller', start: () => reconciler.start(), stop: () => reconciler.stop() }
}
