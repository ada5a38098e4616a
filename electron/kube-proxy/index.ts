/**
 * kube-proxy: leads what is sent to a Service to its endpoints, by rules in the kernel. There is one for the whole machine,
 * since all nodes share its network.
 */
import type { ClusterNetwork } from '../../shared/cluster-network.ts'
import { healthText } from '../../shared/component-health.ts'
import { logger } from '../../shared/log.ts'
import type { Component, ComponentContext, Health } from '../client/component.ts'
import type { Dial } from '../client/dial.ts'
import { deferred } from '../client/index.ts'
import type { Client, EventRecorder } from '../client/types.ts'
import { bridgeOf } from './bridge.ts'
import type { BridgeState, NetworkHost } from './host.ts'
import { createRuleKeeper, type RuleKeeper } from './keeper.ts'
import { HealthChecks } from './health-checks.ts'
import { createBalancer } from './balancer.ts'
import { LocalPorts, type LocalPort } from './local-ports.ts'
import { createProxyMetrics, type ProxyMetrics } from './metrics.ts'
import type { ChainNames } from './names.ts'
import { mergeRules } from './restore.ts'
import type { Endpoint, ServicePort } from './model.ts'
import { serviceRules, type RuleSet } from './rules.ts'
import { trackServices } from './tracker.ts'
import { UdpZones } from './zones.ts'

export { directHost, type BridgeState, type NetworkHost } from './host.ts'
export { removeRules } from './keeper.ts'
export { emptyRules } from './rules.ts'

export const KUBE_PROXY = 'kube-proxy'
const SYNC_TIMEOUT_MS = 30_000
const LAST_SYNC_MS = 2_000
const log = logger(KUBE_PROXY)
const NOT_FILTERED = healthText('proxy.unfiltered')

/** More rules beside those of Services, kept in place with them. */
export interface RuleSource {
  rules(names: ChainNames): RuleSet
  /** The source calls back when its rules have changed. */
  onChange(changed: () => void): void
  synced(signal: AbortSignal): Promise<unknown>
}
/** This machine's network cannot be changed. `expected`: nobody would want it, as with nodes that run nothing. */
export interface NoNetworkHost {
  readonly why: string
  readonly expected: boolean
}
export interface KubeProxyOptions extends Omit<ComponentContext, 'client'> {
  readonly network: ClusterNetwork
  readonly clusterId: string
  readonly host: NetworkHost | NoNetworkHost
  /** To endpoints, where they are not this machine's to reach. */
  readonly dial?: Dial | undefined
  readonly sources?: readonly RuleSource[]
  /** Answers Services of type LoadBalancer on localhost: who writes their status. Absent: they wait for somebody else. */
  readonly balancer?: { readonly client: Client; readonly events: EventRecorder }
  /** Calls back when a sandbox has started, or when the engine is there (again). Answers what ends it. */
  onEngine(callbacks: { started(): void; available(): void }): () => void
}
export interface KubeProxy extends Component {
  readonly metrics: ProxyMetrics
  /** Resolves when everything that is known now is in the kernel, however long that takes. */
  settle(): Promise<void>
  /** Why rules do not hold between pods; undefined: they do, as far as is known. */
  readonly unenforced: string | undefined
}

export function createKubeProxy({ informers, clock, network, clusterId, host, dial, sources = [], balancer: asBalancer, onEngine }: KubeProxyOptions): KubeProxy {
  const metrics = createProxyMetrics(clock)
  if ('why' in host) return unable(host, metrics)
  const zones = new UdpZones(Math.floor(clock.now() / 1000))
  const prepareBridge = host.prepareBridge ? () => host.prepareBridge!(network) : bridgeOf(host, network)
  let bridge: BridgeState = { present: false, localhostPorts: host.writesSettings, filtered: true }
  let keeper: RuleKeeper | undefined
  const begun = deferred<void>()
  let stopped = false
  let stopEngine = (): void => undefined
  let preparing: Promise<void> | undefined
  let again = false
  let problem: string | undefined

  const tracker = trackServices(informers, (what) => { metrics.changed(what); changed() })
  function changed(): void {
    void keeper?.sync()
  }
  const localPorts = new LocalPorts(dial)
  const checks = new HealthChecks()
  const endpointsOf = (service: string, { protocol, port }: LocalPort): readonly Endpoint[] => tracker.ports().find((p) => p.service === service && p.protocol === protocol && p.port === port)?.endpoints ?? []
  const balancer = asBalancer && createBalancer({ ...asBalancer, informers, clock, ports: localPorts, udp: () => bridge.localhostPorts, endpointsOf })
  /** Without rules for them, node ports on localhost are passed on by listeners. */
  const nodePorts = new LocalPorts(dial)
  const serveNodePorts = async (all: readonly ServicePort[]): Promise<void> => {
    const wanted = bridge.localhostPorts ? [] : all.filter((p) => p.nodePort && p.protocol === 'tcp')
    const names = new Set(wanted.map((p) => p.name))
    for (const owner of nodePorts.owners()) if (!names.has(owner)) await nodePorts.release(owner)
    for (const p of wanted) {
      const at: LocalPort = { protocol: 'tcp', port: p.nodePort }
      await nodePorts.release(p.name, [at])
      const why = await nodePorts.hold(p.name, at, () => tracker.ports().find((x) => x.name === p.name && x.protocol === 'tcp')?.endpoints ?? [])
      if (why) log.warning('a node port is not reachable on localhost', { service: p.name, why })
    }
  }
  let serving: Promise<void> = Promise.resolve()
  const compute = (names: ChainNames): RuleSet => {
    // Left behind, a rule for a port of localhost would catch what others serve there.
    const ports = stopped ? tracker.ports().map((p) => ({ ...p, balancerIPs: [] })) : tracker.ports()
    zones.update(ports)
    metrics.computed(ports)
    if (!stopped) {
      checks.update(ports)
      serving = serving.then(() => serveNodePorts(ports))
    }
    const own = serviceRules(ports, {
      names, podCIDR: network.podCIDR, serviceCIDR: network.serviceCIDR, bridge: network.bridge, localhostPorts: bridge.localhostPorts, masqueradeAll: !bridge.filtered, udpZones: zones.zones,
    })
    return mergeRules(own, ...sources.map((s) => s.rules(names)))
  }
  const unfiltered = (): string | undefined => (bridge.present && !bridge.filtered ? NOT_FILTERED : undefined)
  /** One at a time; asked for meanwhile, once more. */
  const prepare = (): void => {
    if (stopped) return
    if (preparing) {
      again = true
      return
    }
    preparing = prepareBridge().then((state) => {
      const differs = state.localhostPorts !== bridge.localhostPorts || state.filtered !== bridge.filtered
      bridge = state
      problem = undefined
      if (differs) changed()
    }, (error: Error) => {
      if (problem !== error.message) log.error('the pod bridge cannot be set up', { error })
      problem = error.message
    }).finally(() => {
      preparing = undefined
      if (again) {
        again = false
        prepare()
      }
    })
  }
  const health = (): Health => {
    if (!keeper) return { healthy: false, message: healthText('notStarted') }
    const rules = keeper.health()
    if (!rules.healthy) return { healthy: false, message: healthText('proxy.unreachable', { why: rules.message }) }
    if (problem) return { healthy: false, message: problem }
    const passing = unfiltered()
    return passing === undefined ? rules : { healthy: false, message: healthText('proxy.hidden', { why: passing }) }
  }

  return {
    name: KUBE_PROXY,
    metrics,
    health,
    async settle() {
      await begun.promise
      prepare()
      await keeper?.sync()
      while (preparing) await preparing
    },
    get unenforced() { return unfiltered() },
    async start() {
      for (const source of sources) source.onChange(changed)
      informers.start()
      const limit = AbortSignal.timeout(SYNC_TIMEOUT_MS)
      await Promise.all([tracker.synced(limit), ...sources.map((s) => s.synced(limit))])
      if (stopped) return
      keeper = createRuleKeeper({ host, clusterId, clock, compute, onSync: metrics.synced, onFailure: metrics.failed })
      stopEngine = onEngine({
        started: prepare,
        available() {
          prepare()
          keeper?.verify()
        },
      })
      prepare()
      begun.resolve()
      balancer?.start()
      // Not waited for: a machine that refuses is no reason not to start, and says so in the health.
      changed()
      log.info('kube-proxy has started', { how: host.how, pods: network.podCIDR, services: network.serviceCIDR })
    },
    async stop() {
      if (stopped) return
      stopped = true
      stopEngine()
      await preparing
      const healthy = keeper?.health().healthy
      if (healthy && tracker.ports().some((p) => p.balancerIPs.length)) await Promise.race([keeper?.sync(), new Promise<void>((resolve) => clock.after(LAST_SYNC_MS, resolve))])
      await keeper?.stop()
      checks.close()
      await Promise.all([balancer?.stop(), serving])
      await Promise.all([localPorts.close(), nodePorts.close()])
    },
  }
}

/** The box where Services cannot be served: it says why. */
function unable({ why, expected }: NoNetworkHost, metrics: ProxyMetrics): KubeProxy {
  return {
    name: KUBE_PROXY,
    metrics,
    settle: async () => undefined,
    unenforced: why,
    start: async () => log[expected ? 'info' : 'warning']('Services have no rules', { why }),
    stop: async () => undefined,
    health: () => ({ healthy: expected, message: why }),
  }
}
