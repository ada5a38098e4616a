/** Which pods a Job that is not at its end makes and takes away. Pure. */
import type { Job, Pod } from '../../shared/api/types.ts'
import { backoffMs, endOf, hasFailed, hasIndexLimit, indexFailures, indexOf, isIndexed, isTerminating } from './job-pods.ts'
import type { JobState } from './job-state.ts'
import { podsToDelete } from './replicaset-ranking.ts'

/** Pods created or deleted in one step. */
const BURST = 500

export interface Failures {
  /** In a row, since the last success. */
  readonly count: number
  /** The last one, in ms since 1970. */
  readonly last: number
}
export interface JobPlan {
  readonly remove: readonly Pod[]
  /** One entry for each pod; without an index for Jobs that have none. */
  readonly create: readonly { readonly index: number | undefined; readonly failures: number }[]
  /** Milliseconds until more may be made; undefined when nothing waits. */
  readonly recheckIn: number | undefined
}
const NOTHING: JobPlan = { remove: [], create: [], recheckIn: undefined }

/** Failures in a row after this step's ends. */
export function failuresAfter(before: Failures | undefined, state: JobState, now: number): Failures {
  const lastSuccess = Math.max(Number.NEGATIVE_INFINITY, ...state.newSucceeded.map((p) => endOf(p, now)))
  const ends = state.newFailed.map((p) => endOf(p, now)).filter((end) => end > lastSuccess)
  const count = (state.newSucceeded.length ? 0 : (before?.count ?? 0)) + ends.length
  return { count, last: Math.max(before?.last ?? 0, ...ends) }
}

export function jobPlan(job: Job, state: JobState, pods: readonly Pod[], failures: Failures | undefined, now: number): JobPlan {
  const { active } = state
  if (job.spec.suspend) return { ...NOTHING, remove: active.slice(0, BURST) }
  if (isIndexed(job)) return indexedPlan(job, state, pods, failures, now)
  const parallelism = job.spec.parallelism ?? 1
  const { completions } = job.spec
  // A work queue gets no new pods once one has ended well.
  const want = completions === undefined ? (state.succeeded > 0 ? active.length : parallelism) : Math.min(Math.max(0, completions - state.succeeded), parallelism)
  if (active.length > want) return { ...NOTHING, remove: podsToDelete(active, Math.min(active.length - want, BURST), now, () => 0) }
  const held = job.spec.podReplacementPolicy === 'Failed' ? state.terminating.length : 0
  const missing = Math.min(want - active.length - held, BURST)
  if (missing <= 0) return NOTHING
  const wait = failures?.count ? Math.max(0, failures.last + backoffMs(failures.count) - now) : 0
  return wait > 0 ? { ...NOTHING, recheckIn: wait } : { ...NOTHING, create: Array.from({ length: missing }, () => ({ index: undefined, failures: 0 })) }
}

function indexedPlan(job: Job, state: JobState, pods: readonly Pod[], failures: Failures | undefined, now: number): JobPlan {
  const completions = job.spec.completions ?? 0
  const parallelism = Math.min(job.spec.parallelism ?? 1, completions)
  const taken = new Set<number>()
  const surplus: Pod[] = []
  for (const pod of state.active) {
    const index = indexOf(pod)
    if (index === undefined || index >= completions || taken.has(index) || state.completedIndexes.has(index) || state.failedIndexes.has(index) || taken.size >= parallelism) surplus.push(pod)
    else taken.add(index)
  }
  if (surplus.length) return { ...NOTHING, remove: surplus.slice(0, BURST) }
  if (job.spec.podReplacementPolicy === 'Failed') for (const pod of pods) if (isTerminating(pod)) taken.add(indexOf(pod) ?? -1)
  const histories = hasIndexLimit(job) ? failuresByIndex(job, pods, now) : undefined
  const create: { index: number; failures: number }[] = []
  let recheckIn: number | undefined
  const shared = !histories && failures?.count ? Math.max(0, failures.last + backoffMs(failures.count) - now) : 0
  for (let index = 0; index < completions && taken.size + create.length < parallelism && create.length < BURST; index++) {
    if (taken.has(index) || state.completedIndexes.has(index) || state.failedIndexes.has(index)) continue
    const own = histories?.get(index)
    const wait = own ? Math.max(0, own.last + backoffMs(own.count) - now) : shared
    if (wait > 0) recheckIn = Math.min(recheckIn ?? wait, wait)
    else create.push({ index, failures: own?.count ?? 0 })
  }
  return { remove: [], create, recheckIn }
}

/** Each index remembers its failures in the pods that failed. */
function failuresByIndex(job: Job, pods: readonly Pod[], now: number): Map<number, Failures> {
  const histories = new Map<number, Failures>()
  for (const pod of pods) {
    const index = indexOf(pod)
    if (index === undefined || !hasFailed(job, pod)) continue
    const known = histories.get(index)
    histories.set(index, { count: Math.max(known?.count ?? 0, indexFailures(pod) + 1), last: Math.max(known?.last ?? 0, endOf(pod, now)) })
  }
  return histories
}
