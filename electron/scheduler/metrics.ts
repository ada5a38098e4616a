/** What the scheduler counts, under upstream's names. Plain numbers until somebody reads them: it decides on thousands of pods a second. Source: kubernetes pkg/scheduler/metrics. */
import { exponentialBuckets, Registry } from 'prom-client'
import type { Pod } from '../../shared/api/types.ts'
import { counter, gauge, histogram } from '../prometheus/kept.ts'
import { Tally } from '../prometheus/tally.ts'
import { SCHEDULER_NAME } from './event-handlers.ts'
import { gatedBy } from './plugins/scheduling-gates.ts'

const ATTEMPT = exponentialBuckets(0.001, 2, 15)
const WAIT = exponentialBuckets(0.01, 2, 20)
const TRIES = exponentialBuckets(1, 2, 5)
const VICTIMS = exponentialBuckets(1, 2, 7)
/** From so many tries on, they are told together. */
const MANY_TRIES = 15
const RESULTS = ['scheduled', 'unschedulable', 'error'] as const
export type Result = (typeof RESULTS)[number]

export interface SchedulerCounts {
  /** A try has ended, that long after it began. */
  tried(result: Result, milliseconds: number): void
  /** A node was chosen. */
  chosen(milliseconds: number): void
  /** A pod is on its node, at the so-maniest try, that long after it came. */
  bound(attempts: number, milliseconds: number): void
  /** Room was looked for among less important pods; so many have to go. */
  preempted(victims: number): void
  /** In Prometheus' text form. */
  text(): Promise<string>
}
/** What others know. */
export interface SchedulerNow {
  waiting(): { readonly active: number; readonly backoff: number; readonly unschedulable: number }
  pods(): readonly Pod[]
}

const isGated = (pod: Pod): boolean => !pod.spec.nodeName && !pod.metadata.deletionTimestamp && (pod.spec.schedulerName ?? SCHEDULER_NAME) === SCHEDULER_NAME && gatedBy(pod) !== undefined

export function createCounts({ waiting, pods }: SchedulerNow): SchedulerCounts {
  const profile = SCHEDULER_NAME
  const attempts: Record<Result, Tally> = { scheduled: new Tally(ATTEMPT), unschedulable: new Tally(ATTEMPT), error: new Tally(ATTEMPT) }
  const algorithm = new Tally(ATTEMPT)
  const tries = new Tally(TRIES)
  const victims = new Tally(VICTIMS)
  const waits: (Tally | undefined)[] = []
  let preemptions = 0
  const registry = new Registry()
  const told = (name: string, help: string, ...labelNames: string[]) => ({ name: `scheduler_${name}`, help, labelNames })
  gauge(registry, told('pending_pods', 'Pods without a node: to be tried now, after a back-off, when something has happened that may help, or when their gates are gone.', 'queue'),
    () => Object.entries({ ...waiting(), gated: pods().filter(isGated).length }).map(([queue, n]) => [{ queue }, n] as const))
  gauge(registry, told('bound_pods', 'Pods that have a node.'), () => pods().filter((p) => p.spec.nodeName).length)
  counter(registry, told('schedule_attempts_total', 'Tries, by what came of them.', 'profile', 'result'), () => RESULTS.map((result) => [{ profile, result }, attempts[result].count] as const))
  histogram(registry, told('scheduling_attempt_duration_seconds', 'Seconds of a try, with the binding.', 'profile', 'result'), ATTEMPT, () => RESULTS.map((result) => [{ profile, result }, attempts[result]] as const))
  histogram(registry, told('scheduling_algorithm_duration_seconds', 'Seconds until a node was chosen.'), ATTEMPT, () => [[{}, algorithm]])
  histogram(registry, told('pod_scheduling_attempts', 'Tries that it took until a pod had its node.'), TRIES, () => [[{}, tries]])
  histogram(registry, told('pod_scheduling_sli_duration_seconds', 'Seconds from when a pod came until it had its node, by the tries that took.', 'attempts'), WAIT,
    () => waits.flatMap((tally, n) => (tally ? [[{ attempts: n < MANY_TRIES ? String(n) : `${MANY_TRIES}+` }, tally] as const] : [])))
  counter(registry, told('preemption_attempts_total', 'How often room was looked for among less important pods.'), () => preemptions)
  histogram(registry, told('preemption_victims', 'Pods that had to go for another one.'), VICTIMS, () => [[{}, victims]])
  return {
    tried: (result, milliseconds) => attempts[result].observe(milliseconds / 1000),
    chosen: (milliseconds) => algorithm.observe(milliseconds / 1000),
    bound(n, milliseconds) {
      tries.observe(n)
      ;(waits[Math.min(n, MANY_TRIES)] ??= new Tally(WAIT)).observe(milliseconds / 1000)
    },
    preempted(n) {
      preemptions++
      if (n) victims.observe(n)
    },
    text: () => registry.metrics(),
  }
}
