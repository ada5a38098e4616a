/** A process that opens what another one has written, and searches it. `log-searching.mjs DIRECTORY THREAD` prints what it measured as JSON. */
import type { LogSearchMessage } from '../../shared/logs/types.ts'
import type { LogStore } from '../../electron/logging/types.ts'
import { median } from './figures.ts'
import { grown, Memory, opened } from './log-process.ts'
import { QUERIES } from './log-queries.ts'

/** Milliseconds to the first line and to the end, lines found. */
interface Times {
  readonly first: number
  readonly all: number
  readonly lines: number
}
export interface SearchFigures {
  /** MiB more than before the store was opened, at most. */
  readonly memory: number
  readonly searches: Readonly<Record<string, Times>>
}

const [directory, threadScript] = process.argv.slice(2) as [string, string]

async function search(store: LogStore, query: string, limit: number): Promise<Times> {
  const started = performance.now()
  let first = Number.NaN
  let lines = 0
  await store.search({ query, limit }, (m: LogSearchMessage) => {
    if (m.entries.length && Number.isNaN(first)) first = performance.now() - started
    lines += m.entries.length
  })
  return { first, all: performance.now() - started, lines }
}
async function five(store: LogStore, query: string, limit: number): Promise<Times> {
  const times = []
  for (let i = 0; i < 5; i++) times.push(await search(store, query, limit))
  return { first: median(times.map((t) => t.first)), all: median(times.map((t) => t.all)), lines: times[0]?.lines ?? 0 }
}

await grown()
const memory = new Memory()
const store = await opened(directory, threadScript)
const searches: Record<string, Times> = {}
await search(store, 'warm-up', 1)
for (const [name, [query, limit]] of Object.entries(QUERIES)) searches[name] = await five(store, query, limit)
const most = memory.stop()
await store.close()
process.stdout.write(JSON.stringify({ memory: most, searches } satisfies SearchFigures))
