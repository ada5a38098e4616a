/** Ends a pod's containers: preStop, SIGTERM, grace, SIGKILL; sidecars last, in reverse. Source: kubernetes kuberuntime_container.go. */
import type { Container, Pod } from '../../shared/api/types.ts'
import type { Clock } from '../../shared/clock.ts'
import type { EventRecorder } from '../client/types.ts'
import { containerPath } from './container-path.ts'
import { runHook } from './lifecycle.ts'
import type { ContainerRuntime, ContainerState } from './runtime/types.ts'
import { isSidecar } from '../../shared/pod-resources.ts'

/** Even when preStop has eaten the grace period, SIGTERM comes this long before SIGKILL. */
const LEAST_GRACE_SECONDS = 2

export interface KillContext {
  readonly runtime: ContainerRuntime
  readonly clock: Clock
  readonly recorder: EventRecorder
  readonly podIP: string
}

async function preStop(ctx: KillContext, pod: Pod, container: Container, c: ContainerState, limitMs: number): Promise<void> {
  try {
    await runHook(ctx, container.lifecycle?.preStop, container, c, limitMs)
  } catch (e) {
    ctx.recorder.event(pod, 'Warning', 'FailedPreStopHook', `PreStopHook failed: ${(e as Error).message}`, containerPath(pod, container.name))
  }
}

/** One container; preStop counts inside the grace period. `limit`: the period as it is by now, since a second delete may shorten it. */
export async function killContainer(ctx: KillContext, pod: Pod, container: Container | undefined, c: ContainerState, graceSeconds: number, message: string, limit: () => number = () => graceSeconds): Promise<void> {
  if (c.state !== 'running') return
  ctx.recorder.event(pod, 'Normal', 'Killing', message, containerPath(pod, c.name))
  const begin = ctx.clock.now()
  if (container && graceSeconds > 0) await preStop(ctx, pod, container, c, graceSeconds * 1000)
  const left = Math.min(graceSeconds, limit()) - (ctx.clock.now() - begin) / 1000
  await ctx.runtime.stopContainer(c.id, graceSeconds <= 0 || limit() <= 0 ? 0 : Math.max(LEAST_GRACE_SECONDS, left))
}

/** All of a pod. Rejects with the first failure after all have been tried. */
export async function killPod(ctx: KillContext, pod: Pod, containers: readonly ContainerState[], graceSeconds: number, limit: () => number = () => graceSeconds): Promise<void> {
  const begin = ctx.clock.now()
  const specs = new Map([...(pod.spec.initContainers ?? []), ...pod.spec.containers].map((c) => [c.name, c]))
  const sidecars = (pod.spec.initContainers ?? []).filter(isSidecar).map((c) => c.name).reverse()
  const kill = (c: ContainerState, grace: number): Promise<void> => killContainer(ctx, pod, specs.get(c.name), c, grace, `Stopping container ${c.name}`, limit)
  const results = await Promise.allSettled(containers.filter((c) => !sidecars.includes(c.name)).map((c) => kill(c, graceSeconds)))
  for (const name of sidecars) {
    const left = graceSeconds <= 0 ? 0 : Math.max(LEAST_GRACE_SECONDS, graceSeconds - (ctx.clock.now() - begin) / 1000)
    results.push(...(await Promise.allSettled(containers.filter((c) => c.name === name).map((c) => kill(c, left)))))
  }
  const failed = results.find((r) => r.status === 'rejected')
  if (failed) throw failed.reason
}
