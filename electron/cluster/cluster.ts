/**
 * The composition root: builds every part of the picture, starts and stops them in order. It is the only place that knows
 * them all; they know the client. `shell/` and headless.ts meet the cluster through `endpoint`, `state` and a few callbacks,
 * so that the whole of it could move to a process of its own.
 */
import type { Alert } from '../../shared/alerts.ts'
import type { Settings, ClusterState } from '../../shared/ipc.ts'
import type { Secret } from '../../shared/api/types.ts'
import type { ClusterNetwork } from '../../shared/cluster-network.ts'
import type { ApiServer } from '../apiserver/types.ts'
import { Secrets } from '../../shared/api/resources.ts'
import { realClock } from '../../shared/clock.ts'
import { serviceUnavailable } from '../../shared/errors.ts'
import { addLogSink, logger } from '../../shared/log.ts'
import type { Client } from '../client/types.ts'
import type { LogStore } from '../logging/types.ts'
import { type DataDirectory, openDataDirectory } from './data-directory.ts'
import { type ControlPlane, startControlPlane } from './control-plane.ts'
import { type Alerts, startAlerts } from './alerts/index.ts'
import { createEndpoint, type Endpoint } from './endpoint.ts'
import { createExecSessions } from './exec-sessions.ts'
import { createPortForwards, type Dial } from './port-forwards.ts'
import { createCallHandlers, createSubscriptionHandlers, DASHBOARD_USER } from './handlers.ts'
import { collectHealth } from './health.ts'
import { lockFolder } from './lock.ts'
import type { ClusterOptions } from './options.ts'
import { createShippingDoor, type ShippingDoor } from './shipping.ts'
import { openSettings, type SettingsFile } from './settings.ts'
import { StateHolder } from './state.ts'
import type { BuildContext } from './context.ts'
import { planNetwork } from './network.ts'
import { Teardown } from './teardown.ts'
import { imagePresence } from './image-presence.ts'
import { createImages, type BuildFolders } from './images.ts'
import { VERSION, kubernetesVersion } from './version.ts'
import { createRuntime, startWorkers, type Workers } from './workers.ts'

const log = logger('cluster')

export class Cluster {
  readonly data: DataDirectory
  readonly settings: SettingsFile
  readonly state: StateHolder
  readonly endpoint: Endpoint
  /** The desktop app puts its dialog here. */
  readonly buildFolders: BuildFolders = {}
  readonly options: ClusterOptions
  #teardown = new Teardown()
  #plane: ControlPlane | undefined
  #workers: Workers | undefined
  #logs: LogStore | undefined
  #stopping: Promise<void> | undefined
  #settingsListeners = new Set<(settings: Settings) => void>()
  #alerts: Alerts | undefined
  #shipping: ShippingDoor | undefined
  #alertListeners = new Set<(alert: Alert) => void>()

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
      this.#teardown.add('folder lock', await lockFolder(this.data.root))
      await this.#startParts()
      this.state.update({ phase: 'ready', message: '' })
      this.#shipLogs()
      return this.state.value
    } catch (e) {
      log.error('The cluster could not be started', { error: e })
      await this.#teardown.run()
      this.state.update({ phase: 'failed', message: (e as Error).message })
      throw e
    }
  }

  async #startParts(): Promise<void> {
    const parts = { data: this.data, options: this.options, state: this.state, clock: realClock, teardown: this.#teardown }
    const { collectAudit, openLogs } = await import('./logs.ts')
    const logs = (this.#logs = await this.state.step('logging', () => openLogs(parts, addLogSink)))
    let network: ClusterNetwork | undefined
    const runtime = createRuntime(parts, () => network)
    this.#teardown.add('container runtime', () => runtime.close())
    network = await this.state.step('network', () => planNetwork(this.data, runtime))
    const context: BuildContext = { ...parts, network }
    const plane = (this.#plane = await startControlPlane(context, collectAudit(parts, logs)))
    this.onSettings(({ keptPast }) => void plane.keepPast(keptPast).catch((error: unknown) => logger('etcd').warning('What is too old could not be removed; it is tried again later', { error: error as Error })))
    this.state.update({ apiServer: plane.url, kubeconfig: this.data.kubeconfig })
    const workers = (this.#workers = await startWorkers(context, plane, runtime, logs))
    const alerts = (this.#alerts = startAlerts({
      pods: workers.pods, nodes: workers.nodeObjects, secrets: plane.server.lister<Secret>('', 'secrets'), clock: realClock, path: this.data.alerts, pki: this.data.pki,
      notify: (alert) => { for (const listener of this.#alertListeners) listener(alert) },
    }))
    this.#teardown.add('alerts', () => alerts.stop())
    this.#teardown.add('health', collectHealth(this.state, workers, realClock))
  }

  /** Nobody waits for it. */
  #shipLogs(): void {
    if (!this.#logs) return
    const shipping = (this.#shipping = createShippingDoor(this.data, this.#logs, realClock))
    this.#teardown.add('log forwarding', () => shipping.stop())
  }

  /** Something that lives as long as the cluster: ended first when it stops. */
  onStop(name: string, end: () => unknown): void {
    this.#teardown.add(name, end)
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
      this.state.update({ phase: 'stopping', message: '' })
      await this.#teardown.run()
      this.state.update({ phase: 'stopped', message: '' })
    })())
  }
}
