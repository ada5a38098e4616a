/** Job: pods that run to their end, as many as asked. */
import type { Job } from '../../../shared/api/types.ts'
import { humanDuration } from '../../../shared/duration.ts'
import { ageColumn, nameColumn, templateColumns, text } from './columns.ts'
import { generateSelector, jobDefaults } from './defaults/job.ts'
import { defineKind } from './kind.ts'
import { validateJobUpdate } from './validation/job-update.ts'
import { validateJob, validateJobStatus } from './validation/job.ts'
import { jobWarnings } from './warnings/workloads.ts'

const holds = (o: Job, type: string): boolean => o.status?.conditions?.some((c) => c.type === type && c.status === 'True') ?? false

function status(o: Job): string {
  if (holds(o, 'Complete')) return 'Complete'
  if (holds(o, 'Failed')) return 'Failed'
  if (o.metadata.deletionTimestamp) return 'Terminating'
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find((type) => holds(o, type)) ?? 'Running'
}
function completions(o: Job): string {
  const succeeded = o.status?.succeeded ?? 0
  if (o.spec.completions !== undefined) return `${succeeded}/${o.spec.completions}`
  return (o.spec.parallelism ?? 0) > 1 ? `${succeeded}/1 of ${o.spec.parallelism}` : `${succeeded}/1`
}
function duration(o: Job, now: number): string {
  if (!o.status?.startTime) return ''
  const failed = o.status.conditions?.find((c) => c.type === 'Failed' && c.status === 'True')?.lastTransitionTime
  const end = o.status.completionTime ?? failed
  return humanDuration((end ? Date.parse(end) : now) - Date.parse(o.status.startTime))
}

export const job = defineKind<Job>({
  group: 'batch', version: 'v1', kind: 'Job', resource: 'jobs', singular: 'job', categories: ['all'],
  scope: 'Namespaced', schema: 'V1Job', status: true, generation: true,
  selectableFields: { 'status.successful': (o) => String(o.status?.succeeded ?? 0) },
  strategy: {
    defaults: jobDefaults,
    prepareForCreate(draft) {
      draft.status = {}
      generateSelector(draft)
    },
    validate: validateJob,
    validateUpdate: validateJobUpdate,
    validateStatusUpdate: validateJobStatus,
    warnings: jobWarnings,
  },
  columns: [
    nameColumn,
    text<Job>('Status', 'How far it is.', status),
    text<Job>('Completions', 'Pods that ended well, of those wanted.', completions),
    text<Job>('Duration', 'From the start to the end, or until now.', (o, { now }) => duration(o, now)),
    ageColumn,
    ...templateColumns,
  ],
})
