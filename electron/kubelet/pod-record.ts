/** What one worker knows about its pod: the only mutable state of a pod, shared by the steps that move it on. */
import { join } from 'node:path'
import type { Container, Pod } from '../../shared/api/types.ts'
import { KeyedBackoff } from './backoff.ts'
import { latest } from './compute-actions.ts'
import { containerNamed } from './container-path.ts'
import type { PodFacts } from './env.ts'
import { computePodStatus } from './pod-status.ts'
import { createProber, type Prober } from './probes.ts'
import { restoreAllocation, type ResizeState } from './resize.ts'
import { mostOf } from './resources.ts'
import type { ContainerState, PodIdentity, SandboxState } from './runtime/types.ts'
import type { KillContext } from './termination.ts'
import { podFolder } from './volumes/index.ts'
import type { WorkerContext } from './worker-context.ts'

export interface PodRecord {
  readonly ctx: WorkerContext
  readonly uid: string
  readonly identity: PodIdentity
  pod: Pod
  /** The API has it no more. */
  gone: boolean
  stopped: boolean
  /** The pod is over for a reason of its own. */
  failure: { reason: string; message: string; disruption?: boolean } | undefined
  /** What each container was granted, and what it runs with. */
  readonly allocated: Map<string, NonNullable<Container['resources']>>
  readonly actual: Map<string, NonNullable<Container['resources']>>
  resize: ResizeState
  /** The grace period under way, in seconds; undefined: nobody is ending the pod. */
  killGrace: number | undefined
  readonly sandboxes: Map<string, SandboxState>
  /** Id of the sandbox whose traffic is as policies want it. */
  guarded: string | undefined
  readonly containers: Map<string, ContainerState>
  /** Why a container waits, by its name. */
  readonly waiting: Map<string, { reason: string; message?: string }>
  /** Last words by container id. */
  readonly messages: Map<string, string>
  /** Ids whose state must be read again. */
  readonly changed: Set<string>
  /** Ids of containers that we end so that they begin anew. */
  readonly restarting: Set<string>
  readonly backoff: KeyedBackoff
  readonly prober: Prober
  /** Aborted when the pod is to end: cuts pulls and hooks short. */
  readonly abort: AbortController
  newestSandbox(): SandboxState | undefined
  newest(name: string): ContainerState | undefined
  spec(name: string): Container | undefined
  facts(): PodFacts
  kill(): KillContext
  /** Where a container's last words are written. */
  terminationFile(name: string, attempt: number): string
  /** Tells the status as it is now. */
  report(): void
  wakeAt(at: number): void
}

/** How long a container runs until its earlier failures are forgotten, in ms. */
const FORGET_MS = 600_000

/** Back-off is not stored anywhere: the tries that are found say how far it had come. */
export function restoreBackoff(backoff: KeyedBackoff, containers: readonly ContainerState[]): void {
  for (const name of new Set(containers.map((c) => c.name))) {
    const c = latest(containers, name)!
    if (c.attempt < 1) continue
    const before = containers.find((x) => x.name === name && x.attempt === c.attempt - 1)
    const ran = before?.startedAt !== undefined && before.finishedAt !== undefined ? before.finishedAt - before.startedAt : 0
    backoff.restore(name, ran > FORGET_MS ? 1 : c.attempt, c.startedAt ?? c.createdAt)
  }
}

export function createPodRecord(ctx: WorkerContext, first: Pod, initial: { sandboxes: readonly SandboxState[]; containers: readonly ContainerState[] }, wake: () => void, wakeAt: (at: number) => void): PodRecord {
  const uid = first.metadata.uid ?? ''
  const backoff = new KeyedBackoff(ctx.clock)
  restoreBackoff(backoff, initial.containers)
  const { allocated, actual } = restoreAllocation(first)
  const identity: PodIdentity = { name: first.metadata.name, namespace: first.metadata.namespace ?? '', uid }
  const seen = ctx.clock.now()
  let ran = false
  const record: PodRecord = {
    allocated, actual, resize: {},
    ctx, uid, identity, pod: first, gone: false, stopped: false, failure: undefined, killGrace: undefined, guarded: undefined,
    sandboxes: new Map(initial.sandboxes.map((s) => [s.id, s])), containers: new Map(initial.containers.map((c) => [c.id, c])),
    waiting: new Map(), messages: new Map(), changed: new Set(), restarting: new Set(), backoff, prober: createProber(ctx.runtime, ctx.clock, ctx.recorder, () => (record.killGrace === undefined ? wake() : record.report()), ctx.probes.of(identity)), abort: new AbortController(),
    newestSandbox: () => [...record.sandboxes.values()].reduce<SandboxState | undefined>((a, b) => (!a || b.attempt > a.attempt ? b : a), undefined),
    newest: (name) => latest([...record.containers.values()], name),
    spec: (name) => containerNamed(record.pod, name),
    facts: () => ({ podIP: record.pod.spec.hostNetwork ? ctx.hostIP() : (record.newestSandbox()?.ip ?? ''), hostIP: ctx.hostIP(), ...mostOf(record.pod, { cpuMillis: ctx.cpuMillis(), memoryBytes: ctx.memoryCapacity() }) }),
    kill: () => ({ runtime: ctx.runtime, clock: ctx.clock, recorder: ctx.recorder, podIP: record.newestSandbox()?.ip ?? '' }),
    terminationFile: (name, attempt) => join(podFolder(ctx.dataDir, uid), 'containers', name, String(attempt)),
    report() {
      if (record.gone) return
      const previous = ctx.status.stored(record.pod)
      // What is not probed yet was found running: what is stored about it stays true until a probe says otherwise.
      const told = (id: string): { ready?: boolean; started?: boolean } | undefined => storedContainer(previous, ctx.runtime.name, id)
      const status = computePodStatus({
        pod: record.pod, previous, sandbox: record.newestSandbox(), containers: [...record.containers.values()], waiting: record.waiting,
        ready: (id) => (record.prober.watching(id) ? record.prober.ready(id) : (told(id)?.ready ?? false)), started: (id) => (record.prober.watching(id) ? record.prober.started(id) : (told(id)?.started ?? false)),
        terminationMessage: (id) => record.messages.get(id), runtime: ctx.runtime.name, hostIP: ctx.hostIP(), now: ctx.clock.now(), failure: record.failure,
        resources: (name) => ({ allocated: record.allocated.get(name), actual: record.actual.get(name) }), resize: record.resize, restarting: (id) => record.restarting.has(id),
      })
      ctx.status.set(record.pod, status)
      if (ran || status.phase !== 'Running') return
      ran = true
      // One that ran before this process did has started long ago.
      if (previous?.phase !== 'Running') ctx.counts?.started(ctx.clock.now() - seen)
    },
    wakeAt,
  }
  return record
}

/** What a pod status says about one container of the engine. */
export const storedContainer = (status: Pod['status'], runtime: string, id: string): { ready?: boolean; started?: boolean } | undefined =>
  [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? []), ...(status?.ephemeralContainerStatuses ?? [])].find((s) => s.containerID === `${runtime}://${id}`)
