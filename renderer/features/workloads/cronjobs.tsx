import { CronJobs, Jobs } from '../../../shared/api/resources.ts'
import type { CronJob, Job } from '../../../shared/api/types.ts'
import { ownedBy } from '../../kinds/pods.ts'
import { count, related, text } from '../../kinds/view.ts'
import type { KindView } from '../../kinds/view.ts'
import { Age } from '../../lib/clock.tsx'
import { runNow } from './actions/run-now.ts'
import { suspendAndResume } from './actions/simple.ts'
import { cronJobState, jobState } from './states.ts'

export const view: KindView<CronJob> = {
  type: CronJobs, title: 'nav.cronjobs', empty: 'cronjobs.empty', state: cronJobState,
  cells: [
    text('cronjobs.schedule', (c) => c.spec.schedule, 'minmax(110px, 1fr)', { mono: true }),
    text('cronjobs.timeZone', (c) => c.spec.timeZone, 'minmax(90px, 1fr)'),
    count('jobs.active', (c) => c.status?.active?.length, '60px'),
    { label: 'cronjobs.last', width: '84px', right: true, value: (c) => c.status?.lastScheduleTime ?? '', show: (c) => <Age time={c.status?.lastScheduleTime} /> },
    { label: 'cronjobs.lastSuccess', width: '', only: 'detail', value: (c) => c.status?.lastSuccessfulTime ?? '', show: (c) => <Age time={c.status?.lastSuccessfulTime} /> },
    text('cronjobs.concurrency', (c) => c.spec.concurrencyPolicy, '', { only: 'detail' }),
    text('common.image', (c) => c.spec.jobTemplate.spec?.template.spec?.containers.map((x) => x.image).join(', '), 'minmax(140px, 2fr)'),
  ],
  pods: { owned: true, via: Jobs }, measured: () => true,
  related: [related<CronJob, Job>({ title: 'nav.jobs', type: Jobs, pick: (all, c) => ownedBy(all, c).sort((a, b) => ((a.metadata.creationTimestamp ?? '') < (b.metadata.creationTimestamp ?? '') ? 1 : -1)), state: jobState })],
  actions: [runNow, ...suspendAndResume(CronJobs)],
  template: `apiVersion: batch/v1
kind: CronJob
metadata:
  name: every-minute
spec:
  schedule: "* * * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: OnFailure
          containers:
            - name: task
              image: pilothouse.dev/hello:1
`,
}
