/** Removes finished Jobs after their ttlSecondsAfterFinished. */
import { Jobs } from '../../shared/api/resources.ts'
import type { Job } from '../../shared/api/types.ts'
import { isNotFound } from '../../shared/errors.ts'
import { createReconciler, keyOf, splitKey } from '../client/index.ts'
import type { Controller, ControllerContext } from './context.ts'
import { findCondition, holds } from './job-state.ts'

/** When it may go, in ms since 1970; undefined while it runs, or when it is kept. Pure. */
export function expiryOf(job: Job): number | undefined {
  const seconds = job.spec.ttlSecondsAfterFinished
  const end = (holds(job, 'Complete') ? findCondition(job, 'Complete') : holds(job, 'Failed') ? findCondition(job, 'Failed') : undefined)?.lastTransitionTime
  return seconds === undefined || end === undefined || job.metadata.deletionTimestamp ? undefined : Date.parse(end) + seconds * 1000
}

export function createTtlAfterFinishedController({ client, informers, clock }: ControllerContext): Controller {
  const jobs = informers.informer(Jobs)
  const reconciler = createReconciler({
    name: 'ttl-after-finished-controller', concurrency: 5, clock,
    async reconcile(key) {
      const { name, namespace } = splitKey(key)
      const job = jobs.get(name, namespace)
      const at = job && expiryOf(job)
      if (!job || at === undefined) return
      const wait = at - clock.now()
      if (wait > 0) return reconciler.queue.addAfter(key, wait)
      try {
        // The resourceVersion makes sure that nobody has meanwhile given it a longer life.
        await client.delete(Jobs, name, namespace, { propagationPolicy: 'Foreground', preconditions: { uid: job.metadata.uid ?? '', resourceVersion: job.metadata.resourceVersion ?? '' } })
      } catch (error) {
        if (!isNotFound(error)) throw error
      }
    },
  })
  const add = (job: Job): void => void (expiryOf(job) !== undefined && reconciler.queue.add(keyOf(job)))
  jobs.addHandlers({ onAdd: add, onUpdate: add })
  return { name: 'ttl-after-finished-controller', start: () => reconciler.start(), stop: () => reconciler.stop() }
}
