/**
 * What objects use of a ResourceQuota, and which of them it is for. The API server asks before it stores an object, the
 * quota controller when it counts anew. Source: Kubernetes documentation, "Resource Quotas".
 */
import type { KubeObject } from './api/meta.ts'
import type { Container, PersistentVolumeClaim, Pod, ResourceQuota, Service } from './api/types.ts'
import { hasPodLevelResources, heldLimits, heldRequests, qosClass, type ResourceAmounts } from './pod-resources.ts'
import { addQuantities, formatQuantity, parseQuantity, subtractQuantities, type Quantity } from './quantity.ts'

/** By the names that stand in `spec.hard`. */
export type Usage = Readonly<Record<string, Quantity>>

const NANO = 1_000_000_000n
const MILLI = 1_000_000n
const count = (n: number): Quantity => ({ nanos: BigInt(n) * NANO, format: 'DecimalSI' })
const ONE = count(1)

/** Resources that a quota may limit for pods, by plain name and with a prefix. */
const COMPUTE = new Set(['cpu', 'memory', 'ephemeral-storage'])
/** Who limits one of these wants every container to say what it asks for. */
const MUST_SAY = new Set(['cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory'])
/** Names from before every resource could be counted. */
const OLD_COUNTS = new Set(['configmaps', 'persistentvolumeclaims', 'replicationcontrollers', 'resourcequotas', 'secrets', 'services'])
const OF_CLASS = '.storageclass.storage.k8s.io/'

/** `pods`, `deployments.apps`. */
export const groupResource = (group: string, resource: string): string => (group ? `${resource}.${group}` : resource)

function quantity(name: string, amount: number): Quantity {
  if (name === 'cpu') return { nanos: BigInt(amount) * MILLI, format: 'DecimalSI' }
  return { nanos: BigInt(amount) * NANO, format: name === 'memory' || name === 'ephemeral-storage' || name.startsWith('hugepages-') ? 'BinarySI' : 'DecimalSI' }
}

function addCompute(into: Record<string, Quantity>, requests: ResourceAmounts, limits: ResourceAmounts): void {
  for (const name in requests) {
    const value = quantity(name, requests[name] ?? 0)
    into[`requests.${name}`] = value
    if (COMPUTE.has(name) || name.startsWith('hugepages-')) into[name] = value
  }
  for (const name in limits) if (COMPUTE.has(name)) into[`limits.${name}`] = quantity(name, limits[name] ?? 0)
}

/** A pod that has ended, or whose grace has run out, uses nothing but its place in the list of objects. */
function isOver(pod: Pod, now: number): boolean {
  if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') return true
  const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata
  return deletionTimestamp !== undefined && deletionGracePeriodSeconds !== undefined && now > Date.parse(deletionTimestamp) + deletionGracePeriodSeconds * 1000
}

function ofPod(pod: Pod, now: number): Record<string, Quantity> {
  const used: Record<string, Quantity> = { 'count/pods': ONE }
  if (isOver(pod, now)) return used
  used['pods'] = ONE
  addCompute(used, heldRequests(pod), heldLimits(pod))
  return used
}

function ofService({ spec }: Service): Record<string, Quantity> {
  const used: Record<string, Quantity> = {}
  const ports = spec?.ports ?? []
  if (spec?.type === 'NodePort') used['services.nodeports'] = count(ports.length)
  if (spec?.type === 'LoadBalancer') {
    used['services.loadbalancers'] = ONE
    used['services.nodeports'] = count(spec.allocateLoadBalancerNodePorts === false ? ports.filter((p) => p.nodePort).length : ports.length)
  }
  return used
}

function ofClaim(claim: PersistentVolumeClaim): Record<string, Quantity> {
  const used: Record<string, Quantity> = {}
  const asked = parseQuantity(claim.spec?.resources?.requests?.['storage'] ?? '0')
  const storageClass = claim.spec?.storageClassName
  if (asked) used['requests.storage'] = asked
  if (storageClass) {
    used[`${storageClass}${OF_CLASS}persistentvolumeclaims`] = ONE
    if (asked) used[`${storageClass}${OF_CLASS}requests.storage`] = asked
  }
  return used
}

/** @param now milliseconds since 1970 */
export function usageOf(group: string, resource: string, object: KubeObject, now: number): Usage {
  const name = groupResource(group, resource)
  if (name === 'pods') return ofPod(object as Pod, now)
  const used: Record<string, Quantity> = { [`count/${name}`]: ONE }
  if (OLD_COUNTS.has(name)) used[name] = ONE
  if (name === 'services') Object.assign(used, ofService(object as Service))
  if (name === 'persistentvolumeclaims') Object.assign(used, ofClaim(object as PersistentVolumeClaim))
  return used
}

/** Which objects a name in `spec.hard` counts: a resource as groupResource writes it. undefined: nobody's. */
export function resourceCounted(name: string): string | undefined {
  if (name.startsWith('count/')) return name.slice('count/'.length)
  if (OLD_COUNTS.has(name) || name === 'pods') return name
  if (name.startsWith('services.')) return 'services'
  if (name === 'requests.storage' || name.includes(OF_CLASS)) return 'persistentvolumeclaims'
  if (COMPUTE.has(name) || /^(requests|limits)\./.test(name) || name.startsWith('hugepages-')) return 'pods'
  return undefined
}

function crossesNamespaces(pod: Pod): boolean {
  const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {}
  return [podAffinity, podAntiAffinity].some((a) => [
    ...(a?.requiredDuringSchedulingIgnoredDuringExecution ?? []), ...(a?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((p) => p.podAffinityTerm),
  ].some((term) => term.namespaces?.length || term.namespaceSelector))
}

interface ScopeTerm { readonly scopeName: string; readonly operator: string; readonly values?: readonly string[] | undefined }

function selects({ operator, values = [] }: ScopeTerm, value: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'DoesNotExist':
      return !value
    default:
      return Boolean(value)
  }
}

function inScope(term: ScopeTerm, resource: string, object: KubeObject): boolean {
  if (term.scopeName === 'VolumeAttributesClass') return resource === 'persistentvolumeclaims' && selects(term, (object as PersistentVolumeClaim).spec?.volumeAttributesClassName)
  if (resource !== 'pods') return false
  const pod = object as Pod
  switch (term.scopeName) {
    case 'Terminating':
      return pod.spec.activeDeadlineSeconds !== undefined
    case 'NotTerminating':
      return pod.spec.activeDeadlineSeconds === undefined
    case 'BestEffort':
      return qosClass(pod) === 'BestEffort'
    case 'NotBestEffort':
      return qosClass(pod) !== 'BestEffort'
    case 'PriorityClass':
      return selects(term, pod.spec.priorityClassName)
    case 'CrossNamespacePodAffinity':
      return crossesNamespaces(pod)
    default:
      return false
  }
}

const termsOf = ({ spec }: ResourceQuota): ScopeTerm[] =>
  [...(spec?.scopes ?? []).map((scopeName) => ({ scopeName, operator: 'Exists' })), ...(spec?.scopeSelector?.matchExpressions ?? [])]

/** Whether an object is in all scopes of a quota. `resource` as groupResource writes it. */
export const quotaCovers = (quota: ResourceQuota, resource: string, object: KubeObject): boolean => termsOf(quota).every((term) => inScope(term, resource, object))

/** `cpu for: a,b; memory for: b`: what a quota limits and containers do not say. undefined: all is said, or something of the pod as a whole. */
export function unsaid(pod: Pod, limited: readonly string[]): string | undefined {
  const required = limited.filter((name) => MUST_SAY.has(name))
  if (required.length === 0 || hasPodLevelResources(pod)) return undefined
  const missing = new Map<string, string[]>()
  for (const container of [...pod.spec.containers, ...(pod.spec.initContainers ?? [])]) {
    const said = sayings(container)
    for (const name of required) if (!said.has(name)) missing.set(name, [...(missing.get(name) ?? []), container.name])
  }
  if (missing.size === 0) return undefined
  return [...missing].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, containers]) => `${name} for: ${containers.toSorted().join(',')}`).join('; ')
}

function sayings({ resources }: Container): ReadonlySet<string> {
  const said = new Set<string>()
  for (const name in resources?.requests) said.add(name).add(`requests.${name}`)
  for (const name in resources?.limits) said.add(`limits.${name}`)
  return said
}

const ZERO: Quantity = { nanos: 0n, format: 'DecimalSI' }

/** The sum of some usages, of the names in `hard` alone; what none uses is 0. */
export function total(hard: Readonly<Record<string, string>>, usages: Iterable<Usage>): Record<string, string> {
  const sums = new Map(Object.keys(hard).map((name) => [name, ZERO]))
  for (const usage of usages) {
    for (const [name, sum] of sums) {
      const used = usage[name]
      if (used) sums.set(name, addQuantities(sum, used))
    }
  }
  return Object.fromEntries([...sums].map(([name, sum]) => [name, formatQuantity(sum)]))
}

/** What `after` uses more than `before`, of the names in `hard`; empty when nothing. */
export function increase(hard: Readonly<Record<string, string>>, before: Usage, after: Usage): Record<string, Quantity> {
  const more: Record<string, Quantity> = {}
  for (const name in hard) {
    const now = after[name]
    if (!now) continue
    const difference = subtractQuantities(now, before[name] ?? { nanos: 0n, format: now.format })
    if (difference.nanos > 0n) more[name] = difference
  }
  return more
}
