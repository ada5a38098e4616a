/** A container of a pod as the runtime is told of it, and the checks before it is. */
import type { Container, Pod } from '../../shared/api/types.ts'
import { IMAGE_LABEL } from './compute-actions.ts'
import { ContainerConfigError, expand } from './env.ts'
import { containerResources } from './resources.ts'
import type { ImageUser } from './runtime/capabilities.ts'
import { namespacesOf } from './security.ts'
import type { ContainerConfig, ImageInfo, Mount, PodIdentity } from './runtime/types.ts'

export interface ConfigInput {
  readonly pod: Pod
  readonly identity: PodIdentity
  readonly node: string
  readonly sandboxId: string
  readonly container: Container
  readonly attempt: number
  readonly image: ImageInfo
  readonly env: ReadonlyMap<string, string>
  readonly mounts: readonly Mount[]
  readonly memoryCapacity: number
  readonly security: ContainerConfig['security']
  /** Default: what the pod says. */
  readonly namespaces?: ContainerConfig['namespaces']
  readonly runtimeHandler?: string | undefined
  readonly limitedWithPod?: boolean
}

/** Throws ContainerConfigError. Source: kubernetes pkg/kubelet/kuberuntime/security_context_others.go. */
export function verifyRunAsNonRoot(pod: Pod, container: Container, image: ImageInfo & ImageUser): void {
  const own = container.securityContext
  const all = pod.spec.securityContext
  if (!(own?.runAsNonRoot ?? all?.runAsNonRoot)) return
  const where = `(pod: ${JSON.stringify(`${pod.metadata.name}_${pod.metadata.namespace ?? ''}(${pod.metadata.uid ?? ''})`)}, container: ${container.name})`
  const user = own?.runAsUser ?? all?.runAsUser
  if (user !== undefined) {
    if (user === 0) throw new ContainerConfigError(`container's runAsUser breaks non-root policy ${where}`)
    return
  }
  if (image.user === undefined) return // A runtime that knows no users of images runs nothing.
  const name = image.user.split(':')[0]!
  if (name === '' || /^0+$/.test(name)) throw new ContainerConfigError(`container has runAsNonRoot and image will run as root ${where}`)
  if (!/^\d+$/.test(name)) throw new ContainerConfigError(`container has runAsNonRoot and image has non-numeric user (${name}), cannot verify user is non-root ${where}`)
}

export function containerConfig(i: ConfigInput): ContainerConfig {
  const { pod, container } = i
  const vars = (list: readonly string[] | undefined): string[] => (list ?? []).map((text) => expand(text, i.env))
  return {
    pod: i.identity, node: i.node, sandboxId: i.sandboxId, name: container.name, attempt: i.attempt, image: container.image ?? '', imageId: i.image.id,
    command: vars(container.command), args: vars(container.args), ...(container.workingDir ? { workingDir: container.workingDir } : {}),
    env: [...i.env].map(([name, value]) => ({ name, value })), mounts: i.mounts, tty: container.tty ?? false, stdin: container.stdin ?? false, stdinOnce: container.stdinOnce ?? false,
    resources: containerResources(pod, container, i.memoryCapacity),
    security: i.security, namespaces: i.namespaces ?? namespacesOf(pod), ...(i.runtimeHandler ? { runtimeHandler: i.runtimeHandler } : {}), ...(i.limitedWithPod ? { limitedWithPod: true } : {}),
    labels: { [IMAGE_LABEL]: container.image ?? '' },
  }
}
