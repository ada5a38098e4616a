/** The sandbox of a pod: made once, and anew when it has died. */
import { RuntimeClasses } from '../../shared/api/resources.ts'
import type { Pod } from '../../shared/api/types.ts'
import { isNotFound } from '../../shared/errors.ts'
import type { Client } from '../client/types.ts'
import { podNames } from './pod-names.ts'
import { runWithAddress } from './pod-address.ts'
import type { Mount, PortMapping, SandboxConfig } from './runtime/types.ts'
import { RuntimeError } from './runtime/types.ts'
import type { PodRecord } from './pod-record.ts'
import { podResources } from './resources.ts'
import { hasPodLimits } from './runtime/capabilities.ts'
import { isPodLevelResource, isSidecar } from '../../shared/pod-resources.ts'

/** Which of the engine's runtimes the pod's containers run on; comes back with the sandbox. */
export const HANDLER_LABEL = 'dev.pilothouse.runtime-handler'

/** Also sidecars have ports; init containers that end have none worth publishing, but upstream takes them all. */
function portMappings(pod: Pod): PortMapping[] {
  if (pod.spec.hostNetwork) return []
  return [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].flatMap((c) => c.ports ?? []).filter((p) => p.hostPort)
    .map((p) => ({ containerPort: p.containerPort, hostPort: p.hostPort!, protocol: (p.protocol ?? 'TCP') as PortMapping['protocol'], ...(p.hostIP ? { hostIP: p.hostIP } : {}) }))
}

/** What a pod's RuntimeClass stands for; undefined: the engine's default. Rejects when there is no such class. */
export async function runtimeHandler(client: Client, pod: Pod): Promise<string | undefined> {
  const name = pod.spec.runtimeClassName
  if (!name) return undefined
  try {
    return (await client.get(RuntimeClasses, name)).handler
  } catch (e) {
    if (isNotFound(e)) throw new Error(`RuntimeClass ${JSON.stringify(name)} not found`, { cause: e })
    throw e
  }
}

/** What the pod's containers are held to together. Where the runtime cannot, and several containers share a limit, an event says so. */
async function heldTogether(r: PodRecord): Promise<Pick<SandboxConfig, 'resources'>> {
  const { pod, ctx: { runtime, recorder } } = r
  const resources = podResources(pod)
  if (!resources) return {}
  if (hasPodLimits(runtime) && (await runtime.limitsPods())) return { resources }
  const beside = pod.spec.containers.length + (pod.spec.initContainers ?? []).filter(isSidecar).length
  if (beside > 1 && Object.keys(pod.spec.resources?.limits ?? {}).some(isPodLevelResource)) {
    recorder.event(pod, 'Warning', 'PodLevelLimitsPerContainer', 'Limits of the pod as a whole (spec.resources.limits) hold on this node for each of its containers, not for their sum')
  }
  return {}
}

async function sandboxConfig(r: PodRecord, attempt: number): Promise<SandboxConfig> {
  const { pod, ctx } = r
  if (pod.spec.hostUsers === false) throw new Error('user namespaces for pods (hostUsers: false) are not supported by this container engine')
  const handler = await runtimeHandler(ctx.client, pod)
  const sysctls = Object.fromEntries((pod.spec.securityContext?.sysctls ?? []).map((s) => [s.name.replaceAll('/', '.'), s.value]))
  const held = ctx.hollow ? [] : await ctx.volumes.held(pod, r.facts())
  const mounts: Mount[] = held.map((place, i) => ({ hostPath: place.path, ...(place.engineVolume === undefined ? {} : { engineVolume: place.engineVolume }), containerPath: `/held/${i}`, readOnly: false }))
  return {
    pod: r.identity, node: ctx.nodeName, attempt, hostname: podNames(pod, ctx.clusterDns().domain).kernel, hostNetwork: pod.spec.hostNetwork ?? false, portMappings: portMappings(pod), mounts,
    ipc: pod.spec.hostIPC ? 'host' : 'pod', ...(Object.keys(sysctls).length ? { sysctls } : {}), ...(handler ? { runtimeHandler: handler } : {}), ...(await heldTogether(r)), labels: handler ? { [HANDLER_LABEL]: handler } : {},
  }
}

export async function runSandbox(r: PodRecord, attempt: number): Promise<void> {
  const { pod, ctx: { runtime, recorder, network } } = r
  if (attempt > 0) recorder.event(pod, 'Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.')
  for (const old of r.sandboxes.values()) {
    await runtime.stopPodSandbox(old.id)
    await runtime.removePodSandbox(old.id)
    r.sandboxes.delete(old.id)
  }
  try {
    const id = await runWithAddress(r, await sandboxConfig(r, attempt))
    const state = await runtime.podSandboxStatus(id)
    if (!state) throw new RuntimeError('NotFound', 'the sandbox has gone')
    // Where the runtime knows better (a sandbox found by its name, a network that takes no wishes), what it says counts.
    if (state.ip && !pod.spec.hostNetwork) network?.hold(r.uid, state.ip)
    r.sandboxes.set(id, state)
  } catch (e) {
    recorder.event(pod, 'Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${(e as Error).message}`)
    throw e
  }
}
