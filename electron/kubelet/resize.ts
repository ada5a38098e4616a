/**
 * Other cpu and memory for containers that run. What the spec asks for is first granted (there must be room), then carried out.
 * Source: KEP-1287, in-place update of pod resources; kubernetes pkg/kubelet/allocation and kuberuntime doPodResizeAction.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Container, Pod } from '../../shared/api/types.ts'
import { bytes, cpuMillis } from '../../shared/quantity.ts'
import { containerPath } from './container-path.ts'
import type { PodRecord } from './pod-record.ts'
import { containerResources } from './resources.ts'
import { killContainer } from './termination.ts'
import { RETRY_MS } from './worker-context.ts'

type Resources = NonNullable<Container['resources']>
export interface ResizeState {
  /** Asked for, and there is no room: never, or not now. */
  readonly pending?: { readonly reason: string; readonly message: string } | undefined
  /** Granted, and not yet done. With a reason: it went wrong, and is tried again. */
  readonly inProgress?: { readonly reason?: string; readonly message?: string } | undefined
}

const resizable = (pod: Pod): Container[] => [...(pod.spec.initContainers ?? []), ...pod.spec.containers]
const amounts = (r: Resources | undefined): object => ({
  cpu: [cpuMillis(r?.requests?.['cpu'] ?? '0'), cpuMillis(r?.limits?.['cpu'] ?? '0')], memory: [bytes(r?.requests?.['memory'] ?? '0'), bytes(r?.limits?.['memory'] ?? '0')],
})

/** Which of cpu and memory differ. */
export function resized(a: Resources | undefined, b: Resources | undefined): ('cpu' | 'memory')[] {
  const [x, y] = [amounts(a), amounts(b)] as Record<'cpu' | 'memory', number[]>[]
  return (['cpu', 'memory'] as const).filter((name) => !isDeepStrictEqual(x![name], y![name]))
}

/** Whether a container has to begin anew for it. */
export const needsRestart = (container: Container, changes: readonly string[]): boolean =>
  (container.resizePolicy ?? []).some((p) => p.restartPolicy === 'RestartContainer' && changes.includes(p.resourceName))

/** The pod with what was granted in the place of what is asked for. */
export function allocatedPod(pod: Pod, allocated: ReadonlyMap<string, Resources>): Pod {
  const granted = <T extends Container>(c: T): T => {
    const resources = allocated.get(c.name)
    return resources && resources !== c.resources ? { ...c, resources } : c
  }
  return { ...pod, spec: { ...pod.spec, containers: pod.spec.containers.map(granted), ...(pod.spec.initContainers ? { initContainers: pod.spec.initContainers.map(granted) } : {}) } }
}

/** What had been granted and done before this process, as the status tells it; what it does not tell is as it is asked for. */
export function restoreAllocation(pod: Pod): { allocated: Map<string, Resources>; actual: Map<string, Resources> } {
  const allocated = new Map<string, Resources>()
  const actual = new Map<string, Resources>()
  for (const c of resizable(pod)) {
    const told = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])].find((s) => s.name === c.name)
    const spec = c.resources ?? {}
    const granted = told?.allocatedResources ? { ...spec, requests: told.allocatedResources, ...(told.resources?.limits ? { limits: told.resources.limits } : {}) } : spec
    allocated.set(c.name, resized(granted, spec).length ? granted : spec)
    if (told?.resources) actual.set(c.name, told.resources as Resources)
  }
  return { allocated, actual }
}

/** Grants what is asked for, or says why not. */
function allocate(r: PodRecord): void {
  const changed = resizable(r.pod).filter((c) => resized(r.allocated.get(c.name), c.resources).length)
  if (!changed.length) {
    r.resize = { ...r.resize, pending: undefined }
    return
  }
  const refused = r.ctx.resize(r.pod)
  if (refused) {
    if (r.resize.pending?.message !== refused.message) r.ctx.recorder.event(r.pod, 'Warning', `Resize${refused.reason}`, `Pod resize ${refused.reason}: ${refused.message}`)
    r.resize = { ...r.resize, pending: refused }
    return
  }
  for (const c of changed) r.allocated.set(c.name, c.resources ?? {})
  r.resize = { pending: undefined, inProgress: {} }
}

async function actuate(r: PodRecord): Promise<void> {
  const { ctx } = r
  const pod = allocatedPod(r.pod, r.allocated)
  for (const container of resizable(pod)) {
    const c = r.newest(container.name)
    const changes = resized(r.actual.get(container.name) ?? container.resources, container.resources)
    if (c?.state !== 'running' || !changes.length) continue
    r.resize = { ...r.resize, inProgress: r.resize.inProgress ?? {} }
    r.report()
    if (needsRestart(container, changes)) {
      r.restarting.add(c.id)
      await killContainer(r.kill(), r.pod, container, c, Number(r.pod.spec.terminationGracePeriodSeconds ?? 30), `Container ${container.name} resize requires restart`)
      r.changed.add(c.id)
      continue // What it runs with is noted when it has started anew.
    }
    await ctx.runtime.updateContainerResources(c.id, containerResources(pod, container, ctx.memoryCapacity()))
    r.actual.set(container.name, container.resources ?? {})
    ctx.recorder.event(r.pod, 'Normal', 'ResizeCompleted', `Container ${container.name} was resized`, containerPath(r.pod, container.name))
  }
}

/** Moves a resize on by as much as can be. What fails is said in the pod's conditions and tried again. */
export async function resizePod(r: PodRecord): Promise<void> {
  allocate(r)
  try {
    await actuate(r)
    r.resize = { pending: r.resize.pending, inProgress: undefined }
  } catch (e) {
    r.resize = { ...r.resize, inProgress: { reason: 'Error', message: (e as Error).message } }
    r.wakeAt(r.ctx.clock.now() + RETRY_MS)
  }
}
