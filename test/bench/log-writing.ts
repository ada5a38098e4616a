/**
 * A process that holds the log system and nothing else: streams as the engine gives them, through the collector's reader into the store. Another
 * process makes the lines. `log-writing.mjs DIRECTORY LINES FEED THREAD` prints what it measured as JSON.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, stat } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { realClock } from '../../shared/clock.ts'
import { framedLines } from '../../electron/kubelet/runtime/docker/log-lines.ts'
import type { LogLine } from '../../electron/kubelet/runtime/types.ts'
import { Ahead, ContainerReader } from '../../electron/logging/container-reader.ts'
import type { LogStore } from '../../electron/logging/types.ts'
import { PODS, QUIET } from './log-lines.ts'
import { grown, Memory, opened } from './log-process.ts'

export interface WritingFigures {
  readonly seconds: number
  readonly cpuSeconds: number
  readonly bytes: number
  /** MiB more than before the store was opened, at most. */
  readonly memory: number
}

const [directory, count, feedScript, threadScript] = process.argv.slice(2) as [string, string, string, string]
/** So often it is said how many lines have been taken. */
const SAID = 500

/** The lines of a pod from a time on, as the engine gives them. */
async function* podLines(path: string, pod: number, since: number, taken: (lines: readonly LogLine[]) => void): AsyncGenerator<LogLine[]> {
  const socket = connect(path)
  socket.write(`open ${pod} ${since}\n`)
  try {
    for await (const some of framedLines(socket)) {
      yield some
      taken(some)
    }
  } finally {
    socket.destroy()
  }
}

/** As the collector does it, with a container's stream for each pod. */
async function write(store: LogStore, path: string): Promise<void> {
  const ahead = new Ahead()
  const acknowledge = connect(path)
  let lines = 0
  let said = 0
  const taken = (more: number): void => {
    lines += more
    if (lines - said >= SAID) acknowledge.write(`taken ${(said = lines)}\n`)
  }
  await Promise.all(Array.from({ length: PODS + 1 }, async (_, i) => {
    const pod = i === PODS ? QUIET : `web-${i}`
    const source = { namespace: `ns-${i % 8}`, pod, podUid: `u-${i}`, container: 'app', node: 'n', restart: 0, workload: `Deployment/web-${i % 20}`, labels: { app: `web-${i % 20}` } }
    let newest = ''
    // What comes again when a stream is opened anew is not counted twice: pods would drift apart.
    const own = (some: readonly LogLine[]): void => {
      taken((some[0] as LogLine).timestamp > newest ? some.length : some.filter((l) => l.timestamp > newest).length)
      const last = (some.at(-1) as LogLine).timestamp
      if (last > newest) newest = last
    }
    for (let again = true; again;) {
      const reader = new ContainerReader({ store, clock: realClock, ahead, origin: `bench-${i}`, source: (stream) => ({ stream, ...source }) })
      ;({ again } = await reader.copy(podLines(path, i, reader.since ?? 0, own)))
    }
  }))
  acknowledge.destroy()
  await store.flush()
}

const path = join(directory, '..', 'feed.sock')
const feed = spawn(process.execPath, [feedScript, path, count], { stdio: ['ignore', 'pipe', 'inherit'] })
await once(feed.stdout, 'data')
await grown()
const memory = new Memory()
const store = await opened(directory, threadScript)
const cpu = process.cpuUsage()
const started = performance.now()
await write(store, path)
const seconds = (performance.now() - started) / 1000
const used = process.cpuUsage(cpu)
const most = memory.stop()
await store.close()
feed.kill()
const bytes = (await Promise.all((await readdir(directory)).map(async (f) => (await stat(join(directory, f))).size))).reduce((a, b) => a + b)
process.stdout.write(JSON.stringify({ seconds, cpuSeconds: (used.user + used.system) / 1e6, bytes, memory: most } satisfies WritingFigures))
