/** Carries what the informers report into cache and queue, and tells the queue what may have become possible. */
import type { Informer } from '../client/types.ts'
import type { Namespace, Node, Pod } from '../../shared/api/types.ts'
import type { SchedulerCache } from './cache.ts'
import { NodeInfo } from './node-info.ts'
import type { Nominator } from './nominator.ts'
import { podInfo, type PodInfo } from './pod-info.ts'
import { gatedBy } from './plugins/scheduling-gates.ts'
import type { SchedulingQueue } from './queue.ts'
import { nodeCame, nodeChanged, podCame, podGone } from './queueing-hints.ts'
import type { Labels } from './selectors.ts'

export const SCHEDULER_NAME = 'default-scheduler'

export interface HandlerTargets {
  readonly cache: SchedulerCache
  readonly queue: SchedulingQueue
  readonly nominator: Nominator
  onGated(pod: Pod, message: string): void
  /** The pod is gone or placed. */
  onSettled(uid: string): void
  /** It is no more, or has ended. */
  onGone(uid: string): void
}

const uidOf = (pod: Pod): string => pod.metadata.uid ?? ''
const finished = (pod: Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'
const same = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b)
const caresForPods = (info: PodInfo): boolean => info.hasAffinity || Boolean(info.pod.spec.topologySpreadConstraints?.length)

function infoOf(node: Node): NodeInfo {
  const info = new NodeInfo(node.metadata.name)
  info.setNode(node)
  return info
}

/** Returns the removal of all handlers. */
export function connect(informers: { pods: Informer<Pod>; nodes: Informer<Node>; namespaces: Informer<Namespace> }, to: HandlerTargets): () => void {
  const { cache, queue, nominator } = to
  const labelsOf = (namespace: string): Labels | undefined => informers.namespaces.get(namespace)?.metadata.labels

  const place = (pod: Pod, old: Pod | undefined): void => {
    const uid = uidOf(pod)
    const before = cache.nodeOf(uid)
    const held = cache.podOf(uid)
    const info = podInfo(pod)
    cache.setPod(info, pod.spec.nodeName ?? '')
    nominator.delete(uid)
    if (!old?.spec.nodeName) {
      queue.delete(uid)
      to.onSettled(uid)
      queue.move('PodAdd', podCame(info, labelsOf))
    } else {
      if (!same(pod.metadata.labels, old.metadata.labels)) queue.move('PodLabels', caresForPods)
      if (!same(pod.metadata.deletionTimestamp, old.metadata.deletionTimestamp)) queue.move('PodTerminating', podGone(info, labelsOf))
      // Resized: less is asked for, or has been carried out.
      if (held && (info.cpu < held.cpu || info.memory < held.memory)) queue.move('PodDelete')
    }
    // Bound elsewhere than assumed: the room there is free again.
    if (before !== undefined && before !== pod.spec.nodeName) queue.move('PodDelete')
  }
  const remove = (pod: Pod): void => {
    const uid = uidOf(pod)
    queue.delete(uid)
    to.onSettled(uid)
    to.onGone(uid)
    const held = cache.nodeOf(uid) !== undefined || nominator.nodeOf(uid) !== undefined
    nominator.delete(uid)
    cache.removePod(uid)
    if (held) queue.move('PodDelete', podGone(podInfo(pod), labelsOf))
  }
  const wait = (pod: Pod, old: Pod | undefined): void => {
    const uid = uidOf(pod)
    if ((pod.spec.schedulerName ?? SCHEDULER_NAME) !== SCHEDULER_NAME || cache.isAssumed(uid)) return
    if (pod.metadata.deletionTimestamp) {
      nominator.delete(uid)
      return queue.delete(uid)
    }
    // Said before this start, or by another scheduler's hand.
    const nominated = pod.status?.nominatedNodeName
    if (nominated && (!old || old.status?.nominatedNodeName !== nominated)) nominator.set(podInfo(pod), nominated)
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
    if (finished(pod)) remove(pod)
    else if (pod.spec.nodeName) place(pod, old)
    else wait(pod, old)
  }

  const onNode = (node: Node, old?: Node): void => {
    if (!old) {
      cache.setNode(node)
      return queue.move('NodeAdd', nodeCame(infoOf(node)))
    }
    const allocatable = !same(node.status?.allocatable, old.status?.allocatable)
    const labels = !same(node.metadata.labels, old.metadata.labels)
    const taints = !same(node.spec?.taints, old.spec?.taints) || node.spec?.unschedulable !== old.spec?.unschedulable
    // Heartbeats and conditions mean nothing here.
    if (!allocatable && !labels && !taints && same(node.status?.images, old.status?.images)) return
    cache.setNode(node)
    const hint = nodeChanged(infoOf(node))
    if (allocatable) queue.move('NodeAllocatable', hint)
    if (labels) queue.move('NodeLabels', hint)
    if (taints) queue.move('NodeTaints', hint)
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
          remove(old)
          onPod(pod)
        } else onPod(pod, old)
      },
      onDelete: remove,
    }),
  ]
  return () => removals.forEach((r) => r())
}
