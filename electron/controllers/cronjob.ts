/** The CronJob controller: makes Jobs when they are due, and clears away those that are over. */
import { CronJobs, Jobs } from '../../shared/api/resources.ts'
import type { CronJob, Job } from '../../shared/api/types.ts'
import { rfc3339 } from '../../shared/clock.ts'
import { parseSchedule, ScheduleError, type Schedule } from '../../shared/cron.ts'
import { isAlreadyExists, isNotFound } from '../../shared/errors.ts'
import { byControllerUid, controllerReference, createReconciler, isControlledBy, keyOf, ownerOf, splitKey } from '../client/index.ts'
import type { Controller, ControllerContext } from './context.ts'
import { activeJobs, dueOf, jobName, jobsToClean, SCHEDULED_AT } from './cronjob-plan.ts'
import { canonical } from './deployment-template.ts'
import { holds, isFinished } from './job-state.ts'

const CONCURRENCY = 5
/** So that the time has surely come when it is looked at. */
const MARGIN_MS = 100
/** Timers reach no further than this; then the time is looked at again. */
const MAX_WAIT_MS = 24 * 3_600_000

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error))

export function createCronJobController({ client, informers, clock, events }: ControllerContext): Controller {
  const crons = informers.informer(CronJobs)
  const jobs = informers.informer(Jobs, { indexers: { controllerUid: byControllerUid } })

  const remove = async (cron: CronJob, job: Job): Promise<void> => {
    try {
      await client.delete(Jobs, job.metadata.name, job.metadata.namespace, { propagationPolicy: 'Background', preconditions: { uid: job.metadata.uid ?? '' } })
      events.event(cron, 'Normal', 'SuccessfulDelete', `Deleted job ${job.metadata.name}`)
    } catch (error) {
      if (isNotFound(error)) return
      events.event(cron, 'Warning', 'FailedDelete', `Deleted job: ${message(error)}`)
      throw error
    }
  }
  /** The Job for this time; the one that is there already, when this has been done before. */
  const start = async (cron: CronJob, at: number): Promise<Job> => {
    const { metadata, spec } = cron.spec.jobTemplate
    const name = jobName(cron, at)
    const namespace = cron.metadata.namespace
    if (!spec) throw new Error(`CronJob ${keyOf(cron)} has no spec in its job template`)
    try {
      const job = await client.create(Jobs, {
        metadata: { name, ...(namespace ? { namespace } : {}), labels: { ...metadata?.labels }, annotations: { ...metadata?.annotations, [SCHEDULED_AT]: rfc3339(at) }, ownerReferences: [controllerReference(cron)] },
        spec,
      })
      events.event(cron, 'Normal', 'SuccessfulCreate', `Created job ${name}`)
      return job
    } catch (error) {
      if (isAlreadyExists(error)) {
        const present = await client.get(Jobs, name, namespace)
        if (isControlledBy(present, cron)) return present
      }
      events.event(cron, 'Warning', 'FailedCreate', `Error creating job: ${message(error)}`)
      throw error
    }
  }
  const tellEnds = (cron: CronJob, owned: readonly Job[]): void => {
    for (const reference of cron.status?.active ?? []) {
      const job = owned.find((j) => j.metadata.uid === reference.uid)
      if (!job) events.event(cron, 'Normal', 'MissingJob', `Active job went missing: ${reference.name}`)
      else if (isFinished(job)) events.event(cron, 'Normal', 'SawCompletedJob', `Saw completed job: ${job.metadata.name}, condition: ${holds(job, 'Complete') ? 'Complete' : 'Failed'}`)
    }
  }
  const scheduleOf = (cron: CronJob): Schedule | undefined => {
    try {
      return parseSchedule(cron.spec.schedule, cron.spec.timeZone)
    } catch (error) {
      if (!(error instanceof ScheduleError)) throw error
      events.event(cron, 'Warning', 'UnparseableSchedule', `unparseable schedule: ${JSON.stringify(cron.spec.schedule)} : ${error.message}`)
      return undefined
    }
  }
  /** Decides about what is due, and answers the Job that it started. */
  const serve = async (cron: CronJob, schedule: Schedule, active: readonly Job[], now: number): Promise<{ job: Job; at: number } | undefined> => {
    const { at, missedTooMany } = dueOf(cron, schedule, now)
    if (missedTooMany) events.event(cron, 'Warning', 'TooManyMissedTimes', 'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew')
    if (at === undefined) {
      const missed = cron.spec.startingDeadlineSeconds === undefined ? undefined : dueOf({ ...cron, spec: { ...cron.spec, startingDeadlineSeconds: undefined } } as unknown as CronJob, schedule, now).at
      if (missed !== undefined) events.event(cron, 'Warning', 'MissSchedule', `Missed scheduled time to start a job: ${new Date(missed).toUTCString()}`)
      return undefined
    }
    if (active.some((j) => j.metadata.name === jobName(cron, at))) return { job: active.find((j) => j.metadata.name === jobName(cron, at))!, at }
    if (cron.spec.concurrencyPolicy === 'Forbid' && active.length) {
      events.event(cron, 'Normal', 'JobAlreadyActive', 'Not starting job because prior execution is running and concurrency policy is Forbid')
      return undefined
    }
    if (cron.spec.concurrencyPolicy === 'Replace') for (const job of active) await remove(cron, job)
    return { job: await start(cron, at), at }
  }

  const reconciler = createReconciler({
    name: 'cronjob-controller', concurrency: CONCURRENCY, clock,
    async reconcile(key) {
      const { name, namespace } = splitKey(key)
      const cron = crons.get(name, namespace)
      if (!cron) return
      const owned = jobs.byIndex('controllerUid', cron.metadata.uid ?? '').filter((j) => j.metadata.namespace === namespace)
      const now = clock.now()
      let active = activeJobs(cron, owned)
      let lastScheduleTime = cron.status?.lastScheduleTime
      const schedule = cron.metadata.deletionTimestamp || cron.spec.suspend ? undefined : scheduleOf(cron)
      let failure: unknown
      if (schedule) {
        try {
          const started = await serve(cron, schedule, active, now)
          if (started) {
            if (cron.spec.concurrencyPolicy === 'Replace') active = []
            active = [...active.filter((j) => j.metadata.uid !== started.job.metadata.uid), ...(isFinished(started.job) ? [] : [started.job])]
            lastScheduleTime = rfc3339(started.at)
          }
        } catch (error) {
          failure = error
        }
        const next = schedule.next(now)
        if (next !== undefined) reconciler.queue.addAfter(key, Math.min(next - now + MARGIN_MS, MAX_WAIT_MS))
      }
      const ends = owned.filter((j) => holds(j, 'Complete')).flatMap((j) => j.status?.completionTime ?? [])
      const lastSuccessfulTime = [...ends, ...(cron.status?.lastSuccessfulTime ? [cron.status.lastSuccessfulTime] : [])].sort().at(-1)
      const references = active.map((j) => ({ apiVersion: j.apiVersion, kind: j.kind, namespace: j.metadata.namespace ?? '', name: j.metadata.name, uid: j.metadata.uid ?? '', resourceVersion: (cron.status?.active ?? []).find((r) => r.uid === j.metadata.uid)?.resourceVersion ?? j.metadata.resourceVersion ?? '' }))
      const status = { ...(references.length ? { active: references } : {}), ...(lastScheduleTime ? { lastScheduleTime } : {}), ...(lastSuccessfulTime ? { lastSuccessfulTime } : {}) }
      if (canonical(cron.status ?? {}) !== canonical(status)) {
        await client.updateStatus(CronJobs, { ...cron, status })
        tellEnds(cron, owned)
      }
      for (const job of jobsToClean(cron, owned)) await remove(cron, job)
      if (failure) throw failure
    },
  })
  const add = (cron: CronJob): void => reconciler.queue.add(keyOf(cron))
  const addOwner = (job: Job): void => {
    const owner = ownerOf(job)
    const cron = owner?.kind === CronJobs.kind ? crons.get(owner.name, job.metadata.namespace) : undefined
    if (cron && cron.metadata.uid === owner?.uid) add(cron)
  }
  crons.addHandlers({ onAdd: add, onUpdate: add })
  jobs.addHandlers({ onAdd: addOwner, onUpdate: addOwner, onDelete: addOwner })
  return { name: 'cronjob-controller', start: () => reconciler.start(), stop: () => reconciler.stop() }
}
