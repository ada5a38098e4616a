/** Where the pods of a DaemonSet belong, and the pod that is made for a node. Pure. */
import type { Draft } from '../../shared/api/meta.ts'
import type { DaemonSet, Node, Pod, PodSpec, Toleration } from '../../shared/api/types.ts'
import { controllerReference } from '../client/index.ts'
import { requiredAffinityHolds } from './node-affinity.ts'
import { REVISION_HASH } from './revisions.ts'
import { tolerates } from './tolerations.ts'

const everywhere = (name: string, effect: string): Toleration => ({ key: `node.kubernetes.io/${name}`, operator: 'Exists', effect })

/** What every daemon pod bears: it is part of its node and shares its fate. Source: Kubernetes docs, DaemonSet "Taints and tolerations". */
export function daemonTolerations(spec: PodSpec): Toleration[] {
  const added = [
    everywhere('not-ready', 'NoExecute'), everywhere('unreachable', 'NoExecute'), everywhere('disk-pressure', 'NoSchedule'), everywhere('memory-pressure', 'NoSchedule'),
    everywhere('pid-pressure', 'NoSchedule'), everywhere('unschedulable', 'NoSchedule'), ...(spec.hostNetwork ? [everywhere('network-unavailable', 'NoSchedule')] : []),
  ]
  const own = spec.tolerations ?? []
  return [...own, ...added.filter((a) => !own.some((t) => t.key === a.key && t.effect === a.effect && t.operator === a.operator && !t.value && t.tolerationSeconds === undefined))]
}

export interface Verdict {
  /** A pod should be made there. */
  readonly run: boolean
  /** A pod that is there may stay. */
  readonly stay: boolean
}

export function verdictOf(ds: DaemonSet, node: Node): Verdict {
  const spec = ds.spec.template.spec ?? { containers: [] }
  if (spec.nodeName && spec.nodeName !== node.metadata.name) return { run: false, stay: false }
  if (!requiredAffinityHolds(spec, node)) return { run: false, stay: false }
  const tolerations = daemonTolerations(spec)
  const unborne = (node.spec?.taints ?? []).filter((taint) => taint.effect !== 'PreferNoSchedule' && !tolerations.some((t) => tolerates(t, taint)))
  return { run: unborne.length === 0, stay: !unborne.some((taint) => taint.effect === 'NoExecute') }
}

const pinnedTo = (name: string): NonNullable<PodSpec['affinity']>['nodeAffinity'] => ({
  requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [name] }] }] },
})

/** The pod for one node. The scheduler binds it there and nowhere else; what the template requires of nodes has been looked at already. */
export function daemonPod(ds: DaemonSet, node: string, hash: string): Draft<Pod> {
  const { metadata, spec = { containers: [] } } = ds.spec.template
  const count = ds.metadata.annotations?.['deprecated.daemonset.template.generation']
  return {
    metadata: {
      generateName: `${ds.metadata.name}-`,
      ...(ds.metadata.namespace ? { namespace: ds.metadata.namespace } : {}),
      labels: { ...metadata?.labels, ...(count === undefined ? {} : { 'pod-template-generation': count }), [REVISION_HASH]: hash },
      ...(metadata?.annotations ? { annotations: metadata.annotations } : {}),
      ...(metadata?.finalizers ? { finalizers: metadata.finalizers } : {}),
      ownerReferences: [controllerReference(ds)],
    },
    spec: { ...spec, tolerations: daemonTolerations(spec), affinity: { ...spec.affinity, nodeAffinity: { ...spec.affinity?.nodeAffinity, ...pinnedTo(node) } } },
  }
}

/** The node that a pod runs on, or waits for. */
export function targetNode(pod: Pod): string | undefined {
  if (pod.spec.nodeName) return pod.spec.nodeName
  const terms = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []
  return terms.flatMap((t) => t.matchFields ?? []).find((f) => f.key === 'metadata.name' && f.operator === 'In' && f.values?.length === 1)?.values?.[0]
}
