/**
 * Spreads matching pods evenly over the values of a node label. DoNotSchedule constraints filter, ScheduleAnyway ones
 * score. A pod without constraints is spread with its siblings over hosts and zones, softly, as the cluster default says.
 */
import type { TopologySpreadConstraint } from '../../../shared/api/types.ts'
import { MAX_SCORE, reject, rejectForGood, type FilterPlan, type Plugin, type ScorePlan, type CycleContext } from '../framework.ts'
import type { LabelGroup, NodeInfo } from '../node-info.ts'
import { withLabelKeys, type PodInfo } from '../pod-info.ts'
import { labelMatcher, type LabelMatcher } from '../selectors.ts'
import { untolerated } from './tolerations.ts'

const HOSTNAME = 'kubernetes.io/hostname'
const ZONE = 'topology.kubernetes.io/zone'
const missingLabel = rejectForGood("node(s) didn't match pod topology spread constraints (missing required label)")
const tooSkewed = reject("node(s) didn't match pod topology spread constraints")

interface Constraint {
  key: string
  maxSkew: number
  minDomains: number
  matches: LabelMatcher
  count(node: NodeInfo): number
  includes(node: NodeInfo): boolean
}

function constraint(pod: PodInfo, c: Pick<TopologySpreadConstraint, 'topologyKey' | 'maxSkew' | 'minDomains' | 'nodeAffinityPolicy' | 'nodeTaintsPolicy'>, matches: LabelMatcher): Constraint {
  // Pods with equal labels match alike: tried once for all of them.
  const known = new Map<string, boolean>()
  const matchesGroup = (group: LabelGroup): boolean => {
    let hit = known.get(group.key)
    if (hit === undefined) known.set(group.key, (hit = matches(group.labels)))
    return hit
  }
  return {
    key: c.topologyKey,
    maxSkew: c.maxSkew,
    minDomains: c.minDomains ?? 1,
    matches,
    count(node) {
      let n = 0
      for (const group of node.groups.values()) if (group.namespace === pod.namespace && matchesGroup(group)) n += group.count
      return n
    },
    includes: (node) =>
      (c.nodeAffinityPolicy === 'Ignore' || !pod.nodeMatcher || pod.nodeMatcher(node)) &&
      (c.nodeTaintsPolicy !== 'Honor' || !untolerated(node.taints, pod.tolerations, ['NoSchedule', 'NoExecute'])),
  }
}

function explicit(pod: PodInfo, when: string): Constraint[] {
  return (pod.pod.spec.topologySpreadConstraints ?? [])
    .filter((c) => c.whenUnsatisfiable === when)
    .map((c) => constraint(pod, c, labelMatcher(withLabelKeys(c.labelSelector, pod.labels, c.matchLabelKeys))))
}

const hasKeys = (node: NodeInfo, constraints: readonly Constraint[]): boolean => constraints.every((c) => node.labels[c.key] !== undefined)

function preFilter(pod: PodInfo, { snapshot }: CycleContext): FilterPlan | undefined {
  const constraints = explicit(pod, 'DoNotSchedule')
  if (!constraints.length) return undefined
  const counts = constraints.map(() => new Map<string, number>())
  for (const node of snapshot.nodes) {
    if (!hasKeys(node, constraints)) continue
    constraints.forEach((c, i) => {
      if (!c.includes(node)) return
      const value = node.labels[c.key] ?? ''
      counts[i]?.set(value, (counts[i]?.get(value) ?? 0) + c.count(node))
    })
  }
  // Fewer domains than wanted: the least crowded one counts as empty.
  const least = constraints.map((c, i) => { const m = counts[i] as Map<string, number>; return m.size < c.minDomains ? 0 : Math.min(...m.values()) })
  const self = constraints.map((c) => (c.matches(pod.labels) ? 1 : 0))
  return {
    filter(node) {
      for (const [i, c] of constraints.entries()) {
        const value = node.labels[c.key]
        if (value === undefined) return missingLabel
        if ((counts[i]?.get(value) ?? 0) + (self[i] ?? 0) - (least[i] ?? 0) > c.maxSkew) return tooSkewed
      }
      return undefined
    },
  }
}

function preScore(pod: PodInfo, nodes: readonly NodeInfo[], context: CycleContext): ScorePlan | undefined {
  const own = pod.pod.spec.topologySpreadConstraints?.length
  const constraints = own ? explicit(pod, 'ScheduleAnyway') : defaults(pod, context)
  if (!constraints.length) return undefined
  // Default constraints also hold on nodes that have no zone.
  const ignored = new Set(own ? nodes.filter((n) => !hasKeys(n, constraints)).map((n) => n.name) : [])
  const counts = constraints.map(() => new Map<string, number>())
  for (const node of nodes) {
    if (ignored.has(node.name)) continue
    constraints.forEach((c, i) => { if (c.key !== HOSTNAME) counts[i]?.set(node.labels[c.key] ?? '', 0) })
  }
  // The more values, the smaller each count: logarithms make up for it.
  const weights = constraints.map((c, i) => Math.log((c.key === HOSTNAME ? nodes.length - ignored.size : (counts[i]?.size ?? 0)) + 2))
  if (constraints.some((c) => c.key !== HOSTNAME)) {
    for (const node of context.snapshot.nodes) {
      if (own && !hasKeys(node, constraints)) continue
      constraints.forEach((c, i) => {
        if (c.key === HOSTNAME || !c.includes(node)) return
        const value = node.labels[c.key] ?? ''
        const sum = counts[i]?.get(value)
        if (sum !== undefined) counts[i]?.set(value, sum + c.count(node))
      })
    }
  }
  return {
    score(node) {
      if (ignored.has(node.name)) return 0
      let score = 0
      constraints.forEach((c, i) => {
        const value = node.labels[c.key]
        if (value === undefined) return
        const n = c.key === HOSTNAME ? c.count(node) : (counts[i]?.get(value) ?? 0)
        score += n * (weights[i] ?? 0) + (c.maxSkew - 1)
      })
      return Math.round(score)
    },
    normalize(scores, scored) {
      const counted = scores.filter((_, i) => !ignored.has(scored[i]?.name ?? ''))
      const max = Math.max(0, ...counted)
      const min = Math.min(...counted)
      scored.forEach((node, i) => {
        scores[i] = ignored.has(node.name) ? 0 : max === 0 ? MAX_SCORE : Math.floor((MAX_SCORE * (max + min - (scores[i] ?? 0))) / max)
      })
    },
  }
}

/** Upstream's system default: hosts within 3, zones within 5, softly. Only for pods that have siblings. */
function defaults(pod: PodInfo, context: CycleContext): Constraint[] {
  const siblings = context.siblings(pod)
  if (!siblings) return []
  return [
    constraint(pod, { topologyKey: HOSTNAME, maxSkew: 3 }, siblings),
    constraint(pod, { topologyKey: ZONE, maxSkew: 5 }, siblings),
  ]
}

export const podTopologySpread: Plugin = { name: 'PodTopologySpread', weight: 2, preFilter, preScore }
