/** Defaults of a pod and of a pod template. Source: core/v1 defaulting of Kubernetes. */
import type { Container, Pod, PodSpec } from '../../../../shared/api/types.ts'
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
}

/** Who sets only a limit asks for that much. */
function requestsFromLimits(container: Container): void {
  const limits = container.resources?.limits
  if (!container.resources || !limits || Object.keys(limits).length === 0) return
  container.resources.requests = { ...limits, ...container.resources.requests }
}
