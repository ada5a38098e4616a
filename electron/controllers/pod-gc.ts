/** Removes pods that nobody will: bound to nodes that are gone or out of service, never bound but deleted, and finished ones beyond a bound. */
import { Nodes, Pods } from '../../shared/api/resources.ts'
import type { Node, Pod } from '../../shared/api/types.ts'
import { rfc3339 } from '../../shared/clock.ts'
import { isNotFound } from '../../shared/errors.ts'
import { byNodeName, createReconciler } from '../client/index.ts'
import type { Controller, ControllerContext } from './context.ts'
import { nodeReady } from './node-health.ts'
import { isTerminated } from './pods.ts'

/** How many finished pods may stay. Source: kube-controller-manager --terminated-pod-gc-threshold. */
export const TERMINATED_LIMIT = 12_500
/** A node that comes back within this time keeps its pods. Source: pod garbage collector, quarantine of nodes. */
const QUARANTINE_MS = 40_000
const TERMINATED_KEY = ''
/** Put on a node by somebody who knows that it is off and will not come back by itself. */
const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service'
const isOutOfService = (node: Node | undefined): boolean => node !== undefined && nodeReady(node) !== 'True' && (node.spec?.taints?.some((t) => t.key === OUT_OF_SERVICE) ?? false)

export const byTerminated = (pod: Pod): readonly string[] => (isTerminated(pod) ? ['yes'] : [])

/** The oldest finished pods beyond the limit. */
export function excessPods(finished: readonly Pod[], limit: number): Pod[] {
  const excess = finished.length - limit
  if (excess <= 0) return []
  const created = (pod: Pod): string => pod.metadata.creationTimestamp ?? ''
  return [...finished].sort((a, b) => (created(a) < created(b) ? -1 : created(a) > created(b) ? 1 : a.metadata.name < b.metadata.name ? -1 : 1)).slice(0, excess)
}

export function createPodGarbageCollector({ client, informers, clock }: ControllerContext, limit = TERMINATED_LIMIT): Controller {
  const nodes = informers.informer(Nodes)
  const pods = informers.informer(Pods, { indexers: { nodeName: byNodeName, terminated: byTerminated } })

  const remove = async (pod: Pod, message?: string): Promise<void> => {
    const { name, namespace, uid, generation } = pod.metadata
    try {
      if (message && !isTerminated(pod)) {
        const condition = { type: 'DisruptionTarget', status: 'True', reason: 'DeletionByPodGC', message, lastTransitionTime: rfc3339(clock.now()), ...(generation === undefined ? {} : { observedGeneration: generation }) }
        const conditions = [...(pod.status?.conditions ?? []).filter((c) => c.type !== condition.type), condition]
        await client.patch(Pods, name, namespace, 'merge', { metadata: { uid }, status: { phase: 'Failed', conditions } }, { subresource: 'status' })
      }
      await client.delete(Pods, name, namespace, { gracePeriodSeconds: 0, ...(uid ? { preconditions: { uid } } : {}) })
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }
  const reconciler = createReconciler({
    name: 'pod-garbage-collector',
    concurrency: 2,
    clock,
    async reconcile(key) {
      if (key === TERMINATED_KEY) {
        for (const pod of excessPods(pods.byIndex('terminated', 'yes'), limit)) await remove(pod)
        for (const pod of pods.byIndex('nodeName', '')) if (pod.metadata.deletionTimestamp) await remove(pod)
        return
      }
      const bound = pods.byIndex('nodeName', key)
      if (isOutOfService(nodes.get(key))) for (const pod of bound) if (pod.metadata.deletionTimestamp) await remove(pod)
      if (!bound.length || nodes.get(key)) return
      try {
        await client.get(Nodes, key)
        return
      } catch (error) {
        if (!isNotFound(error)) throw error
      }
      for (const pod of bound) await remove(pod, 'PodGC: node no longer exists')
    },
  })
  const look = (pod: Pod): void => {
    const { nodeName } = pod.spec
    if (nodeName && nodes.hasSynced && !nodes.get(nodeName)) reconciler.queue.addAfter(nodeName, QUARANTINE_MS)
    if (nodeName && pod.metadata.deletionTimestamp && isOutOfService(nodes.get(nodeName))) reconciler.queue.add(nodeName)
    if ((isTerminated(pod) && pods.byIndex('terminated', 'yes').length > limit) || (!nodeName && pod.metadata.deletionTimestamp)) reconciler.queue.add(TERMINATED_KEY)
  }
  pods.addHandlers({ onAdd: look, onUpdate: look })
  const lookAt = (node: Node): void => { if (isOutOfService(node)) reconciler.queue.add(node.metadata.name) }
  nodes.addHandlers({ onAdd: lookAt, onUpdate: lookAt, onDelete: (node) => reconciler.queue.addAfter(node.metadata.name, QUARANTINE_MS) })
  return {
    name: 'pod-garbage-collector',
    start() {
      // Pods may have been listed before the nodes were.
      for (const pod of pods.list()) look(pod)
      reconciler.start()
    },
    stop: () => reconciler.stop(),
  }
}
