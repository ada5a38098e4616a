/** What is not as it was asked for, and why, worst first. Pure. */
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { ContainerStatus, Event, Pod } from '../../../shared/api/types.ts'
import type { ConditionLike, State } from '../../kinds/view.ts'
import type { Level } from '../../theme/theme.ts'
import { isAbout, newestFirst } from '../events/model.ts'

export interface Watched {
  object: KubeObject
  state: State
}
export interface Trouble extends Watched {
  /** A sentence of the cluster's; '' where it has said none. */
  reason: string
}
const RANK: Partial<Record<Level, number>> = { failed: 0, warning: 1 }
/** A pod that no node would take for so long is a trouble: shorter, and room is only just being made for it. */
const PATIENCE_MS = 30_000
/** Conditions that say what is wrong, the most telling first. */
const TELLING: [type: string, status: string][] = [['ReplicaFailure', 'True'], ['PodScheduled', 'False'], ['Failed', 'True'], ['FailureTarget', 'True'], ['Progressing', 'False']]
/** What controllers say of the pods they make. */
const MAKING = new Set(['FailedCreate', 'SuccessfulCreate'])

interface Told extends KubeObject {
  status?: { message?: string; conditions?: ConditionLike[]; initContainerStatuses?: ContainerStatus[]; containerStatuses?: ContainerStatus[] }
}
const conditionsOf = (o: KubeObject): ConditionLike[] => (o as Told).status?.conditions ?? []

/** By the object they are about, newest first: looked up for each object without going through all events again. */
export function byObject(events: readonly Event[]): (o: KubeObject) => Event[] {
  const key = (kind: string | undefined, namespace: string | undefined, name: string | undefined): string => `${kind}/${namespace ?? ''}/${name}`
  const groups = new Map<string, Event[]>()
  for (const event of newestFirst(events)) {
    const { kind, namespace, name } = event.involvedObject
    const at = key(kind, namespace, name)
    const group = groups.get(at)
    if (group) group.push(event)
    else groups.set(at, [event])
  }
  return (o) => (groups.get(key(o.kind, o.metadata.namespace, o.metadata.name)) ?? []).filter((e) => isAbout(e, o))
}

/** Why, by what the object itself says, else by its newest warning. */
function reasonOf(o: KubeObject, events: readonly Event[]): string {
  const { message, initContainerStatuses = [], containerStatuses = [] } = (o as Told).status ?? {}
  const said = TELLING.map(([type, status]) => conditionsOf(o).find((c) => c.type === type && c.status === status)?.message)
  const containers = [...initContainerStatuses, ...containerStatuses].map((s) => s.state?.waiting?.message ?? s.state?.terminated?.message)
  return [message, ...said, ...containers, events.find((e) => e.type === 'Warning')?.message].find((text) => text) ?? ''
}

/** Until when (ms since 1970) a pod that no node would take is given; undefined: it waits for no node. */
export function patienceOf(pod: Pod): number | undefined {
  const refused = pod.status?.conditions?.find((c) => c.type === 'PodScheduled' && c.status === 'False' && c.reason === 'Unschedulable')
  return refused && !pod.spec.nodeName ? Date.parse(refused.lastTransitionTime ?? pod.metadata.creationTimestamp ?? '') + PATIENCE_MS : undefined
}

/**
 * The state of an object as it is to be judged: one that seems to be on its way although its pods are refused, or no node has
 * taken it for a while, is not. StatefulSets, DaemonSets and Jobs have no condition for the first: their newest Event says it.
 */
function judged({ object, state }: Watched, events: readonly Event[], now: number): State {
  if (state.level === 'ok' || RANK[state.level] !== undefined) return state
  if (object.kind === 'Pod') return now >= (patienceOf(object as Pod) ?? Number.POSITIVE_INFINITY) ? { word: 'Unschedulable', level: 'warning' } : state
  const making = events.find((e) => MAKING.has(e.reason ?? ''))
  return making?.reason === 'FailedCreate' ? { word: 'FailedCreate', level: 'failed' } : state
}

/** Failed before warned; within that by name. What is on its way, or going, is no trouble. `now` in ms since 1970. */
export const troublesOf = (all: readonly Watched[], about: (o: KubeObject) => Event[], now: number): Trouble[] =>
  all.filter((w) => w.state.level !== 'ok' && !w.object.metadata.deletionTimestamp)
    .map((w): Trouble => {
      const events = about(w.object)
      return { object: w.object, state: judged(w, events, now), reason: reasonOf(w.object, events) }
    })
    .filter((w) => RANK[w.state.level] !== undefined)
    .sort((a, b) => (RANK[a.state.level] ?? 9) - (RANK[b.state.level] ?? 9) || (a.object.metadata.name < b.object.metadata.name ? -1 : 1))

/** When (ms since 1970) the next pod's patience ends; undefined: none waits. */
export const nextJudgement = (all: readonly Watched[], now: number): number | undefined =>
  all.flatMap((w) => (w.object.kind === 'Pod' ? (patienceOf(w.object as Pod) ?? []) : [])).filter((at) => at > now).sort((a, b) => a - b)[0]
