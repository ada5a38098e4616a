/** What a chart of usage shows: lines over an hour, and what was asked for and allowed as straight ones. Pure. */
import type { Node, Pod } from '../../../shared/api/types.ts'
import type { MetricsHistory } from '../../../shared/ipc.ts'
import { podLimits, podRequests } from '../../../shared/pod-resources.ts'
import { bytes, cpuMillis } from '../../../shared/quantity.ts'

/** Thousandths of a core and bytes; absent: nothing is asked for, or nothing limits. */
export interface Amounts {
  readonly cpu?: number
  readonly memory?: number
}
export interface Line {
  readonly label: string
  readonly values: readonly (number | null)[]
  /** Straight and dashed: a request or a limit. */
  readonly bound?: boolean
}
export interface Chart {
  /** Seconds since 1970. */
  readonly times: readonly number[]
  readonly lines: readonly Line[]
}

const flat = (label: string, value: number | undefined, length: number): Line[] => (value ? [{ label, values: Array.from({ length }, () => value), bound: true }] : [])

export function usageChart(history: MetricsHistory, of: 'cpu' | 'memory', words: { used: string; requested: string; limit: string }, requests: Amounts, limits: Amounts): Chart {
  const { length } = history.times
  return { times: history.times.map((ms) => ms / 1000), lines: [{ label: words.used, values: history[of] }, ...flat(words.requested, requests[of], length), ...flat(words.limit, limits[of], length)] }
}
export const networkChart = (history: MetricsHistory, words: { received: string; sent: string }): Chart =>
  ({ times: history.times.map((ms) => ms / 1000), lines: [{ label: words.received, values: history.rx }, { label: words.sent, values: history.tx }] })

/** A pod's requests and limits; a limit of the whole only where every container has one. */
export function podBounds(pod: Pod): { requests: Amounts; limits: Amounts } {
  const [requests, limits] = [podRequests(pod), podLimits(pod)]
  const all = (name: string): boolean => pod.spec.containers.every((c) => c.resources?.limits?.[name] !== undefined)
  const pick = (a: Record<string, number>, name: 'cpu' | 'memory', when = true): Amounts => (when && a[name] ? { [name]: a[name] } : {})
  return { requests: { ...pick(requests, 'cpu'), ...pick(requests, 'memory') }, limits: { ...pick(limits, 'cpu', all('cpu')), ...pick(limits, 'memory', all('memory')) } }
}
/** What a node can give is its limit, what its pods request is requested of it. */
export const nodeBounds = (node: Node, pods: readonly Pod[]): { requests: Amounts; limits: Amounts } => {
  const live = pods.filter((p) => !['Succeeded', 'Failed'].includes(p.status?.phase ?? '')).map(podRequests)
  const sum = (name: string): number => live.reduce((n, r) => n + (r[name] ?? 0), 0)
  return { requests: { cpu: sum('cpu'), memory: sum('memory') }, limits: { cpu: cpuMillis(node.status?.allocatable?.['cpu']), memory: bytes(node.status?.allocatable?.['memory']) } }
}
export const namespaceBounds = (pods: readonly Pod[]): { requests: Amounts; limits: Amounts } => ({ requests: nodeBounds({} as Node, pods).requests, limits: {} })
