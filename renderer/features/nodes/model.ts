/** What a node has, and what of it is asked for. */
import type { Node, Pod } from '../../../shared/api/types.ts'
import { podRequests } from '../../../shared/pod-resources.ts'
import { bytes, cpuMillis } from '../../../shared/quantity.ts'
import type { Level } from '../../theme/theme.ts'

export interface Usage {
  cpu: number
  memory: number
  pods: number
}
export const allocatable = (n: Node): Usage => {
  const a = n.status?.allocatable ?? n.status?.capacity ?? {}
  return { cpu: cpuMillis(a['cpu']), memory: bytes(a['memory']), pods: bytes(a['pods']) }
}
/** Pods that have ended hold nothing any more. */
export const holds = (p: Pod): boolean => p.status?.phase !== 'Succeeded' && p.status?.phase !== 'Failed'

const known = new WeakMap<Pod, { cpu: number; memory: number }>()
function requestsOf(p: Pod): { cpu: number; memory: number } {
  let r = known.get(p)
  if (!r) {
    const { cpu = 0, memory = 0 } = podRequests(p)
    known.set(p, (r = { cpu, memory }))
  }
  return r
}

/** Requests by node name, in one pass over the pods. */
export function usageByNode(pods: readonly Pod[]): Map<string, Usage> {
  const out = new Map<string, Usage>()
  for (const p of pods) {
    if (!p.spec.nodeName || !holds(p)) continue
    const u = out.get(p.spec.nodeName) ?? { cpu: 0, memory: 0, pods: 0 }
    const r = requestsOf(p)
    out.set(p.spec.nodeName, { cpu: u.cpu + r.cpu, memory: u.memory + r.memory, pods: u.pods + 1 })
  }
  return out
}
export const sum = (all: Iterable<Usage>): Usage => {
  const total = { cpu: 0, memory: 0, pods: 0 }
  for (const u of all) {
    total.cpu += u.cpu
    total.memory += u.memory
    total.pods += u.pods
  }
  return total
}
export const share = (used: number, of: number): number => (of > 0 ? used / of : 0)

export const isReady = (n: Node): boolean => n.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ?? false
/** As kubectl words it. */
export function nodeStatus(n: Node): { word: string; level: Level; message: string } {
  const ready = n.status?.conditions?.find((c) => c.type === 'Ready')
  const word = ready?.status === 'True' ? 'Ready' : ready?.status === 'Unknown' ? 'Unknown' : 'NotReady'
  const level: Level = word === 'Ready' ? (n.spec?.unschedulable ? 'warning' : 'ok') : 'failed'
  return { word: n.spec?.unschedulable ? `${word},SchedulingDisabled` : word, level, message: ready?.message ?? '' }
}
export const rolesOf = (n: Node): string => Object.keys(n.metadata.labels ?? {}).flatMap((k) => (k.startsWith('node-role.kubernetes.io/') ? [k.slice('node-role.kubernetes.io/'.length)] : [])).sort().join(', ')
