/** A runtime whose calls are counted, under CRI's names of them. Source: kubernetes pkg/kubelet/kuberuntime, instrumented_services. */
import type { KubeletCounts } from '../counts.ts'
import type { ContainerRuntime } from './types.ts'

const OPERATIONS = {
  version: 'version', runPodSandbox: 'run_podsandbox', stopPodSandbox: 'stop_podsandbox', removePodSandbox: 'remove_podsandbox', listPodSandboxes: 'list_podsandbox', podSandboxStatus: 'podsandbox_status',
  createContainer: 'create_container', startContainer: 'start_container', updateContainerResources: 'update_container', stopContainer: 'stop_container', removeContainer: 'remove_container', listContainers: 'list_containers', containerStatus: 'container_status',
  exec: 'exec', execSync: 'exec_sync', stats: 'container_stats', imageStatus: 'image_status', listImages: 'list_images', pullImage: 'pull_image', removeImage: 'remove_image',
} as const satisfies Partial<Record<keyof ContainerRuntime, string>>

/** All else it has from `runtime`, also what that offers beyond the contract. */
export function countedRuntime(runtime: ContainerRuntime, counts: Pick<KubeletCounts, 'operated'>): ContainerRuntime {
  const counted = Object.entries(OPERATIONS).map(([method, operation]) => {
    const call = async (...args: unknown[]): Promise<unknown> => {
      const began = performance.now()
      let ok = false
      try {
        const answer = await (runtime[method as keyof typeof OPERATIONS] as (...given: unknown[]) => Promise<unknown>)(...args)
        ok = true
        return answer
      } finally {
        counts.operated(operation, performance.now() - began, ok)
      }
    }
    return [method, call] as const
  })
  return Object.assign(Object.create(runtime) as ContainerRuntime, Object.fromEntries(counted))
}
