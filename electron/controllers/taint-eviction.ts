/** Evicts pods from nodes with NoExecute taints that they do not tolerate, or no longer. */
import { Nodes, Pods } from '../../shared/api/resources.ts'
import type { Node, Pod, Taint } from '../../shared/api/types.ts'
import { rfc3339 } from '../../shared/clock.ts'
import { isNotFound } from '../../shared/errors.ts'
import { byNodeName, createReconciler, keyOf, splitKey } from '../client/index.ts'
import type { Controller, ControllerContext } from './context.ts'
import { isTerminated } from './pods.ts'
import { evictAt, taintId } from './tolerations.ts'

const MESSAGE = 'Taint manager: deleting due to NoExecute taint'

export function createTaintEvictionController({ client, informers, clock, events }: ControllerContext): Controller {
  const nodes = informers.informer(Nodes)
  const pods = informers.informer(Pods, { indexers: { nodeName: byNodeName } })
  /** Since when each pod has borne each taint of its node, as far as the taint does not say. Only pods on tainted nodes are here. */
  const borne = new Map<string, Map<string, number>>()
  /** Pods whose time runs out. */
  const condemned = new Set<string>()
  const forget = (key: string): void => {
    borne.delete(key)
    condemned.delete(key)
  }
  const bears = (key: string, pod: Pod, taints: readonly Taint[], now: number): ((taint: Taint) => number) => {
    const before = borne.get(key)
    const times = new Map(taints.map((t) => [taintId(t), before?.get(taintId(t)) ?? now]))
    borne.set(key, times)
    // A taint that is older than the pod began with the pod.
    const began = Date.parse(pod.status?.startTime ?? pod.metadata.creationTimestamp ?? '') || 0
    return (t) => (t.timeAdded ? Math.max(Date.parse(t.timeAdded), began) : (times.get(taintId(t)) ?? now))
  }
  const reconciler = createReconciler({
    name: 'taint-eviction-controller',
    concurrency: 8,
    clock,
    async reconcile(key) {
      const { namespace, name } = splitKey(key)
      const pod = pods.get(name, namespace)
      const node = pod?.spec.nodeName ? nodes.get(pod.spec.nodeName) : undefined
      if (!pod || !node || pod.metadata.deletionTimestamp || isTerminated(pod)) return forget(key)
      const now = clock.now()
      const taints = (node.spec?.taints ?? []).filter((t) => t.effect === 'NoExecute')
      const at = evictAt(pod, taints, now, bears(key, pod, taints, now))
      if (at === undefined) {
        if (condemned.delete(key)) events.event(pod, 'Normal', 'TaintManagerEviction', `Cancelling deletion of Pod ${key}`)
        if (!taints.length) forget(key)
        return
      }
      if (at > now) {
        condemned.add(key)
        return reconciler.queue.addAfter(key, at - now)
      }
      events.event(pod, 'Normal', 'TaintManagerEviction', `Marking for deletion Pod ${key}`)
      const { uid, generation } = pod.metadata
      const condition = { type: 'DisruptionTarget', status: 'True', reason: 'DeletionByTaintManager', message: MESSAGE, lastTransitionTime: rfc3339(now), ...(generation === undefined ? {} : { observedGeneration: generation }) }
      const conditions = [...(pod.status?.conditions ?? []).filter((c) => c.type !== condition.type), condition]
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
    for (const pod of pods.byIndex('nodeName', node.metadata.name)) reconciler.queue.add(keyOf(pod))
  }
  pods.addHandlers({ onAdd: addPod, onUpdate: addPod, onDelete: (pod) => forget(keyOf(pod)) })
  nodes.addHandlers({
    onAdd: (node) => { if (isTainted(node)) addAll(node) },
    onUpdate: (node, old) => {
      if ((isTainted(node) || isTainted(old)) && JSON.stringify(node.spec?.taints) !== JSON.stringify(old.spec?.taints)) addAll(node)
    },
  })
  return { name: 'taint-eviction-controller', start: () => reconciler.start(), stop: () => reconciler.stop() }
}
