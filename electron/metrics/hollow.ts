/**
 * Usage of pods that run nothing: made up, plausible, and the same whenever it is asked, so that nothing is measured and
 * nothing kept. It follows what the pod requests, and it is said to be made up wherever it is shown.
 */
import type { Pod } from '../../shared/api/types.ts'
import type { Clock } from '../../shared/clock.ts'
import { bytes, cpuMillis } from '../../shared/quantity.ts'
import type { Informer } from '../client/types.ts'
import { setImmediate } from 'node:timers/promises'
import { leavesOf, runningContainers } from './sampler.ts'
import { EMPTY, podTotal, type Meter, type PodUsage, type Scope } from './types.ts'
import { workloadsOf, type JobOf } from './workload.ts'

export const HOLLOW_NOTE = 'This node is hollow and runs nothing: these numbers are made up.'
const WITHOUT_REQUEST = { cpu: 5, memory: 16 * 2 ** 20 }
/** A chart has so many, whatever its range: what is made up has no detail. */
const POINTS = 60
/** How many pods and points are worked out before others have their turn. */
const AT_ONCE = 3000

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
    return { name, cpu: cpu * (0.5 + wave), memory: Math.round(memory * (0.5 + 0.3 * phase) * grown), rx: 0, tx: 0, read: 0, write: 0 }
  })
  return { time, window: 15, containers }
}

export function createHollowMeter(pods: Informer<Pod>, jobOf: JobOf, clock: Clock): Meter {
  /** A pod with those of its containers that are meant. */
  const matches = (pod: Pod, scope: Scope): boolean => {
    const wanted = leavesOf(scope)
    const leaf = { namespace: pod.metadata.namespace ?? '', pod: pod.metadata.name, node: pod.spec.nodeName ?? '', workloads: scope.kind === 'workload' ? workloadsOf(pod, jobOf).map(({ kind, name }) => `${kind}/${name}`) : [] }
    return pod.spec.containers.some(({ name: container }) => wanted({ ...leaf, container }))
  }
  return {
    note: HOLLOW_NOTE,
    latest({ namespace, name }) {
      const pod = pods.get(name, namespace)
      return pod && madeUp(pod, clock.now())
    },
    async history(scope, from, to) {
      const chosen = pods.list(scope.kind === 'namespace' ? scope.name : 'namespace' in scope ? scope.namespace : undefined).filter((pod) => matches(pod, scope))
      const history = EMPTY()
      const stepMs = Math.max(15_000, Math.round((to - from) / POINTS))
      const end = Math.floor(to / stepMs) * stepMs
      const times = Array.from({ length: POINTS }, (_, i) => end - (POINTS - 1 - i) * stepMs)
      let worked = 0
      // And how it is now: a pod of a few seconds uses something, too.
      for (const time of to > end ? [...times, to] : times) {
        let cpu = 0
        let memory = 0
        let any = false
        for (const pod of chosen) {
          if (++worked % AT_ONCE === 0) await setImmediate()
          const usage = madeUp(pod, time)
          const total = usage && podTotal(scope.kind === 'container' ? { ...usage, containers: usage.containers.filter((c) => c.name === scope.name) } : usage)
          if (!total) continue
          any = true
          cpu += total.cpu
          memory += total.memory
        }
        if (!any && !history.times.length) continue
        history.times.push(time)
        history.cpu.push(any ? cpu : null)
        history.memory.push(any ? memory : null)
        for (const field of ['rx', 'tx', 'read', 'write', 'restarts'] as const) history[field].push(any ? 0 : null)
      }
      return { ...history, stepMs }
    },
  }
}
