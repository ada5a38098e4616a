/** The loop of one pod: serial, level-triggered. Woken by the API, the runtime, a probe or a timer; compares; moves the pod on. */
import { mkdir, open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Pods } from '../../shared/api/resources.ts'
import type { Container, Pod } from '../../shared/api/types.ts'
import type { Clock, Timer } from '../../shared/clock.ts'
import { isConflict, isNotFound } from '../../shared/errors.ts'
import { logger } from '../../shared/log.ts'
import type { Client, EventRecorder } from '../client/types.ts'
import { goDuration, KeyedBackoff } from './backoff.ts'
import { computePodActions, IMAGE_LABEL, latest, type PodActions, type StartAction } from './compute-actions.ts'
import { ContainerConfigError, containerEnv, expand, type ConfigSource, type PodFacts } from './env.ts'
import { WaitingError, type createImagePuller } from './image-puller.ts'
import { computePodStatus } from './pod-status.ts'
import { createProber } from './probes.ts'
import { containerResources } from './resources.ts'
import { RuntimeError, type ContainerRuntime, type ContainerState, type Mount, type PortMapping, type SandboxState } from './runtime/types.ts'
import type { StatusManager } from './status-manager.ts'
import { killContainer, killPod, type KillContext } from './termination.ts'
import { containerMounts, podFolder, prepareVolumes, removePodFolder, VolumeError } from './volumes.ts'

const log = logger('kubelet')
const RETRY_MS = 10_000
const MESSAGE_LIMIT = 4096

/** What a worker needs of its kubelet. */
export interface WorkerContext {
  readonly client: Client
  readonly clock: Clock
  readonly runtime: ContainerRuntime
  readonly recorder: EventRecorder
  readonly status: StatusManager
  readonly images: ReturnType<typeof createImagePuller>
  readonly sources: ConfigSource
  readonly nodeName: string
  readonly dataDir: string
  /** Nothing is written for pods that only look as if they ran. */
  readonly hollow: boolean
  hostIP(): string
  memoryCapacity(): number
  cpuMillis(): number
  /** Why the node does not take the pod; undefined: it does. */
  admit(pod: Pod): { reason: string; message: string } | undefined
  /** The pod and everything of it is gone. */
  ended(uid: string): void
}

export interface PodWorker {
  readonly uid: string
  readonly pod: Pod
  readonly containers: readonly ContainerState[]
  update(pod: Pod): void
  /** The API has it no more. */
  removed(): void
  wake(): void
  /** Something happened to a container or sandbox: its state is read again before the next step. */
  stale(id: string): void
  /** Everything is read again. */
  resync(sandboxes: readonly SandboxState[], containers: readonly ContainerState[]): void
  stop(): void
  /** Resolves when no step is under way. For tests and for stopping. */
  idle(): Promise<void>
}

const graceOf = (pod: Pod): number => pod.metadata.deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30

export function createPodWorker(ctx: WorkerContext, first: Pod, initial: { sandboxes: readonly SandboxState[]; containers: readonly ContainerState[] }): PodWorker {
  const { clock, runtime, recorder } = ctx
  const uid = first.metadata.uid ?? ''
  let pod = first
  let gone = false
  let stopped = false
  let running: Promise<void> | undefined
  let dirty = false
  let timer: Timer | undefined
  let admitted = false
  let failure: { reason: string; message: string } | undefined
  const abortPull = new AbortController()
  let killGrace: number | undefined
  const sandboxes = new Map(initial.sandboxes.map((s) => [s.id, s]))
  const containers = new Map(initial.containers.map((c) => [c.id, c]))
  const waiting = new Map<string, { reason: string; message?: string }>()
  const messages = new Map<string, string>()
  const changed = new Set<string>()
  const backoff = new KeyedBackoff(clock)
  const prober = createProber(runtime, clock, recorder, () => wake())
  const identity = { name: pod.metadata.name, namespace: pod.metadata.namespace ?? '', uid }

  const newestSandbox = (): SandboxState | undefined => [...sandboxes.values()].reduce<SandboxState | undefined>((a, b) => (!a || b.attempt > a.attempt ? b : a), undefined)
  const kill = (): KillContext => ({ runtime, clock, recorder, podIP: newestSandbox()?.ip ?? '' })
  const facts = (): PodFacts => ({ podIP: pod.spec.hostNetwork ? ctx.hostIP() : (newestSandbox()?.ip ?? ''), hostIP: ctx.hostIP(), cpuMillis: ctx.cpuMillis(), memoryBytes: ctx.memoryCapacity() })
  const spec = (name: string): Container | undefined => pod.spec.containers.find((c) => c.name === name) ?? pod.spec.initContainers?.find((c) => c.name === name)
  const terminationFile = (name: string, attempt: number): string => join(podFolder(ctx.dataDir, uid), 'containers', name, String(attempt))

  const report = (): void => {
    if (gone) return
    ctx.status.set(pod, computePodStatus({
      pod, previous: ctx.status.stored(pod), sandbox: newestSandbox(), containers: [...containers.values()], waiting, ready: prober.ready, started: prober.started,
      terminationMessage: (id) => messages.get(id), runtime: runtime.name, hostIP: ctx.hostIP(), now: clock.now(), failure,
    }))
  }
  const wakeAt = (at: number): void => {
    timer?.cancel()
    timer = clock.after(at - clock.now(), wake)
  }
  /** A container that has ended: what it had to say at the end. */
  const readMessage = async (c: ContainerState): Promise<void> => {
    if (ctx.hollow || messages.has(c.id)) return
    const text: string[] = []
    try {
      const file = await open(terminationFile(c.name, c.attempt))
      try {
        const { bytesRead, buffer } = await file.read(Buffer.alloc(MESSAGE_LIMIT), 0, MESSAGE_LIMIT, 0)
        if (bytesRead) text.push(buffer.toString('utf8', 0, bytesRead))
      } finally {
        await file.close()
      }
    } catch (e) {
      if ((e as NodeJS.ErrnoException).code !== 'ENOENT') log.warning('cannot read a termination message', { container: c.id, error: e as Error })
    }
    if (!text.length && spec(c.name)?.terminationMessagePolicy === 'FallbackToLogsOnError' && c.exitCode !== 0) {
      for await (const line of runtime.logs(c.id, { follow: false, tail: 80 }, AbortSignal.timeout(5_000))) text.push(`${line.text}\n`)
      const all = text.join('').slice(-2048)
      text.splice(0, text.length, all)
    }
    if (text.length) messages.set(c.id, text.join(''))
  }
  const refresh = async (): Promise<void> => {
    for (const id of changed) {
      changed.delete(id)
      if (sandboxes.has(id)) {
        const s = await runtime.podSandboxStatus(id)
        if (s) sandboxes.set(id, s)
        else sandboxes.delete(id)
      } else {
        const c = await runtime.containerStatus(id)
        if (c) containers.set(id, c)
        else containers.delete(id)
        if (!c || c.state !== 'running') prober.unwatch(id)
      }
    }
    for (const c of containers.values()) if (c.state === 'exited') await readMessage(c)
  }

  const runSandbox = async (attempt: number): Promise<void> => {
    const ports: PortMapping[] = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].flatMap((c) => c.ports ?? []).filter((p) => p.hostPort && !pod.spec.hostNetwork)
      .map((p) => ({ containerPort: p.containerPort, hostPort: p.hostPort!, protocol: (p.protocol ?? 'TCP') as 'TCP', ...(p.hostIP ? { hostIP: p.hostIP } : {}) }))
    if (attempt > 0) recorder.event(pod, 'Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.')
    for (const old of sandboxes.values()) {
      await runtime.stopPodSandbox(old.id)
      await runtime.removePodSandbox(old.id)
      sandboxes.delete(old.id)
    }
    try {
      const id = await runtime.runPodSandbox({ pod: identity, node: ctx.nodeName, attempt, hostname: pod.spec.hostname ?? pod.metadata.name, hostNetwork: pod.spec.hostNetwork ?? false, portMappings: ports, labels: {} })
      const state = await runtime.podSandboxStatus(id)
      if (!state) throw new RuntimeError('NotFound', 'the sandbox has gone')
      sandboxes.set(id, state)
    } catch (e) {
      recorder.event(pod, 'Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${(e as Error).message}`)
      throw e
    }
  }

  const startContainer = async (action: StartAction, sandbox: SandboxState, places: ReadonlyMap<string, string>): Promise<void> => {
    const { container, attempt } = action
    const path = action.init ? `spec.initContainers{${container.name}}` : `spec.containers{${container.name}}`
    if (action.failedAt !== undefined) backoff.next(container.name, action.failedAt)
    const image = await ctx.images.ensure(pod, container, (message) => { waiting.set(container.name, { reason: 'ContainerCreating', message }); report() }, abortPull.signal)
    if (pod.metadata.deletionTimestamp || gone) return
    const env = ctx.hollow ? new Map<string, string>() : containerEnv(pod, container, ctx.sources, facts())
    const vars = (list: readonly string[] | undefined): string[] => (list ?? []).map((text) => expand(text, env))
    const mounts: Mount[] = ctx.hollow ? [] : await containerMounts(pod, container, places, (t) => expand(t, env))
    if (!ctx.hollow) {
      const file = terminationFile(container.name, attempt)
      await mkdir(join(file, '..'), { recursive: true })
      await writeFile(file, '', { mode: 0o666 })
      mounts.push({ hostPath: file, containerPath: container.terminationMessagePath ?? '/dev/termination-log', readOnly: false })
    }
    const own = container.securityContext
    const all = pod.spec.securityContext
    const user = own?.runAsUser ?? all?.runAsUser
    const group = own?.runAsGroup ?? all?.runAsGroup
    // Only the newest ended one is kept, for `logs --previous`.
    const dead = [...containers.values()].filter((c) => c.name === container.name && c.state === 'exited' && c.attempt < attempt).sort((a, b) => b.attempt - a.attempt)
    let id: string
    try {
      id = await runtime.createContainer({
        pod: identity, node: ctx.nodeName, sandboxId: sandbox.id, name: container.name, attempt, image: container.image ?? '', imageId: image.id,
        command: vars(container.command), args: vars(container.args), ...(container.workingDir ? { workingDir: container.workingDir } : {}),
        env: [...env].map(([name, value]) => ({ name, value })), mounts, tty: container.tty ?? false, stdin: container.stdin ?? false,
        resources: containerResources(pod, container, ctx.memoryCapacity()),
        security: {
          ...(user === undefined ? {} : { user: group === undefined ? String(user) : `${user}:${group}` }),
          readOnlyRootFilesystem: own?.readOnlyRootFilesystem ?? false, noNewPrivileges: own?.allowPrivilegeEscalation === false, privileged: own?.privileged ?? false,
          addCapabilities: own?.capabilities?.add ?? [], dropCapabilities: own?.capabilities?.drop ?? [],
        },
        labels: { [IMAGE_LABEL]: container.image ?? '' },
      })
    } catch (e) {
      recorder.event(pod, 'Warning', 'Failed', `Error: ${(e as Error).message}`, path)
      throw e instanceof RuntimeError && e.reason === 'CreateFailed' ? new WaitingError('CreateContainerError', e.message, clock.now() + RETRY_MS) : e
    }
    containers.set(id, { id, pod: identity, node: ctx.nodeName, sandboxId: sandbox.id, name: container.name, attempt, state: 'created', image: container.image ?? '', imageId: image.id, createdAt: clock.now(), labels: { [IMAGE_LABEL]: container.image ?? '' } })
    recorder.event(pod, 'Normal', 'Created', `Container created`, path)
    try {
      await runtime.startContainer(id)
    } catch (e) {
      recorder.event(pod, 'Warning', 'Failed', `Error: failed to start container ${JSON.stringify(container.name)}: ${(e as Error).message}`, path)
      if (!(e instanceof RuntimeError) || e.reason !== 'StartFailed') throw e
      changed.add(id)
      waiting.set(container.name, { reason: 'RunContainerError', message: e.message })
      return
    }
    recorder.event(pod, 'Normal', 'Started', `Container started`, path)
    waiting.delete(container.name)
    const now = containers.get(id)
    if (now?.state === 'created') containers.set(id, { ...now, state: 'running', startedAt: clock.now() })
    if (!changed.has(id)) prober.watch(pod, container, id, sandbox.id, facts().podIP, clock.now())
    for (const old of dead.slice(1)) {
      await runtime.removeContainer(old.id)
      containers.delete(old.id)
      messages.delete(old.id)
    }
  }

  const apply = async (actions: PodActions): Promise<boolean> => {
    let moved = false
    for (const k of actions.kill) {
      const c = containers.get(k.id)
      if (!c) continue
      await killContainer(kill(), pod, spec(k.name), c, pod.spec.terminationGracePeriodSeconds ?? 30, k.message)
      changed.add(k.id)
      moved = true
    }
    if (actions.createSandbox !== undefined) {
      await runSandbox(actions.createSandbox)
      report()
      return true
    }
    const sandbox = newestSandbox()
    let retryAt: number | undefined
    for (const b of actions.backoff) {
      const message = `back-off ${goDuration(backoff.delay(b.name))} restarting failed container=${b.name} pod=${identity.name}_${identity.namespace}(${uid})`
      if (waiting.get(b.name)?.reason !== 'CrashLoopBackOff') recorder.event(pod, 'Warning', 'BackOff', `Back-off restarting failed container ${b.name} in pod ${identity.name}_${identity.namespace}(${uid})`, `spec.containers{${b.name}}`)
      waiting.set(b.name, { reason: 'CrashLoopBackOff', message })
      retryAt = Math.min(retryAt ?? Infinity, b.until)
    }
    let places: ReadonlyMap<string, string> = new Map()
    if (!ctx.hollow) {
      try {
        if (pod.spec.volumes?.length) places = await prepareVolumes(ctx.dataDir, pod, ctx.sources, facts())
      } catch (e) {
        if (!(e instanceof VolumeError)) throw e
        recorder.event(pod, 'Warning', 'FailedMount', e.message)
        if (actions.start.length) throw e
      }
    }
    for (const s of actions.start) {
      if (!sandbox || stopped) break
      try {
        await startContainer(s, sandbox, places)
        moved = true
      } catch (e) {
        if (e instanceof WaitingError) {
          waiting.set(s.container.name, { reason: e.reason, message: e.message })
          retryAt = Math.min(retryAt ?? Infinity, e.retryAt ?? clock.now() + RETRY_MS)
        } else if (e instanceof ContainerConfigError) {
          recorder.event(pod, 'Warning', 'Failed', `Error: ${e.message}`, `spec.containers{${s.container.name}}`)
          waiting.set(s.container.name, { reason: 'CreateContainerConfigError', message: e.message })
          retryAt = Math.min(retryAt ?? Infinity, clock.now() + RETRY_MS)
        } else throw e
      }
    }
    if (retryAt !== undefined) wakeAt(retryAt)
    return moved
  }

  const terminate = async (): Promise<void> => {
    abortPull.abort()
    for (const id of containers.keys()) prober.unwatch(id)
    const grace = gone ? 1 : graceOf(pod)
    killGrace = grace
    await killPod(kill(), pod, [...containers.values()], grace)
    for (const id of containers.keys()) changed.add(id)
    await refresh()
    for (const s of sandboxes.values()) { await runtime.stopPodSandbox(s.id); sandboxes.set(s.id, { ...s, ready: false }) }
    report()
    await ctx.status.flush(uid)
    for (const c of containers.values()) { await runtime.removeContainer(c.id); containers.delete(c.id) }
    for (const s of sandboxes.values()) { await runtime.removePodSandbox(s.id); sandboxes.delete(s.id) }
    if (!ctx.hollow) await removePodFolder(ctx.dataDir, uid)
    if (!gone) {
      try {
        await ctx.client.delete(Pods, identity.name, identity.namespace, { gracePeriodSeconds: 0, preconditions: { uid } })
      } catch (e) {
        if (!isNotFound(e) && !isConflict(e)) throw e
      }
    }
    stopped = true
    ctx.status.forget(uid)
    ctx.images.forget(uid)
    ctx.ended(uid)
  }
  /** A pod that is over keeps its containers (for their logs) and loses its sandbox. */
  const finish = async (): Promise<void> => {
    await killPod(kill(), pod, [...containers.values()], pod.spec.terminationGracePeriodSeconds ?? 30)
    for (const c of containers.values()) if (c.state === 'running') changed.add(c.id)
    await refresh()
    for (const s of sandboxes.values()) if (s.ready) { await runtime.stopPodSandbox(s.id); sandboxes.set(s.id, { ...s, ready: false }) }
    report()
  }
  const deadline = (): void => {
    const limit = pod.spec.activeDeadlineSeconds
    const start = ctx.status.stored(pod)?.startTime
    if (!limit || !start || failure) return
    const at = Date.parse(start) + limit * 1000
    if (clock.now() >= at) {
      failure = { reason: 'DeadlineExceeded', message: 'Pod was active on the node longer than the specified deadline' }
      recorder.event(pod, 'Normal', 'DeadlineExceeded', failure.message)
    } else if (!timer) wakeAt(at)
  }

  const step = async (): Promise<void> => {
    timer?.cancel()
    timer = undefined
    await refresh()
    if (pod.metadata.deletionTimestamp || gone) return terminate()
    const phase = ctx.status.stored(pod)?.phase
    if (phase === 'Failed' || phase === 'Succeeded') return finish()
    if (!admitted) {
      // A pod whose containers run has been admitted by a kubelet before us.
      failure = containers.size || sandboxes.size ? undefined : ctx.admit(pod)
      admitted = true
      if (failure) recorder.event(pod, 'Warning', failure.reason, failure.message)
    }
    deadline()
    if (failure) return finish()
    for (const c of containers.values()) {
      const container = spec(c.name)
      if (c.state === 'running' && container && latest([...containers.values()], c.name) === c) prober.watch(pod, container, c.id, c.sandboxId, facts().podIP, c.startedAt ?? c.createdAt)
    }
    // Every turn either moves the pod on or ends the step; the bound only guards against a rule that contradicts another.
    for (let turn = 0; turn < 50 && !stopped; turn++) {
      const actions = computePodActions({
        pod, sandbox: newestSandbox(), containers: [...containers.values()], unhealthy: prober.unhealthy, started: prober.started, backoffUntil: (name, at) => backoff.until(name, at),
      })
      if (actions.finished) { report(); await apply({ ...actions, finished: undefined as never }); return finish() }
      const moved = await apply(actions)
      report()
      if (!moved || pod.metadata.deletionTimestamp || gone) return
      await refresh()
    }
  }
  const loop = async (): Promise<void> => {
    while (dirty && !stopped) {
      dirty = false
      try {
        await step()
      } catch (e) {
        if (stopped) return
        if (e instanceof RuntimeError && e.reason === 'EngineUnavailable') log.debug('the engine is away', { pod: identity.name })
        else log.warning('error syncing pod, will try again', { pod: `${identity.namespace}/${identity.name}`, error: e as Error })
        report()
        wakeAt(clock.now() + RETRY_MS)
      }
    }
  }
  function wake(): void {
    if (stopped) return
    dirty = true
    running ??= loop().finally(() => {
      running = undefined
      if (dirty) wake()
    })
  }

  return {
    uid,
    get pod() { return pod },
    get containers() { return [...containers.values()] },
    update(next) {
      const before = pod
      pod = next
      if (next.metadata.deletionTimestamp) {
        abortPull.abort()
        const grace = next.metadata.deletionGracePeriodSeconds ?? 30
        // A second, shorter delete cuts the first one's wait.
        if (killGrace !== undefined && grace < killGrace) {
          killGrace = grace
          for (const c of containers.values()) if (c.state === 'running') void runtime.stopContainer(c.id, grace).catch((e: unknown) => log.warning('cannot stop a container sooner', { error: e as Error }))
        }
      }
      const same = before.spec === next.spec || before.metadata.generation !== undefined && before.metadata.generation === next.metadata.generation
      // Our own status coming back is no reason to look again.
      if (!same || before.metadata.deletionTimestamp !== next.metadata.deletionTimestamp || before === next || (next.spec.readinessGates?.length ?? 0) > 0) wake()
    },
    removed() { gone = true; abortPull.abort(); wake() },
    wake,
    stale(id) {
      // What we do not know was never ours to begin with, or is being made or removed by the step under way.
      if (!sandboxes.has(id) && !containers.has(id)) return
      changed.add(id)
      wake()
    },
    resync(s, c) {
      // The list may be older than what we did since: what differs is read again, one by one.
      const listed = new Set([...s, ...c].map((x) => x.id))
      for (const id of [...sandboxes.keys(), ...containers.keys()]) if (!listed.has(id)) changed.add(id)
      for (const x of s) if (sandboxes.get(x.id)?.ready !== x.ready && sandboxes.has(x.id)) changed.add(x.id)
      for (const x of c) if (containers.get(x.id)?.state !== x.state && containers.has(x.id)) changed.add(x.id)
      wake()
    },
    stop() {
      stopped = true
      timer?.cancel()
      abortPull.abort()
      for (const id of containers.keys()) prober.unwatch(id)
    },
    idle: async () => { while (running) await running },
  }
}
