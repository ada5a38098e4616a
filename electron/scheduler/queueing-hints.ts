/**
 * Whether something that happened can make a waiting pod fit, so that only then it is tried again. Pure. Each asks no more
 * than it can answer for sure: in doubt it says yes. Source: upstream's QueueingHints, plugin by plugin.
 */
import { portsClash } from '../../shared/host-ports.ts'
import type { NodeInfo } from './node-info.ts'
import type { NamespaceLabels, PodInfo } from './pod-info.ts'
import { tolerates, untolerated } from './plugins/tolerations.ts'

/** @param plugins those that held the pod back; never empty */
export type Hint = (pod: PodInfo, plugins: ReadonlySet<string>) => boolean

const CORDON = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }

/** Whether what a plugin has against nodes does not hold for this one, as if nothing ran on it. */
function passes(plugin: string, node: NodeInfo, pod: PodInfo): boolean {
  switch (plugin) {
    case 'NodeUnschedulable':
      return !node.unschedulable || pod.tolerations.some((t) => tolerates(t, CORDON))
    case 'TaintToleration':
      return !untolerated(node.taints, pod.tolerations, ['NoSchedule', 'NoExecute'])
    case 'NodeAffinity':
      return !pod.nodeMatcher || pod.nodeMatcher(node)
    case 'NodeResourcesFit':
      return pod.cpu <= (node.allocatable['cpu'] ?? 0) && pod.memory <= (node.allocatable['memory'] ?? 0) && pod.scalars.every(([name, n]) => n <= (node.allocatable[name] ?? 0))
    default:
      return true
  }
}

/** A node that is there already is other than it was: one of those that held the pod back may let it pass. */
export const nodeChanged = (node: NodeInfo): Hint => (pod, plugins) => [...plugins].some((p) => passes(p, node, pod))

const STATIC = ['NodeUnschedulable', 'TaintToleration', 'NodeAffinity', 'NodeResourcesFit'] as const
/** What these say of one node depends on others. */
const WIDE = ['PodTopologySpread', 'InterPodAffinity'] as const

/** A node has come: it has to please all that look at nothing else. */
export const nodeCame = (node: NodeInfo): Hint => (pod, plugins) => WIDE.some((p) => plugins.has(p)) || STATIC.every((p) => passes(p, node, pod))

const spreadsOver = (pod: PodInfo, other: PodInfo): boolean => pod.namespace === other.namespace && Boolean(pod.pod.spec.topologySpreadConstraints?.length)

/** A pod has gone from its node. */
export const podGone = (gone: PodInfo, ns: NamespaceLabels): Hint => (pod, plugins) => {
  for (const plugin of plugins) {
    switch (plugin) {
      case 'NodePorts':
        if (pod.hostPorts.some((p) => gone.hostPorts.some((q) => portsClash(p, q)))) return true
        break
      case 'InterPodAffinity':
        if (pod.requiredAntiAffinity.some((t) => t.matches(gone.namespace, gone.labels, ns)) || gone.requiredAntiAffinity.some((t) => t.matches(pod.namespace, pod.labels, ns))) return true
        // The first of a group may go anywhere once the last of it has gone.
        if (pod.requiredAffinity.some((t) => t.matches(gone.namespace, gone.labels, ns))) return true
        break
      case 'PodTopologySpread':
        if (spreadsOver(pod, gone)) return true
        break
      case 'NodeUnschedulable': case 'NodeName': case 'TaintToleration': case 'NodeAffinity':
        break
      default:
        return true
    }
  }
  return false
}

/** A pod has come to a node, or its labels are others. */
export const podCame = (came: PodInfo, ns: NamespaceLabels): Hint => (pod, plugins) =>
  (plugins.has('InterPodAffinity') && pod.requiredAffinity.some((t) => t.matches(came.namespace, came.labels, ns))) || (plugins.has('PodTopologySpread') && spreadsOver(pod, came))
