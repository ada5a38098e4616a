/** When a CronJob is due, and which of its Jobs are kept. Pure. */
import type { CronJob, Job } from '../../shared/api/types.ts'
import type { Schedule } from '../../shared/cron.ts'
import { holds, isFinished } from './job-state.ts'

/** Beyond this many, something is wrong: the clock, or a long pause without a deadline. */
export const TOO_MANY = 100
/** On the Jobs that a schedule has made: the time they were due. */
export const SCHEDULED_AT = 'batch.kubernetes.io/cronjob-scheduled-timestamp'

export interface Due {
  /** The most recent time that has not been served; ms since 1970. */
  readonly at: number | undefined
  readonly missedTooMany: boolean
}

/** What was due since the last time, or since the CronJob was made, as far back as the starting deadline allows. */
export function dueOf(cron: CronJob, schedule: Schedule, now: number): Due {
  const last = cron.status?.lastScheduleTime ?? cron.metadata.creationTimestamp
  let since = last ? Date.parse(last) : now
  const deadline = cron.spec.startingDeadlineSeconds
  if (deadline !== undefined) since = Math.max(since, now - Number(deadline) * 1000)
  let count = 0
  for (let at = schedule.next(since); at !== undefined && at <= now && count <= TOO_MANY; at = schedule.next(at)) count++
  return { at: count ? schedule.last(since, now) : undefined, missedTooMany: count > TOO_MANY }
}

export const jobName = (cron: CronJob, at: number): string => `${cron.metadata.name}-${Math.floor(at / 60_000)}`

/** Finished Jobs beyond the histories, the oldest first. */
export function jobsToClean(cron: CronJob, jobs: readonly Job[]): Job[] {
  const beyond = (type: string, limit: number | undefined): Job[] => {
    if (limit === undefined) return []
    const done = jobs.filter((j) => holds(j, type) && !j.metadata.deletionTimestamp).sort((a, b) => ((a.status?.startTime ?? '') < (b.status?.startTime ?? '') ? -1 : 1))
    return done.slice(0, Math.max(0, done.length - limit))
  }
  return [...beyond('Complete', cron.spec.successfulJobsHistoryLimit), ...beyond('Failed', cron.spec.failedJobsHistoryLimit)]
}

/** Those of its Jobs that the schedule made and that run. One made by hand from the template is none of them. */
export function activeJobs(cron: CronJob, jobs: readonly Job[]): Job[] {
  const listed = new Set((cron.status?.active ?? []).map((r) => r.uid))
  return jobs.filter((j) => !isFinished(j) && (listed.has(j.metadata.uid ?? '') || j.metadata.annotations?.[SCHEDULED_AT] !== undefined))
}
