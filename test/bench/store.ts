/**
 * The store by itself, in a process of its own: how long its loop and its writers wait while 20,000 keys of 1 KiB are
 * overwritten, until the log has to be compacted while they write. Beside them, in the same seconds, the floor of the machine: a process that
 * does nothing but look at its timer, and a bare loop that appends as many bytes and syncs them.
 */
import { fork } from 'node:child_process'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { openStore } from '../../electron/etcd/store.ts'
import type { Codec, Store } from '../../electron/etcd/types.ts'
import { type Figure, median, quantile } from './figures.ts'

const KEYS = 20_000
const WRITES = 260_000
const WRITERS = 16
const CREATES = 4000
const LINE = 1500
const SYNCS = 1500
const PAD = 'x'.repeat(1000)
const CHILD_MS = 600_000

interface Value { n: number; data: string }
/** Start and end, milliseconds of the process's clock. */
type Span = readonly [number, number]
const codec: Codec<Value> = { encode: (value) => JSON.stringify(value), decode: (text) => JSON.parse(text) as Value }
const key = (n: number): string => `/registry/configmaps/default/c-${n}`
const put = async (store: Store<Value>, n: number, name: string): Promise<void> => {
  // A string of its own for each, as parsed requests have.
  await store.txn({ compare: [], operations: [{ type: 'put', key: name, value: () => ({ n, data: `${n}`.padEnd(24) + PAD }) }] })
}
/** `work(i)` for each i from 0 to n - 1, `workers` at once. */
async function each(workers: number, n: number, work: (i: number) => Promise<void>): Promise<void> {
  let next = 0
  await Promise.all(Array.from({ length: workers }, async () => { while (next < n) await work(next++) }))
}
const longest = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0)

/** Watches this process's loop. `own`: of a stall, what this thread itself computed; the rest it waited for a core. */
class LoopWatch {
  readonly histogram = monitorEventLoopDelay({ resolution: 1 })
  readonly stalls: { span: Span; ms: number; own: number }[] = []
  #timer: ReturnType<typeof setInterval>
  constructor() {
    let last = performance.now()
    let cpu = process.threadCpuUsage()
    this.histogram.enable()
    this.#timer = setInterval(() => {
      const now = performance.now()
      const spent = process.threadCpuUsage()
      if (now - last > 3) this.stalls.push({ span: [last, now], ms: now - last - 1, own: (spent.user + spent.system - cpu.user - cpu.system) / 1000 })
      last = now
      cpu = spent
    }, 1)
  }
  stop(): { longest: number; p999: number } {
    clearInterval(this.#timer)
    this.histogram.disable()
    return { longest: this.histogram.max / 1e6, p999: this.histogram.percentile(99.9) / 1e6 }
  }
}

/** What a file costs that takes a group's bytes at a time, with nothing else in the process. Milliseconds of each append. */
async function bareDisk(directory: string): Promise<number[]> {
  const handle = await open(join(directory, 'floor'), 'a')
  const group = Buffer.alloc(WRITERS * LINE, 120)
  const times: number[] = []
  for (let i = 0; i < SYNCS; i++) {
    const started = performance.now()
    await handle.write(group)
    await handle.datasync()
    times.push(performance.now() - started)
  }
  await handle.close()
  return times
}

async function creates(directory: string, workers: number): Promise<number> {
  const store = await openStore({ directory: join(directory, `create-${workers}`), codec })
  const n = workers === 1 ? CREATES / 4 : CREATES
  const started = performance.now()
  await each(workers, n, (i) => put(store, i, key(i)))
  const seconds = (performance.now() - started) / 1000
  await store.close()
  return n / seconds
}

async function fill(folder: string, keys: number): Promise<void> {
  const store = await openStore({ directory: folder, codec })
  await each(200, keys, (i) => put(store, i, key(i)))
  await store.close()
}

/** Opens a store; how long that took, and how much more memory is in use with it. */
async function loadOnce(folder: string, keys: number): Promise<{ ms: number; mib: number }> {
  const used = (): number => {
    globalThis.gc?.()
    const { heapUsed, external } = process.memoryUsage()
    return (heapUsed + external) / 2 ** 20
  }
  const before = used()
  const store = await openStore({ directory: folder, codec })
  const mib = used() - before
  if (store.count('') !== keys) throw new Error(`${store.count('')} keys instead of ${keys}`)
  await store.close()
  return { ms: store.loadReport.milliseconds, mib }
}

/** Load time of a store with this many keys, and what each thousand of them holds of memory. */
async function load(directory: string, keys: number): Promise<{ ms: number; mibPer1000: number }> {
  const folder = join(directory, `load-${keys}`)
  await fill(folder, keys)
  const runs: { ms: number; mib: number }[] = []
  for (let i = 0; i < 5; i++) {
    // What the run before held goes only once nothing refers to it.
    await new Promise((resolve) => { setImmediate(resolve) })
    runs.push(await loadOnce(folder, keys))
  }
  return { ms: median(runs.map((r) => r.ms)), mibPer1000: (median(runs.map((r) => r.mib)) * 1000) / keys }
}

async function overwrite(directory: string): Promise<Figure[]> {
  const compactions: Span[] = []
  const store = await openStore({
    directory: join(directory, 'overwrite'), codec,
    log(level, message, fields) {
      if (level !== 'info') throw new Error(`${message} ${JSON.stringify(fields)}`)
      if (message === 'compacted') compactions.push([performance.now() - Number(fields?.['milliseconds']), performance.now()])
    },
  })
  await each(200, KEYS, (i) => put(store, i, key(i)))
  compactions.length = 0
  const [started, ended] = [new Float64Array(WRITES), new Float64Array(WRITES)]
  const watch = new LoopWatch()
  const from = performance.now()
  await each(WRITERS, WRITES, async (i) => {
    started[i] = performance.now()
    await put(store, i, key((i * 7919) % KEYS))
    ended[i] = performance.now()
  })
  const seconds = (performance.now() - from) / 1000
  const loop = watch.stop()
  const rss = process.memoryUsage.rss() / 2 ** 20
  if (store.count('') !== KEYS) throw new Error(`${store.count('')} keys instead of ${KEYS}`)
  await store.close()
  if (compactions.length < 3) throw new Error(`only ${compactions.length} compactions`)

  const during = ([a, b]: Span): boolean => compactions.some(([start, end]) => b >= start && a <= end)
  const waits = { compacting: [] as number[], else: [] as number[] }
  for (let i = 0; i < WRITES; i++) {
    const span: Span = [started[i] ?? 0, ended[i] ?? 0]
    waits[during(span) ? 'compacting' : 'else'].push(span[1] - span[0])
  }
  const stalls = { compacting: watch.stalls.filter((s) => during(s.span)), else: watch.stalls.filter((s) => !during(s.span)) }
  const ms = (name: string, value: number, aim = ''): Figure => ({ name, value, unit: 'ms', aim })
  return [
    { name: `overwrites of ${KEYS} keys, ${WRITERS} at once`, value: WRITES / seconds, unit: '/s', aim: '' },
    { name: 'compactions meanwhile', value: compactions.length, unit: '', aim: '≥ 3' },
    ms('longest compaction', longest(compactions.map(([a, b]) => b - a))),
    ms('longest loop stall', loop.longest, '< 50'),
    ms('loop stall, 99.9th percentile', loop.p999),
    ms('longest loop stall, while compacting', longest(stalls.compacting.map((s) => s.ms))),
    ms('longest loop stall, otherwise', longest(stalls.else.map((s) => s.ms))),
    ms('most CPU that the loop spent in one stall', longest(watch.stalls.map((s) => s.own)), '< 50'),
    ms('longest write wait, while compacting', longest(waits.compacting), '< 50'),
    ms('write wait, 99th percentile, while compacting', quantile(waits.compacting, 0.99)),
    ms('longest write wait, otherwise', longest(waits.else), '< 50'),
    ms('write wait, 99th percentile, otherwise', quantile(waits.else, 0.99)),
    { name: 'resident memory at the end', value: rss, unit: 'MiB', aim: '' },
  ]
}

async function measure(directory: string): Promise<Figure[]> {
  const figures: Figure[] = []
  const before = await bareDisk(directory)
  figures.push(...await overwrite(directory))
  const floor = [...before, ...await bareDisk(directory)]
  figures.push(
    { name: `floor: a bare append and sync of ${WRITERS} KiB, median, before and after`, value: median(floor), unit: 'ms', aim: '' },
    { name: 'floor: the same, 99th percentile', value: quantile(floor, 0.99), unit: 'ms', aim: '' },
    { name: 'floor: the same, longest', value: longest(floor), unit: 'ms', aim: '' },
  )
  for (const workers of [1, 16, 200]) figures.push({ name: `creates, ${workers} at once`, value: await creates(directory, workers), unit: '/s', aim: '' })
  for (const keys of [1000, KEYS]) {
    const { ms, mibPer1000 } = await load(directory, keys)
    figures.push({ name: `load of ${keys} keys, median of 5`, value: ms, unit: 'ms', aim: '' })
    if (keys === KEYS) figures.push({ name: 'memory for 1000 loaded keys', value: mibPer1000, unit: 'MiB', aim: '' })
  }
  return figures
}

type Answer = { figures: Figure[] } | { error: string }

/** Runs this file in a process of its own; resolves with what it says, once it says it. */
function child(role: 'measure' | 'idle', directory: string): { answer: Promise<Figure[]>; stop(): void } {
  const process_ = fork(fileURLToPath(import.meta.url), [role, directory], { execArgv: ['--expose-gc'] })
  const timer = setTimeout(() => process_.kill('SIGKILL'), CHILD_MS)
  const answer = new Promise<Figure[]>((resolve, reject) => {
    process_.once('message', (message: Answer) => ('figures' in message ? resolve(message.figures) : reject(new Error(message.error))))
    process_.once('error', reject)
    process_.once('exit', (code, signal) => {
      clearTimeout(timer)
      reject(new Error(`the ${role} process ended with ${signal ?? code}`)) // nothing, when it has answered
    })
  })
  return { answer, stop: () => process_.connected && process_.send('stop') }
}

/** Figures of the store alone. Rejects when it loses a key, complains, or does not compact. */
export async function store(): Promise<Figure[]> {
  const directory = await mkdtemp(join(tmpdir(), 'pilothouse-bench-store-'))
  const idle = child('idle', directory)
  try {
    const figures = await child('measure', directory).answer
    idle.stop()
    return [...figures, ...await idle.answer]
  } finally {
    idle.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

async function answerParent(role: string, directory: string): Promise<void> {
  const answer = async (): Promise<Answer> => {
    try {
      if (role === 'measure') return { figures: await measure(directory) }
      const watch = new LoopWatch()
      await new Promise<void>((resolve) => {
        process.once('message', () => resolve())
        process.once('disconnect', () => resolve())
      })
      const loop = watch.stop()
      return { figures: [
        { name: 'floor: longest loop stall of an idle process meanwhile', value: loop.longest, unit: 'ms', aim: '' },
        { name: 'floor: the same, 99.9th percentile', value: loop.p999, unit: 'ms', aim: '' },
      ] }
    } catch (error) {
      return { error: error instanceof Error ? error.stack ?? error.message : String(error) }
    }
  }
  const said = await answer()
  if (process.connected) process.send?.(said, () => process.disconnect())
}
const [role, directory] = process.argv.slice(2)
if (process.argv[1] === fileURLToPath(import.meta.url) && role && directory) await answerParent(role, directory)
