/**
 * Pods that want to be near, or far from, other pods. Existing pods have a say too: their required anti-affinity keeps
 * newcomers away, their preferences count. Without affinity anywhere it costs nothing; otherwise a newcomer without
 * affinity meets only the pods that have some.
 */
import { MAX_SCORE, reject, rejectForGood, type CycleContext, type FilterPlan, type Plugin, type ScorePlan } from '../framework.ts'
import type { NodeInfo } from '../node-info.ts'
import type { AffinityTerm, NamespaceLabels, PodInfo } from '../pod-info.ts'

const noAffinity = rejectForGood("node(s) didn't match pod affinity rules")
const noAntiAffinity = reject("node(s) didn't match pod anti-affinity rules")
const existingAntiAffinity = reject("node(s) didn't satisfy existing pods anti-affinity rules")
/** What an existing pod's required affinity counts in scoring. */
const HARD_AFFINITY_WEIGHT = 1

/** How much of something there is for each topology (label key and value). */
class TopologyCounts {
  readonly #counts = new Map<string, Map<string, number>>()
  add(key: string, node: NodeInfo, amount: number): void {
    const value = node.labels[key]
    if (value === undefined) return
    let values = this.#counts.get(key)
    if (!values) this.#counts.set(key, (values = new Map()))
    values.set(value, (values.get(value) ?? 0) + amount)
  }
  of(key: string, node: NodeInfo): number {
    const value = node.labels[key]
    return value === undefined ? 0 : (this.#counts.get(key)?.get(value) ?? 0)
  }
  /** Sum over all keys of what applies to a node. */
  total(node: NodeInfo): number {
    let sum = 0
    for (const [key, values] of this.#counts) {
      const value = node.labels[key]
      if (value !== undefined) sum += values.get(value) ?? 0
    }
    return sum
  }
  get empty(): boolean {
    return this.#counts.size === 0
  }
}

const matchesAll = (terms: readonly AffinityTerm[], namespace: string, pod: Pick<PodInfo, 'labels'>, ns: NamespaceLabels): boolean =>
  terms.every((t) => t.matches(namespace, pod.labels, ns))

function preFilter(pod: PodInfo, { snapshot, namespaceLabels }: CycleContext): FilterPlan | undefined {
  const repelled = new TopologyCounts()
  for (const node of snapshot.nodesWithAffinity()) {
    for (const other of node.podsWithAffinity.values()) {
      for (const term of other.requiredAntiAffinity) {
        if (term.matches(pod.namespace, pod.labels, namespaceLabels)) repelled.add(term.topologyKey, node, 1)
      }
    }
  }
  const { requiredAffinity, requiredAntiAffinity } = pod
  if (repelled.empty && !requiredAffinity.length && !requiredAntiAffinity.length) return undefined
  const affine = new TopologyCounts()
  const averse = new TopologyCounts()
  if (requiredAffinity.length || requiredAntiAffinity.length) {
    for (const node of snapshot.nodes) {
      for (const group of node.groups.values()) {
        // All terms have to hold for one and the same pod.
        if (requiredAffinity.length && matchesAll(requiredAffinity, group.namespace, group, namespaceLabels)) for (const t of requiredAffinity) affine.add(t.topologyKey, node, group.total)
        for (const t of requiredAntiAffinity) if (t.matches(group.namespace, group.labels, namespaceLabels)) averse.add(t.topologyKey, node, group.total)
      }
    }
  }
  // The first of a group that wants its own kind nearby may go anywhere.
  const first = affine.empty && matchesAll(requiredAffinity, pod.namespace, pod, namespaceLabels)
  return {
    filter(node) {
      if (requiredAffinity.some((t) => node.labels[t.topologyKey] === undefined)) return noAffinity
      if (!first && requiredAffinity.some((t) => affine.of(t.topologyKey, node) <= 0)) return noAffinity
      if (requiredAntiAffinity.some((t) => averse.of(t.topologyKey, node) > 0)) return noAntiAffinity
      return repelled.total(node) > 0 ? existingAntiAffinity : undefined
    },
  }
}

function preScore(pod: PodInfo, _nodes: readonly NodeInfo[], { snapshot, namespaceLabels }: CycleContext): ScorePlan | undefined {
  const sums = new TopologyCounts()
  const { preferredAffinity, preferredAntiAffinity } = pod
  if (preferredAffinity.length || preferredAntiAffinity.length) {
    for (const node of snapshot.nodes) {
      for (const group of node.groups.values()) {
        for (const t of preferredAffinity) if (t.matches(group.namespace, group.labels, namespaceLabels)) sums.add(t.topologyKey, node, t.weight * group.total)
        for (const t of preferredAntiAffinity) if (t.matches(group.namespace, group.labels, namespaceLabels)) sums.add(t.topologyKey, node, -t.weight * group.total)
      }
    }
  }
  for (const node of snapshot.nodesWithAffinity()) {
    for (const other of node.podsWithAffinity.values()) {
      const welcome = (terms: readonly AffinityTerm[], weight: (t: AffinityTerm) => number): void => {
        for (const t of terms) if (t.matches(pod.namespace, pod.labels, namespaceLabels)) sums.add(t.topologyKey, node, weight(t))
      }
      welcome(other.requiredAffinity, () => HARD_AFFINITY_WEIGHT)
      welcome(other.preferredAffinity, (t) => t.weight)
      welcome(other.preferredAntiAffinity, (t) => -t.weight)
    }
  }
  if (sums.empty) return undefined
  return {
    score: (node) => sums.total(node),
    normalize(scores) {
      const max = Math.max(0, ...scores)
      const min = Math.min(0, ...scores)
      for (let i = 0; i < scores.length; i++) scores[i] = max > min ? Math.floor((MAX_SCORE * ((scores[i] ?? 0) - min)) / (max - min)) : 0
    },
  }
}

export const interPodAffinity: Plugin = { name: 'InterPodAffinity', weight: 2, preFilter, preScore }
