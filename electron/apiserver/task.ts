/** A task of the server's own: woken by changes, otherwise idle; what fails is tried again a little later. */
import type { Clock } from '../../shared/clock.ts'
import { logger } from '../../shared/log.ts'

const RETRY_MS = 1000
const log = logger('kube-apiserver')

export interface Task {
  /** Runs, or runs once more when it is running. */
  wake(): void
  /** Resolves when what was woken for has been done, or has failed. */
  idle(): Promise<void>
  stop(): Promise<void>
}

/** @param complaint what is logged when a run fails */
export function createTask(clock: Clock, complaint: string, run: () => Promise<void>): Task {
  let wanted = false
  let stopped = false
  let running: Promise<void> | undefined
  let retry: { cancel(): void } | undefined

  async function rounds(): Promise<void> {
    while (wanted && !stopped) {
      wanted = false
      await run()
    }
  }
  function wake(): void {
    wanted = true
    if (stopped || running) return
    retry?.cancel()
    retry = undefined
    running = Promise.resolve().then(rounds).catch((error: unknown) => {
      log.error(complaint, { error: error as Error })
      if (!stopped) retry = clock.after(RETRY_MS, wake)
    }).finally(() => {
      running = undefined
      if (wanted && !stopped && !retry) wake()
    })
  }
  return {
    wake,
    idle: async () => running,
    async stop() {
      stopped = true
      retry?.cancel()
      await running
    },
  }
}
