/**
 * How many replicas one resource metric asks for. Pure. Source: the replica calculator of kube-controller-manager: pods
 * that are not ready count as idle when it would go up, pods without metrics count as busy when it would go down, and
 * what then points the other way changes nothing.
 */
import type { Pod } from '../../shared/api/types.ts'

/** Below this a change is not worth it. Source: --horizontal-pod-autoscaler-tolerance. */
export const TOLERANCE = 0.1
/** Source: --horizontal-pod-autoscaler-cpu-initialization-period and …-initial-readiness-delay. */
const CPU_INITIALIZATION_MS = 5 * 60_000
const READINESS_DELAY_MS = 30_000

/** Usage of one pod, in the resource's unit (thousandths of a core, bytes). */
export interface PodMetric {
  readonly value: number
  /** Milliseconds since 1970, and how long was measured. */
  readonly time: number
  readonly windowMs: number
}
export interface Tolerances {
  readonly up: number
  readonly down: number
}
export interface MetricWorld {
  readonly currentReplicas: number
  readonly pods: readonly Pod[]
  readonly metrics: ReadonlyMap<string, PodMetric>
  readonly resource: string
  readonly tolerances: Tolerances
  readonly now: number
}
export interface Proposal {
  readonly replicas: number
  /** Whole percent of what pods request; absent for a target by value. */
  readonly utilization?: number
  /** Of each pod that has metrics. */
  readonly averageValue: number
}
/** A reason for the condition, and its sentence. */
export class MetricError extends Error {}

export interface Groups {
  readonly ready: number
  readonly unready: ReadonlySet<string>
  readonly missing: ReadonlySet<string>
  readonly ignored: ReadonlySet<string>
}

export function groupPods(pods: readonly Pod[], metrics: ReadonlyMap<string, PodMetric>, resource: string, now: number): Groups {
  const unready = new Set<string>()
  const missing = new Set<string>()
  const ignored = new Set<string>()
  let ready = 0
  for (const pod of pods) {
    const { name } = pod.metadata
    if (pod.metadata.deletionTimestamp || pod.status?.phase === 'Failed') {
      ignored.add(name)
      continue
    }
    if (pod.status?.phase === 'Pending') {
      unready.add(name)
      continue
    }
    const metric = metrics.get(name)
    if (!metric) {
      missing.add(name)
      continue
    }
    if (resource === 'cpu' && stillStarting(pod, metric, now)) unready.add(name)
    else ready++
  }
  return { ready, unready, missing, ignored }
}

/** What a pod uses while it starts says nothing of its load. */
function stillStarting(pod: Pod, metric: PodMetric, now: number): boolean {
  const condition = pod.status?.conditions?.find((c) => c.type === 'Ready')
  if (!condition || !pod.status?.startTime) return true
  const started = Date.parse(pod.status.startTime)
  const changed = Date.parse(condition.lastTransitionTime ?? '') || 0
  if (now < started + CPU_INITIALIZATION_MS) return condition.status === 'False' || metric.time < changed + metric.windowMs
  return condition.status === 'False' && changed < started + READINESS_DELAY_MS
}

const withinTolerance = (ratio: number, { up, down }: Tolerances): boolean => ratio >= 1 - down && ratio <= 1 + up
const total = (values: Iterable<number>): number => { let sum = 0; for (const v of values) sum += v; return sum }

interface Ratio {
  readonly ratio: number
  readonly utilization?: number
  readonly averageValue: number
}
/** @param ratioOf of the values given, against the target @param idle,busy the values that stand for a pod without a number of its own */
function propose(world: MetricWorld, ratioOf: (values: ReadonlyMap<string, number>) => Ratio, busy: (pod: string) => number): Proposal {
  const { currentReplicas, pods, tolerances } = world
  if (!pods.length) throw new MetricError('no pods returned by selector while calculating replica count')
  const groups = groupPods(pods, world.metrics, world.resource, world.now)
  const own = new Set(pods.map((p) => p.metadata.name))
  const values = new Map([...world.metrics].filter(([name]) => own.has(name) && !groups.ignored.has(name) && !groups.unready.has(name)).map(([name, m]) => [name, m.value]))
  if (!values.size) throw new MetricError('did not receive metrics for targeted pods (pods might be unready)')
  const measured = ratioOf(values)
  const answer = (replicas: number): Proposal => ({ replicas, averageValue: measured.averageValue, ...(measured.utilization === undefined ? {} : { utilization: measured.utilization }) })
  const upWithUnready = groups.unready.size > 0 && measured.ratio > 1
  if (!upWithUnready && !groups.missing.size) return answer(withinTolerance(measured.ratio, tolerances) ? currentReplicas : Math.ceil(round(measured.ratio * groups.ready)))
  for (const name of groups.missing) {
    if (measured.ratio < 1) values.set(name, busy(name))
    else if (measured.ratio > 1) values.set(name, 0)
  }
  if (upWithUnready) for (const name of groups.unready) values.set(name, 0)
  const { ratio } = ratioOf(values)
  if (withinTolerance(ratio, tolerances) || (measured.ratio < 1 && ratio > 1) || (measured.ratio > 1 && ratio < 1)) return answer(currentReplicas)
  const replicas = Math.ceil(round(ratio * values.size))
  return answer((ratio < 1 && replicas > currentReplicas) || (ratio > 1 && replicas < currentReplicas) ? currentReplicas : replicas)
}
/** 3 pods at a third of the load are one pod, whatever floating point says. */
const round = (n: number): number => Math.round(n * 1e9) / 1e9

/** A share of what pods request. `requests`: of each pod, in the resource's unit. */
export function byUtilization(world: MetricWorld, requests: ReadonlyMap<string, number>, target: number): Proposal {
  const ratioOf = (values: ReadonlyMap<string, number>): Ratio => {
    const requested = total([...values.keys()].map((name) => requests.get(name) ?? 0))
    if (!requested) throw new MetricError('no metrics returned matched known pods')
    const used = total(values.values())
    const utilization = Math.floor((used * 100) / requested)
    return { ratio: utilization / target, utilization, averageValue: used / values.size }
  }
  return propose(world, ratioOf, (name) => ((requests.get(name) ?? 0) * Math.max(100, target)) / 100)
}

/** An amount for each pod, in the resource's unit. */
export function byAverageValue(world: MetricWorld, target: number): Proposal {
  const ratioOf = (values: ReadonlyMap<string, number>): Ratio => {
    const averageValue = total(values.values()) / values.size
    return { ratio: averageValue / target, averageValue }
  }
  return propose(world, ratioOf, () => target)
}
