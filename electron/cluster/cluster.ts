/**
 * The composition root: builds every part of the picture, starts and stops them in order. It is the only place that knows
 * them all; they know the client. `shell/` and headless.ts meet the cluster through `endpoint`, `state` and a few callbacks,
 * so that the whole of it could move to a process of its own.
 */
import type { Alert } from '../../shared/alerts.ts'
import type { Settings, ClusterState } from '../../shared/ipc.ts'
import type { Lease, Secret } from '../../shared/api/types.ts'
import type { ClusterNetwork } from '../../shared/cluster-network.ts'
import type { AuditPolicy } from '../apiserver/audit-policy.ts'
import type { ApiServer } from '../apiserver/types.ts'
import { Secrets } from '../../shared/api/resources.ts'
import { realClock } from '../../shared/clock.ts'
import { serviceUnavailable } from '../../shared/errors.ts'
import { addLogSink, logger } from '../../shared/log.ts'
import type { Client } from '../client/types.ts'
import { gatewayOf } from '../kubelet/runtime/capabilities.ts'
import type { LogStore } from '../logging/types.ts'
import { readAuditPolicy } from './audit-policy-file.ts'
import { type DataDirectory, openDataDirectory } from './data-directory.ts'
import { type ControlPlane, startControlPlane } from './control-plane.ts'
import { type Alerts, startAlerts } from './alerts/index.ts'
import { createEndpoint, type Endpoint } from './endpoint.ts'
import { createExecSessions } from './exec-sessions.ts'
import { createPortForwards, type Dial } from './port-forwards.ts'
import { createCallHandlers, createSubscriptionHandlers, DASHBOARD_USER } from './handlers.ts'
import { collectHealth } from './health.ts'
import { holdLeases } from './leases.ts'
import { lockFolder } from './lock.ts'
import type { ClusterOptions } from './options.ts'
import { createShippingDoor, type ShippingDoor } from './shipping.ts'
import { openSettings, type SettingsFile } from './settings.ts'
import { StateHolder } from './state.ts'
import type { BuildContext } from './context.ts'
import type { Restored, SnapshotFacts } from './snapshots.ts'
import { planAgain, planNetwork } from './network.ts'
import { Teardown } from './teardown.ts'
import { imagePresence } from './image-presence.ts'
import { createImages, type BuildFolders } from './images.ts'
import { VERSION, kubernetesVersion } from './version.ts'
import { createRuntime, startWorkers, type Workers } from './workers.ts'

const log = logger('cluster')

/** Each try sees what is taken by then; who loses so often has another problem. */
const MOVES_LIMIT = 8

/** A sentence for whoever asked too early. */
class NotReadyError extends Error {
  constructor() {
    super('The cluster is not ready; try again when it is.')
  }
}

export class Cluster {
  readonly data: DataDirectory
  readonly settings: SettingsFile
  readonly state: StateHolder
  readonly endpoint: Endpoint
  /** The desktop app puts its dialog here. */
  readonly buildFolders: BuildFolders = {}
  readonly options: ClusterOptions
  /** What lives as long as the cluster does. */
  #teardown = new Teardown()
  /** The parts of the picture: these are ended and started again when another state takes the store's place. */
  #parts = new Teardown()
  /** What others do with the cluster: ended first. */
  #users = new Teardown()
  #restarting: Promise<unknown> | undefined
  #plane: ControlPlane | undefined
  #workers: Workers | undefined
  #logs: LogStore | undefined
  #stopping: Promise<void> | undefined
  #settingsListeners = new Set<(settings: Settings) => void>()
  #alerts: Alerts | undefined
  #auditPolicy: AuditPolicy | undefined
  #shipping: ShippingDoor | undefined
  #alertListeners = new Set<(alert: Alert) => void>()
  #rangesTaken = false
  #moves = 0

  /** Makes the data folder if it is not there; starts nothing. Throws when the folder is not ours to use. */
  constructor(options: Partial<ClusterOptions> & Pick<ClusterOptions, 'home' | 'resources' | 'renderer'>) {
    this.options = { runtime: 'docker', nodes: options.runtime === 'hollow' ? 3 : 1, port: 6443, dashboardPort: 6480, ...options }
    this.data = openDataDirectory(this.options.home)
    const file = openSettings(this.data.settings)
    this.settings = {
      get: file.get,
      set: (change) => {
        const settings = file.set(change)
        for (const listener of this.#settingsListeners) listener(settings)
        return settings
      },
    }
    this.state = new StateHolder({ phase: 'starting', message: '', steps: [], components: [], runtime: this.options.runtime, version: VERSION, kubernetesVersion: kubernetesVersion.gitVersion })
    const api = (): ApiServer => {
      if (!this.#plane) throw serviceUnavailable('The API server has not started yet; try again in a moment')
      return this.#plane.server
    }
    const dial = (): Dial => {
      const door = this.#workers?.door.portForward
      if (!door) throw serviceUnavailable('The kubelets have not started yet; try again in a moment')
      return door
    }
    const forwards = createPortForwards({ api, user: DASHBOARD_USER, dial, clock: realClock })
    this.#teardown.add('port forwards', () => forwards.close())
    const parts = {
      state: this.state,
      settings: this.settings,
      api: () => this.#plane?.server,
      counts: () => this.#plane?.server.counts,
      traffic: () => this.#plane?.server.traffic,
      logs: () => this.#logs,
      metrics: () => this.#workers?.metrics,
      alerts: () => this.#alerts,
      shipping: () => this.#shipping,
      audit: () => this.#plane?.audit,
      decision: (uid: string) => this.#workers?.decision(uid),
      exec: createExecSessions(api, DASHBOARD_USER),
      forwards,
      images: createImages({
        runtime: () => this.#workers?.runtime, nodes: () => this.nodes, pods: () => this.#workers?.pods.list() ?? [], folders: this.buildFolders,
        secret: (namespace, name) => this.clientFor(DASHBOARD_USER.name, DASHBOARD_USER.groups).get(Secrets, name, namespace),
      }),
      imagePresence: (image: string) => imagePresence(this.#workers?.runtime, image),
    }
    this.endpoint = createEndpoint(createCallHandlers(parts), createSubscriptionHandlers(parts))
    this.#settingsListeners.add(() => this.#keepPast())
  }

  /** Of the store that there is now: a restore puts another in its place. */
  #keepPast(): void {
    this.#plane?.keepPast(this.settings.get().keptPast).catch((error: unknown) => logger('etcd').warning('What is too old could not be removed; it is tried again later', { error: error as Error }))
  }

  /** Calls back at once, and on each change. */
  onSettings(listener: (settings: Settings) => void): void {
    this.#settingsListeners.add(listener)
    listener(this.settings.get())
  }
  /** Calls back once for each alert that nobody silenced. */
  onAlert(listener: (alert: Alert) => void): void {
    this.#alertListeners.add(listener)
  }

  /** Resolves with the state once the cluster is ready. Rejects, with everything stopped again, when a part cannot start. */
  async start(): Promise<ClusterState> {
    try {
      this.#auditPolicy = await readAuditPolicy(this.options.auditPolicy, this.data.auditPolicy)
      this.#teardown.add('folder lock', await lockFolder(this.data.root))
      await this.#startParts(this.options.port)
      this.#ready()
      return this.state.value
    } catch (e) {
      return await this.#fail(e)
    }
  }

  async #fail(e: unknown): Promise<never> {
    log.error('The cluster could not be started', { error: e })
    await this.#end()
    this.state.update({ phase: 'failed', message: (e as Error).message })
    throw e
  }

  async #end(): Promise<void> {
    await this.#users.run()
    await this.#parts.run()
    await this.#teardown.run()
  }

  /** @param port the first port to try for the API server */
  async #startParts(port: number): Promise<void> {
    const parts = { data: this.data, options: { ...this.options, port }, state: this.state, clock: realClock, teardown: this.#parts }
    const { collectAudit, keptLogs, openLogs } = await import('./logs.ts')
    const logs = (this.#logs = await this.state.step('logging', () => openLogs(parts, addLogSink, this.settings.get().keptLogs)))
    const keep = ({ keptLogs: kept }: Settings): void => { void logs.keep(keptLogs(kept)).catch((error: unknown) => logger('logging').warning('Logs that are too old could not be removed; it is tried again later', { error: error as Error })) }
    this.#settingsListeners.add(keep)
    this.#parts.add('bounds of the log', () => { this.#settingsListeners.delete(keep) })
    let network: ClusterNetwork | undefined
    const runtime = createRuntime(parts, { plan: () => network, rangeTaken: () => this.#moveNetwork() })
    this.#parts.add('container runtime', () => runtime.close())
    const plan = this.#rangesTaken ? planAgain : planNetwork
    this.#rangesTaken = false
    network = await this.state.step('network', () => plan(this.data, runtime))
    const context: BuildContext = { ...parts, network }
    const plane = (this.#plane = await startControlPlane(context, await collectAudit(parts, logs), gatewayOf(runtime)?.dial, this.#auditPolicy))
    this.#keepPast()
    this.state.update({ apiServer: plane.url, kubeconfig: this.data.kubeconfig })
    const workers = (this.#workers = await startWorkers(context, plane, runtime, logs))
    const alerts = (this.#alerts = startAlerts({
      pods: workers.pods, nodes: workers.nodeObjects, secrets: plane.server.lister<Secret>('', 'secrets'), clock: realClock, path: this.data.alerts, pki: this.data.pki,
      notify: (alert) => { for (const listener of this.#alertListeners) listener(alert) },
    }))
    this.#parts.add('alerts', () => alerts.stop())
    this.#parts.add('health', collectHealth(this.state, workers, realClock))
  }

  #ready(): void {
    this.state.update({ phase: 'ready', message: '' })
    this.#shipLogs()
    this.#holdLeases()
    if (this.#rangesTaken) this.#moveNetwork()
  }

  /** Somebody has the ranges of a network that was not made yet: the parts start again with others. Once the cluster is ready. */
  #moveNetwork(): void {
    if (this.#moves >= MOVES_LIMIT) return
    this.#rangesTaken = true
    if (this.state.value.phase !== 'ready' || this.#stopping) return
    this.#moves++
    this.#restarting = this.#again('the network could not be moved', async () => undefined).catch(() => undefined)
  }

  /** Nobody waits for them. */
  #holdLeases(): void {
    if (!this.#plane) return
    const leases = holdLeases(this.#plane.clients, this.#plane.server.lister<Lease>('coordination.k8s.io', 'leases'), realClock)
    this.#parts.add('leases', () => leases.stop())
  }

  /** Nobody waits for it. */
  #shipLogs(): void {
    if (!this.#logs) return
    const shipping = (this.#shipping = createShippingDoor(this.data, this.#logs, realClock))
    this.#parts.add('log forwarding', () => shipping.stop())
  }

  /** Something that lives as long as the cluster: ended first when it stops. */
  onStop(name: string, end: () => unknown): void {
    this.#users.add(name, end)
  }

  /** How far the state is and how many objects it has; undefined: the cluster is not ready. */
  get extent(): { readonly revision: number; readonly keys: number } | undefined {
    const store = this.state.value.phase === 'ready' ? this.#plane?.store : undefined
    return store && { revision: store.revision, keys: store.stats().keys }
  }

  /** Saves the whole state to a file. Rejects with a sentence. */
  async saveSnapshot(file: string): Promise<SnapshotFacts> {
    if (this.state.value.phase !== 'ready' || !this.#plane) throw new NotReadyError()
    return (await import('./snapshots.ts')).saveThrough(this.#plane.server, DASHBOARD_USER, file)
  }

  /** What is in a snapshot, if it can be restored here. Rejects with a sentence. */
  async readSnapshot(file: string): Promise<SnapshotFacts> {
    if (this.state.value.phase !== 'ready') throw new NotReadyError()
    return (await import('./snapshots.ts')).verifyFor(this.data, file)
  }

  /**
   * Puts a snapshot in the place of the state: the parts end, the store is exchanged, and they start again, at the same port.
   * Containers go on running meanwhile. Rejects with a sentence; then either nothing has changed, or the cluster has failed and says so.
   */
  restoreSnapshot(file: string): Promise<Restored> {
    if (this.state.value.phase !== 'ready' || this.#stopping) return Promise.reject(new NotReadyError())
    const work = this.#restore(file)
    this.#restarting = work.catch(() => undefined)
    return work
  }

  async #restore(file: string): Promise<Restored> {
    const { restoreInto, verifyFor } = await import('./snapshots.ts')
    // What is no snapshot is found out while everything still runs.
    await verifyFor(this.data, file)
    if (this.state.value.phase !== 'ready') throw new NotReadyError()
    return this.#again('nothing was restored', () => this.state.step('snapshot', () => restoreInto(this.data, file, realClock.now())))
  }

  /**
   * Ends the parts, does `work` while no store is open, and starts them again, at the same port; also when the work failed, then with what
   * was there. Resolves with what the work gives; rejects as it does, or with the cluster failed.
   * @param undone for the sentence when the store could not be closed, and the work was not done
   */
  async #again<T>(undone: string, work: () => Promise<T>): Promise<T> {
    const port = Number(new URL(this.#plane?.url ?? '').port)
    this.state.update({ phase: 'stopping', message: '' })
    const failed = await this.#parts.run()
    if (failed.includes('etcd')) return this.#fail(new Error(`The store could not be closed, so ${undone}. Start Pilothouse again.`))
    this.#plane = this.#workers = this.#logs = this.#alerts = this.#shipping = undefined
    this.state.update({ phase: 'starting', message: '', steps: [], components: [] })
    const done = await work().then((value) => ({ value }), (error: unknown) => ({ error }))
    try {
      await this.#startParts(port)
    } catch (e) {
      return await this.#fail(e)
    }
    this.#ready()
    if ('error' in done) throw done.error
    return done.value
  }

  /** A client of the API that acts as `user`. Throws before the API server has started. */
  clientFor(user: string, groups?: readonly string[]): Client {
    if (!this.#plane) throw new Error('The API server has not started')
    return this.#plane.clients.clientFor(user, groups)
  }

  /** Nodes of the cluster, by name. */
  get nodes(): readonly string[] {
    return this.#workers?.nodes ?? []
  }

  /** Ends every part in the opposite order. Containers go on running: the next start adopts them. Idempotent. */
  stop(): Promise<void> {
    return (this.#stopping ??= (async () => {
      await this.#restarting
      this.state.update({ phase: 'stopping', message: '' })
      await this.#end()
      this.state.update({ phase: 'stopped', message: '' })
    })())
  }
}
