/** What the tab "why this node" says, worked out from the scheduler's decision. */
import type { Pod } from '../../../../shared/api/types.ts'
import type { SchedulingDecision, SchedulingNode } from '../../../../shared/scheduling-decision.ts'
import type { Level } from '../../../theme/theme.ts'

export type Headline = 'assigned' | 'unschedulable' | 'preempting' | 'error' | 'gated' | 'other' | 'forgotten' | 'waiting' | 'named'

/** The one sentence on top, as a key of the dictionary. */
export function headlineOf(pod: Pod, decision: SchedulingDecision | null): Headline {
  if (decision) return decision.outcome
  if ((pod.spec.schedulerName ?? 'default-scheduler') !== 'default-scheduler') return 'other'
  if (!pod.spec.nodeName) return pod.spec.schedulingGates?.length ? 'gated' : 'waiting'
  return pod.metadata.ownerReferences?.some((o) => o.kind === 'Node') ? 'named' : 'forgotten'
}
export const headlineLevel: Record<Headline, Level> = { assigned: 'ok', unschedulable: 'failed', preempting: 'working', error: 'failed', gated: 'waiting', other: 'waiting', forgotten: 'waiting', waiting: 'working', named: 'ok' }

/** The chosen node first, then by their sum, then those that were out. */
export function ranked(decision: SchedulingDecision): SchedulingNode[] {
  const rank = (n: SchedulingNode): number => (n.name === decision.node ? 0 : n.rejectedBy === undefined ? 1 : 2)
  return [...decision.nodes].sort((a, b) => rank(a) - rank(b) || (b.total ?? 0) - (a.total ?? 0) || (a.name < b.name ? -1 : 1))
}
/** How a filter stands to a node: it said no, it let it pass, or it was not asked any more. */
export function verdict(decision: SchedulingDecision, node: SchedulingNode, filter: string): 'no' | 'yes' | 'unasked' {
  if (node.rejectedBy === undefined) return 'yes'
  const at = decision.filters.indexOf(node.rejectedBy)
  const here = decision.filters.indexOf(filter)
  return here < at || at < 0 ? 'yes' : here === at ? 'no' : 'unasked'
}
