/** Docker as a container runtime, through dockerode: what dockershim and cri-dockerd are to the kubelet. */
import type { Duplex } from 'node:stream'
import type Docker from 'dockerode'
import type { ClusterNetwork } from '../../../../shared/cluster-network.ts'
import { logger } from '../../../../shared/log.ts'
import { ensureBuiltinImages } from '../../images/builtin.ts'
import { dialDirect } from '../../../client/dial.ts'
import { familiarImageReference, parseImageReference } from '../image-reference.ts'
import type { Attachable, DialTarget, EngineNetworks, EngineVolumes, HostCommands, ImageEvents, ImageUse, ImageUser, ImageVolumes, ImageWorks, LocalStorage, Machine, NetworkHelperCommands, PodLimits, StorageUse } from '../capabilities.ts'
import { labels, RuntimeError, type ContainerRuntime, type ImageInfo, type LogLine, type RuntimeErrorReason } from '../types.ts'
import { createEngine, ping } from './engine.ts'
import { engineMachine } from './machine.ts'
import { isStatus } from './errors.ts'
import { createEventSource } from './events.ts'
import { createGateway } from './gateway/index.ts'
import { attach } from './attach.ts'
import { exec, execSync } from './exec.ts'
import { hostCommand } from './host-command.ts'
import { holdImage, releaseImages } from './image-volumes.ts'
import { imageWorks } from './image-works.ts'
import { framedLines, plainLines } from './log-lines.ts'
import { NetworkTurns } from './network-turns.ts'
import { LOWEST, refusesScore, tryLowestScore } from './oom-score.ts'
import { ensureNetwork, findNetworks } from './network.ts'
import { createNetworkHelper } from './network-helper.ts'
import { podCgroup } from './pod-cgroup.ts'
import { PodGroups } from './pod-groups.ts'
import { pull } from './pull.ts'
import { containerOptions, resourceOptions, sandboxOptions } from './specs.ts'
import { OutOfMemory } from './out-of-memory.ts'
import { containerState, sandboxFromList, sandboxState } from './states.ts'
import { statsOf } from './stats.ts'
import { createStorageReader } from './storage.ts'
import { memoryVolume, removeVolumes } from './volumes.ts'

export interface DockerRuntimeOptions {
  /** Goes into labels and the network's name; one engine can carry several clusters. */
  readonly clusterId: string
  /** Default: DOCKER_HOST, or the platform's socket. */
  readonly socketPath?: string
  readonly docker?: Docker
  /** How the cluster's network is to be, asked whenever it is made. Absent: the engine chooses, and addresses of sandboxes with it. */
  readonly network?: () => ClusterNetwork | undefined
  /** Told whenever the network is to be made and cannot, because another one of the engine has a part of its range. */
  rangeTaken?(): void
}
type PreparedNetwork = Awaited<ReturnType<typeof ensureNetwork>>

export { networkName } from './network.ts'

const imageInfo = (i: { Id: string; RepoTags?: string[] | null; RepoDigests?: string[] | null; Size: number }): ImageInfo =>
  ({ id: i.Id, names: [...(i.RepoTags ?? []), ...(i.RepoDigests ?? [])].filter((n) => !n.startsWith('<none>')), sizeBytes: i.Size })
const IMAGES_KNOWN = 1000
const IMAGES_QUIET_MS = 500
/** A cluster's first start waits for these. A busy engine takes seconds to make a network, and what is not reserved then another cluster may take. */
const NETWORKS_TIMEOUT_MS = 20_000
/** Before them: one that hangs is not waited for. */
const NETWORKS_PING_MS = 5_000

export function createDockerRuntime(options: DockerRuntimeOptions): ContainerRuntime & Attachable & EngineNetworks & EngineVolumes & HostCommands & ImageEvents & ImageUse & ImageVolumes & ImageWorks & LocalStorage & Machine & NetworkHelperCommands & PodLimits & StorageUse {
  const { clusterId } = options
  const log = logger('kubelet')
  const engine = createEngine(options)
  const place = options.docker ? { paths: false, network: false } : engineMachine(options.socketPath)
  const networkHelper = createNetworkHelper(engine, clusterId, place.network)
  const gateway = place.network ? undefined : createGateway(() => networkHelper.session(['tunnel']))
  const images = new Map<string, ImageInfo & ImageUser>()
  const imageListeners = new Set<() => void>()
  let imagesTold: NodeJS.Timeout | undefined
  const addresses = new Map<string, string>()
  const turns = new NetworkTurns()
  const groups = new PodGroups(place.paths && process.getuid?.() === 0)
  let prepared: Promise<PreparedNetwork> | undefined
  let isPrepared = false
  let lowestOomScore = LOWEST
  /** Learned once for an engine, by its id. */
  let scoreOf: string | undefined

  const learnScore = async (): Promise<void> => {
    const { ID, CgroupDriver } = await engine.call('say who it is', 'Unknown', (d) => d.info() as Promise<{ ID?: string; CgroupDriver?: string }>, 10_000)
    groups.driver = CgroupDriver
    if (ID && scoreOf === ID) return
    lowestOomScore = await tryLowestScore(engine, clusterId)
    scoreOf = ID
  }
  /** Network, built-in images and what the engine allows, once for each connection to an engine. */
  const prepare = (): Promise<PreparedNetwork> => (prepared ??= engine.call('prepare network and images', 'CreateFailed', async (d) => (await Promise.all([ensureNetwork(d, clusterId, options.network?.()), ensureBuiltinImages(d)]))[0])
    .then(async (network) => { await learnScore(); return network })
    .then((network) => { isPrepared = true; return network }, (e: unknown) => {
      prepared = undefined
      if (e instanceof RuntimeError && e.reason === 'AddressInUse') options.rangeTaken?.()
      throw e
    }))
  /** The engine may have lost it all; what is being prepared just now is fresh enough. */
  const forgetPrepared = (): void => {
    if (!isPrepared) return
    isPrepared = false
    prepared = undefined
  }
  const prepareInBackground = (): void => void prepare().catch((e: unknown) => log.warning('cannot prepare the container engine', { error: e }))

  const imagesChanged = (): void => {
    images.clear()
    if (!imageListeners.size) return
    // A pull or a prune is many events; whoever lists images then does it once.
    imagesTold ??= setTimeout(() => { imagesTold = undefined; for (const l of imageListeners) l() }, IMAGES_QUIET_MS).unref()
  }
  const oom = new OutOfMemory()
  const events = createEventSource(engine, clusterId, { container: (event) => oom.hear(event), connected: () => { forgetPrepared(); prepareInBackground() }, images: imagesChanged, network: (id) => turns.tell(id) })
  const container = (id: string): Docker.Container => engine.docker.getContainer(id)
  const inspect = async (id: string): Promise<Docker.ContainerInspectInfo | undefined> => {
    try {
      return await engine.call('inspect a container', 'Unknown', () => container(id).inspect(), 30_000)
    } catch (e) {
      if (e instanceof RuntimeError && e.reason === 'NotFound') return undefined
      throw e
    }
  }
  /** Creates, or answers the id of what carries this name and our label already. */
  const create = async (o: Docker.ContainerCreateOptions): Promise<string> => {
    const wanted = Math.max(lowestOomScore, o.HostConfig?.OomScoreAdj ?? 0)
    try {
      return (await engine.call('create a container', 'CreateFailed', (d) => d.createContainer({ ...o, HostConfig: { ...o.HostConfig, OomScoreAdj: wanted } }))).id
    } catch (e) {
      if (!(e instanceof RuntimeError) || e.reason !== 'Conflict') throw e
      const existing = await inspect(o.name!)
      if (existing?.Config.Labels[labels.cluster] === clusterId && existing.Config.Labels[labels.podUid] === o.Labels?.[labels.podUid]) return existing.Id
      throw new RuntimeError('Conflict', `a container named ${o.name} exists on the engine and is not ours: remove it with "docker rm -f ${o.name}"`, { cause: e })
    }
  }
  const startCall = (id: string): Promise<void> => engine.call('start a container', 'StartFailed', async () => {
    try {
      await container(id).start()
    } catch (e) {
      if (!isStatus(e, 304)) throw e
    }
  })
  const start = (id: string): Promise<void> => engine.start(() => startCall(id))
  const startSandbox = (id: string): Promise<void> => engine.start(() => turns.join(id, () => startCall(id)))
  const refusedScore = (e: unknown): boolean => lowestOomScore < 0 && refusesScore(e)
  /** False: it had stopped or gone already. */
  const stop = async (id: string, graceSeconds: number): Promise<boolean> => {
    try {
      if (graceSeconds <= 0) await engine.call('kill a container', 'Unknown', () => container(id).kill())
      else await engine.call('stop a container', 'Unknown', () => container(id).stop({ t: Math.ceil(graceSeconds) }), (graceSeconds + 30) * 1000)
      return true
    } catch (e) {
      const cause = e instanceof RuntimeError ? e.cause : e
      if (isStatus(cause, 304, 404, 409)) return false // What was wanted.
      throw e
    }
  }
  const remove = async (id: string): Promise<void> => {
    addresses.delete(id)
    try {
      await engine.call('remove a container', 'Unknown', () => container(id).remove({ force: true, v: true }))
    } catch (e) {
      // 404: gone; 409: another removal is under way.
      if (!(e instanceof RuntimeError && isStatus(e.cause, 404, 409))) throw e
    }
  }
  /** Removing one that runs takes it off its network. */
  const removeSandbox = async (id: string): Promise<void> => {
    await turns.join(id, () => remove(id))
    await groups.gone(id)
  }
  const list = (kind: 'sandbox' | 'container', filter: { node?: string; podUid?: string } = {}): Promise<Docker.ContainerInfo[]> => {
    const label = [`${labels.cluster}=${clusterId}`, `${labels.kind}=${kind}`]
    if (filter.node) label.push(`${labels.node}=${filter.node}`)
    if (filter.podUid) label.push(`${labels.podUid}=${filter.podUid}`)
    return engine.call('list containers', 'Unknown', (d) => d.listContainers({ all: true, filters: { label } }), 60_000)
  }
  const imageStatus = async (reference: string): Promise<(ImageInfo & ImageUser) | undefined> => {
    parseImageReference(reference)
    const known = images.get(reference)
    if (known) return known
    if (reference.startsWith('pilothouse.dev/')) await prepare()
    try {
      const answer = await engine.call('look for an image', 'Unknown', (d) => d.getImage(familiarImageReference(reference)).inspect(), 30_000)
      const info = { ...imageInfo(answer), user: answer.Config?.User ?? '' }
      if (images.size >= IMAGES_KNOWN) images.clear()
      images.set(reference, info)
      return info
    } catch (e) {
      if (e instanceof RuntimeError && (e.reason === 'ImageNotFound' || e.reason === 'NotFound')) return undefined
      throw e
    }
  }

  /** Failures are said as Go says them. */
  const dialAddress = async (to: DialTarget): Promise<Duplex> => {
    try {
      return await (gateway ? gateway.dial(to) : dialDirect(to))
    } catch (e) {
      const { code, message } = e as NodeJS.ErrnoException
      if (code === 'ETIMEDOUT') throw new RuntimeError('Timeout', `dial tcp ${to.host}:${to.port}: i/o timeout`, { cause: e })
      throw new RuntimeError('Unknown', `dial tcp ${to.host}:${to.port}: ${message}`, { cause: e })
    }
  }

  return {
    name: 'docker',
    local: place.paths,
    async version() {
      const [v, i] = await engine.call('say its version', 'Unknown', (d) => Promise.all([d.version(), d.info() as Promise<Record<string, unknown>>]), 10_000)
      prepareInBackground()
      return {
        name: 'docker', version: v.Version, apiVersion: v.ApiVersion, os: v.Os, arch: v.Arch === 'x86_64' ? 'amd64' : v.Arch, kernel: v.KernelVersion ?? '', osImage: String(i['OperatingSystem'] ?? ''),
        cpus: Number(i['NCPU'] ?? 1), memoryBytes: Number(i['MemTotal'] ?? 0), rootDirectory: String(i['DockerRootDir'] ?? ''), cgroupVersion: String(i['CgroupVersion'] ?? '1'),
      }
    },
    async runPodSandbox(config) {
      const again = async (): Promise<string> => {
        const id = await create(sandboxOptions(clusterId, await prepare(), config))
        try {
          await startSandbox(id)
          if (config.resources) await groups.limit(id, podCgroup(clusterId, config.pod.uid), config.resources)
          return id
        } catch (e) {
          await removeSandbox(id)
          // A host port that is taken is said in nearly the same words.
          if (config.ip && e instanceof RuntimeError && /address already in use/i.test(e.message) && !/bind/i.test(e.message)) throw new RuntimeError('AddressInUse', e.message, { cause: e })
          throw e
        }
      }
      try {
        return await again()
      } catch (e) {
        if (refusedScore(e)) {
          lowestOomScore = 0
          return again()
        }
        // Somebody has removed our network or image behind our back.
        if (!(e instanceof RuntimeError && (e.reason === 'ImageNotFound' || /network .* not found/.test(e.message)))) throw e
        forgetPrepared()
        return again()
      }
    },
    stopPodSandbox: (id) => turns.leave(id, () => stop(id, 2)),
    removePodSandbox: removeSandbox,
    listPodSandboxes: async (filter) => (await list('sandbox', filter)).map(sandboxFromList).map((s) => groups.seen(s)),
    async podSandboxStatus(id) {
      const info = await inspect(id)
      if (!info) return undefined
      const state = sandboxState(info)
      if (state.ip) addresses.set(id, state.ip)
      return state
    },
    createContainer: (config) => create(containerOptions(clusterId, config)),
    async startContainer(id) {
      try {
        await start(id)
      } catch (e) {
        // The next attempt is made without a negative score.
        if (refusedScore(e)) lowestOomScore = 0
        throw e
      }
    },
    updateContainerResources: (id, resources) => engine.call('change the limits of a container', 'Unknown', () => container(id).update(resourceOptions(resources))).then(() => undefined),
    async stopContainer(id, graceSeconds) { await stop(id, graceSeconds) },
    removeContainer: remove,
    async listContainers(filter) {
      // Exit codes and times are only in the single answers: few at a time, since a full node has a hundred.
      const found = await list('container', filter)
      const states: Awaited<ReturnType<typeof inspect>>[] = []
      for (let i = 0; i < found.length; i += 8) states.push(...(await Promise.all(found.slice(i, i + 8).map((c) => inspect(c.Id)))))
      return states.filter((s) => s !== undefined).map((info) => containerState(info, oom.has(info.Id)))
    },
    async containerStatus(id) {
      const info = await inspect(id)
      return info && containerState(info, oom.has(info.Id))
    },
    exec: (id, o) => exec(engine, id, o),
    attach: (id, o) => attach(engine, id, o),
    execSync: (id, command, timeoutMs) => execSync(engine, id, command, timeoutMs),
    async *logs(id, o, signal): AsyncGenerator<LogLine[]> {
      const info = await inspect(id)
      if (!info) throw new RuntimeError('NotFound', `no such container: ${id}`)
      const stream = await engine.stream(`/containers/${id}/logs`, {
        stdout: 'true', stderr: 'true', timestamps: 'true', follow: String(o.follow),
        ...(o.since === undefined ? {} : { since: (o.since / 1000).toFixed(9) }), ...(o.tail === undefined ? {} : { tail: String(o.tail) }),
      }, signal)
      try {
        yield* (info.Config.Tty ? plainLines : framedLines)(stream as AsyncIterable<Buffer>)
      } catch (e) {
        if (!signal.aborted) throw e
      } finally {
        stream.destroy()
      }
    },
    async stats(id) {
      try {
        const s = await engine.call('measure a container', 'Unknown', (d) => d.getContainer(id).stats({ stream: false, 'one-shot': true } as never) as unknown as Promise<Docker.ContainerStats>, 10_000)
        return statsOf(id, s)
      } catch (e) {
        if (e instanceof RuntimeError && e.reason === 'NotFound') return undefined
        throw e
      }
    },
    limitsPods: async () => { await prepare(); return groups.possible },
    cgroupOf: (podUid) => podCgroup(clusterId, podUid),
    storageOf: createStorageReader(engine, place.paths && process.getuid?.() === 0),
    networkCommand: (command, args, input) => networkHelper.run(command, args, input),
    gateway,
    machineCommand: (args) => networkHelper.own(args),
    async findNetworks() {
      await ping(engine, NETWORKS_PING_MS)
      return engine.call('list networks', 'Unknown', (d) => findNetworks(d, clusterId), NETWORKS_TIMEOUT_MS)
    },
    ensureNetwork: async (plan) => (await engine.call('make the network', 'CreateFailed', (d) => ensureNetwork(d, clusterId, plan), NETWORKS_TIMEOUT_MS)).fixedAddresses,
    imageStatus,
    imagesInUse: async () => new Set((await engine.call('list containers', 'Unknown', (d) => d.listContainers({ all: true }), 60_000)).map((c) => c.ImageID)),
    listImages: async () => (await engine.call('list images', 'Unknown', (d) => d.listImages(), 60_000)).map((i) => ({ ...imageInfo(i), createdAt: i.Created * 1000 })),
    ...imageWorks(engine),
    async pullImage(reference, credentials, onProgress, signal) {
      if (reference.startsWith('pilothouse.dev/')) {
        forgetPrepared()
        const found = await imageStatus(reference)
        if (found) return found
        throw new RuntimeError('ImageNotFound', `failed to pull image ${JSON.stringify(reference)}: pilothouse.dev is no registry; it has only the built-in images pause:1 and hello:1`)
      }
      await pull(engine, reference, credentials, onProgress, signal)
      images.delete(reference)
      const info = await imageStatus(reference)
      if (!info) throw new RuntimeError('PullFailed', `image ${JSON.stringify(reference)} is not on the engine after it was pulled`)
      return info
    },
    removeImage: async (reference, all = false) => {
      images.clear()
      await engine.call('remove an image', 'Unknown' satisfies RuntimeErrorReason, (d) => d.getImage(reference).remove(all ? { force: true } : {}))
    },
    async dial(sandboxId, port, timeoutMs) {
      let host = addresses.get(sandboxId)
      if (!host) {
        const info = await inspect(sandboxId)
        if (!info) throw new RuntimeError('NotFound', `no such sandbox: ${sandboxId}`)
        host = info.HostConfig.NetworkMode === 'host' ? '127.0.0.1' : sandboxState(info).ip
        if (!host) throw new RuntimeError('NotFound', `sandbox ${sandboxId} has no address: it does not run`)
        addresses.set(sandboxId, host)
      }
      return dialAddress({ host, port, timeoutMs })
    },
    dialAddress,
    async hostCommand(command, folders) { await prepare(); await hostCommand(engine, clusterId, command, folders) },
    holdImage: (of, imageId) => holdImage(engine, clusterId, of, imageId),
    releaseImages: (podUid) => releaseImages(engine, clusterId, podUid),
    memoryVolume: (of, o) => memoryVolume(engine, clusterId, of, o),
    removeVolumes: (podUid) => removeVolumes(engine, clusterId, podUid),
    subscribe: (listener) => events.subscribe(listener),
    subscribeImages(listener) {
      imageListeners.add(listener)
      return { close: () => void imageListeners.delete(listener) }
    },
    async close() {
      events.close()
      gateway?.close()
      imageListeners.clear()
      clearTimeout(imagesTold)
      // What is being made on the engine is finished, so that nothing appears after close.
      await prepared?.catch(() => undefined)
      await networkHelper.close().catch((e: unknown) => log.warning('the network helper is left', { error: e }))
      engine.close()
    },
  }
}
