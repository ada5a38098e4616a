/** Runs `reconcile` for the keys of a queue with bounded concurrency; failures come back with back-off. */
import { StatusError, isConflict } from '../../shared/errors.ts'
import { logger } from '../../shared/log.ts'
import { countedQueue, forgetQueue } from './queue-stats.ts'
import type { Reconciler, ReconcilerOptions } from './types.ts'
import { createWorkQueue } from './work-queue.ts'

export function createReconciler(options: ReconcilerOptions): Reconciler {
  const { name, concurrency, reconcile, clock } = options
  const log = logger(name)
  const queue = countedQueue(name, (counts) => createWorkQueue(clock, counts))
  const abort = new AbortController()
  const active = new Set<Promise<void>>()
  let started = false
  let scheduled = false

  /** A conflict is the ordinary way of losing a race; what is no Status is a fault of ours and comes with its stack. */
  const report = (key: string, error: unknown): void => {
    const retries = queue.retries(key)
    if (isConflict(error)) log.debug('reconcile lost a race; trying again', { key, retries, error })
    else if (error instanceof StatusError) log.warning('reconcile failed; trying again', { key, retries, reason: error.reason, error })
    else log.error('reconcile crashed; trying again', { key, retries, error, stack: error instanceof Error ? error.stack : undefined })
  }
  const work = async (key: string): Promise<void> => {
    try {
      await reconcile(key, abort.signal)
      queue.forget(key)
    } catch (error) {
      if (!abort.signal.aborted) {
        report(key, error)
        queue.addRateLimited(key)
      }
    } finally {
      queue.done(key)
    }
  }
  const pump = (): void => {
    scheduled = false
    while (!abort.signal.aborted && active.size < concurrency) {
      const key = queue.take()
      if (key === undefined) return
      const task = work(key).finally(() => {
        active.delete(task)
        schedule()
      })
      active.add(task)
    }
  }
  /** Work starts in a turn of its own, so that a burst of events is one burst of keys and the event loop breathes. */
  const schedule = (): void => {
    if (!started || scheduled || abort.signal.aborted || !queue.length) return
    scheduled = true
    setImmediate(pump)
  }
  queue.onReady(schedule)
  return {
    queue,
    start() {
      started = true
      schedule()
    },
    async stop() {
      abort.abort()
      forgetQueue(name, queue)
      queue.shutDown()
      await Promise.all(active)
    },
  }
}
