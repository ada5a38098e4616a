/**
 * What to do next for a pod, from what it should be and what runs: a pure function, so that every rule of restarting is a
 * line of a table. Source: kubernetes pkg/kubelet/kuberuntime computePodActions, and the sidecar containers' KEP-753.
 */
import type { Container, Pod } from '../../shared/api/types.ts'
import { isSidecar } from '../../shared/pod-resources.ts'
import type { Unhealthy } from './probes.ts'
import { shouldRestart } from './restart-policy.ts'
import type { ContainerState, SandboxState } from './runtime/types.ts'

export const IMAGE_LABEL = 'dev.pilothouse.spec-image'

export interface PodWorld {
  readonly pod: Pod
  /** The newest sandbox. */
  readonly sandbox?: SandboxState | undefined
  readonly containers: readonly ContainerState[]
  /** Failed liveness or startup probes, by container id. */
  readonly unhealthy: ReadonlyMap<string, Unhealthy>
  /** Ended by us to begin anew, by container id. */
  readonly restarting?: ReadonlySet<string>
  /** Startup probe passed (or none): a sidecar lets the next one start. */
  readonly started: (containerId: string) => boolean
  /** When a container that ended may be started again; undefined: now. */
  readonly backoffUntil: (name: string, finishedAt: number) => number | undefined
}
export interface StartAction {
  readonly container: Container
  readonly init: boolean
  readonly attempt: number
  /** When the try before ended. */
  readonly failedAt?: number
}
export interface KillAction {
  readonly id: string
  readonly name: string
  readonly message: string
  readonly graceSeconds?: number
  /** It is to begin anew, however it ends. */
  readonly restart?: boolean
}
export interface PodActions {
  /** Stop what runs and make a new sandbox, with this attempt. */
  readonly createSandbox?: number
  /** `graceSeconds`: where it is not the pod's. */
  readonly kill: readonly KillAction[]
  readonly start: readonly StartAction[]
  /** In back-off: reported as CrashLoopBackOff until then. */
  readonly backoff: readonly { readonly name: string; readonly until: number }[]
  /** Everything has ended and nothing will be started again. */
  readonly finished?: 'Succeeded' | 'Failed'
}

/** The newest try of a container. */
export const latest = (containers: readonly ContainerState[], name: string): ContainerState | undefined => {
  let best: ContainerState | undefined
  for (const c of containers) if (c.name === name && (!best || c.attempt > best.attempt)) best = c
  return best
}

/** The try after the newest; a container that the status knows and the engine has lost counts as one. */
export function nextAttempt(world: Pick<PodWorld, 'pod' | 'containers'>, name: string): number {
  const found = latest(world.containers, name)
  if (found) return found.attempt + 1
  const status = [...(world.pod.status?.containerStatuses ?? []), ...(world.pod.status?.initContainerStatuses ?? [])].find((s) => s.name === name)
  return status?.containerID ? status.restartCount + 1 : 0
}

export function computePodActions(world: PodWorld): PodActions {
  const { pod, sandbox, containers } = world
  const inits = pod.spec.initContainers ?? []
  const mains = pod.spec.containers
  const kill: KillAction[] = []
  const start: StartAction[] = []
  const backoff: { name: string; until: number }[] = []
  const current = (name: string): ContainerState | undefined => {
    const c = latest(containers, name)
    return c && sandbox && c.sandboxId === sandbox.id ? c : undefined
  }
  const actions = (more: Partial<PodActions> = {}): PodActions => ({ kill, start, backoff, ...more })

  const mainStates = mains.map((m) => latest(containers, m.name))
  const done = (m: Container, c: ContainerState | undefined): boolean => c?.state === 'exited' && !world.restarting?.has(c.id) && !shouldRestart(pod, m, c)
  if (mains.every((m, i) => done(m, mainStates[i]))) {
    // Sidecars do not keep a pod alive.
    for (const s of inits) { const c = latest(containers, s.name); if (c?.state === 'running') kill.push({ id: c.id, name: s.name, message: `Stopping container ${s.name}` }) }
    return actions({ finished: mainStates.some((c) => c?.exitCode !== 0) ? 'Failed' : 'Succeeded' })
  }
  if (!sandbox?.ready) {
    for (const c of containers) if (c.state === 'running') kill.push({ id: c.id, name: c.name, message: 'Pod sandbox changed, it will be killed and re-created.' })
    const failedInit = inits.some((i) => { const c = latest(containers, i.name); return !isSidecar(i) && c?.state === 'exited' && c.exitCode !== 0 && !shouldRestart(pod, i, c) })
    if (failedInit) return actions({ finished: 'Failed' })
    return actions({ createSandbox: sandbox ? sandbox.attempt + 1 : 0 })
  }

  const consider = (container: Container, init: boolean): void => {
    const c = latest(containers, container.name)
    if (!c || c.state === 'unknown') { start.push({ container, init, attempt: nextAttempt(world, container.name) }); return }
    if (c.state === 'created') { start.push({ container, init, attempt: c.sandboxId === sandbox.id ? c.attempt : c.attempt + 1 }); return }
    const failedAt = c.finishedAt ?? c.createdAt
    const until = world.backoffUntil(container.name, failedAt)
    if (until === undefined) start.push({ container, init, attempt: c.attempt + 1, failedAt })
    else backoff.push({ name: container.name, until })
  }
  const checkRunning = (container: Container, c: ContainerState): void => {
    const why = world.unhealthy.get(c.id)
    const image = c.labels[IMAGE_LABEL]
    if (why) kill.push({ id: c.id, name: container.name, ...why, restart: (container.restartPolicy ?? pod.spec.restartPolicy) !== 'Never' })
    else if (image !== undefined && image !== container.image) kill.push({ id: c.id, name: container.name, message: `Container ${container.name} definition changed, will be restarted`, restart: true })
  }

  // Once in the life of a pod, whatever else it does.
  for (const e of pod.spec.ephemeralContainers ?? []) {
    const c = latest(containers, e.name)
    const told = pod.status?.ephemeralContainerStatuses?.some((s) => s.name === e.name && s.containerID)
    if (c ? c.state === 'created' : !told) start.push({ container: e as Container, init: false, attempt: 0 })
  }
  const initialized = mains.some((m) => current(m.name) !== undefined)
  for (const init of inits) {
    const c = current(init.name)
    if (isSidecar(init)) {
      if (c?.state === 'running') {
        checkRunning(init, c)
        if (!initialized && !world.started(c.id)) return actions()
        continue
      }
      consider(init, true)
      if (!initialized) return actions()
      continue
    }
    if (initialized) continue
    if (c?.state === 'exited' && c.exitCode === 0) continue
    if (c?.state === 'running') { checkRunning(init, c); return actions() }
    if (c?.state === 'exited' && !shouldRestart(pod, init, c)) {
      for (const s of inits) { const r = current(s.name); if (r?.state === 'running') kill.push({ id: r.id, name: s.name, message: `Stopping container ${s.name}` }) }
      return actions({ finished: 'Failed' })
    }
    // "Always" of the pod means OnFailure for its init containers: one that has succeeded is not run again.
    consider(init, true)
    return actions()
  }
  for (const main of mains) {
    const c = latest(containers, main.name)
    if (c?.state === 'running' && c.sandboxId === sandbox.id) { checkRunning(main, c); continue }
    if (c?.state === 'running') { kill.push({ id: c.id, name: main.name, message: 'Pod sandbox changed, it will be killed and re-created.' }); continue }
    if (c && done(main, c)) continue
    consider(main, false)
  }
  return actions()
}
