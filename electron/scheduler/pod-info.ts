/** A pod with everything the scheduler would otherwise work out again for every node. Made once for each version of a pod. */
import type { Pod, Toleration } from '../../shared/api/types.ts'
import { hostPorts, type HostPort } from '../../shared/host-ports.ts'
import { heldRequests, podRequests, type ResourceAmounts } from '../../shared/pod-resources.ts'
import { labelMatcher, nodeTermMatcher, type LabelMatcher, type Labels, type NodeMatcher } from './selectors.ts'

/** What a container without a request is taken to use, in scoring only. Source: upstream's non-zero defaults. */
export const DEFAULT_CPU_MILLIS = 100
export const DEFAULT_MEMORY_BYTES = 200 * 1024 * 1024

/** A pod affinity term, ready to match. `weight` 0 for a required one. */
export interface AffinityTerm {
  readonly topologyKey: string
  readonly weight: number
  matches(namespace: string, labels: Labels, namespaceLabels: NamespaceLabels): boolean
}
/** Labels of a namespace; undefined when it is not known (yet). */
export type NamespaceLabels = (namespace: string) => Labels | undefined

export interface PodInfo {
  readonly pod: Pod
  readonly uid: string
  readonly name: string
  readonly namespace: string
  readonly labels: Labels
  /** Pods of one namespace with the same labels share it, so that a selector is tried once for all of them. */
  readonly labelKey: string
  readonly terminating: boolean
  readonly priority: number
  readonly requests: Readonly<ResourceAmounts>
  readonly cpu: number
  readonly memory: number
  /** Requests besides cpu and memory that are not zero. */
  readonly scalars: readonly (readonly [string, number])[]
  readonly scoringCpu: number
  readonly scoringMemory: number
  readonly hostPorts: readonly HostPort[]
  readonly tolerations: readonly Toleration[]
  /** nodeSelector and required node affinity together; undefined: every node will do. */
  readonly nodeMatcher: NodeMatcher | undefined
  readonly requiredAffinity: readonly AffinityTerm[]
  readonly requiredAntiAffinity: readonly AffinityTerm[]
  readonly preferredAffinity: readonly AffinityTerm[]
  readonly preferredAntiAffinity: readonly AffinityTerm[]
  readonly hasAffinity: boolean
}

const none: readonly never[] = Object.freeze([])

export function podInfo(pod: Pod): PodInfo {
  const requests = heldRequests(pod)
  const labels = pod.metadata.labels ?? {}
  const namespace = pod.metadata.namespace ?? ''
  const affinity = pod.spec.affinity
  const scoring = scoringRequests(pod, requests)
  const requiredAffinity = required(pod, affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution)
  const requiredAntiAffinity = required(pod, affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution)
  const preferredAffinity = preferred(pod, affinity?.podAffinity?.preferredDuringSchedulingIgnoredDuringExecution)
  const preferredAntiAffinity = preferred(pod, affinity?.podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution)
  return {
    pod,
    uid: pod.metadata.uid ?? '',
    name: pod.metadata.name,
    namespace,
    labels,
    labelKey: `${namespace}/${Object.keys(labels).sort().map((k) => `${k}=${labels[k]}`).join(',')}`,
    terminating: pod.metadata.deletionTimestamp !== undefined,
    priority: pod.spec.priority ?? 0,
    requests,
    cpu: requests['cpu'] ?? 0,
    memory: requests['memory'] ?? 0,
    scalars: Object.entries(requests).filter(([name, n]) => name !== 'cpu' && name !== 'memory' && n > 0),
    scoringCpu: scoring.cpu,
    scoringMemory: scoring.memory,
    hostPorts: hostPorts(pod),
    tolerations: pod.spec.tolerations ?? none,
    nodeMatcher: nodeMatcher(pod),
    requiredAffinity, requiredAntiAffinity, preferredAffinity, preferredAntiAffinity,
    hasAffinity: requiredAffinity.length + requiredAntiAffinity.length + preferredAffinity.length + preferredAntiAffinity.length > 0,
  }
}

/** As the requests, with the defaults in place of what a container leaves out. */
function scoringRequests(pod: Pod, requests: Readonly<ResourceAmounts>): { cpu: number; memory: number } {
  const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])]
  if (containers.every((c) => c.resources?.requests?.['cpu'] !== undefined && c.resources.requests['memory'] !== undefined)) {
    return { cpu: requests['cpu'] ?? 0, memory: requests['memory'] ?? 0 }
  }
  const filled = <C extends (typeof containers)[number]>(c: C): C => ({
    ...c, resources: { ...c.resources, requests: { cpu: `${DEFAULT_CPU_MILLIS}m`, memory: `${DEFAULT_MEMORY_BYTES}`, ...c.resources?.requests } },
  })
  const full = podRequests({
    spec: {
      containers: pod.spec.containers.map(filled),
      ...(pod.spec.initContainers ? { initContainers: pod.spec.initContainers.map(filled) } : {}),
      ...(pod.spec.overhead ? { overhead: pod.spec.overhead } : {}),
      ...(pod.spec.resources ? { resources: pod.spec.resources } : {}),
    },
  })
  return { cpu: full['cpu'] ?? 0, memory: full['memory'] ?? 0 }
}

function nodeMatcher(pod: Pod): NodeMatcher | undefined {
  const wanted = Object.entries(pod.spec.nodeSelector ?? {})
  const terms = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
  if (!wanted.length && !terms) return undefined
  const matchers = (terms ?? []).map(nodeTermMatcher)
  return (node) => {
    for (const [key, value] of wanted) if (node.labels[key] !== value) return false
    return !terms || matchers.some((m) => m(node))
  }
}

type PodTerm = NonNullable<NonNullable<NonNullable<Pod['spec']['affinity']>['podAffinity']>['requiredDuringSchedulingIgnoredDuringExecution']>[number]
type WeightedTerm = NonNullable<NonNullable<NonNullable<Pod['spec']['affinity']>['podAffinity']>['preferredDuringSchedulingIgnoredDuringExecution']>[number]

const required = (pod: Pod, terms: readonly PodTerm[] | undefined): readonly AffinityTerm[] => (terms?.length ? terms.map((t) => affinityTerm(pod, t, 0)) : none)
const preferred = (pod: Pod, terms: readonly WeightedTerm[] | undefined): readonly AffinityTerm[] =>
  terms?.length ? terms.map((t) => affinityTerm(pod, t.podAffinityTerm, t.weight)) : none

/** Neither namespaces nor namespaceSelector: the pod's own namespace. matchLabelKeys take their values from the pod's labels. */
function affinityTerm(pod: Pod, term: PodTerm, weight: number): AffinityTerm {
  const selector = withLabelKeys(term.labelSelector, pod.metadata.labels ?? {}, term.matchLabelKeys, term.mismatchLabelKeys)
  const labels: LabelMatcher = labelMatcher(selector)
  const names = new Set(term.namespaces)
  if (!names.size && !term.namespaceSelector) names.add(pod.metadata.namespace ?? '')
  const byLabels = term.namespaceSelector ? labelMatcher(term.namespaceSelector) : undefined
  return {
    topologyKey: term.topologyKey,
    weight,
    matches: (namespace, podLabels, namespaceLabels) =>
      (names.has(namespace) || (byLabels !== undefined && byLabels(namespaceLabels(namespace) ?? {}))) && labels(podLabels),
  }
}

/** A selector narrowed to pods that agree (or differ) with `labels` in the given keys; keys that the pod lacks are left out. */
export function withLabelKeys(selector: PodTerm['labelSelector'], labels: Labels, match: readonly string[] = [], mismatch: readonly string[] = []): PodTerm['labelSelector'] {
  const extra = [
    ...match.map((key) => ({ key, operator: 'In' })),
    ...mismatch.map((key) => ({ key, operator: 'NotIn' })),
  ].flatMap((r) => { const v = labels[r.key]; return v === undefined ? [] : [{ ...r, values: [v] }] })
  return selector && extra.length ? { ...selector, matchExpressions: [...(selector.matchExpressions ?? []), ...extra] } : selector
}
