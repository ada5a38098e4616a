/**
 * Makes kubelets follow LocalNodes: one that is there and running has a kubelet; one that is switched off has none, and its
 * containers are killed as by a power cut; one that is being removed is drained, then everything of it goes. Nobody is told
 * that a node was switched off: the control plane finds out as it does on any machine, by a lease that is not renewed.
 */
import { LOCAL_NODE_FINALIZER, type LocalNode, type LocalNodeCondition, type LocalNodeStatus } from '../../shared/api/local-node.ts'
import { Leases, LocalNodes, Nodes, Pods } from '../../shared/api/resources.ts'
import { type Clock, rfc3339 } from '../../shared/clock.ts'
import { healthText } from '../../shared/component-health.ts'
import { isAlreadyExists, isNotFound } from '../../shared/errors.ts'
import { cidrsOverlap, parseCidr } from '../../shared/ipv4.ts'
import { logger } from '../../shared/log.ts'
import { byNodeName, createReconciler } from '../client/index.ts'
import type { Component } from '../client/component.ts'
import type { Client, InformerFactory } from '../client/types.ts'
import { type Capacity, clearNode, type EngineSize, type Kubelet, powerOff } from '../kubelet/index.ts'
import type { ContainerRuntime } from '../kubelet/runtime/types.ts'
import { drain } from './node-drain.ts'
import { labelPatch } from './node-labels.ts'
import { missingNames, type RuntimeName, shareOf } from './node-shares.ts'

const log = logger('local-node-controller')
/** Budgets are obeyed for so long; then the node goes all the same. */
const DRAIN_LIMIT_MS = 2 * 60_000
const DRAIN_RETRY_MS = 2_000
const SYNC_TIMEOUT_MS = 30_000
const ignoreGone = (error: unknown): void => { if (!isNotFound(error)) throw error }

/** A kubelet with all that was made for it. */
export interface RunningNode {
  readonly kubelet: Kubelet
  close(): Promise<void>
}
export interface LocalNodesOptions {
  readonly client: Client
  readonly informers: InformerFactory
  readonly clock: Clock
  readonly runtime: ContainerRuntime
  /** At least so many nodes there shall be when the cluster starts. */
  readonly atLeast: number
  /** The cluster's pod range, of which each node has a share. Absent: nodes without one. */
  readonly podCIDR?: string
  build(node: LocalNode, capacity: (engine: EngineSize) => Capacity): RunningNode
  dataDirOf(name: string): string
}
export interface LocalNodesComponent extends Component {
  /** Those that run, by name; it changes as they do. */
  readonly kubelets: ReadonlyMap<string, Kubelet>
}

export function createLocalNodes(options: LocalNodesOptions): LocalNodesComponent {
  const { client, informers, clock, runtime } = options
  const runtimeName = runtime.name as RuntimeName
  const localNodes = informers.informer(LocalNodes)
  const nodes = informers.informer(Nodes)
  const pods = informers.informer(Pods, { indexers: { nodeName: byNodeName } })
  const running = new Map<string, RunningNode>()
  const kubelets = new Map<string, Kubelet>()
  /** Nodes of ours whose Node somebody has deleted. */
  const lost = new Set<string>()
  /** The generation of its spec that a running node was last given. */
  const given = new Map<string, number | undefined>()
  /** Switched off, and seen to it that nothing of them runs. */
  const off = new Set<string>()
  let started = false
  /** Of our runtime: what the engine is shared among. */
  let count = 0

  const isMine = (node: LocalNode): boolean => node.status?.runtime === undefined || node.status.runtime === runtimeName
  const mine = (): LocalNode[] => localNodes.list().filter(isMine)

  /** A share cannot be changed: where the cluster has got another range (its network was lost), the Node is made anew. */
  async function forgetForeignShare(name: string): Promise<void> {
    const share = parseCidr(nodes.get(name)?.spec?.podCIDR ?? '')
    const range = parseCidr(options.podCIDR ?? '')
    if (!share || !range || cidrsOverlap(share, range)) return
    log.warning('the range of a node is not of the cluster any more: it is registered anew', { node: name, podCIDR: nodes.get(name)?.spec?.podCIDR ?? '' })
    await client.delete(Nodes, name).catch(ignoreGone)
  }
  async function turnOn(node: LocalNode): Promise<void> {
    const { name } = node.metadata
    off.delete(name)
    await forgetForeignShare(name)
    const made = options.build(node, (engine) => shareOf(localNodes.get(name) ?? node, count, runtimeName, engine))
    running.set(name, made)
    given.set(name, node.metadata.generation)
    try {
      await made.kubelet.start()
      kubelets.set(name, made.kubelet)
    } catch (error) {
      running.delete(name)
      await made.close()
      throw error
    }
  }
  async function turnOff(name: string): Promise<void> {
    const made = running.get(name)
    kubelets.delete(name)
    await made?.close()
    running.delete(name)
    await powerOff(runtime, name)
    off.add(name)
  }
  async function say(node: LocalNode, condition: Omit<LocalNodeCondition, 'lastTransitionTime'>): Promise<void> {
    const before = node.status?.conditions ?? []
    const old = before.find((c) => c.type === condition.type)
    const generation = node.metadata.generation ?? 0
    if (old?.status === condition.status && old.reason === condition.reason && old.message === condition.message && node.status?.observedGeneration === generation && node.status.runtime) return
    const next: LocalNodeCondition = { ...condition, observedGeneration: generation, lastTransitionTime: old?.status === condition.status ? old.lastTransitionTime : rfc3339(clock.now()) }
    const status: LocalNodeStatus = { ...node.status, runtime: node.status?.runtime ?? runtimeName, observedGeneration: generation, conditions: [...before.filter((c) => c.type !== condition.type), next] }
    await client.patch(LocalNodes, node.metadata.name, undefined, 'merge', { metadata: { uid: node.metadata.uid }, status }, { subresource: 'status' })
  }
  async function label(node: LocalNode): Promise<void> {
    const patch = labelPatch(nodes.get(node.metadata.name), node.spec.labels ?? {})
    if (patch) await client.patch(Nodes, node.metadata.name, undefined, 'merge', patch)
  }

  /** True: nothing more to wait for. */
  async function empty(node: LocalNode): Promise<boolean> {
    const { name } = node.metadata
    const since = Date.parse(node.metadata.deletionTimestamp ?? '')
    const real = nodes.get(name)
    if (!running.has(name) || !real || clock.now() - since > DRAIN_LIMIT_MS) return true
    if (!real.spec?.unschedulable) await client.patch(Nodes, name, undefined, 'merge', { spec: { unschedulable: true } })
    const { left, blocked } = await drain(client, pods.byIndex('nodeName', name))
    if (!left) return true
    await say(node, { type: 'Drained', status: 'False', reason: blocked ? 'EvictionBlocked' : 'Draining', message: blocked ?? `${left} pods are still on the node` })
    reconciler.queue.addAfter(name, DRAIN_RETRY_MS)
    return false
  }
  async function remove(node: LocalNode): Promise<void> {
    const { name, finalizers = [] } = node.metadata
    if (!finalizers.includes(LOCAL_NODE_FINALIZER)) return
    if (isMine(node)) {
      if (!(await empty(node))) return
      await turnOff(name)
      await clearNode(runtime, name, options.dataDirOf(name))
    }
    await client.delete(Nodes, name).catch(ignoreGone)
    for (const pod of pods.byIndex('nodeName', name)) await client.delete(Pods, pod.metadata.name, pod.metadata.namespace, { gracePeriodSeconds: 0, ...(pod.metadata.uid ? { preconditions: { uid: pod.metadata.uid } } : {}) }).catch(ignoreGone)
    await client.delete(Leases, name, 'kube-node-lease').catch(ignoreGone)
    lost.delete(name)
    off.delete(name)
    given.delete(name)
    await client.patch(LocalNodes, name, undefined, 'merge', { metadata: { resourceVersion: localNodes.get(name)?.metadata.resourceVersion, finalizers: finalizers.filter((f) => f !== LOCAL_NODE_FINALIZER) } })
    log.info('a node was removed', { node: name })
  }

  async function reconcile(name: string): Promise<void> {
    const node = localNodes.get(name)
    if (!node) {
      // Its finalizer was taken off by somebody: nothing may go on running that nobody knows of.
      if (running.has(name)) await turnOff(name)
      return
    }
    if (node.metadata.deletionTimestamp) return remove(node)
    if (!isMine(node)) return say(node, { type: 'Running', status: 'False', reason: 'OtherRuntime', message: `this node was made with the ${node.status?.runtime} runtime, and the app runs with ${runtimeName}` })
    if (!node.spec.running) {
      if (running.has(name) || !off.has(name)) await turnOff(name)
      return say(node, { type: 'Running', status: 'False', reason: 'Stopped', message: 'the node is switched off' })
    }
    if (!running.has(name)) await turnOn(node)
    else if (lost.has(name) || given.get(name) !== node.metadata.generation) running.get(name)?.kubelet.refresh()
    given.set(name, node.metadata.generation)
    lost.delete(name)
    await label(node)
    await say(node, { type: 'Running', status: 'True', reason: 'KubeletRuns', message: 'the kubelet runs' })
  }
  const reconciler = createReconciler({ name: 'local-node-controller', concurrency: 8, clock, reconcile })

  function follow(): void {
    const add = (o: { metadata: { name: string } }): void => reconciler.queue.add(o.metadata.name)
    /** One more or one less: the others' shares change. Hollow nodes have none. */
    const counted = (node: LocalNode): void => {
      add(node)
      const now = mine().length
      if (now === count) return
      count = now
      if (runtimeName !== 'hollow') for (const { kubelet } of running.values()) kubelet.refresh()
    }
    localNodes.addHandlers({ onAdd: counted, onUpdate: add, onDelete: counted })
    nodes.addHandlers({
      onAdd: (node) => running.get(node.metadata.name)?.kubelet.heard(node),
      onUpdate: (node) => { running.get(node.metadata.name)?.kubelet.heard(node); if (kubelets.has(node.metadata.name) && labelPatch(node, localNodes.get(node.metadata.name)?.spec.labels ?? {})) add(node) },
      onDelete: (node) => { if (running.has(node.metadata.name)) { lost.add(node.metadata.name); add(node) } },
    })
    pods.addHandlers({ onDelete: (pod) => { const { nodeName } = pod.spec; if (nodeName && localNodes.get(nodeName)?.metadata.deletionTimestamp) reconciler.queue.add(nodeName) } })
  }
  async function makeMissing(): Promise<void> {
    const names = missingNames(runtimeName, options.atLeast, new Set(localNodes.list().map((n) => n.metadata.name)), mine().length)
    await Promise.all(names.map((name) => client.create(LocalNodes, { metadata: { name }, spec: { running: true } }).catch((e: unknown) => { if (!isAlreadyExists(e)) throw e })))
  }

  return {
    name: 'local-node-controller',
    kubelets,
    async start() {
      informers.start()
      await Promise.all([localNodes, nodes, pods].map((i) => i.synced(AbortSignal.timeout(SYNC_TIMEOUT_MS))))
      await makeMissing()
      // Asked afresh: the informer may not have heard of those just made.
      const { items } = await client.list(LocalNodes)
      count = items.filter(isMine).length
      await Promise.all(items.filter((n) => n.spec.running && !n.metadata.deletionTimestamp && isMine(n)).map(turnOn))
      started = true
      follow()
      reconciler.start()
    },
    async stop() {
      await reconciler.stop()
      await Promise.all([...running.values()].map((r) => r.close()))
    },
    health: () => (started ? { healthy: true, message: healthText('nodes', { running: kubelets.size, nodes: mine().length }) } : { healthy: false, message: healthText('notStarted') }),
  }
}
