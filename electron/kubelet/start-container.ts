/** Starts one container of a pod: image, environment, mounts, create, start, postStart. */
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Container } from '../../shared/api/types.ts'
import { IMAGE_LABEL, type StartAction } from './compute-actions.ts'
import { containerConfig, verifyRunAsNonRoot } from './container-config.ts'
import { containerNamed, containerPath } from './container-path.ts'
import { ContainerConfigError, containerEnv } from './env.ts'
import { envFileValues } from './env-file.ts'
import { WaitingError } from './image-puller.ts'
import { runHook } from './lifecycle.ts'
import { podFileMounts } from './pod-files.ts'
import type { PodRecord } from './pod-record.ts'
import { labels, RuntimeError, type ContainerConfig, type Mount, type SandboxState } from './runtime/types.ts'
import { HANDLER_LABEL } from './pod-sandbox.ts'
import { allocatedPod } from './resize.ts'
import { containerSecurity, namespacesOf } from './security.ts'
import { killContainer } from './termination.ts'
import type { Place } from './volumes/index.ts'
import { RETRY_MS } from './worker-context.ts'

/** A postStart hook has no limit of its own; this is only a bound. */
const POST_START_LIMIT_MS = 24 * 3600_000

/** An ephemeral container may look at the processes of another one. */
function namespacesFor(r: PodRecord, container: Container): NonNullable<ContainerConfig['namespaces']> {
  const own = namespacesOf(r.pod)
  const target = (container as { targetContainerName?: string }).targetContainerName
  if (!target || own.pid !== 'own') return own
  const found = r.newest(target)
  if (found?.state !== 'running') throw new ContainerConfigError(`target container ${target} of the ephemeral container does not run`)
  return { ...own, pid: { of: found.id } }
}

/** Rejects with WaitingError, ContainerConfigError, VolumeError or RuntimeError. */
export async function startContainer(r: PodRecord, action: StartAction, sandbox: SandboxState, places: ReadonlyMap<string, Place>): Promise<void> {
  const { ctx, waiting, containers } = r
  const { runtime, recorder, clock } = ctx
  const { attempt } = action
  const pod = allocatedPod(r.pod, r.allocated)
  const container = containerNamed(pod, action.container.name) ?? action.container
  const path = containerPath(pod, container.name)
  if (action.failedAt !== undefined) r.backoff.next(container.name, action.failedAt)
  const image = await ctx.images.ensure(pod, container, (message) => { waiting.set(container.name, { reason: 'ContainerCreating', message }); r.report() }, r.abort.signal)
  if (r.abort.signal.aborted) return
  verifyRunAsNonRoot(pod, container, image)
  const env = ctx.hollow ? new Map<string, string>() : containerEnv(pod, container, ctx.sources, r.facts(), await envFileValues(container, places))
  const security = await containerSecurity(pod, container, image, ctx.dataDir)
  const volumes = ctx.hollow ? undefined : await ctx.volumes.mounts(pod, container, places, env)
  const mounts: Mount[] = [...(volumes?.mounts ?? [])]
  if (!ctx.hollow) {
    const file = r.terminationFile(container.name, attempt)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, '')
    await chmod(file, 0o666) // Whoever runs in the container may write it; a mode given at creation is cut by our own umask.
    mounts.push({ hostPath: file, containerPath: container.terminationMessagePath ?? '/dev/termination-log', readOnly: false }, ...(await podFileMounts(r, container)))
  }
  // Only the newest ended one is kept, for `logs --previous`.
  const dead = [...containers.values()].filter((c) => c.name === container.name && c.state === 'exited' && c.attempt < attempt).sort((a, b) => b.attempt - a.attempt)
  const namespaces = namespacesFor(r, container)
  let id: string
  try {
    id = await runtime.createContainer(containerConfig({ pod, identity: r.identity, node: ctx.nodeName, sandboxId: sandbox.id, container, attempt, image, env, mounts, memoryCapacity: ctx.memoryCapacity(), security, namespaces, runtimeHandler: sandbox.labels[HANDLER_LABEL], limitedWithPod: labels.podCgroup in sandbox.labels }))
  } catch (e) {
    await volumes?.release()
    recorder.event(pod, 'Warning', 'Failed', `Error: ${(e as Error).message}`, path)
    throw e instanceof RuntimeError && e.reason === 'CreateFailed' ? new WaitingError('CreateContainerError', e.message, clock.now() + RETRY_MS) : e
  }
  const created = { id, pod: r.identity, node: ctx.nodeName, sandboxId: sandbox.id, name: container.name, attempt, state: 'created' as const, image: container.image ?? '', imageId: image.id, createdAt: clock.now(), labels: { [IMAGE_LABEL]: container.image ?? '' } }
  containers.set(id, created)
  r.actual.set(container.name, container.resources ?? {})
  recorder.event(pod, 'Normal', 'Created', 'Container created', path)
  try {
    await runtime.startContainer(id)
  } catch (e) {
    recorder.event(pod, 'Warning', 'Failed', `Error: failed to start container ${JSON.stringify(container.name)}: ${(e as Error).message}`, path)
    if (!(e instanceof RuntimeError) || e.reason !== 'StartFailed') throw e
    r.changed.add(id)
    waiting.set(container.name, { reason: 'RunContainerError', message: e.message })
    return
  } finally {
    await volumes?.release()
  }
  recorder.event(pod, 'Normal', 'Started', 'Container started', path)
  const startedAt = clock.now()
  if (container.lifecycle?.postStart) {
    try {
      await runHook({ runtime, clock, podIP: r.facts().podIP }, container.lifecycle.postStart, container, created, POST_START_LIMIT_MS, r.abort.signal)
    } catch (e) {
      recorder.event(pod, 'Warning', 'FailedPostStartHook', `PostStartHook failed: ${(e as Error).message}`, path)
      await killContainer(r.kill(), pod, container, { ...created, state: 'running' }, Number(pod.spec.terminationGracePeriodSeconds ?? 30), 'FailedPostStartHook')
      r.changed.add(id)
      throw new WaitingError('PostStartHookError', (e as Error).message, clock.now())
    }
  }
  waiting.delete(container.name)
  if (containers.get(id)?.state === 'created') containers.set(id, { ...created, state: 'running', startedAt })
  if (!r.changed.has(id) && !r.abort.signal.aborted) r.prober.watch(pod, container, id, sandbox.id, r.facts().podIP, startedAt)
  for (const old of dead.slice(1)) {
    await runtime.removeContainer(old.id)
    containers.delete(old.id)
    r.messages.delete(old.id)
    r.restarting.delete(old.id)
  }
}
