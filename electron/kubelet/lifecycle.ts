/** postStart and preStop: exec, httpGet, sleep; all else fails. Source: Kubernetes documentation, container lifecycle hooks; kubernetes pkg/kubelet/lifecycle. */
import type { Container } from '../../shared/api/types.ts'
import type { Clock, Timer } from '../../shared/clock.ts'
import { httpGet, type HttpAction } from './probe-http.ts'
import { dialTarget, portOf } from './probe-once.ts'
import type { ContainerRuntime, ContainerState } from './runtime/types.ts'

type Hook = NonNullable<NonNullable<Container['lifecycle']>['preStop']>

/**
 * Runs a hook for at most `limitMs`, or until the signal aborts: then it resolves and leaves the rest to end by itself.
 * Rejects when the hook fails.
 */
export async function runHook(ctx: { runtime: ContainerRuntime; clock: Clock; podIP: string }, hook: Hook | undefined, container: Container, c: Pick<ContainerState, 'id' | 'sandboxId'>, limitMs: number, signal?: AbortSignal): Promise<void> {
  if (!hook || signal?.aborted) return
  let timer: Timer | undefined
  let sleeping: Timer | undefined
  let cut = (): void => undefined
  const end = new Promise<void>((resolve) => {
    cut = resolve
    timer = ctx.clock.after(limitMs, resolve)
    signal?.addEventListener('abort', cut, { once: true })
  })
  const run = async (): Promise<void> => {
    if (hook.exec) {
      const r = await ctx.runtime.execSync(c.id, hook.exec.command ?? [], limitMs)
      if (r.exitCode !== 0) throw new Error(`command '${(hook.exec.command ?? []).join(' ')}' exited with ${r.exitCode}: ${r.output}`)
    } else if (hook.httpGet) {
      const action = hook.httpGet as HttpAction
      const answer = await httpGet((port, ms) => dialTarget(ctx.runtime, c.sandboxId, action.host, port, ms), action, portOf(container, action.port), action.host || ctx.podIP, limitMs, 'kube-lifecycle/1.36')
      if (answer.status >= 400) throw new Error(`HTTP lifecycle hook (${action.path ?? '/'}) answered ${answer.status}`)
    } else if (hook.sleep) {
      await new Promise<void>((resolve) => { sleeping = ctx.clock.after(Number(hook.sleep?.seconds ?? 0) * 1000, resolve) })
    } else {
      // The API knows tcpSocket here, and Kubernetes has never carried it out.
      throw new Error(`invalid handler: a ${Object.keys(hook)[0] ?? 'hook'} cannot be run`)
    }
  }
  try {
    await Promise.race([run(), end])
  } finally {
    timer?.cancel()
    sleeping?.cancel()
    signal?.removeEventListener('abort', cut)
  }
}
