/** The engine's answers as states of sandboxes and containers. */
import type Docker from 'dockerode'
import { labels, type ContainerState, type PodIdentity, type SandboxState } from '../types.ts'

/** Engine times have nanoseconds and year 1 for "never". */
export function engineTime(text: string | undefined): number | undefined {
  if (!text || text.startsWith('0001-')) return undefined
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? undefined : ms
}

const podOf = (l: Readonly<Record<string, string>>): PodIdentity => ({ name: l[labels.podName] ?? '', namespace: l[labels.podNamespace] ?? '', uid: l[labels.podUid] ?? '' })
const attemptOf = (l: Readonly<Record<string, string>>): number => Number(l[labels.attempt] ?? 0)

export function sandboxState(info: Docker.ContainerInspectInfo): SandboxState {
  const l = info.Config.Labels
  const networks = Object.values(info.NetworkSettings.Networks ?? {})
  const ip = networks.map((n) => n.IPAddress).find(Boolean)
  return {
    id: info.Id, pod: podOf(l), node: l[labels.node] ?? '', attempt: attemptOf(l), ready: info.State.Running, createdAt: engineTime(info.Created) ?? 0, labels: l,
    ...(ip ? { ip } : {}),
  }
}

/** From the list, which is enough for a sandbox: no second call. */
export function sandboxFromList(info: Docker.ContainerInfo): SandboxState {
  const ip = Object.values(info.NetworkSettings?.Networks ?? {}).map((n) => n.IPAddress).find(Boolean)
  return {
    id: info.Id, pod: podOf(info.Labels), node: info.Labels[labels.node] ?? '', attempt: attemptOf(info.Labels), ready: info.State === 'running', createdAt: info.Created * 1000,
    labels: info.Labels, ...(ip ? { ip } : {}),
  }
}

const STATES: Readonly<Record<string, ContainerState['state']>> = { created: 'created', running: 'running', paused: 'running', restarting: 'running', exited: 'exited', dead: 'exited', removing: 'exited' }

/** @param oom whether the engine has told that its memory ran out */
export function containerState(info: Docker.ContainerInspectInfo, oom = false): ContainerState {
  const l = info.Config.Labels
  // A container that could not be started stays "created" with an exit code and the reason.
  const failed = info.State.Status === 'created' && info.State.Error !== ''
  const state = failed ? 'exited' : (STATES[info.State.Status] ?? 'unknown')
  const startedAt = engineTime(info.State.StartedAt)
  const finishedAt = engineTime(info.State.FinishedAt) ?? (failed ? engineTime(info.Created) : undefined)
  const code = info.State.ExitCode
  return {
    id: info.Id, pod: podOf(l), node: l[labels.node] ?? '', sandboxId: l[labels.sandbox] ?? '', name: l[labels.containerName] ?? '', attempt: attemptOf(l), state,
    image: l['dev.pilothouse.image'] ?? info.Config.Image, imageId: info.Image, createdAt: engineTime(info.Created) ?? 0, labels: l,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(state === 'exited' ? { ...(finishedAt === undefined ? {} : { finishedAt }), exitCode: code, oomKilled: info.State.OOMKilled || oom } : {}),
    ...(info.State.Error ? { error: info.State.Error } : {}),
  }
}
