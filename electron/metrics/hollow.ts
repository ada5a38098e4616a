/**
 * Usage of pods that run nothing: made up, plausible, and the same whenever it is asked, so that nothing is measured and
 * nothing kept. It follows what the pod requests, and it is said to be made up wherever it is shown.
 */
import type { Pod } from '../../shared/api/types.ts'
import type { Clock } from '../../shared/clock.ts'
import { bytes, cpuMillis } from '../../shared/quantity.ts'
import type { Informer } from '../client/types.ts'
import { runningContainers, scopeKey } from './sampler.ts'
import { podTotal, type History, type Meter, type PodUsage, type Scope } from './types.ts'
import { workloadsOf, type JobOf } from './workload.ts'

export const HOLLOW_NOTE = 'This node is hollow and runs nothing: these numbers are made up.'
const WITHOUT_REQUEST = { cpu: 5, memory: 16 * 2 ** 20 }
const POINTS = 60
const STEP_MS = 60_000

/** 0 to 1, the same for the same text. Source: FNV-1a. */
function fraction(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return (hash >>> 0) / 2 ** 32
}

/** What the pod would use at a time: 20 to 80 % of its cpu request in slow waves, and memory that grows in its first minutes. */
export function madeUp(pod: Pod, time: number): PodUsage | undefined {
  const running = runningContainers(pod).filter((c) => c.startedAt <= time)
  if (!running.length) return undefined
  const phase = fraction(pod.metadata.uid ?? pod.metadata.name)
  const wave = Math.sin((time / 600_000 + phase) * 2 * Math.PI) * 0.2 + Math.sin((time / 97_000 + phase * 7) * 2 * Math.PI) * 0.1
  const containers = running.map(({ name, startedAt }) => {
    const requests = pod.spec.containers.find((c) => c.name === name)?.resources?.requests
    const cpu = requests?.['cpu'] ? cpuMillis(requests['cpu']) : WITHOUT_REQUEST.cpu
    const memory = requests?.['memory'] ? bytes(requests['memory']) : WITHOUT_REQUEST.memory
    const grown = Math.min(1, 0.5 + (time - startedAt) / 600_000)
    return { name, cpu: cpu * (0.5 + wave), memory: Math.round(memory * (0.5 + 0.3 * phase) * grown), rx: 0, tx: 0 }
  })
  return { time, window: 15, containers }
}

export function createHollowMeter(pods: Informer<Pod>, jobOf: JobOf, clock: Clock): Meter {
  const matches = (pod: Pod, scope: Scope): boolean => {
    if (scope.kind === 'node') return pod.spec.nodeName === scope.name
    const namespace = pod.metadata.namespace ?? ''
    if (scope.kind === 'namespace') return namespace === scope.name
    if (scope.kind === 'pod') return namespace === scope.namespace && pod.metadata.name === scope.name
    return workloadsOf(pod, jobOf).some(({ kind, name }) => scopeKey(scope) === scopeKey({ kind: 'workload', namespace, workload: kind, name }))
  }
  return {
    note: HOLLOW_NOTE,
    latest({ namespace, name }) {
      const pod = pods.get(name, namespace)
      return pod && madeUp(pod, clock.now())
    },
    history(scope) {
      const chosen = pods.list(scope.kind === 'namespace' ? scope.name : 'namespace' in scope ? scope.namespace : undefined).filter((pod) => matches(pod, scope))
      const history: History = { times: [], cpu: [], memory: [], rx: [], tx: [] }
      const now = clock.now()
      const end = Math.floor(now / STEP_MS) * STEP_MS
      const times = Array.from({ length: POINTS }, (_, i) => end - (POINTS - 1 - i) * STEP_MS)
      // And how it is now: a pod of a few seconds uses something, too.
      for (const time of now > end ? [...times, now] : times) {
        let cpu = 0
        let memory = 0
        let any = false
        for (const pod of chosen) {
          const usage = madeUp(pod, time)
          if (!usage) continue
          const total = podTotal(usage)
          any = true
          cpu += total.cpu
          memory += total.memory
        }
        if (!any && !history.times.length) continue
        history.times.push(time)
        history.cpu.push(any ? cpu : null)
        history.memory.push(any ? memory : null)
        history.rx.push(any ? 0 : null)
        history.tx.push(any ? 0 : null)
      }
      return history
    },
  }
}
