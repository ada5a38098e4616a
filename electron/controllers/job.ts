/**
 * The Job controller: pods that run to their end, counted exactly once. Each pod carries a finalizer; its uid is first written into
 * status.uncountedTerminatedPods, then the finalizer goes, then the uid becomes part of the count.
 */
import { Jobs, Pods } from '../../shared/api/resources.ts'
import type { Job, JobStatus, Pod } from '../../shared/api/types.ts'
import { rfc3339 } from '../../shared/clock.ts'
import { isNotFound } from '../../shared/errors.ts'
import { formatIndexes } from '../../shared/indexes.ts'
import { byControllerUid, createReconciler, keyOf, ownerOf, splitKey } from '../client/index.ts'
import type { Controller, ControllerContext } from './context.ts'
import { canonical } from './deployment-template.ts'
import { Expectations } from './expectations.ts'
import { failuresAfter, jobPlan, type Failures } from './job-plan.ts'
import { isIndexed, hasIndexLimit, isTracked, jobPod, TRACKING_FINALIZER } from './job-pods.ts'
import { deadlineIn, findCondition, holds, isFinished, jobState, withCondition, type JobState } from './job-state.ts'
import { byOrphanNamespace, claim } from './ownership.ts'
import { followPods } from './pod-owner.ts'
import { isTerminated } from './pods.ts'
import { slowStart } from './slow-start.ts'

const CONCURRENCY = 5
const OURS = 'kubernetes.io/job-controller'

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error))
const uidOf = (pod: Pod): string => pod.metadata.uid ?? ''
/** Index `jobName`: the pods of a Job by its key, also when it is gone. */
const byJobName = (pod: Pod): readonly string[] => {
  const owner = ownerOf(pod)
  return owner?.kind === Jobs.kind ? [`${pod.metadata.namespace ?? ''}/${owner.name}`] : []
}

export function createJobController({ client, informers, clock, events }: ControllerContext): Controller {
  const jobs = informers.informer(Jobs)
  const pods = informers.informer(Pods, { indexers: { controllerUid: byControllerUid, orphans: byOrphanNamespace, jobName: byJobName } })
  const expectations = new Expectations(clock)
  const failures = new Map<string, Failures>()
  /** Uids whose finalizer is gone, until the informer shows it, by job. */
  const released = new Map<string, Set<string>>()

  const release = async (key: string, pod: Pod): Promise<void> => {
    try {
      await client.patch(Pods, pod.metadata.name, pod.metadata.namespace, 'strategic', { metadata: { uid: uidOf(pod), '$deleteFromPrimitiveList/finalizers': [TRACKING_FINALIZER] } })
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
    let uids = released.get(key)
    if (!uids) released.set(key, (uids = new Set()))
    uids.add(uidOf(pod))
  }
  /** `counted`: the pod's end is to be counted, so its finalizer stays until then. */
  const remove = async (job: Job, key: string, victims: readonly Pod[], counted: boolean): Promise<void> => {
    if (!victims.length) return
    expectations.expectDeletions(key, victims.map(uidOf))
    const results = await Promise.allSettled(victims.map(async (pod) => {
      try {
        if (!counted && isTracked(pod)) await release(key, pod)
        await client.delete(Pods, pod.metadata.name, pod.metadata.namespace, { preconditions: { uid: uidOf(pod) } })
        events.event(job, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`)
      } catch (error) {
        expectations.deletionObserved(key, uidOf(pod))
        if (isNotFound(error)) return
        events.event(job, 'Warning', 'FailedDelete', `Error deleting: ${message(error)}`)
        throw error
      }
    }))
    const failed = results.find((r) => r.status === 'rejected')
    if (failed) throw failed.reason
  }
  const create = async (job: Job, key: string, wanted: readonly { index: number | undefined; failures: number }[]): Promise<void> => {
    if (!wanted.length) return
    expectations.expectCreations(key, wanted.length)
    let at = 0
    const result = await slowStart(wanted.length, async () => {
      const one = wanted[at++]
      try {
        const pod = await client.create(Pods, jobPod(job, one?.index, one?.failures))
        events.event(job, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`)
      } catch (error) {
        events.event(job, 'Warning', 'FailedCreate', `Error creating: ${message(error)}`)
        throw error
      }
    })
    expectations.creationObserved(key, wanted.length - result.succeeded)
    if (result.error) throw result.error
  }

  /** Status as far as pods and spec say it, but for the counts of what has ended. */
  const described = (job: Job, state: JobState): JobStatus => {
    const now = clock.now()
    const { startTime, ...before } = job.status ?? {}
    let conditions = [...(before.conditions ?? [])]
    const suspended = holds(job, 'Suspended')
    if (state.target) conditions = withCondition(conditions, state.target.type, 'True', state.target.reason, state.target.message, now)
    else if (job.spec.suspend && !suspended) conditions = withCondition(conditions, 'Suspended', 'True', 'JobSuspended', 'Job suspended', now)
    else if (!job.spec.suspend && suspended) conditions = withCondition(conditions, 'Suspended', 'False', 'JobResumed', 'Job resumed', now)
    // The clock of activeDeadlineSeconds stands while the Job is suspended.
    const start = job.spec.suspend && !state.target ? undefined : suspended && !state.target ? rfc3339(now) : (startTime ?? rfc3339(now))
    return {
      ...before, ...(conditions.length ? { conditions } : {}), ...(start ? { startTime: start } : {}), ready: state.ready, terminating: state.terminating.length,
      ...(isIndexed(job) ? { completedIndexes: formatIndexes(state.completedIndexes) } : {}), ...(hasIndexLimit(job) ? { failedIndexes: formatIndexes(state.failedIndexes) } : {}),
    }
  }
  const tell = (job: Job, state: JobState): void => {
    if (state.target || job.spec.suspend === holds(job, 'Suspended') || (!job.spec.suspend && !findCondition(job, 'Suspended'))) return
    events.event(job, 'Normal', job.spec.suspend ? 'Suspended' : 'Resumed', job.spec.suspend ? 'Job suspended' : 'Job resumed')
  }
  const write = async (job: Job, status: JobStatus): Promise<Job> => (canonical(job.status ?? {}) === canonical(status) ? job : client.updateStatus(Jobs, { ...job, status }))

  /** Counts what has ended, and ends the Job when nothing is left to count. */
  const track = async (given: Job, key: string, state: JobState, owned: readonly Pod[], active: number): Promise<void> => {
    const status = described(given, state)
    const uncounted = given.status?.uncountedTerminatedPods
    const pending = { succeeded: [...(uncounted?.succeeded ?? []), ...state.newSucceeded.map(uidOf)], failed: [...(uncounted?.failed ?? []), ...state.newFailed.map(uidOf)] }
    const some = pending.succeeded.length + pending.failed.length > 0
    const lists = { ...(pending.succeeded.length ? { succeeded: pending.succeeded } : {}), ...(pending.failed.length ? { failed: pending.failed } : {}) }
    const { active: _active, ...rest } = status
    void _active
    const open: JobStatus = { ...rest, ...(active ? { active } : {}), uncountedTerminatedPods: lists }
    let job = given
    if (some || (state.target && !holds(given, state.target.type))) {
      job = await write(given, open)
      if (state.newFailed.length || state.newSucceeded.length) failures.set(key, failuresAfter(failures.get(key), state, clock.now()))
    }
    const listed = new Set([...pending.succeeded, ...pending.failed])
    const done = released.get(key)
    await Promise.all([...owned.filter((p) => listed.has(uidOf(p)) && isTracked(p) && !done?.has(uidOf(p))), ...state.ignored].map((p) => release(key, p)))
    const counted: JobStatus = {
      ...open, uncountedTerminatedPods: {},
      ...(open.succeeded || pending.succeeded.length ? { succeeded: isIndexed(given) ? state.completedIndexes.size : (open.succeeded ?? 0) + pending.succeeded.length } : {}),
      ...(open.failed || pending.failed.length ? { failed: (open.failed ?? 0) + pending.failed.length } : {}),
    }
    // The last word waits until every pod is through and counted.
    const left = owned.some((p) => !isTerminated(p)) || active > 0
    const uncountedLeft = owned.some((p) => isTracked(p) && isTerminated(p) && !listed.has(uidOf(p)) && !done?.has(uidOf(p)) && !state.ignored.includes(p))
    const final = state.target && !left && !uncountedLeft ? (state.target.type === 'FailureTarget' ? 'Failed' : 'Complete') : undefined
    if (final && state.target) {
      const now = clock.now()
      counted.conditions = withCondition(counted.conditions ?? [], final, 'True', state.target.reason, state.target.message, now)
      counted.terminating = 0
      counted.ready = 0
      if (final === 'Complete') counted.completionTime = rfc3339(now)
    }
    await write(job, counted)
    tell(given, state)
    if (!final || !state.target) return
    failures.delete(key)
    if (final === 'Complete') events.event(given, 'Normal', 'Completed', 'Job completed')
    else events.event(given, 'Warning', state.target.reason, state.target.message)
  }
  /** A pod without its Job must not be held by the Job's finalizer. */
  const letGo = async (key: string): Promise<void> => {
    const { namespace, name } = splitKey(key)
    for (const pod of pods.byIndex('jobName', key)) if (isTracked(pod) && jobs.get(name, namespace)?.metadata.uid !== ownerOf(pod)?.uid) await release(key, pod)
    released.delete(key)
  }
  const forget = (key: string): void => {
    expectations.forget(key)
    failures.delete(key)
  }

  const reconciler = createReconciler({
    name: 'job-controller', concurrency: CONCURRENCY, clock,
    async reconcile(key) {
      const { namespace, name } = splitKey(key)
      const job = jobs.get(name, namespace)
      if (!job) {
        forget(key)
        return letGo(key)
      }
      if (isFinished(job) || (job.spec.managedBy && job.spec.managedBy !== OURS) || !job.spec.selector) return
      const satisfied = expectations.satisfied(key)
      const candidates = { owned: pods.byIndex('controllerUid', job.metadata.uid ?? '').filter((p) => p.metadata.namespace === namespace), orphans: pods.byIndex('orphans', namespace ?? '') }
      const { owned } = await claim(client, Pods, job, job.spec.selector, candidates, () => client.get(Jobs, name, namespace))
      const done = released.get(key)
      for (const uid of done ?? []) if (!owned.some((p) => uidOf(p) === uid && isTracked(p))) done?.delete(uid)
      const state = jobState(job, owned, done ?? new Set(), clock.now())
      let failure: unknown
      let active = state.active.length
      if (state.target) {
        // What this takes away counts as failed: the Job has no use for it any more.
        await remove(job, key, state.active, true)
        active = 0
      } else if (satisfied && !job.metadata.deletionTimestamp) {
        const plan = jobPlan(job, state, owned, failuresAfter(failures.get(key), state, clock.now()), clock.now())
        try {
          await remove(job, key, plan.remove, false)
          await create(job, key, plan.create)
          active += plan.create.length - plan.remove.length
        } catch (error) {
          failure = error
        }
        if (plan.recheckIn !== undefined) reconciler.queue.addAfter(key, plan.recheckIn)
      }
      await track(job, key, state, owned, active)
      const deadline = deadlineIn(job, clock.now())
      if (deadline !== undefined && !state.target) reconciler.queue.addAfter(key, deadline)
      if (failure) throw failure
    },
  })
  const add = (job: Job): void => reconciler.queue.add(keyOf(job))
  jobs.addHandlers({ onAdd: add, onUpdate: add, onDelete: add })
  followPods({ type: Jobs, owners: jobs, pods, selectorOf: (job) => job.spec.selector, enqueue: (key) => reconciler.queue.add(key), expectations })
  pods.addHandlers({
    // Pods that are shown for the first time, or outlive their Job.
    onAdd: (pod) => orphan(pod),
    onUpdate: (pod) => orphan(pod),
  })
  const orphan = (pod: Pod): void => {
    const owner = ownerOf(pod)
    if (owner?.kind === Jobs.kind && isTracked(pod) && jobs.hasSynced && jobs.get(owner.name, pod.metadata.namespace)?.metadata.uid !== owner.uid)
      reconciler.queue.add(`${pod.metadata.namespace ?? ''}/${owner.name}`)
  }
  return { name: 'job-controller', start: () => reconciler.start(), stop: () => reconciler.stop() }
}
