/** Resources as the kernel wants them. Source: kubernetes pkg/kubelet/cm/helpers_linux.go and pkg/kubelet/qos/policy.go. */
import type { Container, Pod } from '../../shared/api/types.ts'
import { qosClass } from '../../shared/pod-resources.ts'
import { bytes, cpuMillis } from '../../shared/quantity.ts'
import type { ContainerConfig } from './runtime/types.ts'

const PERIOD = 100_000

export function oomScoreAdj(pod: Pod, container: Pick<Container, 'resources'>, memoryCapacity: number): number {
  const critical = (pod.spec.priority ?? 0) >= 2_000_000_000
  const qos = qosClass(pod)
  if (critical || qos === 'Guaranteed') return -997
  if (qos === 'BestEffort') return 1000
  const request = bytes(container.resources?.requests?.['memory'])
  return Math.min(Math.max(2, Math.trunc(1000 - (1000 * request) / Math.max(memoryCapacity, 1))), 999)
}

export function containerResources(pod: Pod, container: Pick<Container, 'resources'>, memoryCapacity: number): ContainerConfig['resources'] {
  const { requests = {}, limits = {} } = container.resources ?? {}
  const cpuLimit = limits['cpu'] === undefined ? undefined : cpuMillis(limits['cpu'])
  const cpuRequest = cpuMillis(requests['cpu'] ?? limits['cpu'])
  const memory = bytes(limits['memory'])
  return {
    cpuShares: Math.min(262_144, Math.max(2, Math.trunc((cpuRequest * 1024) / 1000))),
    ...(cpuLimit ? { cpuQuota: Math.max(1000, Math.trunc((cpuLimit * PERIOD) / 1000)), cpuPeriod: PERIOD } : {}),
    ...(memory ? { memoryBytes: memory } : {}),
    oomScoreAdj: oomScoreAdj(pod, container, memoryCapacity),
  }
}
