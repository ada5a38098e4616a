/** Evicts pods from nodes with NoExecute taints that they do not tolerate, or no longer. */
import { Nodes, Pods } from '../../shared/api/resources.ts'
import type { Node, Pod } from '../../shared/api/types.ts'
import { rfc3339 } from '../../shared/clock.ts'
import { isNotFound } from '../../shared/errors.ts'
import { byNodeName, createReconciler, keyOf, splitKey } from '../client/index.ts'
import type { Controller, ControllerContext } from './context.ts'
import { isTerminated } from './pods.ts'
import { evictAt } from './tolerations.ts'

const MESSAGE = 'Taint manager: deleting due to NoExecute taint'

export function createTaintEvictionController({ client, informers, clock, events }: ControllerContext): Controller {
  const nodes = informers.informer(Nodes)
  const pods = informers.informer(Pods, { indexers: { nodeName: byNodeName } })
  const reconciler = createReconciler({
    name: 'taint-eviction-controller',
    concurrency: 8,
    clock,
    async reconcile(key) {
      const { namespace, name } = splitKey(key)
      const pod = pods.get(name, namespace)
      const node = pod?.spec.nodeName ? nodes.get(pod.spec.nodeName) : undefined
      if (!pod || !node || pod.metadata.deletionTimestamp || isTerminated(pod)) return
      const now = clock.now()
      const at = evictAt(pod, node.spec?.taints ?? [], now)
      if (at === undefined) return
      if (at > now) return reconciler.queue.addAfter(key, at - now)
      events.event(pod, 'Normal', 'TaintManagerEviction', `Marking for deletion Pod ${key}`)
      const condition = { type: 'DisruptionTarget', status: 'True', reason: 'DeletionByTaintManager', message: MESSAGE, lastTransitionTime: rfc3339(now) }
      const conditions = [...(pod.status?.conditions ?? []).filter((c) => c.type !== condition.type), condition]
      const { uid } = pod.metadata
      try {
        await client.patch(Pods, name, namespace, 'merge', { metadata: { uid }, status: { conditions } }, { subresource: 'status' })
        await client.delete(Pods, name, namespace, uid ? { preconditions: { uid } } : {})
      } catch (error) {
        if (!isNotFound(error)) throw error
      }
    },
  })
  const isTainted = (node: Node | undefined): boolean => node?.spec?.taints?.some((t) => t.effect === 'NoExecute') === true
  const addPod = (pod: Pod): void => {
    if (pod.spec.nodeName && isTainted(nodes.get(pod.spec.nodeName))) reconciler.queue.add(keyOf(pod))
  }
  const addAll = (node: Node): void => {
    if (isTainted(node)) for (const pod of pods.byIndex('nodeName', node.metadata.name)) reconciler.queue.add(keyOf(pod))
  }
  pods.addHandlers({ onAdd: addPod, onUpdate: addPod })
  nodes.addHandlers({
    onAdd: addAll,
    onUpdate: (node, old) => {
      if (JSON.stringify(node.spec?.taints) !== JSON.stringify(old.spec?.taints)) addAll(node)
    },
  })
  return { name: 'taint-eviction-controller', start: () => reconciler.start(), stop: () => reconciler.stop() }
}
