/** A process that holds the log store and nothing else: lines through the collector's reader into it, then searches. Prints what it measured as JSON. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { realClock } from '../../shared/clock.ts'
import { formatNanos } from '../../shared/logs/time.ts'
import type { LogSearchMessage } from '../../shared/logs/types.ts'
import { limitYoungGeneration } from '../../electron/cluster/young-generation.ts'
import type { LogLine } from '../../electron/kubelet/runtime/types.ts'
import { Ahead, ContainerReader } from '../../electron/logging/container-reader.ts'
import { SearchThread } from '../../electron/logging/search/thread.ts'
import { TwoThreads } from '../../electron/logging/search/two-threads.ts'
import { openLogStore } from '../../electron/logging/store.ts'
import type { LogStore } from '../../electron/logging/types.ts'
import { median } from './figures.ts'
import { QUERIES } from './log-queries.ts'
import { PODS, QUIET, podOf, textOf, timeOf } from './log-lines.ts'

export interface StoreFigures {
  readonly seconds: number
  readonly cpuSeconds: number
  readonly bytes: number
  /** MiB more than before the store was opened, at most. */
  readonly memoryWriting: number
  readonly memorySearching: number
  /** Milliseconds to the first line and to the end, lines found. */
  readonly searches: Readonly<Record<string, { readonly first: number; readonly all: number; readonly lines: number }>>
}

const [directory, count] = process.argv.slice(2) as [string, string]
const LINES = Number(count)
/** Lines that come between two turns of the loop. */
const TURN = 1_000

/** Resident memory, looked at all the time. */
class Memory {
  most = 0
  readonly #before: number
  readonly #timer = setInterval(() => { this.most = Math.max(this.most, resident() - this.#before) }, 20)
  constructor(before: number) {
    this.#before = before
  }
  stop(): number {
    clearInterval(this.#timer)
    return this.most
  }
}
/** MiB. Asked in a way that takes no memory itself. */
const resident = (): number => process.memoryUsage.rss() / 2 ** 20

/** Each pod has its lines of a turn, then waits for the next, as long as one of them has lines that nobody has taken. */
function podsLines(count: number): AsyncGenerator<LogLine>[] {
  const waiting: LogLine[][] = Array.from({ length: PODS + 1 }, () => [])
  let at = 0
  let turn: Promise<void> | undefined
  const next = (): Promise<void> => (turn ??= new Promise((resolve) => setImmediate(async () => {
    while (waiting.some((w) => w.length)) await setTimeout(1)
    turn = undefined
    for (const end = Math.min(at + TURN, count); at < end; at++) {
      const { time, nanos } = timeOf(at)
      ;(waiting[podOf(at)] as LogLine[]).push({ timestamp: formatNanos(time, nanos), stream: 'stdout', text: textOf(at, count) })
    }
    resolve()
  })))
  return waiting.map(async function* (own) {
    for (;;) {
      for (let line = own.shift(); line; line = own.shift()) yield line
      if (at >= count && !own.length) return
      await next()
    }
  })
}

async function write(store: LogStore): Promise<void> {
  // These lines come in whole batches, which are waited for one by one.
  const ahead = new Ahead(Number.POSITIVE_INFINITY)
  await Promise.all(podsLines(LINES).map((lines, i) => {
    const pod = i === PODS ? QUIET : `web-${i}`
    const source = { namespace: `ns-${i % 8}`, pod, podUid: `u-${i}`, container: 'app', node: 'n', restart: 0, workload: `Deployment/web-${i % 20}`, labels: { app: `web-${i % 20}` } }
    return new ContainerReader({ store, clock: realClock, ahead, origin: `bench-${i}`, source: (stream) => ({ stream, ...source }) }).copy(lines)
  }))
  await store.flush()
}

async function search(store: LogStore, query: string, limit: number): Promise<{ first: number; all: number; lines: number }> {
  const started = performance.now()
  let first = Number.NaN
  let lines = 0
  await store.search({ query, limit }, (m: LogSearchMessage) => {
    if (m.entries.length && Number.isNaN(first)) first = performance.now() - started
    lines += m.entries.length
  })
  return { first, all: performance.now() - started, lines }
}
async function five(store: LogStore, query: string, limit: number): Promise<{ first: number; all: number; lines: number }> {
  const times = []
  for (let i = 0; i < 5; i++) times.push(await search(store, query, limit))
  return { first: median(times.map((t) => t.first)), all: median(times.map((t) => t.all)), lines: times[0]?.lines ?? 0 }
}

limitYoungGeneration(realClock)
// What making the lines takes, and the code.
await Promise.all(podsLines(Math.min(LINES, 200_000)).map(async (lines) => { for await (const line of lines) if (line.text === '') throw new Error('an empty line') }))
// The threads as they are in the app: from their source each would hold a compiler, too.
const thread = (): SearchThread => new SearchThread(realClock, join(import.meta.dirname, '..', '..', 'out', 'main', 'log-search.js'))
const opened = (): Promise<LogStore> => openLogStore({ directory, clock: realClock, limitBytes: 8 * 2 ** 30, thread: new TwoThreads(realClock, thread(), thread()) })
const before = resident()
let store = await opened()
const writing = new Memory(before)
const cpu = process.cpuUsage()
const started = performance.now()
await write(store)
const seconds = (performance.now() - started) / 1000
const used = process.cpuUsage(cpu)
const memoryWriting = writing.stop()
// At rest nothing is being sealed, and opened anew the index is read from its files.
await store.close()
const bytes = (await Promise.all((await readdir(directory)).map(async (f) => (await stat(join(directory, f))).size))).reduce((a, b) => a + b)
store = await opened()
const searching = new Memory(before)
const searches: Record<string, { first: number; all: number; lines: number }> = {}
await search(store, 'warm-up', 1)
for (const [name, [query, limit]] of Object.entries(QUERIES)) searches[name] = await five(store, query, limit)
const memorySearching = searching.stop()
await store.close()
process.stdout.write(JSON.stringify({ seconds, cpuSeconds: (used.user + used.system) / 1e6, bytes, memoryWriting, memorySearching, searches } satisfies StoreFigures))
