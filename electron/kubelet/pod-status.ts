/** The status of a pod from what runs: pure. Source: kubernetes pkg/kubelet/kubelet_pods.go (getPhase, generateAPIPodStatus) and status/generate.go. */
import type { Container, ContainerStatus, Pod, PodCondition, PodStatus } from '../../shared/api/types.ts'
import { rfc3339 } from '../../shared/clock.ts'
import { isSidecar, qosClass } from '../../shared/pod-resources.ts'
import { containerStatus } from './container-status.ts'
import type { ResizeState } from './resize.ts'
import { shouldRestart } from './restart-policy.ts'
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
  readonly failure?: { readonly reason: string; readonly message: string; readonly disruption?: boolean } | undefined
  /** What a container was granted, and what it runs with. */
  readonly resources: (name: string) => { readonly allocated?: Container['resources']; readonly actual?: Container['resources'] } | undefined
  readonly resize?: ResizeState | undefined
  /** Ended by us, to begin anew whatever its policy says. By container id. */
  readonly restarting: (containerId: string) => boolean
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
    input.restarting(s.containerID?.split('://')[1] ?? '') || shouldRestart(input.pod, spec, { exitCode: s.state?.terminated?.exitCode ?? 0 } as ContainerState)
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

/** A sentence for each condition that the pod waits for beside its containers. */
function readinessGates(pod: Pod, conditions: readonly PodCondition[]): string[] {
  return (pod.spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const c = conditions.find((x) => x.type === conditionType)
    if (!c) return [`corresponding condition of pod readiness gate ${JSON.stringify(conditionType)} does not exist.`]
    return c.status === 'True' ? [] : [`the status of pod readiness gate ${JSON.stringify(conditionType)} is not "True", but ${c.status}`]
  })
}

/** Both are there only while there is something to say. */
function resizeConditions(conditions: PodCondition[], { resize, now, pod }: StatusInput): void {
  for (const [type, said] of [['PodResizePending', resize?.pending], ['PodResizeInProgress', resize?.inProgress]] as const) {
    if (said) setCondition(conditions, { type, status: 'True', ...said }, now, pod.metadata.generation)
    else conditions.splice(0, conditions.length, ...conditions.filter((c) => c.type !== type))
  }
}

export function computePodStatus(input: StatusInput): PodStatus {
  const { pod, previous, sandbox, now } = input
  const inits = pod.spec.initContainers ?? []
  const initStates = inits.map((c) => containerStatus(input, c, 'init'))
  const hasMain = input.containers.some((c) => pod.spec.containers.some((m) => m.name === c.name))
  const initDone = hasMain || inits.every((c, i) => (isSidecar(c) ? initStates[i]!.started : initStates[i]!.state?.terminated?.exitCode === 0))
  const mains = pod.spec.containers.map((c) => containerStatus(input, c, 'main'))
  let now_ = phase(input, initStates, mains)
  if (previous?.phase === 'Failed' || previous?.phase === 'Succeeded') now_ = previous.phase
  const over = now_ === 'Succeeded' || now_ === 'Failed'
  const unready = mains.filter((s) => !s.ready).map((s) => s.name)
  const sidecarsUnready = initStates.filter((s, i) => isSidecar(inits[i]!) && !s.ready).map((s) => s.name)
  const notReady = [...sidecarsUnready, ...unready]
  const conditions = (previous?.conditions ?? pod.status?.conditions ?? []).map((c) => ({ ...c }))
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
  const unmet = readinessGates(pod, conditions)
  if (ready && unmet.length) set('Ready', false, 'ReadinessGatesNotReady', unmet.join(', '))
  else set('Ready', ready, why, message)
  resizeConditions(conditions, input)
  if (input.failure?.disruption) setCondition(conditions, { type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet', message: input.failure.message }, now, pod.metadata.generation)
  set('PodScheduled', true)
  const ip = sandbox?.ready ? (pod.spec.hostNetwork ? input.hostIP : sandbox.ip) : over ? previous?.podIP : undefined
  return {
    ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
    phase: now_, conditions,
    ...(input.failure ? { reason: input.failure.reason, message: input.failure.message } : (over && previous?.reason ? { reason: previous.reason, ...(previous.message ? { message: previous.message } : {}) } : {})),
    ...(input.hostIP ? { hostIP: input.hostIP, hostIPs: [{ ip: input.hostIP }] } : {}),
    ...(ip ? { podIP: ip, podIPs: [{ ip }] } : {}),
    startTime: previous?.startTime ?? rfc3339(now),
    ...(initStates.length ? { initContainerStatuses: initStates } : {}),
    containerStatuses: mains,
    ...(pod.spec.ephemeralContainers?.length ? { ephemeralContainerStatuses: (pod.spec.ephemeralContainers as Container[]).map((c) => containerStatus(input, c, 'ephemeral')) } : {}),
    qosClass: previous?.qosClass ?? qosClass(pod),
  } as PodStatus
}
