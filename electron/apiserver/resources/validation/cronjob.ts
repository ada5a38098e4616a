/** CronJobs. */
import type { CronJob } from '../../../../shared/api/types.ts'
import type { FieldError } from '../../../../shared/errors.ts'
import { isTimeZone, parseSchedule, ScheduleError } from '../../../../shared/cron.ts'
import { field } from '../../../../shared/errors.ts'
import type { Errors } from './common.ts'
import { nonNegative, oneOf } from './common.ts'
import { jobSpec } from './job.ts'

/** Eleven characters are for the time in the Job's name, which is a label of its pods. */
const MAX_NAME = 52

export function validateCronJob(object: CronJob, old?: CronJob): FieldError[] {
  const errors: FieldError[] = []
  const spec = object.spec
  if (!spec) return [field.required('spec')]
  schedule(errors, spec, old?.spec)
  nonNegative(errors, 'spec.startingDeadlineSeconds', spec.startingDeadlineSeconds)
  if (spec.timeZone !== old?.spec?.timeZone) timeZone(errors, 'spec.timeZone', spec.timeZone)
  oneOf(errors, 'spec.concurrencyPolicy', spec.concurrencyPolicy, ['Allow', 'Forbid', 'Replace'])
  const template = spec.jobTemplate?.spec
  if (!template) errors.push(field.required('spec.jobTemplate.spec'))
  else {
    jobSpec(errors, 'spec.jobTemplate.spec', template)
    if (template.selector) errors.push(field.invalid('spec.jobTemplate.spec.selector', template.selector, '`selector` will be auto-generated'))
    if (template.manualSelector) errors.push(field.notSupported('spec.jobTemplate.spec.manualSelector', true, ['nil', 'false'], true))
  }
  nonNegative(errors, 'spec.successfulJobsHistoryLimit', spec.successfulJobsHistoryLimit)
  nonNegative(errors, 'spec.failedJobsHistoryLimit', spec.failedJobsHistoryLimit)
  // Those that are there from before the rule may still be changed.
  if (!old && object.metadata.name.length > MAX_NAME) errors.push(field.invalid('metadata.name', object.metadata.name, `must be no more than ${MAX_NAME} characters`))
  return errors
}

/** A component of a name in the time zone database. */
const PART = /^(?!-)[A-Za-z._\-0-9+]{1,14}$/

function timeZone(errors: Errors, path: string, zone: string | undefined): void {
  if (zone === undefined) return
  if (zone === '') errors.push(field.invalid(path, zone, 'timeZone must be nil or non-empty string'))
  else if (zone.split('/').some((part) => part === '.' || part === '..' || !PART.test(part))) errors.push(field.invalid(path, zone, `unknown time zone ${zone}`))
  else if (zone.toLowerCase() === 'local') errors.push(field.invalid(path, zone, 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones'))
  else if (!isTimeZone(zone)) errors.push(field.invalid(path, zone, `unknown time zone ${zone}`))
}

function schedule(errors: Errors, spec: CronJob['spec'], old: CronJob['spec'] | undefined): void {
  if (!spec.schedule) {
    errors.push(field.required('spec.schedule'))
    return
  }
  if (spec.schedule.includes('TZ')) {
    if (!old?.schedule?.includes('TZ')) errors.push(field.invalid('spec.schedule', spec.schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'))
    else if (spec.timeZone !== undefined) errors.push(field.invalid('spec.schedule', spec.schedule, 'cannot use both timeZone field and TZ or CRON_TZ in schedule'))
    return
  }
  try {
    parseSchedule(spec.schedule)
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error
    errors.push(field.invalid('spec.schedule', spec.schedule, error.message))
  }
}
