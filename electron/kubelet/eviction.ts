/**
 * Ends pods of a node that runs short, one at a look, so that the rest goes on. What can be had without that is taken first.
 * Source: Kubernetes documentation, "Node-pressure Eviction"; kubernetes pkg/kubelet/eviction (helpers.go, eviction_manager.go).
 */
import type { Pod } from '../../shared/api/types.ts'
import { podRequests } from '../../shared/pod-resources.ts'
import type { Refusal } from './admission.ts'
import type { HostFacts } from './host.ts'
import { shortages, type Pressure, type Resource, type Shortage } from './pressure.ts'

export interface Candidate {
  readonly pod: Pod
  /** Bytes of the resource in question. */
  readonly usage: number
}

const NAMES: Readonly<Record<Resource, string>> = { memory: 'memory', disk: 'ephemeral-storage', processes: 'pids' }
const TAINTS: Readonly<Record<Resource, string>> = { memory: 'node.kubernetes.io/memory-pressure', disk: 'node.kubernetes.io/disk-pressure', processes: 'node.kubernetes.io/pid-pressure' }
/** From here on a pod is the cluster's own. */
const SYSTEM_CRITICAL = 2_000_000_000

export const isCritical = (pod: Pod): boolean => (pod.spec.priority ?? 0) >= SYSTEM_CRITICAL
const isOver = (pod: Pod): boolean => pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded'

/** The first is the first to go: who takes more than it asked for, then who is less important, then who takes the most beyond it. */
export function rank(candidates: readonly Candidate[], resource: Resource): Candidate[] {
  const requested = (pod: Pod): number => (resource === 'processes' ? 0 : (podRequests(pod)[NAMES[resource]] ?? 0))
  return candidates.filter((c) => !isCritical(c.pod) && !isOver(c.pod)).toSorted((a, b) => {
    const [overA, overB] = [a.usage - requested(a.pod), b.usage - requested(b.pod)]
    if (overA > 0 !== overB > 0) return overA > 0 ? -1 : 1
    return (a.pod.spec.priority ?? 0) - (b.pod.spec.priority ?? 0) || overB - overA
  })
}

const amount = (resource: Resource, value: number): string => (resource === 'processes' ? String(Math.floor(value)) : `${Math.floor(value / 1024)}Ki`)

export function evictionMessage({ resource, available, threshold }: Shortage, { pod, usage }: Candidate): string {
  const request = resource === 'processes' ? 0 : (podRequests(pod)[NAMES[resource]] ?? 0)
  const more = usage > request ? ` Pod ${pod.metadata.name} was using ${amount(resource, usage)}, request is ${amount(resource, request)}, has larger consumption of ${NAMES[resource]}.` : ''
  return `The node was low on resource: ${NAMES[resource]}. Threshold quantity: ${amount(resource, threshold)}, available: ${amount(resource, available)}.${more}`
}

/** Whom a node under pressure does not take. */
export function refusalUnder(pressure: Pressure, pod: Pod): Refusal | undefined {
  if (isCritical(pod)) return undefined
  const tolerates = (key: string): boolean => (pod.spec.tolerations ?? []).some((t) => (!t.key || t.key === key) && (!t.effect || t.effect === 'NoSchedule') && (t.operator === 'Exists' || t.key === key))
  const refuse = (condition: string): Refusal => ({ reason: 'Evicted', message: `The node had condition: [${condition}]. ` })
  if (pressure.disk) return refuse('DiskPressure')
  if (pressure.processes) return refuse('PIDPressure')
  // Whoever asked for some memory is still given it; whoever asked for nothing would be the first to go.
  const bestEffort = Object.values(podRequests(pod)).every((v) => v === 0)
  return pressure.memory && bestEffort && !tolerates(TAINTS.memory) ? refuse('MemoryPressure') : undefined
}

export interface EvictionParts {
  pods(): readonly Pod[]
  usage(pod: Pod, resource: Resource): Promise<number>
  /** Frees disk without ending anything. Resolves with what the machine has then. */
  reclaim(): Promise<HostFacts | undefined>
  evict(pod: Pod, message: string): void
  /** Says that the node begins to reclaim. */
  announce(resource: string): void
}

/** One look at a time. Resolves with the facts as they are by then. */
export function createEviction(parts: EvictionParts): (host: HostFacts | undefined) => Promise<HostFacts | undefined> {
  let running: Promise<HostFacts | undefined> | undefined
  const look = async (first: HostFacts | undefined): Promise<HostFacts | undefined> => {
    let host = first
    let [worst] = shortages(host)
    if (!worst) return host
    parts.announce(NAMES[worst.resource])
    if (worst.resource === 'disk') {
      host = await parts.reclaim()
      ;[worst] = shortages(host)
      if (!worst) return host
    }
    const { resource } = worst
    const candidates = await Promise.all(parts.pods().filter((p) => !p.metadata.deletionTimestamp).map(async (pod) => ({ pod, usage: await parts.usage(pod, resource) })))
    const [victim] = rank(candidates, resource)
    if (victim) parts.evict(victim.pod, evictionMessage(worst, victim))
    return host
  }
  return (host) => (running ??= look(host).finally(() => { running = undefined }))
}
