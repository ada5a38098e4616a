/** What the processes have in common that hold the log system and nothing else. */
import { openSync, readSync } from 'node:fs'
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { realClock } from '../../shared/clock.ts'
import { limitYoungGeneration } from '../../electron/cluster/young-generation.ts'
import { SearchThread } from '../../electron/logging/search/thread.ts'
import { TwoThreads } from '../../electron/logging/search/two-threads.ts'
import { openLogStore } from '../../electron/logging/store.ts'
import type { LogStore } from '../../electron/logging/types.ts'

/** Resident memory beyond what there was before, looked at all the time. */
export class Memory {
  most = 0
  readonly #before = resident()
  readonly #timer = setInterval(() => { this.most = Math.max(this.most, resident() - this.#before) }, 20)
  /** MiB, at most. */
  stop(): number {
    clearInterval(this.#timer)
    return this.most
  }
}
const statm = openSync('/proc/self/statm', 'r')
const said = Buffer.alloc(128)
/** MiB, without the pages of Node's own program, which each process of it shares. Asked in a way that takes hardly any memory itself. */
function resident(): number {
  const [, pages = 0, shared = 0] = said.toString('latin1', 0, readSync(statm, said, 0, said.length, 0)).split(' ').map(Number)
  return ((pages - shared) * 4_096) / 2 ** 20
}

const YOUNG = 32 * 2 ** 20
/**
 * V8's young generation as large as it is in an app at work: all parts of it share that, whatever they do, and it is none of the log's. To be
 * called before memory is looked at. Rejects when it does not grow.
 */
export async function grown(): Promise<void> {
  limitYoungGeneration(realClock)
  const size = (): number => getHeapSpaceStatistics().find((s) => s.space_name === 'new_space')?.space_size ?? 0
  let kept: object[] = []
  // Twice as much again, so that both halves of it have been written to.
  for (let turn = 0, left = 40; left > 0; turn++) {
    if (turn === 2_000) throw new Error('the young generation does not grow')
    if (size() >= YOUNG) left--
    kept = Array.from({ length: 20_000 }, (_, i) => ({ turn, i, text: String(i) }))
    await new Promise((resolve) => setImmediate(resolve))
  }
  if (!kept.length) throw new Error('nothing was kept')
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as (options: { type: 'major' }) => void
  setFlagsFromString('--no-expose-gc')
  kept = []
  collect({ type: 'major' })
}

/** The store and its threads as the app has them, but for the bound of the disk. */
export function opened(directory: string, threadScript: string): Promise<LogStore> {
  const thread = (): SearchThread => new SearchThread(realClock, threadScript)
  return openLogStore({ directory, clock: realClock, limitBytes: 8 * 2 ** 30, thread: new TwoThreads(realClock, thread(), thread()) })
}
