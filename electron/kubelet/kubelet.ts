/** The kubelet of one node: a worker for each of its pods, over a container runtime. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Duplex, Readable } from 'node:stream'
import { ConfigMaps, Pods, Secrets, Services } from '../../shared/api/resources.ts'
import type { ConfigMap, Node, Pod, Secret, Service, Taint } from '../../shared/api/types.ts'
import type { Clock, Timer } from '../../shared/clock.ts'
import type { ClusterNetwork } from '../../shared/cluster-network.ts'
import { healthText } from '../../shared/component-health.ts'
import { notFound } from '../../shared/errors.ts'
import { logger } from '../../shared/log.ts'
import type { Component, Health } from '../client/component.ts'
import type { Client, EventRecorder, Informer, InformerFactory } from '../client/types.ts'
import { refusal } from './admission.ts'
import { createKubeletCounts } from './counts.ts'
import type { ConfigSource } from './env.ts'
import { createImagePuller } from './image-puller.ts'
import { hostAddress, lookAtHost, nodeIdentity, type HostFacts, type NodeIdentity } from './host.ts'
import { createNodeEvents } from './node-events.ts'
import { createNodeReporter, DEFAULT_PODS, type Capacity, type EngineSize, type NodeFacts } from './node-status.ts'
import { dialPod, prepareAttach, prepareExec, type ExecRequest } from './pod-exec.ts'
import { numbersOf, type KubeletNumbers } from './numbers.ts'
import { holdAddresses, type PodNetwork } from './pod-network.ts'
import type { PodTraffic } from './pod-traffic.ts'
import { kubeletConfiguration } from './configuration.ts'
import { containerLogs, toApiError, type ContainerLogOptions } from './pod-logs.ts'
import { podsOfNode } from './pod-source.ts'
import { portsTaken } from './predicates.ts'
import { createProbeCounts } from './probe-counts.ts'
import { createPodWorker, type PodWorker, type WorkerContext } from './pod-worker.ts'
import { outdates, type ContainerRuntime, type ContainerState, type ExecSession, type ImageInfo, type RuntimeEvent, type RuntimeVersion, type SandboxState } from './runtime/types.ts'

import { createReclaim } from './reclaim.ts'
import { createRoom } from './room.ts'
import { hasImageEvents, isLocal } from './runtime/capabilities.ts'
import { countedRuntime } from './runtime/counted.ts'
import { serviceVariables } from './service-env.ts'
import { createStatusManager } from './status-manager.ts'
import { createTokenManager } from './tokens.ts'
import { imageVolumes } from './image-volumes.ts'
import { createVolumeManager, helpOf, hostOf } from './volumes/index.ts'

export interface KubeletOptions {
  readonly client: Client
  /** For the pods of the node. */
  readonly informers: InformerFactory
  /** For ConfigMaps, Secrets and Services, which kubelets in one process share. Default: `informers`. */
  readonly objects?: InformerFactory
  readonly clock: Clock
  readonly runtime: ContainerRuntime
  readonly recorder: EventRecorder
  readonly nodeName: string
  /** Of the node. Default: this machine's. */
  readonly address?: string | undefined
  /** Pod volumes live in `pods/` of it. */
  readonly dataDir: string
  readonly labels?: Readonly<Record<string, string>>
  /** Of the Node when it is made; one that is there keeps its own. */
  readonly taints?: readonly Taint[]
  /** What the node offers, asked again whenever it is looked at. Default: all that the engine has; 110 pods. */
  readonly capacity?: (engine: EngineSize) => Capacity
  /** Where pods find the cluster's DNS; without it they get the host's. */
  readonly network?: Pick<ClusterNetwork, 'dnsIP' | 'clusterDomain'>
  /** Default: the machine itself. For tests of a machine that runs short. */
  readonly lookAtHost?: typeof lookAtHost
  /** Shared by many kubelets in one process; otherwise each watches its own pods. */
  readonly podInformer?: Informer<Pod>
  /** Addresses of the node's pods. Absent: the runtime chooses them. */
  readonly podNetwork?: PodNetwork
  /** When the work on a new pod begins. Default: at once. Kubelets that stand for other machines, with processors of their own, go behind. */
  readonly begin?: (start: () => void) => void
  /** Holds pods back until policies of the network apply to them. Absent: there are none. */
  readonly podTraffic?: PodTraffic
}
export interface Kubelet extends Component {
  readonly nodeName: string
  /** Its capacity may have changed, or its Node has gone: registers and reports again, in its own time. */
  refresh(): void
  /** The Node as it is now: others change it, too. */
  heard(node: Node): void
  /** pods/log. Rejects with StatusError. */
  containerLogs(pod: { namespace: string; name: string; uid: string }, options: ContainerLogOptions, signal: AbortSignal): Promise<Readable>
  /** pods/exec: what starts the command. Throws StatusError when the container does not run. */
  exec(pod: { name: string; uid: string }, options: ExecRequest): () => Promise<ExecSession>
  /** pods/attach, as exec. */
  attach(pod: { name: string; uid: string }, options: Omit<ExecRequest, 'command'>): () => Promise<ExecSession>
  /** A connection to a port of the pod, from inside or outside its network. Rejects with StatusError. */
  portForward(pod: { name: string; uid: string }, port: number): Promise<Duplex>
  /** Those that it has in work. */
  pods(): readonly Pod[]
  /** /metrics/probes, of its pods: Prometheus' text. */
  probes(): Promise<string>
  /** For its /metrics. */
  numbers(): Promise<KubeletNumbers>
  /** As /configz shows it. */
  configuration(): object
}

const TICK_MS = 10_000
const RESYNC_TICKS = 6
const STATUS_TICKS = 30
const TIDY_TICKS = 30
const STOP_LIMIT_MS = 5_000
const START_LIMIT_MS = 5_000

/** An engine that hangs must not hold up the start of the cluster: it is looked at again when it says something. */
const soon = <T>(answer: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => { timer = setTimeout(() => reject(new Error(`the container engine did not answer within ${START_LIMIT_MS / 1000} s`)), START_LIMIT_MS) })
  return Promise.race([answer, late]).finally(() => clearTimeout(timer))
}

export function createKubelet(options: KubeletOptions): Kubelet {
  const { client, informers, clock, recorder, nodeName, dataDir } = options
  const log = logger('kubelet')
  const hollow = options.runtime.name === 'hollow'
  // What runs nothing takes no time worth telling.
  const counts = hollow ? undefined : createKubeletCounts()
  const runtime = counts ? countedRuntime(options.runtime, counts) : options.runtime
  const workers = new Map<string, PodWorker>()
  const waitingPods = new Map<string, Pod>()
  const status = createStatusManager(client, clock)
  const nodeEvents = createNodeEvents(recorder, nodeName)
  const reporter = createNodeReporter(client, clock, nodeName, nodeEvents.turned)
  const address = options.address ?? hostAddress()
  const closers: (() => void)[] = []
  let version: RuntimeVersion | undefined
  let images: readonly ImageInfo[] = []
  let host: HostFacts | undefined
  let identity: NodeIdentity | undefined
  let problem: string | undefined = 'not looked yet'
  /** The engine answers, but reading its state failed: no event will say when to try again. */
  let unread = false
  let adopted = false
  let started = false
  let stopped = false
  let tick: Timer | undefined
  let ticks = 0
  let resyncing: Promise<void> | undefined
  let configMaps: Informer<ConfigMap> | undefined
  let secrets: Informer<Secret> | undefined
  let services: Informer<Service> | undefined

  const capacity = (): Capacity => {
    const engine = { cpuMillis: Math.round((version?.cpus ?? 0) * 1000), memoryBytes: version?.memoryBytes ?? 0 }
    return options.capacity?.(engine) ?? { ...engine, pods: DEFAULT_PODS }
  }
  const register = (): Promise<void> => reporter.register(facts(), options.labels ?? {}, options.taints ?? [])
  const facts = (): NodeFacts => ({ nodeName, address, capacity: capacity(), version, images, identity, host, ...(hollow ? {} : { pressure: reclaim.pressure }), policyProblem: options.podTraffic?.problem(), problem, now: clock.now() })
  const sources: ConfigSource = {
    configMap: (namespace, name) => configMaps?.get(name, namespace),
    secret: (namespace, name) => secrets?.get(name, namespace),
    serviceVariables: (namespace, links) => {
      const api = services?.get('kubernetes', 'default')
      const others = links ? (services?.list(namespace) ?? []).filter((s) => s !== api) : []
      return serviceVariables(api ? [api, ...others] : others)
    },
  }
  const own = (task: Promise<unknown>, what: string): void => void task.catch((e: unknown) => { if (!stopped) log.warning(`cannot ${what}`, { node: nodeName, error: e as Error }) })

  /** One after the other: most pods are let in without a look at the others. One that the API has forgotten takes no room, or the pod that comes for it would be refused. */
  function* here(): Iterable<Pod> { for (const w of workers.values()) if (!w.gone) yield w.pod }
  const room = createRoom(capacity, here)
  /** Pods that want more and got none of it: looked at again when one has gone. */
  const deferred = (): void => { for (const w of workers.values()) if (w.resizePending) w.wake() }

  const reclaim = createReclaim({ runtime, clock, recorder, nodeName, dataDir, workers: () => workers.values(), look: () => lookNow() })
  const tokens = createTokenManager(client, clock)
  const imagePuller = createImagePuller(runtime, clock, recorder, sources.secret, reclaim.images.pulled)
  const volumes = createVolumeManager({
    ...imageVolumes(runtime, dataDir, imagePuller),
    dataDir, nodeName, source: sources, tokens, client, host: hostOf(runtime), removeEngineVolumes: async (uid) => helpOf(runtime).removeVolumes?.(uid),
  })
  const probes = createProbeCounts(performance.timeOrigin)
  const context: WorkerContext = {
    client, clock, runtime, recorder, status, images: imagePuller, tokens, volumes, sources, probes, ...(counts ? { counts } : {}), nodeName, dataDir, hollow, ...(options.podNetwork ? { network: options.podNetwork } : {}), ...(options.podTraffic ? { traffic: options.podTraffic } : {}),
    hostIP: () => address, clusterDns: () => ({ server: options.network?.dnsIP, domain: options.network?.clusterDomain ?? 'cluster.local' }), memoryCapacity: () => capacity().memoryBytes, cpuMillis: () => capacity().cpuMillis,
    admit: (pod) => refusal(pod) ?? reclaim.refusal(pod) ?? portsTaken(pod, here()) ?? room.admit(pod), resize: room.resize,
    ended: (pod) => { const uid = pod.metadata.uid ?? ''; workers.delete(uid); room.leave(uid); probes.forget(pod); deferred() },
  }
  const addWorker = (pod: Pod, sandboxes: readonly SandboxState[] = [], containers: readonly ContainerState[] = []): void => {
    const uid = pod.metadata.uid ?? ''
    if (workers.has(uid)) return
    if (containers.length || pod.status?.startTime) room.take(pod)
    const worker = createPodWorker(context, pod, { sandboxes, containers })
    workers.set(uid, worker)
    worker.wake()
  }
  const begin = (uid: string): void => {
    const pod = waitingPods.get(uid)
    if (!pod || stopped) return
    waitingPods.delete(uid)
    addWorker(pod)
  }
  const onPod = (pod: Pod): void => {
    if (stopped) return
    const uid = pod.metadata.uid ?? ''
    const worker = workers.get(uid)
    if (worker) worker.update(pod)
    else if (adopted && !options.begin) addWorker(pod)
    else {
      if (adopted && !waitingPods.has(uid)) options.begin?.(() => begin(uid))
      waitingPods.set(uid, pod)
    }
  }
  const onPodDeleted = (pod: Pod): void => {
    waitingPods.delete(pod.metadata.uid ?? '')
    workers.get(pod.metadata.uid ?? '')?.removed()
  }

  /** What runs and belongs to no pod of ours is removed: the pod went while we were away. */
  const removeOrphans = async (sandboxes: readonly SandboxState[], containers: readonly ContainerState[], known: (uid: string) => boolean): Promise<void> => {
    for (const c of containers) if (!known(c.pod.uid)) { await runtime.stopContainer(c.id, 2); await runtime.removeContainer(c.id) }
    for (const s of sandboxes) if (!known(s.pod.uid)) { await runtime.removePodSandbox(s.id); options.podNetwork?.release(s.pod.uid) }
    if (hollow) return
    const folders = await readdir(join(dataDir, 'pods')).catch((e: NodeJS.ErrnoException) => { if (e.code === 'ENOENT') return [] as string[]; throw e })
    for (const uid of folders) if (!known(uid)) await volumes.remove(uid)
  }
  /** Reads everything from the engine; the first time, adopts what runs. */
  const resync = (): Promise<void> => (resyncing ??= (async () => {
    version = await runtime.version()
    const [sandboxes, containers] = await Promise.all([runtime.listPodSandboxes({ node: nodeName }), runtime.listContainers({ node: nodeName })])
    if (stopped) return
    const of = <T extends { pod: { uid: string } }>(all: readonly T[]): Map<string, T[]> => {
      const m = new Map<string, T[]>()
      for (const x of all) (m.get(x.pod.uid) ?? m.set(x.pod.uid, []).get(x.pod.uid)!).push(x)
      return m
    }
    const s = of(sandboxes)
    const c = of(containers)
    if (adopted) for (const w of workers.values()) w.resync(s.get(w.uid) ?? [], c.get(w.uid) ?? [])
    else {
      adopted = true
      holdAddresses(options.podNetwork, sandboxes)
      for (const pod of waitingPods.values()) addWorker(pod, s.get(pod.metadata.uid ?? ''), c.get(pod.metadata.uid ?? ''))
      waitingPods.clear()
      own(removeOrphans(sandboxes, containers, (uid) => workers.has(uid)), 'remove what was left over')
    }
    problem = undefined
    images = await runtime.listImages()
    for (const w of workers.values()) w.wake()
  })().finally(() => { resyncing = undefined }))
  /** Hollow nodes have all they say they have; an engine elsewhere is not looked into. */
  const lookNow = async (): Promise<HostFacts | undefined> => {
    if (!version || !isLocal(runtime)) return undefined
    identity ??= await nodeIdentity(nodeName)
    return (options.lookAtHost ?? lookAtHost)(version.rootDirectory)
  }
  const look = async (): Promise<void> => {
    if (hollow) host = { memoryAvailable: Infinity, processes: { limit: 1, running: 0 }, disk: { total: 100 * 2 ** 30, available: Infinity } }
    else host = await reclaim.check(await lookNow())
  }
  const relist = async (): Promise<void> => {
    images = await runtime.listImages()
    report()
  }
  const report = (): void => { if (started) own(reporter.report(facts(), false), 'report the node status') }

  const read = (): void => own(resync().then(() => { unread = false; report() }, (e: unknown) => { unread = true; problem = (e as Error).message; report(); throw e }), 'read the state of the container runtime')
  const onRuntime = (event: RuntimeEvent): void => {
    if (stopped) return
    // The usual case first: every kubelet of a large hollow cluster is told of every container.
    if (event.type === 'container' || event.type === 'sandbox') {
      if (outdates(event)) workers.get(event.podUid)?.stale(event.id)
    } else if (event.type === 'unavailable') {
      unread = false
      problem = event.message
      log.warning('the container engine does not answer', { node: nodeName, why: event.message })
      report()
    } else if (event.type === 'resync') {
      read()
    }
  }
  const onTick = (): void => {
    tick = clock.after(TICK_MS, onTick)
    ticks++
    own(reporter.renew(clock.now()), 'renew the lease')
    if (unread) read()
    if (ticks % RESYNC_TICKS === 0) {
      for (const w of workers.values()) w.wake()
    }
    // Hollow nodes never run short.
    if (!hollow || ticks % RESYNC_TICKS === 0) own(look().then(report), 'look at the machine')
    if (!hollow) own(reclaim.limits(), 'measure the volumes of pods')
    if (!hollow && ticks % TIDY_TICKS === 0) own(reclaim.tidy(host), 'remove images that nobody uses')
    if (ticks % STATUS_TICKS === 0) own(reporter.report(facts(), true), 'report the node status')
  }
  const onConfig = (kind: 'configMap' | 'secret') => (object: ConfigMap | Secret): void => {
    const name = object.metadata.name
    for (const w of workers.values()) {
      if (w.pod.metadata.namespace !== object.metadata.namespace) continue
      const uses = w.pod.spec.volumes?.some((v) => (kind === 'configMap' ? v.configMap?.name === name : v.secret?.secretName === name) || v.projected?.sources?.some((x) => x[kind]?.name === name))
      if (uses || w.pod.status?.containerStatuses?.some((s) => s.state?.waiting?.reason === 'CreateContainerConfigError')) w.wake()
    }
  }

  return {
    name: 'kubelet',
    nodeName,
    refresh() {
      if (started && !stopped) own(register(), 'register the node again')
    },
    heard(node) {
      if (!stopped) nodeEvents.schedulable(!node.spec?.unschedulable)
    },
    async start() {
      nodeEvents.starting()
      if (!hollow) {
        const { objects = informers } = options
        configMaps = objects.informer(ConfigMaps)
        secrets = objects.informer(Secrets)
        services = objects.informer(Services)
        const [onMap, onSecret] = [onConfig('configMap'), onConfig('secret')]
        closers.push(configMaps.addHandlers({ onAdd: onMap, onUpdate: onMap, onDelete: onMap }), secrets.addHandlers({ onAdd: onSecret, onUpdate: onSecret, onDelete: onSecret }))
      }
      const pods = options.podInformer ?? informers.informer(Pods, { fieldSelector: `spec.nodeName=${nodeName}` })
      closers.push(podsOfNode(pods, nodeName, { onPod, onDeleted: onPodDeleted }))
      informers.start()
      if (!hollow) options.objects?.start()
      try {
        version = await soon(runtime.version())
        await look()
        images = await soon(runtime.listImages())
        problem = undefined
      } catch (e) {
        problem = (e as Error).message
      }
      // The engine's problem is the node's, and no reason not to start.
      await Promise.all([register(), pods.synced(AbortSignal.timeout(30_000)), configMaps?.synced(AbortSignal.timeout(30_000)), secrets?.synced(AbortSignal.timeout(30_000)), services?.synced(AbortSignal.timeout(30_000))])
      started = true
      log.info('the kubelet has started', { node: nodeName, runtime: version ? `${version.name}://${version.version}` : '', ...(problem ? { problem } : {}) })
      const subscription = runtime.subscribe(onRuntime, { node: nodeName })
      closers.push(() => subscription.close())
      if (hasImageEvents(runtime)) {
        const imageEvents = runtime.subscribeImages(() => own(relist(), 'list the images'))
        closers.push(() => imageEvents.close())
      }
      // Spread, so that a thousand kubelets do not all tick in one moment.
      tick = clock.after(Math.floor(Math.random() * TICK_MS), onTick)
    },
    async stop() {
      if (stopped) return
      stopped = true
      tick?.cancel()
      for (const close of closers.splice(0)) close()
      status.stop()
      for (const w of workers.values()) w.stop()
      let timer: Timer | undefined
      await Promise.race([Promise.all([reporter.stop(), ...[...workers.values()].map((w) => w.idle())]), new Promise<void>((r) => { timer = clock.after(STOP_LIMIT_MS, r) })])
      timer?.cancel()
    },
    health(): Health {
      if (!started) return { healthy: false, message: healthText('notStarted') }
      return problem === undefined ? { healthy: true, message: healthText('kubelet', { node: nodeName, pods: workers.size }) } : { healthy: false, message: healthText('kubelet.runtime', { why: problem }) }
    },
    async containerLogs(pod, logOptions, signal) {
      const worker = workers.get(pod.uid)
      if (!worker) throw notFound({ group: '', resource: 'pods' }, pod.name)
      try {
        return containerLogs(runtime, worker.pod, worker.containers, logOptions, signal)
      } catch (e) {
        throw toApiError(e, pod.name)
      }
    },
    exec(pod, execOptions) {
      const worker = workers.get(pod.uid)
      if (!worker) throw notFound({ group: '', resource: 'pods' }, pod.name)
      return prepareExec(runtime, worker.containers, execOptions)
    },
    attach(pod, attachOptions) {
      const worker = workers.get(pod.uid)
      if (!worker) throw notFound({ group: '', resource: 'pods' }, pod.name)
      return prepareAttach(runtime, worker.containers, attachOptions)
    },
    async portForward(pod, port) {
      const worker = workers.get(pod.uid)
      if (!worker) throw notFound({ group: '', resource: 'pods' }, pod.name)
      return dialPod(runtime, worker.containers, port, pod.name)
    },
    pods: () => [...here()],
    probes: probes.text,
    numbers: () => numbersOf({ counts, containers: [...workers.values()].flatMap((w) => w.containers), claims: isLocal(runtime) ? volumes.claims() : [] }),
    configuration: () => kubeletConfiguration({ maxPods: capacity().pods, taints: options.taints ?? [], network: options.network, syncMs: TICK_MS * RESYNC_TICKS, reportMs: TICK_MS * STATUS_TICKS }),
  }
}
