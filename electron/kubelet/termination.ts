/** Ends a pod's containers: preStop, SIGTERM, grace, SIGKILL; sidecars last, in reverse. Source: kubernetes kuberuntime_container.go. */
import type { Container, Pod } from '../../shared/api/types.ts'
import type { Clock } from '../../shared/clock.ts'
import type { EventRecorder } from '../client/types.ts'
import { httpGet, portOf, type HttpAction } from './probes.ts'
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
  const hook = container.lifecycle?.preStop
  if (!hook) return
  const limited = <T>(p: Promise<T>): Promise<T | void> => {
    let timer: { cancel(): void } | undefined
    return Promise.race([p, new Promise<void>((r) => { timer = ctx.clock.after(limitMs, r) })]).finally(() => timer?.cancel())
  }
  try {
    if (hook.exec) {
      const r = await limited(ctx.runtime.execSync(c.id, hook.exec.command ?? [], limitMs))
      if (r && r.exitCode !== 0) throw new Error(`command exited with ${r.exitCode}: ${r.output}`)
    } else if (hook.httpGet) {
      const port = portOf(container, hook.httpGet.port as number | string)
      await limited(httpGet(await ctx.runtime.dial(c.sandboxId, port, limitMs), hook.httpGet as HttpAction, port, ctx.podIP, limitMs, 'kube-lifecycle/1.36'))
    } else if (hook.sleep) {
      await limited(new Promise<void>((r) => { ctx.clock.after((hook.sleep?.seconds ?? 0) * 1000, r) }))
    }
  } catch (e) {
    ctx.recorder.event(pod, 'Warning', 'FailedPreStopHook', `PreStopHook failed: ${(e as Error).message}`, `spec.containers{${container.name}}`)
  }
}

/** One container; preStop counts inside the grace period. */
export async function killContainer(ctx: KillContext, pod: Pod, container: Container | undefined, c: ContainerState, graceSeconds: number, message: string): Promise<void> {
  if (c.state !== 'running') return
  ctx.recorder.event(pod, 'Normal', 'Killing', message, `spec.containers{${c.name}}`)
  const begin = ctx.clock.now()
  if (container && graceSeconds > 0) await preStop(ctx, pod, container, c, graceSeconds * 1000)
  const left = graceSeconds - (ctx.clock.now() - begin) / 1000
  await ctx.runtime.stopContainer(c.id, graceSeconds <= 0 ? 0 : Math.max(LEAST_GRACE_SECONDS, left))
}

/** All of a pod. Rejects with the first failure after all have been tried. */
export async function killPod(ctx: KillContext, pod: Pod, containers: readonly ContainerState[], graceSeconds: number): Promise<void> {
  const begin = ctx.clock.now()
  const specs = new Map([...(pod.spec.initContainers ?? []), ...pod.spec.containers].map((c) => [c.name, c]))
  const sidecars = (pod.spec.initContainers ?? []).filter(isSidecar).map((c) => c.name).reverse()
  const kill = (c: ContainerState, grace: number): Promise<void> => killContainer(ctx, pod, specs.get(c.name), c, grace, `Stopping container ${c.name}`)
  const results = await Promise.allSettled(containers.filter((c) => !sidecars.includes(c.name)).map((c) => kill(c, graceSeconds)))
  for (const name of sidecars) {
    const left = graceSeconds <= 0 ? 0 : Math.max(LEAST_GRACE_SECONDS, graceSeconds - (ctx.clock.now() - begin) / 1000)
    results.push(...(await Promise.allSettled(containers.filter((c) => c.name === name).map((c) => kill(c, left)))))
  }
  const failed = results.find((r) => r.status === 'rejected')
  if (failed) throw failed.reason
}
