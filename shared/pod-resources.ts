/**
 * What a pod asks for. Source: the resource accounting of Kubernetes (init containers run one after another, sidecars
 * run on beside everything that starts after them); KEP-2837 (what is said of the pod as a whole, `spec.resources`, counts in the place
 * of the sum of its containers, resource by resource).
 */
import type { Container, Pod } from './api/types.ts'
import { bytes, cpuMillis, formatQuantity } from './quantity.ts'

/** Whole numbers: cpu in thousandths of a core, everything else in units (bytes, devices). */
export type ResourceAmounts = Record<string, number>

type PodLike = { readonly spec: Pick<Pod['spec'], 'containers' | 'initContainers' | 'overhead' | 'resources'>; readonly status?: Pod['status'] }
type Which = 'requests' | 'limits'

const amount = (name: string, text: string): number => (name === 'cpu' ? cpuMillis(text) : bytes(text))

/** An amount as the API writes it. */
export const amountText = (name: string, n: number): string =>
  formatQuantity(name === 'cpu' ? { nanos: BigInt(n) * 1_000_000n, format: 'DecimalSI' } : { nanos: BigInt(n) * 1_000_000_000n, format: 'BinarySI' })

function addTo(into: ResourceAmounts, list: Readonly<Record<string, string>> | undefined): void {
  for (const name in list) into[name] = (into[name] ?? 0) + amount(name, list[name] ?? '0')
}
function raiseTo(into: ResourceAmounts, other: ResourceAmounts): void {
  for (const name in other) into[name] = Math.max(into[name] ?? 0, other[name] ?? 0)
}

/** Init containers that keep running. */
export const isSidecar = (container: Pick<Container, 'restartPolicy'>): boolean => container.restartPolicy === 'Always'

const asked = (container: Container, which: Which): Readonly<Record<string, string>> | undefined => container.resources?.[which]

/** What can be said of a pod as a whole. */
export const isPodLevelResource = (name: string): boolean => name === 'cpu' || name === 'memory' || name.startsWith('hugepages-')

/** Whether anything is said of the pod as a whole. */
export function hasPodLevelResources(pod: PodLike): boolean {
  const { requests, limits } = pod.spec.resources ?? {}
  for (const name in requests) if (isPodLevelResource(name)) return true
  for (const name in limits) if (isPodLevelResource(name)) return true
  return false
}

/** Of the containers alone: nothing that is said of the pod as a whole, and no overhead. */
export function containersTotal(pod: PodLike, which: Which, of = asked): ResourceAmounts {
  const sum: ResourceAmounts = {}
  for (const container of pod.spec.containers) addTo(sum, of(container, which))
  const sidecars: ResourceAmounts = {}
  const peak: ResourceAmounts = {}
  for (const container of pod.spec.initContainers ?? []) {
    if (isSidecar(container)) {
      addTo(sum, of(container, which))
      addTo(sidecars, of(container, which))
      raiseTo(peak, sidecars)
    } else {
      const now = { ...sidecars }
      addTo(now, of(container, which))
      raiseTo(peak, now)
    }
  }
  raiseTo(sum, peak)
  return sum
}

function total(pod: PodLike, which: Which, of = asked): ResourceAmounts {
  const sum = containersTotal(pod, which, of)
  const whole = pod.spec.resources?.[which]
  for (const name in whole) if (isPodLevelResource(name)) sum[name] = amount(name, whole[name] ?? '0')
  if (which === 'requests') addTo(sum, pod.spec.overhead)
  // A limit without overhead would be too small, but overhead alone is no limit.
  else for (const name in pod.spec.overhead) if (name in sum) sum[name] = (sum[name] ?? 0) + amount(name, pod.spec.overhead[name] ?? '0')
  return sum
}

/** The greater of (containers + sidecars) and the peak of initialization, or what the pod as a whole asks for, plus overhead. */
export const podRequests = (pod: PodLike): ResourceAmounts => total(pod, 'requests')
/** As podRequests, of limits; a resource that nothing limits is absent. */
export const podLimits = (pod: PodLike): ResourceAmounts => total(pod, 'limits')

/**
 * While a pod is being resized: what its node has granted and what its containers still have, where that is more than what is
 * asked for; where what is asked for can never be had (Infeasible), that alone. Source: KEP-1287, `max(desired, allocated, actual)`.
 */
function held(pod: PodLike, which: Which): ResourceAmounts {
  const { containerStatuses, initContainerStatuses, conditions } = pod.status ?? {}
  const statuses = new Map([...(containerStatuses ?? []), ...(initContainerStatuses ?? [])].flatMap((s) => (s.resources || s.allocatedResources ? [[s.name, s]] : [])))
  if (!statuses.size) return total(pod, which)
  const infeasible = conditions?.some((c) => c.type === 'PodResizePending' && c.reason === 'Infeasible') === true
  return total(pod, which, (container) => {
    const status = statuses.get(container.name)
    const given = [...(which === 'requests' ? [status?.allocatedResources] : []), status?.resources?.[which]].filter((list) => list !== undefined)
    const lists = infeasible && given.length ? given : [asked(container, which), ...given]
    const most: Record<string, string> = {}
    for (const list of lists) for (const name in list) if (most[name] === undefined || amount(name, list[name]!) > amount(name, most[name])) most[name] = list[name]!
    return most
  })
}
/** What a pod takes of its node and its quota. */
export const heldRequests = (pod: PodLike): ResourceAmounts => held(pod, 'requests')
/** As heldRequests, of limits. */
export const heldLimits = (pod: PodLike): ResourceAmounts => held(pod, 'limits')

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort'

/** Guaranteed: every container has cpu and memory limits equal to its requests. BestEffort: none has any. Where the pod as a whole says something, its containers are not asked. */
export function qosClass(pod: PodLike): QosClass {
  let guaranteed = true
  let any = false
  const asked = hasPodLevelResources(pod) ? [pod.spec] : [...pod.spec.containers, ...(pod.spec.initContainers ?? [])]
  for (const { resources } of asked) {
    const { requests = {}, limits = {} } = resources ?? {}
    for (const name of ['cpu', 'memory'] as const) {
      const request = amount(name, requests[name] ?? '0')
      const limit = amount(name, limits[name] ?? '0')
      if (request > 0 || limit > 0) any = true
      if (limit === 0 || (requests[name] !== undefined && request !== limit)) guaranteed = false
    }
  }
  return !any ? 'BestEffort' : guaranteed ? 'Guaranteed' : 'Burstable'
}
