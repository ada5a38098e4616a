/**
 * A runtime that runs nothing and answers as if it did, as kubemark's hollow kubelets do. One instance serves thousands of
 * nodes: state is indexed by node and by pod, and a container costs one object and no timer (unless a start delay is asked for).
 */
import { PassThrough } from 'node:stream'
import type { Clock } from '../../../../shared/clock.ts'
import { parseImageReference, familiarImageReference } from '../image-reference.ts'
import { RuntimeError, type ContainerConfig, type ContainerRuntime, type ContainerState, type ImageInfo, type RuntimeEvent, type SandboxState } from '../types.ts'

export interface HollowOptions {
  readonly clock: Clock
  readonly cpus?: number
  readonly memoryBytes?: number
  /** How long a start takes. Default 0. */
  readonly startDelayMs?: number
}
export interface HollowRuntime extends ContainerRuntime {
  /** For tests and for exploring: ends a container as if its process had. */
  exit(containerId: string, exitCode: number): void
  /** As an engine under load does: the container has ended, and then word comes that its memory had run out. */
  outOfMemory(containerId: string): void
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
interface PodEntry {
  sandboxes: Map<string, Mutable<SandboxState>>
  containers: Map<string, Mutable<ContainerState>>
}

export function createHollowRuntime(options: HollowOptions): HollowRuntime {
  const { clock } = options
  const pods = new Map<string, PodEntry>()
  const podsOfNode = new Map<string, Set<string>>()
  const sandboxes = new Map<string, Mutable<SandboxState>>()
  const containers = new Map<string, Mutable<ContainerState>>()
  const images = new Map<string, ImageInfo>()
  const listeners = new Set<(e: RuntimeEvent) => void>()
  /** Who cares for one node alone: a thousand kubelets must not all be told of each container. */
  const listenersOf = new Map<string, Set<(e: RuntimeEvent) => void>>()
  /** Who follows which container's log. By container: a listener for each would make every event cost as much as there are containers. */
  const followers = new Map<string, Set<() => void>>()
  let counter = 0

  const newId = (): string => (++counter).toString(16).padStart(64, '0')
  const emit = (node: string, type: 'container' | 'sandbox', podUid: string, id: string, action: Extract<RuntimeEvent, { type: 'container' | 'sandbox' }>['action']): void => {
    const event = { type, podUid, id, action } as const
    for (const l of listeners) l(event)
    for (const l of listenersOf.get(node) ?? []) l(event)
  }
  const entry = (uid: string, node: string): PodEntry => {
    let e = pods.get(uid)
    if (!e) {
      pods.set(uid, (e = { sandboxes: new Map(), containers: new Map() }))
      let set = podsOfNode.get(node)
      if (!set) podsOfNode.set(node, (set = new Set()))
      set.add(uid)
    }
    return e
  }
  const drop = (uid: string, node: string): void => {
    const e = pods.get(uid)
    if (!e || e.sandboxes.size || e.containers.size) return
    pods.delete(uid)
    const set = podsOfNode.get(node)
    set?.delete(uid)
    if (!set?.size) podsOfNode.delete(node)
  }
  const selected = (filter: { node?: string; podUid?: string } = {}): PodEntry[] => {
    const uids = filter.podUid ? [filter.podUid] : filter.node ? [...(podsOfNode.get(filter.node) ?? [])] : [...pods.keys()]
    return uids.flatMap((uid) => pods.get(uid) ?? [])
  }
  const wanted = (id: string): Mutable<ContainerState> => {
    const c = containers.get(id)
    if (!c) throw new RuntimeError('NotFound', `no such container: ${id}`)
    return c
  }
  const image = (reference: string): ImageInfo => {
    const name = familiarImageReference(reference)
    let i = images.get(name)
    if (!i) images.set(name, (i = { id: `sha256:${Buffer.from(name).toString('hex').padEnd(64, '0').slice(0, 64)}`, names: [name], sizeBytes: 10 << 20 }))
    return i
  }
  const exit = (c: Mutable<ContainerState>, exitCode: number): void => {
    if (c.state === 'exited') return
    Object.assign(c, { state: 'exited', exitCode, finishedAt: clock.now(), oomKilled: false })
    emit(c.node, 'container', c.pod.uid, c.id, 'died')
    for (const end of followers.get(c.id) ?? []) end()
  }
  /** Pods begin one a turn of the event loop, as an engine has only so many hands: who asks for a thousand leaves room for others. */
  const starting: (() => void)[] = []
  const turn = (): Promise<void> => new Promise((resolve) => {
    if (starting.push(resolve) === 1) setImmediate(next)
  })
  const next = (): void => {
    starting.shift()?.()
    if (starting.length) setImmediate(next)
  }
  const delay = (): Promise<void> => (options.startDelayMs ? new Promise((resolve) => clock.after(options.startDelayMs!, resolve)) : Promise.resolve())

  return {
    name: 'hollow',
    version: async () => ({
      name: 'hollow', version: '1', apiVersion: '1', os: 'linux', arch: process.arch === 'arm64' ? 'arm64' : 'amd64', kernel: 'hollow', osImage: 'hollow: runs nothing',
      cpus: options.cpus ?? 8, memoryBytes: options.memoryBytes ?? 32 * 2 ** 30, rootDirectory: '/', cgroupVersion: '2',
    }),
    async runPodSandbox(config) {
      await turn()
      const e = entry(config.pod.uid, config.node)
      for (const s of e.sandboxes.values()) if (s.attempt === config.attempt) return s.id
      await delay()
      const id = newId()
      const n = counter % 0xfffff
      const s: Mutable<SandboxState> = {
        id, pod: config.pod, node: config.node, attempt: config.attempt, ready: true, createdAt: clock.now(), labels: config.labels,
        ip: config.ip ?? `10.${64 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`,
      }
      e.sandboxes.set(id, s)
      sandboxes.set(id, s)
      emit(config.node, 'sandbox', config.pod.uid, id, 'created')
      emit(config.node, 'sandbox', config.pod.uid, id, 'started')
      return id
    },
    async stopPodSandbox(id) {
      const s = sandboxes.get(id)
      if (!s?.ready) return
      s.ready = false
      delete s.ip
      emit(s.node, 'sandbox', s.pod.uid, id, 'died')
      // Containers joined to a sandbox keep running on a real engine as well; the kubelet stops them first.
    },
    async removePodSandbox(id) {
      const s = sandboxes.get(id)
      if (!s) return
      sandboxes.delete(id)
      pods.get(s.pod.uid)?.sandboxes.delete(id)
      drop(s.pod.uid, s.node)
      emit(s.node, 'sandbox', s.pod.uid, id, 'removed')
    },
    listPodSandboxes: async (filter) => selected(filter).flatMap((e) => [...e.sandboxes.values()].map((s) => ({ ...s }))),
    podSandboxStatus: async (id) => { const s = sandboxes.get(id); return s && { ...s } },
    async createContainer(config: ContainerConfig) {
      if (!sandboxes.has(config.sandboxId)) throw new RuntimeError('NotFound', `no such sandbox: ${config.sandboxId}`)
      const e = entry(config.pod.uid, config.node)
      for (const c of e.containers.values()) if (c.name === config.name && c.attempt === config.attempt) return c.id
      const id = newId()
      const c: Mutable<ContainerState> = {
        id, pod: config.pod, node: config.node, sandboxId: config.sandboxId, name: config.name, attempt: config.attempt, state: 'created', image: config.image,
        imageId: config.imageId, createdAt: clock.now(), labels: config.labels,
      }
      e.containers.set(id, c)
      containers.set(id, c)
      emit(config.node, 'container', config.pod.uid, id, 'created')
      return id
    },
    async startContainer(id) {
      const c = wanted(id)
      if (c.state === 'running') return
      await delay()
      Object.assign(c, { state: 'running', startedAt: clock.now() })
      emit(c.node, 'container', c.pod.uid, id, 'started')
    },
    updateContainerResources: async (id) => void wanted(id),
    async stopContainer(id) {
      const c = containers.get(id)
      if (c) exit(c, c.state === 'running' ? 0 : 137)
    },
    async removeContainer(id) {
      const c = containers.get(id)
      if (!c) return
      exit(c, 137)
      containers.delete(id)
      pods.get(c.pod.uid)?.containers.delete(id)
      drop(c.pod.uid, c.node)
      emit(c.node, 'container', c.pod.uid, id, 'removed')
    },
    listContainers: async (filter) => selected(filter).flatMap((e) => [...e.containers.values()].map((c) => ({ ...c }))),
    containerStatus: async (id) => { const c = containers.get(id); return c && { ...c } },
    async exec(id) {
      wanted(id)
      throw new RuntimeError('Unknown', 'this is a hollow node: it runs no process in which a command could be executed')
    },
    async execSync(id) {
      wanted(id)
      return { exitCode: 0, output: '' }
    },
    async *logs(id, o, signal) {
      const c = wanted(id)
      if (c.startedAt !== undefined && (o.since ?? 0) <= c.startedAt && o.tail !== 0)
        yield [{ timestamp: new Date(c.startedAt).toISOString().replace('Z', '000000Z'), stream: 'stdout', text: `hollow node ${c.node}: container ${c.name} of image ${c.image} only looks as if it ran` }]
      if (!o.follow || c.state !== 'running' || signal.aborted) return
      await new Promise<void>((resolve) => {
        const ends = followers.get(id) ?? new Set()
        followers.set(id, ends)
        const done = (): void => {
          ends.delete(done)
          if (!ends.size) followers.delete(id)
          signal.removeEventListener('abort', done)
          resolve()
        }
        ends.add(done)
        signal.addEventListener('abort', done, { once: true })
      })
    },
    async stats(id) {
      const c = containers.get(id)
      if (c?.state !== 'running') return undefined
      const ran = clock.now() - (c.startedAt ?? clock.now())
      return { containerId: id, time: clock.now(), cpuNanos: ran * 1000, memoryBytes: 4 << 20 }
    },
    imageStatus: async (reference) => { parseImageReference(reference); return image(reference) },
    listImages: async () => [...images.values()],
    pullImage: async (reference, _c, onProgress) => {
      const i = image(reference)
      onProgress({ status: 'Pull complete', currentBytes: i.sizeBytes, totalBytes: i.sizeBytes })
      return i
    },
    removeImage: async (reference) => void images.delete(familiarImageReference(reference)),
    async dial(sandboxId) {
      if (!sandboxes.get(sandboxId)?.ready) throw new RuntimeError('NotFound', `no such sandbox: ${sandboxId}`)
      // Whoever speaks HTTP gets an answer; whoever only connects is content.
      const client = new PassThrough()
      const write = client.write.bind(client)
      client.write = (() => { write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n'); client.end(); return true }) as typeof client.write
      return client
    },
    subscribe(listener, only) {
      const set = only ? (listenersOf.get(only.node) ?? new Set()) : listeners
      if (only) listenersOf.set(only.node, set)
      set.add(listener)
      queueMicrotask(() => {
        if (!set.has(listener)) return
        listener({ type: 'available', message: 'hollow: runs nothing' })
        listener({ type: 'resync' })
      })
      return { close() {
        set.delete(listener)
        if (only && !set.size) listenersOf.delete(only.node)
      } }
    },
    close: async () => {
      listeners.clear()
      listenersOf.clear()
      for (const ends of followers.values()) for (const end of ends) end()
    },
    exit: (id, exitCode) => exit(wanted(id), exitCode),
    outOfMemory(id) {
      const c = wanted(id)
      c.oomKilled = true
      emit(c.node, 'container', c.pod.uid, id, 'oom')
    },
  }
}
