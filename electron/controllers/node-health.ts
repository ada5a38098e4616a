/** How a node is doing, and the taints that follow. Pure. Names: Kubernetes docs, "Taint based evictions" and "Taint nodes by condition". */
import type { Lease, Node, NodeCondition, Taint } from '../../shared/api/types.ts'
import { rfc3339 } from '../../shared/clock.ts'

/** A node that was not heard of for this long is lost. Source: --node-monitor-grace-period. */
export const GRACE_MS = 50_000
/** The same for a node that has never said anything. Source: --node-startup-grace-period. */
export const STARTUP_GRACE_MS = 60_000

const PREFIX = 'node.kubernetes.io/'
export const NOT_READY = `${PREFIX}not-ready`
export const UNREACHABLE = `${PREFIX}unreachable`
const BY_CONDITION: Readonly<Record<string, string>> = {
  MemoryPressure: `${PREFIX}memory-pressure`, DiskPressure: `${PREFIX}disk-pressure`, PIDPressure: `${PREFIX}pid-pressure`, NetworkUnavailable: `${PREFIX}network-unavailable`,
}
const UNSCHEDULABLE = `${PREFIX}unschedulable`
const MANAGED = new Set([NOT_READY, UNREACHABLE, UNSCHEDULABLE, ...Object.values(BY_CONDITION)])

export const conditionOf = (node: Node, type: string): NodeCondition | undefined => node.status?.conditions?.find((c) => c.type === type)
export const nodeReady = (node: Node): string | undefined => conditionOf(node, 'Ready')?.status

/** What changes with each sign of life: the lease's renewal, or the kubelet's own heartbeat in the status. */
export const signOfLife = (node: Node, lease: Lease | undefined): string =>
  `${lease?.spec?.renewTime ?? ''}|${conditionOf(node, 'Ready')?.lastHeartbeatTime ?? ''}`

export interface Heard {
  readonly sign: string
  /** By our clock: clocks of nodes are not compared. */
  readonly at: number
  /** When we meant to look again. */
  readonly due: number
}

/**
 * The record after a look. If we look much later than we meant to, it is we who were away (a sleeping laptop), not the
 * node: it gets its whole grace again.
 */
export function hear(node: Node, lease: Lease | undefined, before: Heard | undefined, now: number): Heard {
  const sign = signOfLife(node, lease)
  const grace = nodeReady(node) === undefined && !lease ? STARTUP_GRACE_MS : GRACE_MS
  const alive = !before || (before.sign !== sign && sign !== '|') || now - before.due > GRACE_MS / 5
  return { sign, at: alive ? now : before.at, due: (alive ? now : before.at) + grace }
}
export const isLost = (heard: Heard, now: number): boolean => now >= heard.due

const OBSERVED = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'] as const

/** The conditions of a lost node: everything that we do not know is Unknown. */
export function lostConditions(node: Node, now: number): NodeCondition[] {
  const time = rfc3339(now)
  const present = node.status?.conditions ?? []
  const unknown = OBSERVED.map((type): NodeCondition => {
    const old = present.find((c) => c.type === type)
    if (!old) return { type, status: 'Unknown', reason: 'NodeStatusNeverUpdated', message: 'Kubelet never posted node status.', lastHeartbeatTime: node.metadata.creationTimestamp ?? time, lastTransitionTime: time }
    if (old.status === 'Unknown') return old
    return { ...old, status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.', lastTransitionTime: time }
  })
  return [...unknown, ...present.filter((c) => !OBSERVED.some((type) => type === c.type))]
}
export const knowsLoss = (node: Node): boolean => OBSERVED.every((type) => conditionOf(node, type)?.status === 'Unknown')

/**
 * The taints that a node should have; others are left alone. `evict` false: no NoExecute, since when no node at all is
 * well the fault is more likely ours, and there is nowhere to go.
 */
export function wantedTaints(node: Node, evict: boolean, now: number): Taint[] {
  const present = node.spec?.taints ?? []
  const wanted: Taint[] = []
  const want = (key: string, effect: 'NoSchedule' | 'NoExecute'): void => {
    const old = present.find((t) => t.key === key && t.effect === effect)
    wanted.push(old ?? { key, effect, ...(effect === 'NoExecute' ? { timeAdded: rfc3339(now) } : {}) })
  }
  const ready = nodeReady(node)
  // A node that has never said whether it is ready is not.
  const trouble = ready === 'Unknown' ? UNREACHABLE : ready === 'True' ? undefined : NOT_READY
  if (trouble) {
    want(trouble, 'NoSchedule')
    if (evict && ready !== undefined) want(trouble, 'NoExecute')
  }
  for (const [type, key] of Object.entries(BY_CONDITION)) if (conditionOf(node, type)?.status === 'True') want(key, 'NoSchedule')
  if (node.spec?.unschedulable) want(UNSCHEDULABLE, 'NoSchedule')
  const kept = present.filter((t) => !MANAGED.has(t.key) || t.effect === 'PreferNoSchedule' || (t.effect === 'NoExecute' && t.key !== NOT_READY && t.key !== UNREACHABLE))
  return [...kept, ...wanted]
}
const taintKey = (t: Taint): string => `${t.key}=${t.value ?? ''}:${t.effect}`
export const sameTaints = (a: readonly Taint[] = [], b: readonly Taint[] = []): boolean => a.length === b.length && a.every((t) => b.some((u) => taintKey(u) === taintKey(t)))
