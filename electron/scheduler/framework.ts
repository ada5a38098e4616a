/**
 * The plugin interface. PreFilter and PreScore are functions that answer the function for the next step: what they worked
 * out for the pod stays in its closure, typed, and ends with the cycle. A plugin that has nothing to say answers
 * `undefined` and costs nothing for any node.
 */
import type { NodeInfo } from './node-info.ts'
import type { NamespaceLabels, PodInfo } from './pod-info.ts'
import type { LabelMatcher } from './selectors.ts'
import type { SnapshotView } from './snapshot.ts'

export const MAX_SCORE = 100

/** Why a node is out. `unresolvable`: removing pods from it would not help. */
export interface Rejection {
  readonly reasons: readonly string[]
  readonly unresolvable: boolean
  /** It is the pod that is not ready for any node. */
  readonly ofPod?: boolean
}
export const reject = (...reasons: string[]): Rejection => ({ reasons, unresolvable: false })
export const rejectForGood = (...reasons: string[]): Rejection => ({ reasons, unresolvable: true })

/** The pod can go nowhere yet, whatever the node. */
export const rejectPod = (reason: string): Rejection => ({ reasons: [reason], unresolvable: true, ofPod: true })

/** Of a plan: what it says of a node depends on nothing but that node and the pod's shape (known-nodes.ts). */
interface Local {
  readonly local?: true
}
export interface FilterPlan extends Local {
  /** Only these nodes come into question. */
  readonly only?: ReadonlySet<string>
  filter(node: NodeInfo): Rejection | undefined
}
export interface ScorePlan extends Local {
  score(node: NodeInfo): number
  /** Brings raw scores to 0..100, in place. Absent: they are that already. */
  normalize?(scores: number[], nodes: readonly NodeInfo[]): void
}

/** What plugins may look up besides the snapshot. */
export interface Lookups {
  readonly namespaceLabels: NamespaceLabels
  /** Matches the siblings of a pod (its services, its ReplicaSet) when spreading by default; undefined: it has none. */
  siblings(pod: PodInfo): LabelMatcher | undefined
}
export interface CycleContext extends Lookups {
  readonly snapshot: SnapshotView
}

export interface Plugin {
  readonly name: string
  /** Of its score in the sum. */
  readonly weight: number
  preFilter?(pod: PodInfo, context: CycleContext): FilterPlan | undefined
  preScore?(pod: PodInfo, nodes: readonly NodeInfo[], context: CycleContext): ScorePlan | undefined
  /** The node is chosen: takes what the pod will need there, for the time until it shows. Throws when it is no longer to be had. */
  reserve?(pod: PodInfo, node: NodeInfo): void
  /** The pod is bound, or will not be. */
  unreserve?(pod: PodInfo): void
  /** What has to be done before the binding; undefined: nothing. Rejects when it cannot be, or when the signal aborts. */
  preBind?(pod: PodInfo, signal: AbortSignal): Promise<void> | undefined
}

/** Scales so that the greatest becomes 100; `reverse` turns it round. All zero: all equal. */
export function normalizeToMax(scores: number[], reverse: boolean): void {
  const max = Math.max(0, ...scores)
  for (let i = 0; i < scores.length; i++) {
    const share = max === 0 ? 0 : Math.floor((MAX_SCORE * (scores[i] ?? 0)) / max)
    scores[i] = reverse ? MAX_SCORE - share : share
  }
}

