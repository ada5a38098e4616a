/** The one loop that measures: every 15 s, all running containers, and only while there are pods. */
import type { Pod } from '../../shared/api/types.ts'
import type { Clock, Timer } from '../../shared/clock.ts'
import { logger } from '../../shared/log.ts'
import type { Informer } from '../client/types.ts'
import { createCounters } from './counters.ts'
import type { HistoryStore } from './history/index.ts'
import type { Leaf, Sample } from './history/types.ts'
import { createRestarts } from './restarts.ts'
import type { Reading } from '../../shared/reading.ts'
import { type ContainerUsage, type Meter, type PodUsage, type Scope, type Usage, type UsageReader } from './types.ts'
import { workloadsOf, type JobOf } from './workload.ts'

export const PERIOD_MS = 15_000
/** After the first pod has come: long enough for its containers to be there. */
const FIRST_MS = 2_000
const READ_TIMEOUT_MS = 14_000
const log = logger('metrics')

export interface Running {
  readonly name: string
  readonly containerId: string
  readonly startedAt: number
}
/** The containers of a pod that run now. */
export function runningContainers(pod: Pod): Running[] {
  const { containerStatuses = [], initContainerStatuses = [], ephemeralContainerStatuses = [] } = pod.status ?? {}
  return [...containerStatuses, ...initContainerStatuses, ...ephemeralContainerStatuses].flatMap((s) => {
    const at = s.containerID?.indexOf('://') ?? -1
    return s.state?.running && s.containerID && at > 0 ? [{ name: s.name, containerId: s.containerID.slice(at + 3), startedAt: Date.parse(s.state.running.startedAt ?? '') || 0 }] : []
  })
}

/** Between two readings; without an earlier one, since the container started. Pure. */
export function usageBetween(now: Reading, before: Reading | undefined, startedAt: number): Usage & { window: number } {
  const milliseconds = Math.max(1, now.time - (before?.time ?? startedAt))
  const rate = (of: (r: Reading) => number): number => Math.max(0, of(now) - (before ? of(before) : 0)) / milliseconds
  // Counters that go back were begun anew; so was what they count.
  return {
    cpu: rate((r) => r.cpuNanos) / 1000, memory: now.memoryBytes, window: milliseconds / 1000,
    rx: before ? rate((r) => r.rxBytes ?? 0) * 1000 : 0, tx: before ? rate((r) => r.txBytes ?? 0) * 1000 : 0,
    read: rate((r) => r.readBytes ?? 0) * 1000, write: rate((r) => r.writeBytes ?? 0) * 1000,
  }
}

/** Which leaves of the history are a scope's. */
export function leavesOf(scope: Scope): (leaf: Leaf) => boolean {
  switch (scope.kind) {
    case 'node':
      return (leaf) => leaf.node === scope.name
    case 'namespace':
      return (leaf) => leaf.namespace === scope.name
    case 'workload':
      return (leaf) => leaf.namespace === scope.namespace && leaf.workloads.includes(`${scope.workload}/${scope.name}`)
    case 'pod':
      return (leaf) => leaf.namespace === scope.namespace && leaf.pod === scope.name
    case 'container':
      return (leaf) => leaf.namespace === scope.namespace && leaf.pod === scope.pod && leaf.container === scope.name
  }
}

export interface Sampler extends Meter {
  start(): void
  stop(): Promise<void>
  /** How many rounds were measured, and how long the last one took. */
  readonly rounds: { readonly count: number; readonly milliseconds: number; readonly problem: string }
}

export function createSampler({ pods, jobOf, reader, clock, history }: { pods: Informer<Pod>; jobOf: JobOf; reader: UsageReader; clock: Clock; history: HistoryStore }): Sampler {
  const restarts = createRestarts()
  const spent = createCounters()
  const latest = new Map<string, PodUsage>()
  let readings: ReadonlyMap<string, Reading> = new Map()
  let timer: Timer | undefined
  let round: Promise<void> | undefined
  const closing = new AbortController()
  let rounds = { count: 0, milliseconds: 0, problem: '' }
  let remove = (): void => undefined

  async function measure(): Promise<void> {
    const started = clock.now()
    const running = pods.list().map((pod) => ({ pod, containers: runningContainers(pod) })).filter((p) => p.containers.length)
    const late = new AbortController()
    const abort = (): void => late.abort()
    const limit = clock.after(READ_TIMEOUT_MS, abort)
    closing.signal.addEventListener('abort', abort, { once: true })
    try {
      const targets = running.flatMap(({ pod, containers }) => containers.map(({ containerId }) => ({ containerId, podUid: pod.metadata.uid ?? '' })))
      const now = targets.length ? await reader.read(targets, late.signal) : new Map<string, Reading>()
      if (closing.signal.aborted) return
      const samples = take(running, now)
      await history.add({ time: Math.round(clock.now()), samples })
      rounds = { count: rounds.count + 1, milliseconds: clock.now() - started, problem: '' }
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error)
      if (rounds.problem !== problem && !closing.signal.aborted) log.warning('Usage cannot be measured', { error })
      rounds = { ...rounds, problem }
    } finally {
      limit.cancel()
      closing.signal.removeEventListener('abort', abort)
    }
  }
  /** What is measured now; what is to be remembered of it. */
  function take(running: readonly { pod: Pod; containers: Running[] }[], now: ReadonlyMap<string, Reading>): Sample[] {
    const samples = new Map<string, Sample>()
    const seen = new Set<string>()
    const leafOf = (pod: Pod, container: string): Leaf => ({
      namespace: pod.metadata.namespace ?? '', pod: pod.metadata.name, container, node: pod.spec.nodeName ?? '', workloads: workloadsOf(pod, jobOf).map(({ kind, name }) => `${kind}/${name}`),
    })
    const counts = restarts.since(pods.list())
    for (const { pod, containers } of running) {
      const measured: ContainerUsage[] = []
      let time = 0
      let window = Number.POSITIVE_INFINITY
      const uid = pod.metadata.uid ?? ''
      for (const { name, containerId, startedAt } of containers) {
        const reading = now.get(containerId)
        if (!reading) continue
        const usage = usageBetween(reading, readings.get(containerId), startedAt)
        // All containers of a pod share its network, and a pod on the host's network has none of its own: counted once, or not at all.
        const network = !measured.length && !pod.spec.hostNetwork ? { rx: usage.rx, tx: usage.tx } : { rx: 0, tx: 0 }
        const own = { name, cpu: usage.cpu, memory: usage.memory, ...network, read: usage.read, write: usage.write }
        measured.push({ ...own, reading, since: { cpuSeconds: reading.cpuNanos / 1e9, rxBytes: reading.rxBytes ?? 0, txBytes: reading.txBytes ?? 0, readBytes: reading.readBytes ?? 0, writeBytes: reading.writeBytes ?? 0 } })
        samples.set(`${uid}/${name}`, { leaf: leafOf(pod, name), values: [own.cpu, own.memory, own.rx, own.tx, own.read, own.write, counts.get(`${uid}/${name}`)?.count ?? 0] })
        time = Math.max(time, reading.time)
        window = Math.min(window, usage.window)
      }
      spent.add(pod.spec.nodeName ?? '', uid, containers.map(({ containerId }) => { const reading = now.get(containerId); return { containerId, seconds: reading && reading.cpuNanos / 1e9 } }))
      if (!measured.length) continue
      seen.add(uid)
      latest.set(uid, { time, window, containers: measured })
    }
    // Also of a container that does not run just now.
    for (const [key, { pod, container, count }] of counts) if (!samples.has(key)) samples.set(key, { leaf: leafOf(pod, container), values: [0, 0, 0, 0, 0, 0, count] })
    for (const uid of latest.keys()) if (!seen.has(uid)) latest.delete(uid)
    spent.keep(new Set(pods.list().map((pod) => pod.metadata.uid ?? '')))
    readings = now
    return [...samples.values()]
  }
  const schedule = (milliseconds: number): void => {
    if (timer || round || closing.signal.aborted || !pods.list().length) return
    timer = clock.after(milliseconds, () => {
      timer = undefined
      round = measure().finally(() => {
        round = undefined
        schedule(PERIOD_MS)
      })
    })
  }
  return {
    note: '',
    spent,
    latest: ({ uid }) => latest.get(uid),
    history: (scope, from, to) => history.read(leavesOf(scope), from, to),
    get rounds() {
      return rounds
    },
    start() {
      remove = pods.addHandlers({ onAdd: () => schedule(FIRST_MS) })
    },
    async stop() {
      closing.abort()
      remove()
      timer?.cancel()
      await round
    },
  }
}
