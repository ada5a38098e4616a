/**
 * A pod in one word, as `kubectl get pods` shows it: the most telling of phase, reason and container states.
 * Source: the pod printer of the Kubernetes API server.
 */
import type { ContainerStatus, Pod } from './api/types.ts'
import { age } from './duration.ts'
import { isSidecar } from './pod-resources.ts'

/** How worried to be: ok (runs, or done), working (on its way), waiting (for a decision), warning (trouble that may pass), failed. */
export type PodLevel = 'ok' | 'working' | 'waiting' | 'warning' | 'failed'

export interface PodStatusSummary {
  /** `Running`, `CrashLoopBackOff`, `Init:1/2`, `Terminating`, … */
  word: string
  /** Ready containers of all: `1/2`. */
  ready: string
  /** `0`, `3 (5m ago)`. */
  restarts: string
  restartCount: number
  level: PodLevel
}

/** Restarts so far and when the last one was needed (RFC 3339, empty: never). */
interface Restarts { count: number; last: string }

function count(into: Restarts, status: ContainerStatus): void {
  into.count += status.restartCount ?? 0
  const ended = status.lastState?.terminated?.finishedAt
  if (ended && (into.last === '' || Date.parse(ended) > Date.parse(into.last))) into.last = ended
}

const exitWord = (t: { reason?: string; signal?: number; exitCode?: number }): string =>
  t.reason ? t.reason : t.signal ? `Signal:${t.signal}` : `ExitCode:${t.exitCode ?? 0}`

const conditionTrue = (pod: Pod, type: string): boolean => pod.status?.conditions?.some((c) => c.type === type && c.status === 'True') ?? false

/** What the printer says of a pod at `now` (ms since 1970). */
export function podStatus(pod: Pod, now: number): PodStatusSummary {
  const status = pod.status
  const phase = status?.phase ?? ''
  let word = status?.reason || phase || 'Unknown'
  if (status?.conditions?.some((c) => c.type === 'PodScheduled' && c.reason === 'SchedulingGated')) word = 'SchedulingGated'

  const inits = pod.spec.initContainers ?? []
  const sidecars = new Set(inits.filter(isSidecar).map((c) => c.name))
  let ready = 0
  const all: Restarts = { count: 0, last: '' }
  const ofSidecars: Restarts = { count: 0, last: '' }
  let initializing = false
  for (const [i, container] of (status?.initContainerStatuses ?? []).entries()) {
    count(all, container)
    if (sidecars.has(container.name)) count(ofSidecars, container)
    const { terminated, waiting } = container.state ?? {}
    if (terminated && (terminated.exitCode ?? 0) === 0) continue
    if (sidecars.has(container.name) && container.started) {
      if (container.ready) ready++
      continue
    }
    initializing = true
    if (terminated) word = `Init:${exitWord(terminated)}`
    else if (waiting?.reason && waiting.reason !== 'PodInitializing') word = `Init:${waiting.reason}`
    else word = `Init:${i}/${inits.length}`
    break
  }

  let restarts = all
  if (!initializing || conditionTrue(pod, 'Initialized')) {
    restarts = ofSidecars
    let running = false
    for (const container of (status?.containerStatuses ?? []).toReversed()) {
      count(restarts, container)
      const { waiting, terminated } = container.state ?? {}
      if (waiting?.reason) word = waiting.reason
      else if (terminated) word = exitWord(terminated)
      else if (container.ready && container.state?.running) {
        running = true
        ready++
      }
    }
    // One container is done, another still runs.
    if (word === 'Completed' && running) word = conditionTrue(pod, 'Ready') ? 'Running' : 'NotReady'
  }
  if (pod.metadata.deletionTimestamp) {
    if (status?.reason === 'NodeLost') word = 'Unknown'
    else if (phase !== 'Succeeded' && phase !== 'Failed') word = 'Terminating'
  }
  const total = pod.spec.containers.length + sidecars.size
  return {
    word,
    ready: `${ready}/${total}`,
    restarts: restarts.count > 0 && restarts.last ? `${restarts.count} (${age(restarts.last, now)} ago)` : String(restarts.count),
    restartCount: restarts.count,
    level: levelOf(word, phase, Boolean(pod.spec.nodeName), ready === total),
  }
}

const WORKING = new Set(['ContainerCreating', 'PodInitializing', 'Terminating'])
/** Words that do not mend themselves; failing pulls are not among them, the network may come back. */
const BROKEN =
  /^(?:Init:)?(?:CrashLoopBackOff|Error|OOMKilled|StartError|ContainerCannotRun|DeadlineExceeded|Signal:\d+|ExitCode:\d+|InvalidImageName|ErrImageNeverPull|CreateContainerConfigError|CreateContainerError|RunContainerError)$/

function levelOf(word: string, phase: string, scheduled: boolean, allReady: boolean): PodLevel {
  if (word === 'Running') return allReady ? 'ok' : 'working'
  if (WORKING.has(word) || /^Init:\d+\/\d+$/.test(word)) return 'working'
  if (phase === 'Failed' || BROKEN.test(word)) return 'failed'
  if (word === 'Succeeded' || word === 'Completed') return 'ok'
  if (word === 'Pending') return scheduled ? 'working' : 'waiting'
  return word === 'SchedulingGated' ? 'waiting' : 'warning'
}
