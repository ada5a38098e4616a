/** A CronJob's job, now. */
import { CronJobs, Jobs, apiVersionOf } from '../../../../shared/api/resources.ts'
import type { CronJob, Job } from '../../../../shared/api/types.ts'
import { confirmed } from '../../../kinds/actions/confirm.tsx'
import type { Draft } from '../../../../shared/api/meta.ts'

const MOST_NAME = 63 - 12

/** As kubectl create job --from makes it: with the annotation that says a person asked, owned by the cron job. */
export function jobFrom(c: CronJob, now: number): Draft<Job> {
  const { metadata, spec } = c.spec.jobTemplate
  return {
    metadata: {
      name: `${c.metadata.name.slice(0, MOST_NAME)}-${now.toString(36)}`, ...(c.metadata.namespace ? { namespace: c.metadata.namespace } : {}),
      ...(metadata?.labels ? { labels: metadata.labels } : {}), annotations: { ...metadata?.annotations, 'cronjob.kubernetes.io/instantiate': 'manual' },
      ownerReferences: [{ apiVersion: apiVersionOf(CronJobs), kind: 'CronJob', name: c.metadata.name, uid: c.metadata.uid ?? '', controller: true }],
    },
    spec: spec ?? ({} as Job['spec']),
  }
}
export const runNow = confirmed<CronJob>({ id: 'run', label: 'action.runNow', prominent: true, key: 'r', body: 'cronjobs.runBody', done: 'done.run', run: (api, c) => api.create(Jobs, jobFrom(c, Date.now())) })
