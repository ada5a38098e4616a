/** The Node object of this kubelet: registration, status, heartbeat by Lease. Source: kubernetes pkg/kubelet/nodestatus and the node-lease KEP-589. */
import { hostname } from 'node:os'
import { isDeepStrictEqual } from 'node:util'
import { Leases, Nodes } from '../../shared/api/resources.ts'
import type { Lease, Node, NodeCondition, NodeStatus, Taint } from '../../shared/api/types.ts'
import { rfc3339, rfc3339Micro, type Clock } from '../../shared/clock.ts'
import { isAlreadyExists, isNotFound } from '../../shared/errors.ts'
import { isKubeletLabel } from '../../shared/node-labels.ts'
import type { Client } from '../client/types.ts'
import type { HostFacts, NodeIdentity } from './host.ts'
import { pressureOf, type Pressure } from './pressure.ts'
import type { ImageInfo, RuntimeVersion } from './runtime/types.ts'

export const KUBELET_VERSION = 'v1.36.0+pilothouse'
const LEASE_NAMESPACE = 'kube-node-lease'
export const LEASE_SECONDS = 40
const IMAGES_LISTED = 50

/** Millicores and bytes; 0 while the engine has not answered. */
export interface EngineSize {
  readonly cpuMillis: number
  readonly memoryBytes: number
}
export interface Capacity extends EngineSize {
  readonly pods: number
}
/** Source: the kubelet's --max-pods. */
export const DEFAULT_PODS = 110

export interface NodeFacts {
  readonly nodeName: string
  readonly address: string
  readonly capacity: Capacity
  readonly version: RuntimeVersion | undefined
  readonly images: readonly ImageInfo[]
  /** Absent: the engine runs elsewhere, or runs nothing. */
  readonly identity?: NodeIdentity | undefined
  /** What was seen of the machine; undefined: the engine runs elsewhere, or runs nothing. */
  readonly host?: HostFacts | undefined
  /** As the kubelet holds it, for a while after the last shortage; default: as `host` has it now. */
  readonly pressure?: Pressure
  /** Why NetworkPolicies are not enforced on this machine; undefined: they are. */
  readonly policyProblem?: string | undefined
  /** undefined: the engine answers. */
  readonly problem: string | undefined
  readonly now: number
}

/** Ours; there only on a machine on which it was true once. */
const UNENFORCED = 'NetworkPoliciesNotEnforced'
const OWN_CONDITIONS = ['MemoryPressure', 'DiskPressure', 'PIDPressure', UNENFORCED, 'Ready']

const quantity = (c: Capacity, disk: HostFacts['disk']): Record<string, string> => ({
  cpu: c.cpuMillis % 1000 ? `${c.cpuMillis}m` : String(c.cpuMillis / 1000), memory: `${Math.floor(c.memoryBytes / 1024)}Ki`, pods: String(c.pods),
  ...(disk ? { 'ephemeral-storage': `${Math.floor(disk.total / 1024)}Ki` } : {}),
})

export function computeNodeStatus(f: NodeFacts, previous: NodeStatus | undefined): NodeStatus {
  const condition = (type: string, status: string, reason: string, message: string): NodeCondition => {
    const old = previous?.conditions?.find((c) => c.type === type)
    return { type, status, reason, message, lastHeartbeatTime: rfc3339(f.now), lastTransitionTime: old?.status === status ? (old.lastTransitionTime ?? rfc3339(f.now)) : rfc3339(f.now) }
  }
  const pressure = (type: string, what: string, words: string, is: boolean | undefined): NodeCondition => {
    if (is === undefined) return condition(type, 'Unknown', 'NotObserved', `the kubelet cannot see the ${words} of the machine that the container engine runs on`)
    if (is) return condition(type, 'True', what === 'Disk' ? 'KubeletHasDiskPressure' : `KubeletHasInsufficient${what}`, `kubelet has insufficient ${words}`)
    return condition(type, 'False', what === 'Disk' ? 'KubeletHasNoDiskPressure' : `KubeletHasSufficient${what}`, what === 'Disk' ? 'kubelet has no disk pressure' : `kubelet has sufficient ${words}`)
  }
  const under = f.pressure ?? pressureOf(f.host)
  const policies = (): NodeCondition[] => {
    if (f.policyProblem !== undefined) return [condition(UNENFORCED, 'True', 'RulesNotMet', f.policyProblem)]
    return previous?.conditions?.some((c) => c.type === UNENFORCED) ? [condition(UNENFORCED, 'False', 'PoliciesEnforced', 'NetworkPolicies are enforced')] : []
  }
  const own = [
    ...policies(),
    pressure('MemoryPressure', 'Memory', 'memory available', under.memory),
    pressure('DiskPressure', 'Disk', 'disk space', under.disk),
    pressure('PIDPressure', 'PID', 'PID available', under.processes),
    f.problem === undefined ? condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status') : condition('Ready', 'False', 'KubeletNotReady', `container runtime is down: ${f.problem}`),
  ]
  const foreign = (previous?.conditions ?? []).filter((c) => !own.some((o) => o.type === c.type))
  const v = f.version
  return {
    ...previous,
    capacity: quantity(f.capacity, f.host?.disk), allocatable: quantity(f.capacity, f.host?.disk), conditions: [...foreign, ...own],
    addresses: [{ type: 'InternalIP', address: f.address }, { type: 'Hostname', address: f.nodeName }],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    images: [...f.images].sort((a, b) => b.sizeBytes - a.sizeBytes).slice(0, IMAGES_LISTED).map((i) => ({ names: [...i.names], sizeBytes: i.sizeBytes })),
    nodeInfo: {
      machineID: '', systemUUID: '', bootID: '', ...f.identity, kernelVersion: v?.kernel ?? '', osImage: v?.osImage ?? '', containerRuntimeVersion: v ? `${v.name}://${v.version}` : '',
      kubeletVersion: KUBELET_VERSION, kubeProxyVersion: '', operatingSystem: v?.os ?? 'linux', architecture: v?.arch ?? (process.arch === 'arm64' ? 'arm64' : 'amd64'),
    },
  } as NodeStatus
}

/** What counts as a change: everything but the heartbeat. */
const essence = (s: NodeStatus | undefined): unknown => s && { ...s, conditions: s.conditions?.map((c) => ({ ...c, lastHeartbeatTime: '' })) }

export interface NodeReporter {
  /** Creates the Node (or takes over the one that is there) and its Lease. */
  register(facts: NodeFacts, labels: Readonly<Record<string, string>>, taints: readonly Taint[]): Promise<void>
  /** Writes the status when it has changed, or when `force`. */
  report(facts: NodeFacts, force: boolean): Promise<void>
  renew(now: number): Promise<void>
  /** Begins nothing more; resolves when nothing is under way. Whoever then removes the Node and its Lease sees neither come back. */
  stop(): Promise<void>
}

/** @param turned told of the status before and after each report that was written; before the first one there is none */
export function createNodeReporter(client: Client, clock: Clock, nodeName: string, turned: (before: NodeStatus | undefined, now: NodeStatus | undefined) => void = () => undefined): NodeReporter {
  let node: Node | undefined
  let lease: Lease | undefined
  let stopped = false
  const underWay = new Set<Promise<void>>()
  const owned = <A extends unknown[]>(write: (...args: A) => Promise<void>) => async (...args: A): Promise<void> => {
    if (stopped) return
    const task = write(...args)
    underWay.add(task)
    try {
      await task
    } finally {
      underWay.delete(task)
    }
  }

  const report: NodeReporter['report'] = async (facts, force) => {
    const status = computeNodeStatus(facts, node?.status)
    if (!force && isDeepStrictEqual(essence(status), essence(node?.status))) return
    const mine = (status.conditions ?? []).filter((c) => OWN_CONDITIONS.includes(c.type))
    // Strategic: conditions are merged by type, so that those of others stay.
    const before = node?.status
    node = await client.patch(Nodes, nodeName, undefined, 'strategic', { status: { ...status, conditions: mine } }, { subresource: 'status' })
    turned(before, node.status)
  }
  const renew: NodeReporter['renew'] = async (now) => {
    const spec = { holderIdentity: nodeName, leaseDurationSeconds: LEASE_SECONDS, renewTime: rfc3339Micro(now) }
    try {
      lease = lease
        ? await client.patch(Leases, nodeName, LEASE_NAMESPACE, 'merge', { spec: { renewTime: spec.renewTime } })
        : await client.create(Leases, { metadata: { name: nodeName, namespace: LEASE_NAMESPACE, ...(node?.metadata.uid ? { ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: nodeName, uid: node.metadata.uid }] } : {}) }, spec })
    } catch (e) {
      if (isAlreadyExists(e)) lease = await client.patch(Leases, nodeName, LEASE_NAMESPACE, 'merge', { spec })
      else if (isNotFound(e) && lease) {
        lease = undefined
        await renew(now)
      } else throw e
    }
  }
  return {
    report: owned(report),
    renew: owned(renew),
    async stop() {
      stopped = true
      await Promise.allSettled(underWay)
    },
    register: owned(async (facts, labels, taints) => {
      // Labels that are the cluster's to give (`node-role.kubernetes.io/…`) come from it, not from the node.
      const own = Object.fromEntries(Object.entries(labels).filter(([key]) => isKubeletLabel(key)))
      const arch = facts.version?.arch ?? (process.arch === 'arm64' ? 'arm64' : 'amd64')
      const os = facts.version?.os ?? 'linux'
      // The old names of two of them are still everywhere, and charts still select by them.
      const all = { 'beta.kubernetes.io/arch': arch, 'beta.kubernetes.io/os': os, 'kubernetes.io/arch': arch, 'kubernetes.io/hostname': nodeName, 'kubernetes.io/os': os, ...own }
      try {
        node = await client.create(Nodes, { metadata: { name: nodeName, labels: all, annotations: { 'pilothouse.dev/host': hostname() } }, spec: taints.length ? { taints } : {}, status: computeNodeStatus(facts, undefined) } as never)
        turned(undefined, node.status)
      } catch (e) {
        if (!isAlreadyExists(e)) throw e
        node = await client.get(Nodes, nodeName)
        const missing = Object.entries(all).filter(([k, v]) => node?.metadata.labels?.[k] !== v)
        if (missing.length) node = await client.patch(Nodes, nodeName, undefined, 'merge', { metadata: { labels: Object.fromEntries(missing) } })
      }
      await Promise.all([report(facts, true), renew(clock.now())])
    }),
  }
}
