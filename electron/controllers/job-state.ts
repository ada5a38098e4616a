/** What a Job's pods say about it: what is newly ended, what it has reached, and whether that is the end. Pure. */
import type { Job, JobCondition, Pod } from '../../shared/api/types.ts'
import { rfc3339 } from '../../shared/clock.ts'
import { parseIndexes } from '../../shared/indexes.ts'
import { hasFailed, hasIndexLimit, indexFailures, indexOf, isIndexed, isTerminating, isTracked } from './job-pods.ts'
import { failureVerdict, successVerdict } from './job-rules.ts'
import { isActive, isReady } from './pods.ts'

/** Ends that are counted in one step. */
export const MAX_UNCOUNTED = 500

export const findCondition = (job: Job, type: string): JobCondition | undefined => job.status?.conditions?.find((c) => c.type === type)
export const holds = (job: Job, type: string): boolean => findCondition(job, type)?.status === 'True'
export const isFinished = (job: Job): boolean => holds(job, 'Complete') || holds(job, 'Failed')

export interface Target { readonly type: 'SuccessCriteriaMet' | 'FailureTarget'; readonly reason: string; readonly message: string }
export interface JobState {
  readonly active: Pod[]
  readonly terminating: Pod[]
  readonly ready: number
  /** Ended and not yet counted. */
  readonly newSucceeded: Pod[]
  readonly newFailed: Pod[]
  /** Ended, and by the failure policy as if it had never been. */
  readonly ignored: Pod[]
  readonly succeeded: number
  readonly failed: number
  readonly completedIndexes: ReadonlySet<number>
  readonly failedIndexes: ReadonlySet<number>
  readonly target: Target | undefined
}

const wanted = (job: Job): number => job.spec.completions ?? Number.POSITIVE_INFINITY

/** `released`: uids whose finalizer is gone although the informer does not show it yet. */
export function jobState(job: Job, pods: readonly Pod[], released: ReadonlySet<string>, now: number): JobState {
  const uncounted = job.status?.uncountedTerminatedPods
  const known = new Set([...(uncounted?.succeeded ?? []), ...(uncounted?.failed ?? []), ...released])
  const fresh = pods.filter((p) => isTracked(p) && !known.has(p.metadata.uid ?? ''))
  const ended = holds(job, 'SuccessCriteriaMet') || holds(job, 'FailureTarget')
  const newSucceeded: Pod[] = []
  const newFailed: Pod[] = []
  const ignored: Pod[] = []
  let failJob: string | undefined
  const completedIndexes = new Set(parseIndexes(job.status?.completedIndexes, wanted(job)))
  const failedIndexes = new Set(parseIndexes(job.status?.failedIndexes, wanted(job)))
  for (const pod of fresh) {
    if (newSucceeded.length + newFailed.length >= MAX_UNCOUNTED) break
    const index = indexOf(pod)
    // An index that the Job does not have (any more) counts for nothing.
    if (isIndexed(job) && (index ?? Number.POSITIVE_INFINITY) >= wanted(job)) {
      if (pod.status?.phase === 'Succeeded' || hasFailed(job, pod)) ignored.push(pod)
    } else if (pod.status?.phase === 'Succeeded') {
      newSucceeded.push(pod)
      if (isIndexed(job) && index !== undefined) completedIndexes.add(index)
    } else if (hasFailed(job, pod)) {
      const { action, message } = failureVerdict(job, pod)
      ;(action === 'Ignore' ? ignored : newFailed).push(pod)
      if (action === 'FailJob') failJob ??= message
      if (hasIndexLimit(job) && index !== undefined && action !== 'Ignore' && !ended && (action === 'FailIndex' || indexFailures(pod) >= (job.spec.backoffLimitPerIndex ?? 0))) failedIndexes.add(index)
    }
  }
  for (const index of completedIndexes) failedIndexes.delete(index)
  const active = pods.filter(isActive)
  const state = {
    active, terminating: pods.filter(isTerminating), ready: active.filter(isReady).length, newSucceeded, newFailed, ignored, completedIndexes, failedIndexes,
    succeeded: isIndexed(job) ? completedIndexes.size : (job.status?.succeeded ?? 0) + (uncounted?.succeeded?.length ?? 0) + newSucceeded.length,
    failed: (job.status?.failed ?? 0) + (uncounted?.failed?.length ?? 0) + newFailed.length,
  }
  return { ...state, target: targetOf(job, state, failJob, now) }
}

type Reached = Omit<JobState, 'target'>

function targetOf(job: Job, state: Reached, failJob: string | undefined, now: number): Target | undefined {
  for (const type of ['FailureTarget', 'SuccessCriteriaMet'] as const) {
    const condition = findCondition(job, type)
    if (condition?.status === 'True') return { type, reason: condition.reason ?? '', message: condition.message ?? '' }
  }
  const failure = (reason: string, message: string): Target => ({ type: 'FailureTarget', reason, message })
  if (failJob !== undefined) return failure('PodFailurePolicy', failJob)
  const limit = job.spec.backoffLimit ?? 6
  if (state.failed > limit || restartsExceed(job, state.active, limit)) return failure('BackoffLimitExceeded', 'Job has reached the specified backoff limit')
  if (deadlineIn(job, now) === 0) return failure('DeadlineExceeded', 'Job was active longer than specified deadline')
  if (hasIndexLimit(job) && state.failedIndexes.size) {
    const most = job.spec.maxFailedIndexes
    if (most !== undefined && state.failedIndexes.size > most) return failure('MaxFailedIndexesExceeded', 'Job has exceeded the specified maximal number of failed indexes')
    if (state.failedIndexes.size + state.completedIndexes.size >= wanted(job)) return failure('FailedIndexes', 'Job has failed indexes')
  }
  const met = isIndexed(job) ? successVerdict(job, state.completedIndexes) : undefined
  if (met !== undefined) return { type: 'SuccessCriteriaMet', reason: 'SuccessPolicy', message: met }
  // A work queue is done when one pod has ended well and no other is at work.
  const complete = job.spec.completions === undefined ? state.succeeded > 0 && !state.active.length : state.succeeded >= job.spec.completions
  return complete ? { type: 'SuccessCriteriaMet', reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' } : undefined
}

/** With restartPolicy OnFailure it is containers that are tried again, not pods. */
function restartsExceed(job: Job, active: readonly Pod[], limit: number): boolean {
  if (job.spec.template.spec?.restartPolicy !== 'OnFailure') return false
  let restarts = 0
  for (const pod of active) for (const status of [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])]) restarts += status.restartCount
  return limit === 0 ? restarts > 0 : restarts >= limit
}

/** Milliseconds until activeDeadlineSeconds; undefined when there is none, or the Job has not begun. */
export function deadlineIn(job: Job, now: number): number | undefined {
  const seconds = job.spec.activeDeadlineSeconds
  if (seconds === undefined || !job.status?.startTime || job.spec.suspend) return undefined
  return Math.max(0, Date.parse(job.status.startTime) + Number(seconds) * 1000 - now)
}

/** The conditions with one changed; nothing changes when it says the same already. */
export function withCondition(conditions: readonly JobCondition[], type: string, status: 'True' | 'False', reason: string, message: string, now: number): JobCondition[] {
  const present = conditions.find((c) => c.type === type)
  if (present?.status === status && present.reason === reason) return [...conditions]
  const time = rfc3339(now)
  return [...conditions.filter((c) => c.type !== type), { type, status, reason, message, lastProbeTime: time, lastTransitionTime: time }]
}
