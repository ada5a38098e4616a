/** CronJob: a Job each time the clock says so. */
import type { CronJob } from '../../../shared/api/types.ts'
import { age } from '../../../shared/duration.ts'
import { ageColumn, integer, nameColumn, NONE, text, wide } from './columns.ts'
import { podSpecDefaults } from './defaults/pod.ts'
import { defineKind } from './kind.ts'
import { validateCronJob } from './validation/cronjob.ts'
import { cronJobWarnings } from './warnings/workloads.ts'

const SUCCESSFUL = 3
const FAILED = 1

const containers = (o: CronJob): readonly { name: string; image?: string }[] => o.spec.jobTemplate?.spec?.template?.spec?.containers ?? []

export const cronJob = defineKind<CronJob>({
  group: 'batch', version: 'v1', kind: 'CronJob', resource: 'cronjobs', singular: 'cronjob', shortNames: ['cj'], categories: ['all'],
  scope: 'Namespaced', schema: 'V1CronJob', status: true, generation: true,
  strategy: {
    defaults({ spec }) {
      if (!spec) return
      spec.concurrencyPolicy ||= 'Allow'
      spec.suspend ??= false
      spec.successfulJobsHistoryLimit ??= SUCCESSFUL
      spec.failedJobsHistoryLimit ??= FAILED
      const template = spec.jobTemplate?.spec?.template?.spec
      if (template) podSpecDefaults(template)
    },
    prepareForCreate(draft) {
      draft.status = {}
    },
    validate: (object, { old }) => validateCronJob(object, old as CronJob | undefined),
    warnings: cronJobWarnings,
  },
  columns: [
    nameColumn,
    text<CronJob>('Schedule', 'When it makes a Job.', (o) => o.spec.schedule),
    text<CronJob>('Timezone', 'Whose clock that is.', (o) => o.spec.timeZone ?? NONE),
    text<CronJob>('Suspend', 'Whether it rests.', (o) => (o.spec.suspend ? 'True' : 'False')),
    integer<CronJob>('Active', 'Jobs that are running.', (o) => o.status?.active?.length ?? 0),
    text<CronJob>('Last Schedule', 'Time since the last Job was due.', (o, { now }) => (o.status?.lastScheduleTime ? age(o.status.lastScheduleTime, now) : NONE)),
    ageColumn,
    wide(text<CronJob>('Containers', 'Names of the containers in the template.', (o) => containers(o).map((c) => c.name).join(','))),
    wide(text<CronJob>('Images', 'Images of the containers in the template.', (o) => containers(o).map((c) => c.image ?? '').join(','))),
    wide(text<CronJob>('Selector', 'Each Job has a selector of its own.', () => NONE)),
  ],
})
