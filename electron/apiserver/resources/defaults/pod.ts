/** Defaults of a pod and of a pod template. Source: core/v1 defaulting of Kubernetes. */
import type { Container, Pod, PodSpec } from '../../../../shared/api/types.ts'
import { amountText, containersTotal, isPodLevelResource } from '../../../../shared/pod-resources.ts'
import { isQuantity } from '../../../../shared/quantity.ts'
import { containerDefaults } from './container.ts'
import { canonicalResources } from './resources.ts'
import { volumeDefaults } from './volume.ts'

const GRACE_SECONDS = 30

/** What holds for pods and for templates alike. */
export function podSpecDefaults(spec: PodSpec): void {
  spec.restartPolicy ||= 'Always'
  spec.dnsPolicy ||= 'ClusterFirst'
  spec.schedulerName ||= 'default-scheduler'
  spec.terminationGracePeriodSeconds ??= GRACE_SECONDS
  spec.securityContext ??= {}
  // The old name is kept beside the new one; the new one wins.
  const account = spec.serviceAccountName || spec.serviceAccount
  if (account) {
    spec.serviceAccountName = account
    spec.serviceAccount = account
  }
  canonicalResources(spec.overhead)
  canonicalResources(spec.resources?.limits)
  canonicalResources(spec.resources?.requests)
  for (const container of everyContainer(spec)) containerDefaults(container)
  for (const volume of spec.volumes ?? []) volumeDefaults(volume)
}

function everyContainer(spec: PodSpec): Container[] {
  return [...(spec.containers ?? []), ...(spec.initContainers ?? []), ...((spec.ephemeralContainers ?? []) as Container[])]
}

/** podSpecDefaults, and what only a pod itself gets: its template stays as it was written. */
export function podDefaults(draft: Pod): void {
  const spec = draft.spec
  if (!spec) return
  spec.enableServiceLinks ??= true
  podSpecDefaults(spec)
  for (const container of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) {
    requestsFromLimits(container)
    if (spec.hostNetwork) for (const port of container.ports ?? []) port.hostPort ||= port.containerPort
  }
  wholeRequests(spec)
}

/**
 * A pod that as a whole has limits asks, as a whole, for what its containers ask for, and where they ask for nothing for as much as it may have.
 * Source: KEP-2837.
 */
function wholeRequests(spec: PodSpec): void {
  const limits = spec.resources?.limits
  if (!spec.resources || !limits || Object.keys(limits).length === 0) return
  const requests: Record<string, string> = {}
  for (const name in limits) if (isPodLevelResource(name)) requests[name] = limits[name] ?? '0'
  if ([...(spec.containers ?? []), ...(spec.initContainers ?? [])].every(({ resources }) => Object.values(resources?.requests ?? {}).every(isQuantity))) {
    const asked = containersTotal({ spec: { ...spec, containers: spec.containers ?? [] } }, 'requests')
    for (const name of ['cpu', 'memory']) if (asked[name] !== undefined) requests[name] = amountText(name, asked[name])
  }
  spec.resources.requests = { ...requests, ...spec.resources.requests }
}

/** Who sets only a limit asks for that much. */
function requestsFromLimits(container: Container): void {
  const limits = container.resources?.limits
  if (!container.resources || !limits || Object.keys(limits).length === 0) return
  container.resources.requests = { ...limits, ...container.resources.requests }
}
