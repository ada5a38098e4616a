/** Where a container stands in its pod, as events and answers say it: `spec.initContainers{name}`. */
import type { Container, ContainerStatus, Pod } from '../../shared/api/types.ts'

type List = 'containers' | 'initContainers' | 'ephemeralContainers'

/** Of which list of the pod it is. */
export function listOf(pod: Pod, name: string): List {
  const has = (list: readonly { name: string }[] | undefined): boolean => list?.some((c) => c.name === name) ?? false
  return has(pod.spec.initContainers) ? 'initContainers' : has(pod.spec.ephemeralContainers) ? 'ephemeralContainers' : 'containers'
}

export const containerPath = (pod: Pod, name: string): string => `spec.${listOf(pod, name)}{${name}}`

/** Ephemeral containers have the fields of others that matter to whoever starts them. */
export const allContainers = (pod: Pod): Container[] => [...pod.spec.containers, ...(pod.spec.initContainers ?? []), ...((pod.spec.ephemeralContainers ?? []) as Container[])]

export const containerNamed = (pod: Pod, name: string): Container | undefined => allContainers(pod).find((c) => c.name === name)

/** What a pod's status says about a container, whichever of the lists it is in. */
export const statusOf = (status: Pod['status'], name: string): ContainerStatus | undefined =>
  [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? []), ...(status?.ephemeralContainerStatuses ?? [])].find((s) => s.name === name)
