/** The loop of one pod: serial, level-triggered. Woken by the API, the runtime, a probe or a timer; compares; moves the pod on. */
import type { Pod } from '../../shared/api/types.ts'
import type { Timer } from '../../shared/clock.ts'
import { logger } from '../../shared/log.ts'
import { computePodActions } from './compute-actions.ts'
import type { Work } from './counts.ts'
import { applyActions } from './pod-apply.ts'
import { finish, graceOf, terminate } from './pod-end.ts'
import { createPodRecord, storedContainer } from './pod-record.ts'
import { refresh } from './pod-refresh.ts'
import { resizePod } from './resize.ts'
import { RuntimeError, type ContainerState, type SandboxState } from './runtime/types.ts'
import { RETRY_MS, type PodWorker, type WorkerContext } from './worker-context.ts'
import { SUPERSEDED } from './superseded.ts'

export type { PodWorker, WorkerContext } from './worker-context.ts'

const log = logger('kubelet')
/** Every turn either moves the pod on or ends the step; the bound only guards against a rule that contradicts another. */
const TURNS = 50

const sameMap = (a: Record<string, string> = {}, b: Record<string, string> = {}): boolean => a === b || (Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([k, v]) => b[k] === v))
const sameMaps = (a: Pod, b: Pod): boolean => sameMap(a.metadata.labels, b.metadata.labels) && sameMap(a.metadata.annotations, b.metadata.annotations)

export function createPodWorker(ctx: WorkerContext, first: Pod, initial: { sandboxes: readonly SandboxState[]; containers: readonly ContainerState[] }): PodWorker {
  const { clock, runtime, recorder } = ctx
  let running: Promise<void> | undefined
  let dirty = false
  let timer: Timer | undefined
  let timerAt = Infinity
  let admitted = false
  /** Why the next step is. */
  let work: Work = 'create'
  const clearTimer = (): void => { timer?.cancel(); timer = undefined; timerAt = Infinity }
  /** The earliest of what is asked for wins. */
  const wakeAt = (at: number): void => {
    if (timer && timerAt <= at) return
    timer?.cancel()
    timerAt = at
    timer = clock.after(at - clock.now(), wake)
  }
  const r = createPodRecord(ctx, first, initial, () => wake(), wakeAt)
  const ending = (): boolean => r.gone || r.pod.metadata.deletionTimestamp !== undefined

  const deadline = (): void => {
    const limit = r.pod.spec.activeDeadlineSeconds
    const start = ctx.status.stored(r.pod)?.startTime
    if (!limit || !start || r.failure) return
    const at = Date.parse(start) + Number(limit) * 1000
    if (clock.now() >= at) {
      r.failure = { reason: 'DeadlineExceeded', message: 'Pod was active on the node longer than the specified deadline' }
      recorder.event(r.pod, 'Normal', 'DeadlineExceeded', r.failure.message)
    } else wakeAt(at)
  }
  const watchRunning = (): void => {
    for (const c of r.containers.values()) {
      const container = r.spec(c.name)
      if (c.state !== 'running' || !container || r.newest(c.name) !== c || r.prober.watching(c.id)) continue
      r.prober.watch(r.pod, container, c.id, c.sandboxId, r.facts().podIP, c.startedAt ?? c.createdAt, storedContainer(ctx.status.stored(r.pod), runtime.name, c.id))
    }
  }
  const step = async (): Promise<void> => {
    clearTimer()
    await refresh(r)
    if (ending()) return terminate(r)
    const phase = ctx.status.stored(r.pod)?.phase
    if (phase === 'Failed' || phase === 'Succeeded') return finish(r)
    if (!admitted) {
      // A pod whose containers run has been admitted by a kubelet before us.
      const fresh = !r.failure && !r.containers.size && !r.sandboxes.size
      const refused = fresh ? ctx.admit(r.pod) : undefined
      admitted = true
      r.failure ??= refused
      if (refused && r.failure) recorder.event(r.pod, 'Warning', r.failure.reason, r.failure.message)
    }
    watchRunning()
    await resizePod(r)
    if (r.changed.size) await refresh(r)
    for (let turn = 0; turn < TURNS && !r.stopped; turn++) {
      deadline()
      if (r.failure) return finish(r)
      const actions = computePodActions({
        pod: r.pod, sandbox: r.newestSandbox(), containers: [...r.containers.values()], unhealthy: r.prober.unhealthy, restarting: r.restarting, started: r.prober.started, backoffUntil: (name, at) => r.backoff.until(name, at),
      })
      const moved = await applyActions(r, actions)
      if (actions.finished) return finish(r)
      if (r.stopped) return
      r.report()
      if (!moved || ending()) return
      await refresh(r)
    }
  }
  const loop = async (): Promise<void> => {
    while (dirty && !r.stopped) {
      dirty = false
      const [doing, began] = [work, performance.now()]
      work = 'sync'
      try {
        await step()
      } catch (e) {
        if (r.stopped) return
        if (e instanceof RuntimeError && e.reason === 'EngineUnavailable') log.debug('the engine is away', { pod: r.identity.name })
        else log.warning('error syncing pod, will try again', { pod: `${r.identity.namespace}/${r.identity.name}`, error: e as Error })
        r.report()
        wakeAt(clock.now() + RETRY_MS)
      } finally {
        ctx.counts?.worked(doing, performance.now() - began)
      }
    }
  }
  function wake(): void {
    if (r.stopped) return
    dirty = true
    running ??= loop().finally(() => {
      running = undefined
      if (dirty) wake()
    })
  }
  /** A second, shorter delete cuts the first one's wait. */
  const hurry = (grace: number): void => {
    if (r.killGrace === undefined || grace >= r.killGrace) return
    r.killGrace = grace
    for (const c of r.containers.values()) if (c.state === 'running') void runtime.stopContainer(c.id, grace).catch((e: unknown) => log.warning('cannot stop a container sooner', { error: e as Error }))
  }

  return {
    uid: r.uid,
    get pod() { return r.pod },
    get gone() { return r.gone },
    get resizePending() { return r.resize.pending !== undefined },
    get containers() { return [...r.containers.values()] },
    update(next) {
      const before = r.pod
      r.pod = next
      ctx.status.observe(next)
      if (next.metadata.deletionTimestamp) {
        r.abort.abort(SUPERSEDED)
        hurry(graceOf(next))
      }
      // Files say what these say; and what a container waits for may be in them.
      if ((r.waiting.size || next.spec.volumes?.some((v) => v.downwardAPI ?? v.projected?.sources?.some((s) => s.downwardAPI))) && !sameMaps(before, next)) wake()
      const same = before.spec === next.spec || before.metadata.generation !== undefined && before.metadata.generation === next.metadata.generation
      // Our own status coming back is no reason to look again.
      if (!same || before.metadata.deletionTimestamp !== next.metadata.deletionTimestamp || before === next || (next.spec.readinessGates?.length ?? 0) > 0) {
        if (work === 'sync') work = 'update'
        wake()
      }
    },
    evict(message, { disruption } = { disruption: true }) {
      const phase = ctx.status.stored(r.pod)?.phase
      if (r.failure || ending() || phase === 'Failed' || phase === 'Succeeded') return
      r.failure = { reason: 'Evicted', message, disruption }
      recorder.event(r.pod, 'Warning', 'Evicted', message)
      wake()
    },
    removed() { r.gone = true; r.abort.abort(SUPERSEDED); wake() },
    wake,
    stale(id) {
      // What we do not know was never ours to begin with, or is being made or removed by the step under way.
      if (!r.sandboxes.has(id) && !r.containers.has(id)) return
      r.changed.add(id)
      wake()
    },
    resync(s, c) {
      // The list may be older than what we did since: what differs is read again, one by one.
      const listed = new Set([...s, ...c].map((x) => x.id))
      for (const id of [...r.sandboxes.keys(), ...r.containers.keys()]) if (!listed.has(id)) r.changed.add(id)
      for (const x of s) if (r.sandboxes.get(x.id)?.ready !== x.ready && r.sandboxes.has(x.id)) r.changed.add(x.id)
      for (const x of c) if (r.containers.get(x.id)?.state !== x.state && r.containers.has(x.id)) r.changed.add(x.id)
      wake()
    },
    stop() {
      r.stopped = true
      clearTimer()
      r.abort.abort(SUPERSEDED)
      for (const id of r.containers.keys()) r.prober.unwatch(id)
    },
    idle: async () => { while (running) await running },
  }
}
