/** The sandbox of a pod: made once, and anew when it has died. */
import type { Mount, PortMapping } from './runtime/types.ts'
import { RuntimeError } from './runtime/types.ts'
import type { PodRecord } from './pod-record.ts'

export async function runSandbox(r: PodRecord, attempt: number): Promise<void> {
  const { pod, ctx } = r
  const { runtime, recorder, nodeName } = ctx
  const portMappings: PortMapping[] = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].flatMap((c) => c.ports ?? []).filter((p) => p.hostPort && !pod.spec.hostNetwork)
    .map((p) => ({ containerPort: p.containerPort, hostPort: p.hostPort!, protocol: (p.protocol ?? 'TCP') as PortMapping['protocol'], ...(p.hostIP ? { hostIP: p.hostIP } : {}) }))
  if (attempt > 0) recorder.event(pod, 'Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.')
  for (const old of r.sandboxes.values()) {
    await runtime.stopPodSandbox(old.id)
    await runtime.removePodSandbox(old.id)
    r.sandboxes.delete(old.id)
  }
  try {
    const held = ctx.hollow ? [] : await ctx.volumes.held(pod, r.facts())
    const mounts: Mount[] = held.map((place, i) => ({ hostPath: place.path, ...(place.engineVolume === undefined ? {} : { engineVolume: place.engineVolume }), containerPath: `/held/${i}`, readOnly: false }))
    const id = await runtime.runPodSandbox({ pod: r.identity, node: nodeName, attempt, hostname: pod.spec.hostname ?? pod.metadata.name, hostNetwork: pod.spec.hostNetwork ?? false, portMappings, mounts, labels: {} })
    const state = await runtime.podSandboxStatus(id)
    if (!state) throw new RuntimeError('NotFound', 'the sandbox has gone')
    r.sandboxes.set(id, state)
  } catch (e) {
    recorder.event(pod, 'Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${(e as Error).message}`)
    throw e
  }
}
