/** Whether a node runs short of memory, disk or processes, from what its machine says. Source: Kubernetes documentation, "Node-pressure Eviction"; kubernetes pkg/kubelet/eviction. */
import type { Clock } from '../../shared/clock.ts'
import type { HostFacts } from './host.ts'

export type Resource = 'memory' | 'disk' | 'processes'
/** undefined: it could not be looked at. */
export type Pressure = Readonly<Record<Resource, boolean | undefined>>

export interface Shortage {
  readonly resource: Resource
  /** Bytes, or processes. */
  readonly available: number
  readonly threshold: number
}

/** Kubernetes evicts at 100 MiB of memory. A desktop's disk is fuller than a server's: shares of it would say "pressure" on machines that are well. */
export const LEAST_MEMORY = 100 * 2 ** 20
export const LEAST_DISK = 2 ** 30
export const LEAST_PROCESSES = 0.05
/** A condition stays this long after the last shortage, so that it does not flicker. */
const TRANSITION_MS = 300_000

/** What each resource has left, and must have; absent: not looked at. */
function measures(host: HostFacts): Partial<Record<Resource, { available: number; threshold: number }>> {
  const { disk, memoryAvailable, processes } = host
  return {
    ...(memoryAvailable === undefined ? {} : { memory: { available: memoryAvailable, threshold: LEAST_MEMORY } }),
    ...(disk ? { disk: { available: disk.available, threshold: LEAST_DISK } } : {}),
    ...(processes ? { processes: { available: processes.limit - processes.running, threshold: processes.limit * LEAST_PROCESSES } } : {}),
  }
}

/** Memory first: without it nothing else can be put right. */
export function shortages(host: HostFacts | undefined): Shortage[] {
  return Object.entries(measures(host ?? {})).filter(([, m]) => m.available < m.threshold).map(([resource, m]) => ({ resource: resource as Resource, ...m }))
}

export function pressureOf(host: HostFacts | undefined): Pressure {
  const m = measures(host ?? {})
  const one = (resource: Resource): boolean | undefined => { const x = m[resource]; return x && x.available < x.threshold }
  return { memory: one('memory'), disk: one('disk'), processes: one('processes') }
}

/** Remembers the last shortage of each resource. */
export function createPressureMemory(clock: Clock): (host: HostFacts | undefined) => Pressure {
  const seen = new Map<Resource, number>()
  return (host) => {
    const now = pressureOf(host)
    const held = (resource: Resource): boolean | undefined => {
      if (now[resource]) seen.set(resource, clock.now())
      const last = seen.get(resource)
      return now[resource] === undefined ? undefined : last !== undefined && clock.now() - last < TRANSITION_MS
    }
    return { memory: held('memory'), disk: held('disk'), processes: held('processes') }
  }
}
