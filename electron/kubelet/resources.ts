/** Resources as the kernel wants them. Source: kubernetes pkg/kubelet/cm/helpers_linux.go, pkg/kubelet/qos/policy.go and pkg/kubelet/kuberuntime (limits of the pod as a whole). */
import type { Container, Pod } from '../../shared/api/types.ts'
import { containersTotal, hasPodLevelResources, isSidecar, podLimits, podRequests, qosClass } from '../../shared/pod-resources.ts'
import { bytes, cpuMillis } from '../../shared/quantity.ts'
import type { ContainerConfig, PodResources } from './runtime/types.ts'

const PERIOD = 100_000
const GUARANTEED = -997

type Asking = Pick<Container, 'resources' | 'restartPolicy'>

/** What the pod as a whole asks for beyond what its containers ask for: each has an equal part of it. */
function remainder(pod: Pod, name: 'cpu' | 'memory'): number {
  const whole = pod.spec.resources?.requests?.[name]
  if (whole === undefined) return 0
  const rest = (name === 'cpu' ? cpuMillis : bytes)(whole) - (containersTotal(pod, 'requests')[name] ?? 0)
  return Math.max(0, Math.trunc(rest / (pod.spec.containers.length + (pod.spec.initContainers?.length ?? 0))))
}

export function oomScoreAdj(pod: Pod, container: Asking, memoryCapacity: number): number {
  const critical = (pod.spec.priority ?? 0) >= 2_000_000_000
  const qos = qosClass(pod)
  if (critical || qos === 'Guaranteed') return GUARANTEED
  if (qos === 'BestEffort') return 1000
  const rest = remainder(pod, 'memory')
  const score = (c: Asking): number => Math.trunc(1000 - (1000 * (bytes(c.resources?.requests?.['memory']) + rest)) / Math.max(memoryCapacity, 1))
  // A sidecar goes no sooner than the container beside it that would go first.
  const own = isSidecar(container) ? Math.min(score(container), Math.max(...pod.spec.containers.map(score))) : score(container)
  return Math.min(Math.max(1000 + GUARANTEED, own), 999)
}

const shares = (millis: number): number => Math.min(262_144, Math.max(2, Math.trunc((millis * 1024) / 1000)))
const quota = (millis: number): { cpuQuota?: number; cpuPeriod?: number } => (millis ? { cpuQuota: Math.max(1000, Math.trunc((millis * PERIOD) / 1000)), cpuPeriod: PERIOD } : {})

/** What the containers of a pod may have together; undefined: nothing is said of the pod as a whole. */
export function podResources(pod: Pod): PodResources | undefined {
  if (!hasPodLevelResources(pod)) return undefined
  const limited = pod.spec.resources?.limits ?? {}
  const limits = podLimits(pod)
  return {
    cpuShares: shares(podRequests(pod)['cpu'] ?? 0), ...(limited['cpu'] === undefined ? {} : quota(limits['cpu'] ?? 0)), ...(limited['memory'] === undefined ? {} : { memoryBytes: limits['memory'] ?? 0 }),
  }
}

/** Where a container has no limit of its own, that of the pod as a whole holds for it. */
export function containerResources(pod: Pod, container: Asking, memoryCapacity: number): ContainerConfig['resources'] {
  const { requests = {}, limits = {} } = container.resources ?? {}
  const whole = pod.spec.resources?.limits
  const cpuLimit = cpuMillis(limits['cpu'] ?? whole?.['cpu'])
  const cpuRequest = cpuMillis(requests['cpu'] ?? limits['cpu']) + remainder(pod, 'cpu')
  const memory = bytes(limits['memory'] ?? whole?.['memory'])
  return {
    cpuShares: shares(cpuRequest), ...quota(cpuLimit),
    ...(memory ? { memoryBytes: memory } : {}),
    oomScoreAdj: oomScoreAdj(pod, container, memoryCapacity),
  }
}

/** What a container without a limit can have at most: what the pod as a whole may, or all of its node. */
export function mostOf(pod: Pod, node: { readonly cpuMillis: number; readonly memoryBytes: number }): { cpuMillis: number; memoryBytes: number } {
  const whole = pod.spec.resources?.limits
  return { cpuMillis: cpuMillis(whole?.['cpu']) || node.cpuMillis, memoryBytes: bytes(whole?.['memory']) || node.memoryBytes }
}
