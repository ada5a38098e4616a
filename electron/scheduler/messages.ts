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
  const own = [...rejections.values()].find((r) => r.ofPod)
  const why = own ? own.reasons.join(', ') : histogram(reasonsOf(rejections))
  return `0/${total} nodes are available${why ? `: ${why}` : ''}.${preemption ? ` ${preemption}` : ''}`
}

const LEAD = 'no new claims to deallocate, preemption: '
export const NOT_ELIGIBLE_POLICY = `${LEAD}not eligible due to preemptionPolicy=Never.`
export const NOT_ELIGIBLE_WAITING = `${LEAD}not eligible due to a terminating pod on the nominated node.`

/** Why pushing out pods would gain nothing, node by node; undefined where there is no node. */
export const preemptionMessage = (total: number, verdicts: ReadonlyMap<string, string>): string | undefined =>
  total === 0 ? undefined : `${LEAD}0/${total} nodes are available: ${histogram(verdicts.values())}.`
