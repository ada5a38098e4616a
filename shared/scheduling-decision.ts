/** Why a pod is where it is, or nowhere: the scheduler's last decision, as the dashboard shows it. */
export interface SchedulingNode {
  name: string
  /** The first filter that said no, with its reasons; absent: the node would do. */
  rejectedBy?: string
  reasons?: string[]
  /** Why pushing out pods there would not help. */
  preemption?: string
  /** 0..100 of each scorer, in the order of `scorers`; absent where there was nothing to choose between. */
  scores?: number[]
  /** Sum of the scores times their weights. */
  total?: number
}
export interface SchedulingDecision {
  /** Milliseconds since 1970. */
  time: number
  outcome: 'assigned' | 'unschedulable' | 'preempting' | 'error'
  /** As in the pod's events; '' when it was assigned. */
  message: string
  /** Which try it was, from 1. */
  attempts: number
  /** The node chosen. */
  node?: string
  /** How many nodes there were, and how many of them were looked at. */
  total: number
  evaluated: number
  /** Filters that had something to say, in the order in which they were asked. */
  filters: string[]
  scorers: { plugin: string; weight: number }[]
  nodes: SchedulingNode[]
  /** Nodes that were looked at but are not listed. */
  omitted: number
  /** Where room is being made for the pod, and whose. */
  nominated?: string
  victims?: string[]
}
