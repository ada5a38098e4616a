/** Carries what the informers report into cache and queue, and tells the queue what may have become possible. */
import type { Informer } from '../client/types.ts'
import type { Namespace, Node, Pod } from '../../shared/api/types.ts'
import type { SchedulerCache } from './cache.ts'
import { podInfo, type PodInfo } from './pod-info.ts'
import { gatedBy } from './plugins/scheduling-gates.ts'
import type { SchedulingQueue } from './queue.ts'

export const SCHEDULER_NAME = 'default-scheduler'

export interface HandlerTargets {
  readonly cache: SchedulerCache
  readonly queue: SchedulingQueue
  onGated(pod: Pod, message: string): void
  /** The pod is gone or placed. */
  onSettled(uid: string): void
}

const uidOf = (pod: Pod): string => pod.metadata.uid ?? ''
const finished = (pod: Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'
const same = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b)
const caresForPods = (info: PodInfo): boolean => info.hasAffinity || Boolean(info.pod.spec.topologySpreadConstraints?.length)

/** Returns the removal of all handlers. */
export function connect(informers: { pods: Informer<Pod>; nodes: Informer<Node>; namespaces: Informer<Namespace> }, to: HandlerTargets): () => void {
  const { cache, queue } = to

  const place = (pod: Pod, old: Pod | undefined): void => {
    const uid = uidOf(pod)
    const before = cache.nodeOf(uid)
    cache.setPod(podInfo(pod), pod.spec.nodeName ?? '')
    if (!old?.spec.nodeName) {
      queue.delete(uid)
      to.onSettled(uid)
      queue.move('PodAdd', caresForPods)
    } else {
      if (!same(pod.metadata.labels, old.metadata.labels)) queue.move('PodLabels', caresForPods)
      // Less requested, or on its way out: room, or a place in the spread.
      if (!same(pod.metadata.deletionTimestamp, old.metadata.deletionTimestamp) || !same(pod.spec.containers, old.spec.containers)) queue.move('PodDelete')
    }
    // Bound elsewhere than assumed: the room there is free again.
    if (before !== undefined && before !== pod.spec.nodeName) queue.move('PodDelete')
  }
  const remove = (uid: string): void => {
    queue.delete(uid)
    to.onSettled(uid)
    if (cache.nodeOf(uid) === undefined) return
    cache.removePod(uid)
    queue.move('PodDelete')
  }
  const wait = (pod: Pod, old: Pod | undefined): void => {
    const uid = uidOf(pod)
    if ((pod.spec.schedulerName ?? SCHEDULER_NAME) !== SCHEDULER_NAME || cache.isAssumed(uid)) return
    if (pod.metadata.deletionTimestamp) return queue.delete(uid)
    const gate = gatedBy(pod)
    if (gate) {
      queue.delete(uid)
      return to.onGated(pod, gate)
    }
    if (!old || gatedBy(old)) queue.add(podInfo(pod))
    // Status changes come from ourselves, too: they make nothing possible.
    else queue.update(podInfo(pod), !same(pod.spec, old.spec) || !same(pod.metadata.labels, old.metadata.labels))
  }
  const onPod = (pod: Pod, old?: Pod): void => {
    if (finished(pod)) remove(uidOf(pod))
    else if (pod.spec.nodeName) place(pod, old)
    else wait(pod, old)
  }

  const onNode = (node: Node, old?: Node): void => {
    if (!old) {
      cache.setNode(node)
      return queue.move('NodeAdd')
    }
    const allocatable = !same(node.status?.allocatable, old.status?.allocatable)
    const labels = !same(node.metadata.labels, old.metadata.labels)
    const taints = !same(node.spec?.taints, old.spec?.taints) || node.spec?.unschedulable !== old.spec?.unschedulable
    // Heartbeats and conditions mean nothing here.
    if (!allocatable && !labels && !taints && same(node.status?.images, old.status?.images)) return
    cache.setNode(node)
    if (allocatable) queue.move('NodeAllocatable')
    if (labels) queue.move('NodeLabels')
    if (taints) queue.move('NodeTaints')
  }

  const removals = [
    informers.nodes.addHandlers({
      onAdd: (node) => onNode(node),
      onUpdate: (node, old) => { if (node !== old) onNode(node, old) },
      onDelete(node) {
        cache.removeNode(node.metadata.name)
        queue.move('NodeDelete')
      },
    }),
    informers.namespaces.addHandlers({
      onAdd: () => queue.move('NamespaceLabels', caresForPods),
      onUpdate: (ns, old) => { if (!same(ns.metadata.labels, old.metadata.labels)) queue.move('NamespaceLabels', caresForPods) },
    }),
    informers.pods.addHandlers({
      onAdd: (pod) => onPod(pod),
      onUpdate(pod, old) {
        if (pod === old) return
        // Deleted and made again between two events.
        if (uidOf(pod) !== uidOf(old)) {
          remove(uidOf(old))
          onPod(pod)
        } else onPod(pod, old)
      },
      onDelete: (pod) => remove(uidOf(pod)),
    }),
  ]
  return () => removals.forEach((r) => r())
}
