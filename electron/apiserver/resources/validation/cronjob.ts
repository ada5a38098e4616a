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

export function validateCronJob(object: CronJob): FieldError[] {
  const errors: FieldError[] = []
  const spec = object.spec
  if (!spec) return [field.required('spec')]
  if (object.metadata.name.length > MAX_NAME) errors.push(field.invalid('metadata.name', object.metadata.name, `must be no more than ${MAX_NAME} characters`))
  schedule(errors, spec)
  nonNegative(errors, 'spec.startingDeadlineSeconds', spec.startingDeadlineSeconds)
  oneOf(errors, 'spec.concurrencyPolicy', spec.concurrencyPolicy, ['Allow', 'Forbid', 'Replace'])
  nonNegative(errors, 'spec.successfulJobsHistoryLimit', spec.successfulJobsHistoryLimit)
  nonNegative(errors, 'spec.failedJobsHistoryLimit', spec.failedJobsHistoryLimit)
  const template = spec.jobTemplate?.spec
  if (!template) return [...errors, field.required('spec.jobTemplate.spec')]
  jobSpec(errors, 'spec.jobTemplate.spec', template)
  if (template.manualSelector) errors.push(field.notSupported('spec.jobTemplate.spec.manualSelector', true, ['false', 'nil']))
  return errors
}

function schedule(errors: Errors, spec: CronJob['spec']): void {
  if (!spec.schedule) {
    errors.push(field.required('spec.schedule'))
    return
  }
  if (spec.timeZone !== undefined && (spec.timeZone.toLowerCase() === 'local' || !isTimeZone(spec.timeZone))) errors.push(field.invalid('spec.timeZone', spec.timeZone, `unknown time zone ${spec.timeZone}`))
  if (spec.schedule.includes('TZ')) {
    errors.push(field.invalid('spec.schedule', spec.schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'))
    return
  }
  try {
    parseSchedule(spec.schedule)
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error
    errors.push(field.invalid('spec.schedule', spec.schedule, error.message))
  }
}
