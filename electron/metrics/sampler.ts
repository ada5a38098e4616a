/** The one loop that measures: every 15 s, all running containers, and only while there are pods. */
import type { Pod } from '../../shared/api/types.ts'
import type { Clock, Timer } from '../../shared/clock.ts'
import { logger } from '../../shared/log.ts'
import type { Informer } from '../client/types.ts'
import { Rings } from './rings.ts'
import { podTotal, sum, ZERO, type ContainerUsage, type Meter, type PodUsage, type Reading, type Scope, type Usage, type UsageReader } from './types.ts'
import { workloadsOf, type JobOf } from './workload.ts'

export const PERIOD_MS = 15_000
/** After the first pod has come: long enough for its containers to be there. */
const FIRST_MS = 2_000
const READ_TIMEOUT_MS = 14_000
/** Pods, workloads, namespaces and nodes together: 15 MB. */
const MOST_SERIES = 4000
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
  }
}

export const scopeKey = (scope: Scope): string => (scope.kind === 'pod' ? `pod ${scope.namespace}/${scope.name}` : scope.kind === 'workload' ? `workload ${scope.namespace}/${scope.workload}/${scope.name}` : `${scope.kind} ${scope.name}`)

export interface Sampler extends Meter {
  start(): void
  stop(): Promise<void>
  /** How many rounds were measured, and how long the last one took. */
  readonly rounds: { readonly count: number; readonly milliseconds: number; readonly problem: string }
}

export function createSampler({ pods, jobOf, reader, clock }: { pods: Informer<Pod>; jobOf: JobOf; reader: UsageReader; clock: Clock }): Sampler {
  const rings = new Rings(MOST_SERIES)
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
      take(running, now)
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
  function take(running: readonly { pod: Pod; containers: Running[] }[], now: ReadonlyMap<string, Reading>): void {
    const usages = new Map<string, Usage>()
    const add = (scope: Scope, usage: Usage): void => void usages.set(scopeKey(scope), sum(usages.get(scopeKey(scope)) ?? ZERO, usage))
    const seen = new Set<string>()
    for (const { pod, containers } of running) {
      const measured: ContainerUsage[] = []
      let time = 0
      let window = Number.POSITIVE_INFINITY
      for (const { name, containerId, startedAt } of containers) {
        const reading = now.get(containerId)
        if (!reading) continue
        const usage = usageBetween(reading, readings.get(containerId), startedAt)
        // All containers of a pod share its network, and a pod on the host's network has none of its own: counted once, or not at all.
        const network = !measured.length && !pod.spec.hostNetwork ? { rx: usage.rx, tx: usage.tx } : { rx: 0, tx: 0 }
        measured.push({ name, cpu: usage.cpu, memory: usage.memory, ...network, since: { cpuSeconds: reading.cpuNanos / 1e9, rxBytes: reading.rxBytes ?? 0, txBytes: reading.txBytes ?? 0 } })
        time = Math.max(time, reading.time)
        window = Math.min(window, usage.window)
      }
      if (!measured.length) continue
      const uid = pod.metadata.uid ?? ''
      const own: PodUsage = { time, window, containers: measured }
      seen.add(uid)
      latest.set(uid, own)
      const total = podTotal(own)
      const namespace = pod.metadata.namespace ?? ''
      add({ kind: 'pod', namespace, name: pod.metadata.name }, total)
      add({ kind: 'namespace', name: namespace }, total)
      if (pod.spec.nodeName) add({ kind: 'node', name: pod.spec.nodeName }, total)
      for (const { kind, name } of workloadsOf(pod, jobOf)) add({ kind: 'workload', namespace, workload: kind, name }, total)
    }
    for (const uid of latest.keys()) if (!seen.has(uid)) latest.delete(uid)
    rings.add(clock.now(), usages)
    readings = now
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
    latest: ({ uid }) => latest.get(uid),
    history: (scope) => rings.read(scopeKey(scope)),
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
