/** The status of a pod from what runs: pure. Source: kubernetes pkg/kubelet/kubelet_pods.go (getPhase, generateAPIPodStatus) and status/generate.go. */
import type { Container, ContainerState as ApiState, ContainerStatus, Pod, PodCondition, PodStatus } from '../../shared/api/types.ts'
import { rfc3339 } from '../../shared/clock.ts'
import { isSidecar, qosClass } from '../../shared/pod-resources.ts'
import { latest, shouldRestart } from './compute-actions.ts'
import type { ContainerState, SandboxState } from './runtime/types.ts'

export interface StatusInput {
  readonly pod: Pod
  /** The last status we know to be stored. */
  readonly previous: PodStatus | undefined
  readonly sandbox: SandboxState | undefined
  readonly containers: readonly ContainerState[]
  /** Why a container waits, by name. */
  readonly waiting: ReadonlyMap<string, { reason: string; message?: string }>
  /** Readiness and startup by container id. */
  readonly ready: (containerId: string) => boolean
  readonly started: (containerId: string) => boolean
  readonly terminationMessage: (containerId: string) => string | undefined
  readonly runtime: string
  readonly hostIP: string
  readonly now: number
  /** The pod is over for a reason of its own: DeadlineExceeded, OutOfcpu, … */
  readonly failure?: { readonly reason: string; readonly message: string } | undefined
}

function terminated(c: ContainerState, input: StatusInput): ApiState {
  const message = input.terminationMessage(c.id) || c.error
  const reason = c.oomKilled ? 'OOMKilled' : c.startedAt === undefined && c.error ? 'StartError' : c.exitCode === 0 ? 'Completed' : 'Error'
  return {
    terminated: {
      exitCode: c.startedAt === undefined && c.error && !c.exitCode ? 128 : (c.exitCode ?? 137), reason, ...(c.signal ? { signal: c.signal } : {}), ...(message ? { message } : {}),
      ...(c.startedAt === undefined ? {} : { startedAt: rfc3339(c.startedAt) }), finishedAt: rfc3339(c.finishedAt ?? c.createdAt), containerID: `${input.runtime}://${c.id}`,
    },
  }
}

function containerStatus(input: StatusInput, container: Container, initialized: boolean, init: boolean): ContainerStatus {
  const c = latest(input.containers, container.name)
  const before = c && input.containers.find((x) => x.name === container.name && x.attempt === c.attempt - 1)
  const old = [...(input.previous?.containerStatuses ?? []), ...(input.previous?.initContainerStatuses ?? [])].find((s) => s.name === container.name)
  const waits = input.waiting.get(container.name)
  let state: ApiState
  let lastState: ApiState | undefined
  if (c?.state === 'running') {
    state = { running: { startedAt: rfc3339(c.startedAt ?? c.createdAt) } }
  } else if (c?.state === 'exited' && waits && !input.failure) {
    state = { waiting: waits }
    lastState = terminated(c, input)
  } else if (c?.state === 'exited') {
    state = terminated(c, input)
  } else if (!c && old?.state?.terminated) {
    state = old.state // Removed from the engine after it had ended: what was said stays true.
  } else {
    const usual = init || initialized ? 'ContainerCreating' : 'PodInitializing'
    state = { waiting: waits ?? { reason: input.pod.spec.initContainers?.length && !(init && input.sandbox) ? 'PodInitializing' : usual } }
  }
  if (!lastState && before?.state === 'exited') lastState = terminated(before, input)
  lastState ??= c && old?.containerID && old.containerID !== `${input.runtime}://${c.id}` && old.state?.terminated ? { terminated: old.state.terminated } : old?.lastState
  const running = c?.state === 'running'
  const sidecarOrMain = !init || isSidecar(container)
  const started = running && input.started(c.id)
  return {
    name: container.name, image: container.image ?? '', imageID: c ? c.imageId : (old?.imageID ?? ''),
    ...(c ? { containerID: `${input.runtime}://${c.id}` } : old?.containerID ? { containerID: old.containerID } : {}),
    restartCount: c ? Math.max(c.attempt, 0) : (old?.restartCount ?? 0),
    ready: sidecarOrMain ? running && started && input.ready(c.id) : state.terminated?.exitCode === 0,
    started: sidecarOrMain ? started : running,
    state, lastState: lastState ?? {},
  } as ContainerStatus
}

function phase(input: StatusInput, inits: ContainerStatus[], mains: ContainerStatus[]): string {
  if (input.failure) return 'Failed'
  const specInits = input.pod.spec.initContainers ?? []
  const never = (c: Container): boolean => (c.restartPolicy ?? input.pod.spec.restartPolicy ?? 'Always') === 'Never'
  let initialized = true
  for (const [i, spec] of specInits.entries()) {
    const s = inits[i]!
    if (isSidecar(spec)) { if (!s.started) initialized = false; continue }
    if (s.state?.terminated?.exitCode === 0) continue
    if (s.state?.terminated && never(spec)) return 'Failed'
    initialized = false
  }
  const ended = mains.filter((s) => s.state?.terminated)
  const all = ended.length === mains.length
  const restarts = (s: ContainerStatus, spec: Container): boolean =>
    shouldRestart(input.pod, spec, { exitCode: s.state?.terminated?.exitCode ?? 0 } as ContainerState)
  if (all && mains.every((s, i) => !restarts(s, input.pod.spec.containers[i]!))) return ended.every((s) => s.state?.terminated?.exitCode === 0) ? 'Succeeded' : 'Failed'
  const begun = mains.some((s) => s.state?.running || s.state?.terminated || s.lastState?.terminated)
  if (mains.some((s) => !s.state?.running && !s.state?.terminated && !s.lastState?.terminated)) return begun && initialized && input.previous?.phase === 'Running' ? 'Running' : 'Pending'
  return begun || initialized ? 'Running' : 'Pending'
}

/** Sets a condition, keeping its transition time while its status stays. */
function setCondition(list: PodCondition[], c: { type: string; status: string; reason?: string; message?: string }, now: number, generation: number | undefined): void {
  const i = list.findIndex((x) => x.type === c.type)
  const old = list[i]
  const next = {
    ...c, ...(generation === undefined ? {} : { observedGeneration: generation }),
    lastProbeTime: null, lastTransitionTime: old?.status === c.status ? (old.lastTransitionTime ?? rfc3339(now)) : rfc3339(now),
  } as unknown as PodCondition
  if (i < 0) list.push(next)
  else list[i] = next
}

export function computePodStatus(input: StatusInput): PodStatus {
  const { pod, previous, sandbox, now } = input
  const inits = pod.spec.initContainers ?? []
  const initStates = inits.map((c) => containerStatus(input, c, false, true))
  const hasMain = input.containers.some((c) => pod.spec.containers.some((m) => m.name === c.name))
  const initDone = hasMain || inits.every((c, i) => (isSidecar(c) ? initStates[i]!.started : initStates[i]!.state?.terminated?.exitCode === 0))
  const mains = pod.spec.containers.map((c) => containerStatus(input, c, initDone, false))
  let now_ = phase(input, initStates, mains)
  if (previous?.phase === 'Failed' || previous?.phase === 'Succeeded') now_ = previous.phase
  const over = now_ === 'Succeeded' || now_ === 'Failed'
  const unready = mains.filter((s) => !s.ready).map((s) => s.name)
  const sidecarsUnready = initStates.filter((s, i) => isSidecar(inits[i]!) && !s.ready).map((s) => s.name)
  const notReady = [...sidecarsUnready, ...unready]
  const conditions = structuredClone(previous?.conditions ?? pod.status?.conditions ?? []) as PodCondition[]
  const set = (type: string, ok: boolean, reason?: string, message?: string): void =>
    setCondition(conditions, { type, status: ok ? 'True' : 'False', ...(ok && reason !== 'PodCompleted' ? {} : { ...(reason ? { reason } : {}), ...(message ? { message } : {}) }) }, now, pod.metadata.generation)
  const incomplete = inits.filter((c, i) => !(isSidecar(c) ? initStates[i]!.started : initStates[i]!.state?.terminated?.exitCode === 0)).map((c) => c.name)
  set('PodReadyToStartContainers', !!sandbox?.ready && !over)
  if (over && now_ === 'Succeeded') set('Initialized', true, 'PodCompleted')
  else set('Initialized', initDone, 'ContainersNotInitialized', `containers with incomplete status: [${incomplete.join(' ')}]`)
  const why = over ? (now_ === 'Succeeded' ? 'PodCompleted' : 'PodFailed') : 'ContainersNotReady'
  const message = over ? undefined : `containers with unready status: [${notReady.join(' ')}]`
  const ready = !over && notReady.length === 0
  set('ContainersReady', ready, why, message)
  const gates = (pod.spec.readinessGates ?? []).filter((g) => conditions.find((c) => c.type === g.conditionType)?.status !== 'True').map((g) => g.conditionType)
  if (ready && gates.length) set('Ready', false, 'ReadinessGatesNotReady', `corresponding condition of pod readiness gate ${JSON.stringify(gates[0])} does not exist.`)
  else set('Ready', ready, why, message)
  if (!conditions.some((c) => c.type === 'PodScheduled')) set('PodScheduled', true)
  const ip = sandbox?.ready ? (pod.spec.hostNetwork ? input.hostIP : sandbox.ip) : over ? previous?.podIP : undefined
  return {
    ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
    phase: now_, conditions,
    ...(input.failure ?? (over && previous?.reason ? { reason: previous.reason, ...(previous.message ? { message: previous.message } : {}) } : {})),
    ...(input.hostIP ? { hostIP: input.hostIP, hostIPs: [{ ip: input.hostIP }] } : {}),
    ...(ip ? { podIP: ip, podIPs: [{ ip }] } : {}),
    startTime: previous?.startTime ?? rfc3339(now),
    ...(initStates.length ? { initContainerStatuses: initStates } : {}),
    containerStatuses: mains, qosClass: previous?.qosClass ?? qosClass(pod),
  } as PodStatus
}
