/** For tests: searches without a thread, so that hundreds of stores can be opened in a second. */
import type { SearchRunner } from './search/thread.ts'
import { runJob } from './search/run.ts'

export const inline: SearchRunner = {
  async run(job, found, signal) {
    const steps = runJob(job)
    for (;;) {
      signal?.throwIfAborted()
      const { value, done } = steps.next()
      if (value) found(value)
      if (done) return
      await new Promise((resolve) => setImmediate(resolve))
    }
  },
  close: () => Promise.resolve(),
}
