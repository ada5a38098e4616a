/** The probes of one pod's containers, with their thresholds. Startup gates the other two. Source: Kubernetes API, Probe; kubernetes pkg/kubelet/prober/worker.go. */
import type { Container, Pod, Probe } from '../../shared/api/types.ts'
import type { Clock, Timer } from '../../shared/clock.ts'
import type { EventRecorder } from '../client/types.ts'
import { containerPath } from './container-path.ts'
import type { CountProbe, ProbeKind as Kind } from './probe-counts.ts'
import { probeOnce, type ProbeTarget } from './probe-once.ts'
import type { ContainerRuntime } from './runtime/types.ts'

interface Watched extends ProbeTarget {
  readonly pod: Pod
  readonly timers: Map<Kind, Timer>
  ready: boolean
  started: boolean
  /** The pod ends: only readiness is still of interest. */
  ending: boolean
  stopped: boolean
}

/** Why a container must be restarted, and the grace period where the probe has one of its own. */
export interface Unhealthy {
  readonly message: string
  readonly graceSeconds?: number
}

export interface Prober {
  /** Begins to probe a container that runs; does nothing when it is being probed. `before`: what was known of one that is found running. */
  watch(pod: Pod, container: Container, id: string, sandboxId: string, host: string, startedAt: number, before?: { readonly ready?: boolean; readonly started?: boolean }): void
  watching(id: string): boolean
  /** Liveness and startup no longer matter. */
  ending(id: string): void
  unwatch(id: string): void
  ready(id: string): boolean
  started(id: string): boolean
  /** By container id. */
  readonly unhealthy: ReadonlyMap<string, Unhealthy>
}

/** `changed` is called when a result changes, `count` after each try. */
export function createProber(runtime: ContainerRuntime, clock: Clock, recorder: EventRecorder, changed: () => void, count: CountProbe, random: () => number = Math.random): Prober {
  const watched = new Map<string, Watched>()
  const unhealthy = new Map<string, Unhealthy>()
  const over = (w: Watched, kind: Kind): boolean => w.stopped || (w.ending && kind !== 'readiness')

  const run = (w: Watched, kind: Kind, probe: Probe, firstMs: number): void => {
    let good = 0
    let bad = 0
    const period = (probe.periodSeconds ?? 10) * 1000
    const path = containerPath(w.pod, w.container.name)
    const name = `${kind[0]!.toUpperCase()}${kind.slice(1)}`
    const again = (ms: number): void => void w.timers.set(kind, clock.after(ms, () => void once()))
    const once = async (): Promise<void> => {
      if (over(w, kind)) return
      const since = clock.now()
      const { ok, output, warning } = await probeOnce(runtime, probe, w)
      if (over(w, kind)) return
      count(w.container.name, kind, ok, (clock.now() - since) / 1000)
      if (ok) { good++; bad = 0 } else { bad++; good = 0 }
      if (!ok) recorder.event(w.pod, 'Warning', 'Unhealthy', `${name} probe failed: ${output}`, path)
      else if (warning) recorder.event(w.pod, 'Warning', 'ProbeWarning', `${name} probe warning: ${warning}`, path)
      if (kind === 'readiness') {
        const next = ok ? w.ready || good >= (probe.successThreshold ?? 1) : w.ready && bad < (probe.failureThreshold ?? 3)
        if (next !== w.ready) { w.ready = next; changed() }
      } else if (ok && kind === 'startup') {
        w.started = true
        begin(w)
        changed()
        return
      } else if (!ok && bad >= (probe.failureThreshold ?? 3)) {
        const grace = probe.terminationGracePeriodSeconds
        unhealthy.set(w.id, { message: `Container ${w.container.name} failed ${kind} probe, will be restarted`, ...(grace === undefined ? {} : { graceSeconds: Number(grace) }) })
        changed()
        return
      }
      again(period)
    }
    again(firstMs)
  }
  /** What follows once the container has started up. */
  const begin = (w: Watched, age = 0): void => {
    const first = (p: Probe): number => Math.max(0, (p.initialDelaySeconds ?? 0) * 1000 - age) + random() * Math.min(250, (p.periodSeconds ?? 10) * 100)
    if (w.container.readinessProbe) run(w, 'readiness', w.container.readinessProbe, first(w.container.readinessProbe))
    if (w.container.livenessProbe) run(w, 'liveness', w.container.livenessProbe, first(w.container.livenessProbe))
  }

  return {
    unhealthy,
    watching: (id) => watched.has(id),
    watch(pod, container, id, sandboxId, host, startedAt, before) {
      if (watched.has(id)) return
      const { startupProbe, readinessProbe } = container
      const w: Watched = { pod, container, id, sandboxId, host, timers: new Map(), ready: !readinessProbe || before?.ready === true, started: !startupProbe || before?.started === true, ending: false, stopped: false }
      watched.set(id, w)
      const age = clock.now() - startedAt
      if (startupProbe && !w.started) run(w, 'startup', startupProbe, Math.max(0, (startupProbe.initialDelaySeconds ?? 0) * 1000 - age))
      else begin(w, age)
    },
    ending(id) {
      const w = watched.get(id)
      if (!w) return
      w.ending = true
      for (const kind of ['liveness', 'startup'] as const) w.timers.get(kind)?.cancel()
    },
    unwatch(id) {
      const w = watched.get(id)
      if (!w) return
      w.stopped = true
      for (const t of w.timers.values()) t.cancel()
      watched.delete(id)
      unhealthy.delete(id)
    },
    ready: (id) => watched.get(id)?.ready ?? false,
    started: (id) => watched.get(id)?.started ?? false,
  }
}
