/** The sentences of FailedScheduling, as kubectl users know them. */
import type { Rejection } from './framework.ts'

export interface NodeRejection extends Rejection {
  readonly plugin: string
}

/** `1 Insufficient cpu, 2 node(s) were unschedulable`: counted, in alphabetical order of the whole. A node counts for each of its reasons. */
export function histogram(reasons: Iterable<string>): string {
  const counts = new Map<string, number>()
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return [...counts].map(([reason, n]) => `${n} ${reason}`).sort().join(', ')
}

function* reasonsOf(rejections: ReadonlyMap<string, NodeRejection>): Iterable<string> {
  for (const r of rejections.values()) yield* r.reasons
}

/** `total` 0 means that there is no node at all. `preemption` is the part that says whether evicting pods could help. */
export function unschedulableMessage(total: number, rejections: ReadonlyMap<string, NodeRejection>, preemption?: string): string {
  if (total === 0) return `no nodes available to schedule pods${preemption ? `. ${preemption}` : ''}`
  const why = histogram(reasonsOf(rejections))
  return `0/${total} nodes are available${why ? `: ${why}` : ''}.${preemption ? ` ${preemption}` : ''}`
}

export interface PreemptionView {
  readonly policy: string | undefined
  readonly priority: number
  /** The lowest priority of a pod on the node; undefined when it has none. */
  lowestPriority(node: string): number | undefined
}

/**
 * What is known without evicting anything: on a node where only fixed properties are in the way, or which has no pod of
 * lower priority, nothing can be gained. undefined: some node has pods of lower priority, so that this cannot be said.
 */
export function preemptionMessage(total: number, rejections: ReadonlyMap<string, NodeRejection>, view: PreemptionView): string | undefined {
  const lead = 'no new claims to deallocate, preemption: '
  if (view.policy === 'Never') return `${lead}not eligible due to preemptionPolicy=Never.`
  const verdicts: string[] = []
  for (const [node, r] of rejections) {
    if (r.unresolvable) verdicts.push('Preemption is not helpful for scheduling')
    else if ((view.lowestPriority(node) ?? Infinity) >= view.priority) verdicts.push('No preemption victims found for incoming pod')
    else return undefined
  }
  return total === 0 ? undefined : `${lead}0/${total} nodes are available: ${histogram(verdicts)}.`
}
