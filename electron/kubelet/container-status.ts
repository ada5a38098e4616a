/** The status of one container from what runs: pure. Source: kubernetes pkg/kubelet/kubelet_pods.go, convertToAPIContainerStatuses. */
import type { Container, ContainerState as ApiState, ContainerStatus } from '../../shared/api/types.ts'
import { rfc3339 } from '../../shared/clock.ts'
import { isSidecar } from '../../shared/pod-resources.ts'
import { latest } from './compute-actions.ts'
import { statusOf } from './container-path.ts'
import type { StatusInput } from './pod-status.ts'
import { initRestarts, shouldRestart } from './restart-policy.ts'
import type { ContainerState } from './runtime/types.ts'

export type ContainerRole = 'main' | 'init' | 'ephemeral'

/** Of all last words of a pod; each container has an equal share, and never more than its own limit. In characters. */
const POD_MESSAGE_LIMIT = 12 << 10
const MESSAGE_LIMIT = 4096

function messageLimit({ spec }: StatusInput['pod']): number {
  return Math.min(MESSAGE_LIMIT, Math.floor(POD_MESSAGE_LIMIT / (spec.containers.length + (spec.initContainers?.length ?? 0))))
}

function terminated(c: ContainerState, input: StatusInput): ApiState {
  const message = (input.terminationMessage(c.id) || c.error)?.slice(0, messageLimit(input.pod))
  const reason = c.oomKilled ? 'OOMKilled' : c.startedAt === undefined && c.error ? 'StartError' : c.exitCode === 0 ? 'Completed' : 'Error'
  return {
    terminated: {
      exitCode: c.startedAt === undefined && c.error && !c.exitCode ? 128 : (c.exitCode ?? 137), reason, ...(c.signal ? { signal: c.signal } : {}), ...(message ? { message } : {}),
      ...(c.startedAt === undefined ? {} : { startedAt: rfc3339(c.startedAt) }), finishedAt: rfc3339(c.finishedAt ?? c.createdAt), containerID: `${input.runtime}://${c.id}`,
    },
  }
}

/** Whether one that has ended waits for its next start. */
function waitsAgain(input: StatusInput, container: Container, role: ContainerRole, c: ContainerState): boolean {
  if (input.failure || role === 'ephemeral') return false
  if (input.restarting(c.id)) return true
  return role === 'init' ? initRestarts(input.pod, container, c) : shouldRestart(input.pod, container, c)
}

function stateOf(input: StatusInput, container: Container, role: ContainerRole, c: ContainerState | undefined, old: ContainerStatus | undefined): { state: ApiState; last?: ApiState } {
  const waits = input.waiting.get(container.name)
  if (c?.state === 'running') return { state: { running: { startedAt: rfc3339(c.startedAt ?? c.createdAt) } } }
  if (c?.state === 'exited') return waits && waitsAgain(input, container, role, c) ? { state: { waiting: waits }, last: terminated(c, input) } : { state: terminated(c, input) }
  // Removed from the engine after it had ended: what was said stays true.
  if (!c && old?.state?.terminated) return { state: old.state }
  return { state: { waiting: waits ?? { reason: role !== 'ephemeral' && input.pod.spec.initContainers?.length ? 'PodInitializing' : 'ContainerCreating' } } }
}

/** No runtime here makes what is mounted below a read-only volume read-only as well. */
const mountStatus = (container: Container): Pick<ContainerStatus, 'volumeMounts'> => (container.volumeMounts?.length
  ? { volumeMounts: container.volumeMounts.map(({ name, mountPath, readOnly }) => ({ name, mountPath, ...(readOnly ? { readOnly, recursiveReadOnly: 'Disabled' } : {}) })) }
  : {})

export function containerStatus(input: StatusInput, container: Container, role: ContainerRole): ContainerStatus {
  const c = latest(input.containers, container.name)
  const before = c && input.containers.find((x) => x.name === container.name && x.attempt === c.attempt - 1)
  const old = statusOf(input.previous, container.name)
  const { state, last } = stateOf(input, container, role, c, old)
  let lastState = last
  if (!lastState && before?.state === 'exited') lastState = terminated(before, input)
  lastState ??= c && old?.containerID && old.containerID !== `${input.runtime}://${c.id}` && old.state?.terminated ? { terminated: old.state.terminated } : old?.lastState
  const running = c?.state === 'running'
  const goesOn = role === 'main' || (role === 'init' && isSidecar(container))
  const started = running && input.started(c.id)
  const resources = role === 'ephemeral' || !c ? undefined : input.resources(container.name)
  return {
    name: container.name, image: container.image ?? '', imageID: c ? c.imageId : (old?.imageID ?? ''),
    ...(c ? { containerID: `${input.runtime}://${c.id}` } : old?.containerID ? { containerID: old.containerID } : {}),
    restartCount: c ? Math.max(c.attempt, 0) : (old?.restartCount ?? 0),
    // Nothing waits for an ephemeral container.
    ready: role === 'ephemeral' ? false : goesOn ? running && started && input.ready(c.id) : state.terminated?.exitCode === 0,
    started: role === 'ephemeral' ? false : goesOn ? started : running,
    ...(resources?.allocated?.requests ? { allocatedResources: resources.allocated.requests } : {}), ...(resources?.actual ? { resources: resources.actual } : {}),
    ...mountStatus(container), state, lastState: lastState ?? {},
  } as ContainerStatus
}
