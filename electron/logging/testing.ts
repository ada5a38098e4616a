/** For tests. */
import type { LogSource } from '../../shared/logs/types.ts'
import type { LogReader } from './types.ts'
import type { SearchRunner } from './search/thread.ts'
import { runJob } from './search/run.ts'

/** Searches and seals without a thread, so that hundreds of stores can be opened in a second. */
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

/** The newest lines that match, oldest first, each with its source. */
export async function found(store: Pick<LogReader, 'search'>, query: string, limit = 10_000): Promise<(LogSource & { id: number; time: number; text: string })[]> {
  const lines: (LogSource & { id: number; time: number; text: string })[] = []
  await store.search({ query, limit }, ({ sources, entries }) => {
    for (const { id, time, text, source } of entries) lines.unshift({ ...(sources[source] as LogSource), id, time, text })
  })
  return lines
}
