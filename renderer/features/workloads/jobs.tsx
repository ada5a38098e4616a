import { Jobs } from '../../../shared/api/resources.ts'
import type { Job } from '../../../shared/api/types.ts'
import { humanDuration } from '../../../shared/duration.ts'
import { count, text } from '../../kinds/view.ts'
import type { KindView } from '../../kinds/view.ts'
import { Age } from '../../lib/clock.tsx'
import { suspendAndResume } from './actions/simple.ts'
import { imagesOf, jobState } from './states.ts'

const ended = (j: Job): boolean => j.status?.conditions?.some((c) => (c.type === 'Complete' || c.type === 'Failed') && c.status === 'True') ?? false
const end = (j: Job): string | undefined => j.status?.completionTime ?? j.status?.conditions?.find((c) => c.type === 'Failed' && c.status === 'True')?.lastTransitionTime
const took = (j: Job): number => (j.status?.startTime && end(j) ? Date.parse(end(j) ?? '') - Date.parse(j.status.startTime) : -1)

export const view: KindView<Job> = {
  type: Jobs, title: 'nav.jobs', empty: 'jobs.empty', state: jobState,
  cells: [
    text('jobs.completions', (j) => `${j.status?.succeeded ?? 0}/${j.spec.completions ?? 1}`, '92px', { right: true }),
    count('jobs.active', (j) => j.status?.active, '60px'),
    count('jobs.failed', (j) => j.status?.failed, '60px'),
    { label: 'jobs.duration', width: '76px', right: true, value: took, show: (j) => (took(j) >= 0 ? humanDuration(took(j)) : j.status?.startTime ? <Age time={j.status.startTime} /> : '–') },
    text('common.image', imagesOf, 'minmax(140px, 2fr)'),
    count('jobs.parallelism', (j) => j.spec.parallelism ?? 1, '', { only: 'detail' }),
    count('jobs.backoffLimit', (j) => j.spec.backoffLimit ?? 6, '', { only: 'detail' }),
    text('jobs.mode', (j) => j.spec.completionMode, '', { only: 'detail' }),
    text('jobs.ttl', (j) => j.spec.ttlSecondsAfterFinished, '', { only: 'detail' }),
  ],
  pods: { owned: true }, measured: () => true,
  actions: suspendAndResume(Jobs, (j) => !ended(j)),
  good: (type) => (type === 'Complete' || type === 'SuccessCriteriaMet' ? 'True' : 'False'),
  chips: [{ id: 'failed', label: 'status.failed', matches: (j) => jobState(j).level === 'failed' }, { id: 'working', label: 'status.working', matches: (j) => jobState(j).level === 'working' }],
  template: `apiVersion: batch/v1
kind: Job
metadata:
  name: once
spec:
  backoffLimit: 3
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: once
          image: pilothouse.dev/hello:1
`,
}
