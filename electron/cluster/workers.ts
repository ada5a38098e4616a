/** The boxes below the API server: scheduler, controllers, and the kubelets of the nodes, each with a client under its own name. */
import type { Node, Pod } from '../../shared/api/types.ts'
import { Jobs, Nodes, Pods } from '../../shared/api/resources.ts'
import type { ClusterNetwork } from '../../shared/cluster-network.ts'
import { logger } from '../../shared/log.ts'
import type { SchedulingDecision } from '../../shared/scheduling-decision.ts'
import type { Component } from '../client/component.ts'
import { createEventRecorder, createInformerFactory } from '../client/index.ts'
import type { Informer, InformerFactory } from '../client/types.ts'
import { createControllerManager } from '../controllers/index.ts'
import { createDockerRuntime, createHollowRuntime } from '../kubelet/index.ts'
import type { ContainerRuntime } from '../kubelet/runtime/types.ts'
import { createEventCollector, createLogCollector } from '../logging/index.ts'
import type { LogStore } from '../logging/types.ts'
import type { Metrics } from '../metrics/index.ts'
import { createPolicyGuard, nodeNetworks } from '../network/index.ts'
import { createScheduler } from '../scheduler/index.ts'
import { startAddons, type Addons } from './addons.ts'
import type { BuildContext } from './context.ts'
import type { ControlPlane } from './control-plane.ts'
import { watchEngine } from './engine.ts'
import { volumeFolders } from './storage.ts'
import type { HealthSource } from './health.ts'
import { CLUSTER_NODE, kubeletBuilder } from './kubelet-builder.ts'
import type { KubeletDoor } from '../apiserver/types.ts'
import { kubeletDoor } from './kubelet-door.ts'
import { podFacts, removingWhatIsRead } from './logs.ts'
import { createLocalNodes } from './local-nodes.ts'
import { POLICIES } from './proxy.ts'

const log = logger('cluster')
const SCHEDULER = 'system:kube-scheduler'
/** Reads Events into the log. */
const LOGGING = 'system:pilothouse:logging'
const CONTROLLERS = 'system:kube-controller-manager'
/** How long READY waits for the nodes; after that it comes anyway, and the node says what is wrong. */
const NODES_TIMEOUT = 5000

/** With more nodes than this their kubelets are not shown one by one. */
const MANY_NODES = 10

export interface Workers extends HealthSource {
  readonly runtime: ContainerRuntime
  readonly nodes: readonly string[]
  readonly pods: Informer<Pod>
  readonly nodeObjects: Informer<Node>
  /** The scheduler's last decision on a pod. */
  decision(podUid: string): SchedulingDecision | undefined
  readonly metrics: Metrics
  readonly door: KubeletDoor
}

/** @param network the plan, as soon as there is one, and who is told that it cannot be made */
export const createRuntime = ({ options, data, clock }: Omit<BuildContext, 'network'>, network: { readonly plan: () => ClusterNetwork | undefined; rangeTaken(): void }): ContainerRuntime =>
  options.runtime === 'hollow' ? createHollowRuntime({ clock }) : createDockerRuntime({ clusterId: data.clusterId, network: network.plan, rangeTaken: network.rangeTaken })

export async function startWorkers(context: BuildContext, plane: ControlPlane, runtime: ContainerRuntime, logs: LogStore): Promise<Workers> {
  const { state, clock, teardown, options } = context
  const informersOf = (user: string, groups?: readonly string[]): InformerFactory => {
    const factory = createInformerFactory(plane.clients.clientFor(user, groups), clock)
    teardown.add(`informers of ${user}`, () => factory.stop())
    return factory
  }
  const recorderOf = (user: string, component: string, host?: string) => {
    const recorder = createEventRecorder(plane.clients.clientFor(user), { component, clock, ...(host ? { host } : {}) })
    teardown.add(`events of ${component}`, () => recorder.stop())
    return recorder
  }
  teardown.add('engine', watchEngine(runtime, state))

  const schedulerInformers = informersOf(SCHEDULER)
  const scheduler = createScheduler({ client: plane.clients.clientFor(SCHEDULER), informers: schedulerInformers, clock, recorder: recorderOf(SCHEDULER, 'default-scheduler') })
  const managerInformers = informersOf(CONTROLLERS)
  const manager = plane.clients.clientFor(CONTROLLERS)
  const controllers = createControllerManager({ client: manager, informers: managerInformers, clock, caPem: plane.caPem, signer: plane.signer, tokenSigner: plane.signToken, network: context.network, volumeFolders: volumeFolders(context.data.volumes, runtime) })
  const guard = createPolicyGuard(plane.clients.clientFor(POLICIES), clock)
  const collector = createLogCollector({ store: logs, source: runtime, clock, node: CLUSTER_NODE, pod: podFacts(schedulerInformers.informer(Pods)) })
  const builder = kubeletBuilder(context, plane, removingWhatIsRead(runtime, collector), { networkOf: nodeNetworks(managerInformers.informer(Nodes)), guard })
  const localNodes = createLocalNodes({ client: manager, informers: managerInformers, clock, runtime, atLeast: options.nodes, podCIDR: context.network.podCIDR, ...builder })
  const { kubelets } = localNodes
  let addons: Addons | undefined
  const door = kubeletDoor(kubelets, () => addons?.pages)
  plane.server.setKubeletDoor(door)

  const run = (name: string, parts: readonly Component[]): Promise<unknown> => {
    for (const part of parts) teardown.add(part.name, () => part.stop())
    return state.step(name, () => Promise.all(parts.map((part) => part.start())))
  }
  const watched = { nodes: schedulerInformers.informer(Nodes), pods: schedulerInformers.informer(Pods), jobs: managerInformers.informer(Jobs) }
  await Promise.all([run('kube-scheduler', [scheduler]), run('kube-controller-manager', [controllers]), run('kubelet', [localNodes])])
  await state.step('nodes', () => nodesReady(watched.nodes, [...kubelets.keys()]))
  // Collecting is not waited for: an engine with many old containers must not delay the cluster.
  const events = createEventCollector({ store: logs, client: plane.clients.clientFor(LOGGING), clock })
  void run('log collector', [collector, events]).catch((e: unknown) => log.error('Logs are not collected', { error: e }))

  const parts: Component[] = [scheduler, controllers, localNodes, collector, events]
  const nodes = (): string[] => [...kubelets.keys()].sort()
  addons = startAddons(context, plane, { runtime, watched, scheduler, numbers: (name) => kubelets.get(name)?.numbers(), nodes, guard, logs, collector, components: () => [...parts, ...kubelets.values()] })
  parts.push(...addons.components)
  return {
    runtime,
    door,
    get nodes() {
      return nodes()
    },
    pods: watched.pods,
    nodeObjects: watched.nodes,
    decision: (uid) => scheduler.lastDecision(uid),
    metrics: addons.metrics,
    components: () => (kubelets.size > MANY_NODES ? parts : [...parts, ...kubelets.values()]),
    others: () => plane.health(),
    onChange(callback) {
      const closers = [watched.nodes.addHandlers({ onAdd: callback, onUpdate: callback, onDelete: callback })]
      const subscription = runtime.subscribe((event) => { if (event.type === 'available' || event.type === 'unavailable') callback() })
      return () => {
        subscription.close()
        for (const close of closers) close()
      }
    },
  }
}

const decided = (node: Node | undefined): boolean => node?.status?.conditions?.some((c) => c.type === 'Ready' && (c.status === 'True' || c.status === 'False')) ?? false

/** Resolves when every node has said whether it is ready, or after the time limit, with a warning. */
async function nodesReady(informer: Informer<Node>, names: readonly string[]): Promise<void> {
  const missing = (): string[] => names.filter((n) => !decided(informer.get(n)))
  await new Promise<void>((resolve) => {
    let remove = (): void => {}
    const end = (): void => { clearTimeout(timer); remove(); resolve() }
    const look = (): void => { if (!missing().length) queueMicrotask(end) }
    const timer = setTimeout(() => { log.warning('Nodes have not reported yet', { nodes: missing().slice(0, 10).join(' ') }); end() }, NODES_TIMEOUT)
    remove = informer.addHandlers({ onAdd: look, onUpdate: look })
    look()
  })
}
