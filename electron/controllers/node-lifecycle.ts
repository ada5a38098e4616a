/** Watches over nodes: one that is silent becomes Unknown, and its troubles become taints; both go when it is well again. */
import { Leases, Nodes, Pods } from '../../shared/api/resources.ts'
import type { Node } from '../../shared/api/types.ts'
import { rfc3339 } from '../../shared/clock.ts'
import { isNotFound } from '../../shared/errors.ts'
import { byNodeName, createReconciler } from '../client/index.ts'
import type { Controller, ControllerContext } from './context.ts'
import { hear, isLost, knowsLoss, lostConditions, nodeReady, NOT_READY, sameTaints, UNREACHABLE, wantedTaints, type Heard } from './node-health.ts'
import { Zones, zoneOf } from './node-zones.ts'
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
      // While no node at all is well, or it is not this one's turn, nobody is driven away.
      const evicted = node.spec?.taints?.some((t) => t.effect === 'NoExecute' && (t.key === NOT_READY || t.key === UNREACHABLE)) === true
      const ready = nodeReady(node)
      // The informer may not have heard yet of what was written above.
      if (ready !== 'True') noted(zoneOf(node), name, false)
      const wait = ready === 'True' || ready === undefined || evicted || !zones.anyReady ? 0 : zones.turn(zoneOf(node), now)
      if (wait > 0 && wait !== Infinity) reconciler.queue.addAfter(name, wait)
      const taints = wantedTaints(node, zones.anyReady && wait === 0, now)
      if (sameTaints(node.spec?.taints, taints)) return
      const { resourceVersion } = node.metadata
      await client.patch(Nodes, name, undefined, 'merge', { metadata: { resourceVersion }, spec: { taints: taints.length ? taints : null } })
    },
  })
  const add = (object: { metadata: { name: string } }): void => reconciler.queue.add(object.metadata.name)
  const zones = new Zones()
  const zoneOfNode = new Map<string, string>()
  /** Whether NoExecute is right depends on others: when a zone's state turns, or the first node or the last is ready, all are looked at. Answers whether they are. */
  const noted = (zone: string, name: string, isReady: boolean | undefined): boolean => {
    const before = zones.anyReady
    const turned = zones.note(zone, name, isReady) || before !== zones.anyReady
    if (turned) nodes.list().forEach(add)
    return turned
  }
  const changed = (node: Node, isReady: boolean | undefined): void => {
    const { name } = node.metadata
    const zone = zoneOf(node)
    const moved = zoneOfNode.get(name)
    if (moved !== undefined && moved !== zone) noted(moved, name, undefined)
    if (isReady === undefined) zoneOfNode.delete(name)
    else zoneOfNode.set(name, zone)
    if (!noted(zone, name, isReady)) add(node)
  }
  nodes.addHandlers({
    onAdd: (node) => {
      const { name } = node.metadata
      events.event(node, 'Normal', 'RegisteredNode', `Node ${name} event: Registered Node ${name} in Controller`)
      changed(node, nodeReady(node) === 'True')
    },
    onUpdate: (node) => changed(node, nodeReady(node) === 'True'),
    onDelete: (node) => {
      const { name } = node.metadata
      events.event(node, 'Normal', 'RemovingNode', `Node ${name} event: Removing Node ${name} from Controller`)
      changed(node, undefined)
      add(node)
    },
  })
  leases.addHandlers({ onAdd: add, onUpdate: add })
  return { name: 'node-lifecycle-controller', start: () => reconciler.start(), stop: () => reconciler.stop() }
}
