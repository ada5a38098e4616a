/** A container's security context as the runtime takes it. Source: Kubernetes API, SecurityContext and PodSecurityContext; kubernetes pkg/kubelet/kuberuntime/security_context.go. */
import { readFile } from 'node:fs/promises'
import { join, normalize } from 'node:path'
import type { Container, Pod } from '../../shared/api/types.ts'
import { ContainerConfigError } from './env.ts'
import type { ImageUser } from './runtime/capabilities.ts'
import type { ContainerConfig, ImageInfo } from "./runtime/types.ts"

type Security = ContainerConfig['security']
type Seccomp = NonNullable<NonNullable<Container['securityContext']>['seccompProfile']>

/** Profiles of type Localhost are files below this folder of the kubelet. */
const SECCOMP_FOLDER = 'seccomp'

/** A group needs a user before it: the image's, or root. */
function userOf(pod: Pod, container: Pick<Container, 'securityContext'>, image: ImageUser): string | undefined {
  const own = container.securityContext
  const all = pod.spec.securityContext
  const user = own?.runAsUser ?? all?.runAsUser
  const group = own?.runAsGroup ?? all?.runAsGroup
  if (group === undefined) return user === undefined ? undefined : String(user)
  return `${user ?? (image.user?.split(':')[0] || '0')}:${group}`
}

/** Reads the file of a Localhost profile. Throws ContainerConfigError. */
async function seccompOf(profile: Seccomp | undefined, dataDir: string): Promise<Security['seccomp']> {
  if (profile?.type === 'Unconfined') return 'unconfined'
  if (profile?.type !== 'Localhost') return undefined // RuntimeDefault, which is also what a container gets that says nothing.
  const name = normalize(profile.localhostProfile ?? '')
  if (!profile.localhostProfile || name.startsWith('..') || name.startsWith('/')) throw new ContainerConfigError('localhostProfile must be set if seccompProfile type is Localhost.')
  const path = join(dataDir, SECCOMP_FOLDER, name)
  try {
    const json = await readFile(path, 'utf8')
    JSON.parse(json)
    return { json }
  } catch (e) {
    throw new ContainerConfigError(`cannot load seccomp profile ${JSON.stringify(path)}: ${(e as Error).message}`, { cause: e })
  }
}

function appArmorOf(profile: { type: string; localhostProfile?: string } | undefined): string | undefined {
  if (profile?.type === 'Unconfined') return 'unconfined'
  return profile?.type === 'Localhost' ? profile.localhostProfile : undefined
}

/** Groups that every process of the pod is in: the volumes' group among them. */
export const supplementalGroups = (pod: Pod): number[] => [...new Set([...(pod.spec.securityContext?.supplementalGroups ?? []), ...(pod.spec.securityContext?.fsGroup === undefined ? [] : [pod.spec.securityContext.fsGroup])])]

/** Throws ContainerConfigError. */
export async function containerSecurity(pod: Pod, container: Pick<Container, 'securityContext'>, image: ImageInfo & ImageUser, dataDir: string): Promise<Security> {
  const own = container.securityContext
  const all = pod.spec.securityContext
  const user = userOf(pod, container, image)
  const seccomp = own?.privileged ? 'unconfined' : await seccompOf(own?.seccompProfile ?? all?.seccompProfile, dataDir)
  const apparmor = appArmorOf(own?.appArmorProfile ?? all?.appArmorProfile)
  const selinux = own?.seLinuxOptions ?? all?.seLinuxOptions
  const groups = supplementalGroups(pod)
  return {
    ...(user === undefined ? {} : { user }), ...(groups.length ? { groups } : {}), ...(seccomp ? { seccomp } : {}), ...(apparmor ? { apparmor } : {}),
    ...(selinux ? { selinux: selinux as Record<string, string> } : {}), ...(own?.procMount === 'Unmasked' ? { unmaskedProc: true } : {}),
    readOnlyRootFilesystem: own?.readOnlyRootFilesystem ?? false, noNewPrivileges: own?.allowPrivilegeEscalation === false, privileged: own?.privileged ?? false,
    addCapabilities: own?.capabilities?.add ?? [], dropCapabilities: own?.capabilities?.drop ?? [],
  }
}

/** Whose processes and IPC a container shares. */
export function namespacesOf(pod: Pod): NonNullable<ContainerConfig['namespaces']> {
  return { ipc: pod.spec.hostIPC ? 'host' : 'pod', pid: pod.spec.hostPID ? 'host' : pod.spec.shareProcessNamespace ? 'pod' : 'own' }
}
