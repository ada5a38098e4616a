/** Carries out what computePodActions has decided. */
import { goDuration } from './backoff.ts'
import type { PodActions, StartAction } from './compute-actions.ts'
import { containerPath } from './container-path.ts'
import { ContainerConfigError } from './env.ts'
import { WaitingError } from './image-puller.ts'
import type { PodRecord } from './pod-record.ts'
import { runSandbox } from './pod-sandbox.ts'
import { guardTraffic } from './pod-traffic.ts'
import type { SandboxState } from './runtime/types.ts'
import { startContainer } from './start-container.ts'
import { killContainer } from './termination.ts'
import { VolumeError, type Place } from './volumes/index.ts'
import { RETRY_MS } from './worker-context.ts'

/** Says who is in back-off. Returns when to look again. */
function sayBackoff(r: PodRecord, actions: PodActions): number {
  let retryAt = Infinity
  const { name: pod, namespace, uid } = r.identity
  for (const b of actions.backoff) {
    if (!['CrashLoopBackOff', 'PostStartHookError'].includes(r.waiting.get(b.name)?.reason ?? ''))
      r.ctx.recorder.event(r.pod, 'Warning', 'BackOff', `Back-off restarting failed container ${b.name} in pod ${pod}_${namespace}(${uid})`, containerPath(r.pod, b.name))
    r.waiting.set(b.name, { reason: 'CrashLoopBackOff', message: `back-off ${goDuration(r.backoff.delay(b.name))} restarting failed container=${b.name} pod=${pod}_${namespace}(${uid})` })
    retryAt = Math.min(retryAt, b.until)
  }
  return retryAt
}

/** True: started. A number: it waits until then. */
async function tryStart(r: PodRecord, s: StartAction, sandbox: SandboxState, places: ReadonlyMap<string, Place>): Promise<true | number> {
  const { clock, recorder } = r.ctx
  try {
    await startContainer(r, s, sandbox, places)
    return true
  } catch (e) {
    if (e instanceof WaitingError) {
      r.waiting.set(s.container.name, { reason: e.reason, message: e.message })
      return e.retryAt ?? clock.now() + RETRY_MS
    }
    if (!(e instanceof ContainerConfigError)) throw e
    recorder.event(r.pod, 'Warning', 'Failed', `Error: ${e.message}`, containerPath(r.pod, s.container.name))
    r.waiting.set(s.container.name, { reason: 'CreateContainerConfigError', message: e.message })
    return clock.now() + RETRY_MS
  }
}

/** Resolves with whether something has moved, so that it is worth deciding again. */
export async function applyActions(r: PodRecord, actions: PodActions): Promise<boolean> {
  const { ctx, pod } = r
  let moved = false
  for (const k of actions.kill) {
    const c = r.containers.get(k.id)
    if (!c) continue
    if (k.restart) r.restarting.add(k.id)
    await killContainer(r.kill(), pod, r.spec(k.name), c, k.graceSeconds ?? Number(pod.spec.terminationGracePeriodSeconds ?? 30), k.message)
    r.changed.add(k.id)
    moved = true
  }
  if (actions.createSandbox !== undefined) {
    await runSandbox(r, actions.createSandbox)
    return true
  }
  let retryAt = sayBackoff(r, actions)
  let places: ReadonlyMap<string, Place> = new Map()
  if (!ctx.hollow && pod.spec.volumes?.length) {
    try {
      places = await ctx.volumes.prepare(pod, r.facts())
      retryAt = Math.min(retryAt, ctx.volumes.renewAt(r.uid) ?? Infinity)
    } catch (e) {
      if (!(e instanceof VolumeError)) throw e
      if (e.cause instanceof WaitingError) {
        // An image of a volume is waited for as a container's own is.
        for (const s of actions.start) r.waiting.set(s.container.name, { reason: e.cause.reason, message: e.cause.message })
        r.wakeAt(Math.min(retryAt, e.cause.retryAt ?? ctx.clock.now() + RETRY_MS))
        return moved
      }
      ctx.recorder.event(pod, 'Warning', 'FailedMount', e.message)
      if (actions.start.length) throw e
    }
  }
  const sandbox = r.newestSandbox()
  if (sandbox && actions.start.length) await guardTraffic(r, sandbox)
  for (const s of actions.start) {
    if (!sandbox || r.stopped || r.abort.signal.aborted) break
    const result = await tryStart(r, s, sandbox, places)
    if (result === true) moved = true
    else retryAt = Math.min(retryAt, result)
  }
  if (retryAt !== Infinity) r.wakeAt(retryAt)
  return moved
}
