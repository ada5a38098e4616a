/**
 * Whom a pod may push out, and from which node. Pure. Source: upstream's DefaultPreemption: only pods of lower priority
 * go, as few and as unimportant ones as will do, and budgets are broken only where there is no other way.
 */
import type { PodDisruptionBudget } from '../../shared/api/types.ts'
import type { NodeRejection } from './messages.ts'
import type { NodeInfo } from './node-info.ts'
import type { PodInfo } from './pod-info.ts'
import { labelMatcher } from './selectors.ts'
import type { SnapshotView } from './snapshot.ts'

export const NOT_HELPFUL = 'Preemption is not helpful for scheduling'
export const NO_VICTIMS = 'No preemption victims found for incoming pod'
export const PREEMPTED = 'PreemptionByScheduler'
/** At least so many nodes are looked at, or a tenth of them. */
const MIN_CANDIDATES = 100
/** A decision does not wait: after so many tries of whether the pod fits, what was found has to do. */
const MAX_TRIES = 1000

export interface Victims {
  readonly node: string
  /** The most important first. */
  readonly pods: readonly PodInfo[]
  /** How many of them a budget would have kept. */
  readonly violations: number
}
export interface PreemptionResult {
  readonly chosen?: Victims
  /** Why nothing can be gained on a node. */
  readonly verdicts: ReadonlyMap<string, string>
}

const startOf = (pod: PodInfo): number => (pod.pod.status?.startTime ? Date.parse(pod.pod.status.startTime) : Infinity)
/** Higher priority first; among equals those that have run longer. */
const byImportance = (a: PodInfo, b: PodInfo): number => b.priority - a.priority || (startOf(a) === startOf(b) ? 0 : startOf(a) - startOf(b))

/** true: it waits for pods to end that it has pushed out already. */
export function waitsForVictims(pod: PodInfo, nominated: string | undefined, rejections: ReadonlyMap<string, NodeRejection>, snapshot: SnapshotView): boolean {
  if (!nominated || rejections.get(nominated)?.unresolvable) return false
  for (const p of snapshot.get(nominated)?.pods.values() ?? []) {
    if (p.priority < pod.priority && p.terminating && p.pod.status?.conditions?.some((c) => c.type === 'DisruptionTarget' && c.status === 'True' && c.reason === PREEMPTED)) return true
  }
  return false
}

/** Splits pods into those whose going breaks a budget and the others; each that may go uses up some of it. */
function splitByBudgets(pods: readonly PodInfo[], budgets: readonly PodDisruptionBudget[]): { violating: PodInfo[]; fine: PodInfo[] } {
  const rules = budgets.map((b) => ({ namespace: b.metadata.namespace, matches: labelMatcher(b.spec.selector), empty: !Object.keys(b.spec.selector?.matchLabels ?? {}).length && !b.spec.selector?.matchExpressions?.length, disrupted: b.status?.disruptedPods ?? {}, left: b.status?.disruptionsAllowed ?? 0 }))
  const violating: PodInfo[] = []
  const fine: PodInfo[] = []
  for (const pod of pods) {
    let violates = false
    for (const rule of rules) {
      if (rule.namespace !== pod.namespace || rule.empty || !Object.keys(pod.labels).length || !rule.matches(pod.labels) || pod.name in rule.disrupted) continue
      if (--rule.left < 0) violates = true
    }
    ;(violates ? violating : fine).push(pod)
  }
  return { violating, fine }
}

interface Search {
  readonly pod: PodInfo
  readonly snapshot: SnapshotView
  readonly rejections: ReadonlyMap<string, NodeRejection>
  readonly budgets: readonly PodDisruptionBudget[]
  /** Where to begin, 0 <= x < 1: so that not always the same nodes are robbed. */
  readonly start: number
  /** Whether the pod would fit on the node if it was like this. */
  fits(node: NodeInfo): boolean
}

/** undefined: even without all that is less important the pod does not fit, or there is nothing. */
function victimsOn(node: NodeInfo, { pod, budgets, fits }: Search): Victims | undefined {
  const lesser = [...node.pods.values()].filter((p) => p.priority < pod.priority)
  if (!lesser.length) return undefined
  const without = node.clone()
  for (const p of lesser) without.removePod(p.uid)
  if (!fits(without)) return undefined
  const { violating, fine } = splitByBudgets(lesser.sort(byImportance), budgets)
  const victims: PodInfo[] = []
  /** Puts one back, if the pod fits all the same. */
  const spare = (p: PodInfo): boolean => {
    without.addPod(p)
    if (fits(without)) return true
    without.removePod(p.uid)
    victims.push(p)
    return false
  }
  const violations = violating.filter((p) => !spare(p)).length
  fine.forEach(spare)
  return victims.length ? { node: node.name, pods: victims.sort(byImportance), violations } : undefined
}

/** Fewest broken budgets, then the least important victims, then the fewest, then those that began last. */
export function better(a: Victims, b: Victims): number {
  const sum = (v: Victims): number => v.pods.reduce((s, p) => s + p.priority + 2 ** 31, 0)
  const highest = (v: Victims): number => v.pods[0]?.priority ?? 0
  const began = (v: Victims): number => Math.min(...v.pods.filter((p) => p.priority === highest(v)).map(startOf))
  return a.violations - b.violations || highest(a) - highest(b) || sum(a) - sum(b) || a.pods.length - b.pods.length || (began(a) === began(b) ? 0 : began(b) - began(a))
}

export function preempt(search: Search): PreemptionResult {
  const { snapshot, rejections } = search
  const verdicts = new Map<string, string>()
  const open: NodeInfo[] = []
  for (const [name, rejection] of rejections) {
    const node = snapshot.get(name)
    if (rejection.unresolvable || !node) verdicts.set(name, NOT_HELPFUL)
    else open.push(node)
  }
  const enough = Math.max(MIN_CANDIDATES, Math.floor(open.length / 10))
  const offset = Math.floor(search.start * open.length)
  let tries = 0
  const counting: Search = { ...search, fits: (node) => { tries++; return search.fits(node) } }
  let chosen: Victims | undefined
  let found = 0
  for (let i = 0; i < open.length && found < enough && !(chosen && tries > MAX_TRIES); i++) {
    const node = open[(offset + i) % open.length] as NodeInfo
    const victims = victimsOn(node, counting)
    if (!victims) verdicts.set(node.name, NO_VICTIMS)
    else {
      found++
      if (!chosen || better(victims, chosen) < 0) chosen = victims
    }
  }
  return { verdicts, ...(chosen ? { chosen } : {}) }
}
