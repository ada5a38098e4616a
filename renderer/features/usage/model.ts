/** What a chart of usage shows: lines over a time, and what was asked for and allowed as straight ones. Pure. */
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
  /** In the theme's palette. */
  readonly colour: string
  /** Straight and dashed: a request or a limit. */
  readonly bound?: boolean
  /** A number of things for each time: columns, and no line. */
  readonly columns?: boolean
}
export interface Chart {
  /** Seconds since 1970. */
  readonly times: readonly number[]
  readonly lines: readonly Line[]
}

const HOUR = 3_600_000
/** What can be chosen to look at, in milliseconds. */
export const RANGES = { '1h': HOUR, '6h': 6 * HOUR, '1d': 24 * HOUR, '2w': 14 * 24 * HOUR } as const
export type Range = keyof typeof RANGES
/** A time that was drawn with the pointer, in milliseconds since 1970. */
export interface Zoom {
  readonly from: number
  readonly to: number
}
/** What to ask for. Nothing is measured in less than a minute, and a part of what is shown is the most that can be drawn. */
export const requestOf = (range: Range, zoom: Zoom | undefined): { spanMs: number; to?: number } => (zoom ? { spanMs: Math.max(60_000, zoom.to - zoom.from), to: zoom.to } : { spanMs: RANGES[range] })

const flat = (label: string, colour: string, value: number | undefined, length: number): Line[] => (value ? [{ label, colour, values: Array.from({ length }, () => value), bound: true }] : [])

export function usageChart(history: MetricsHistory, of: 'cpu' | 'memory', words: { used: string; requested: string; limit: string }, requests: Amounts, limits: Amounts): Chart {
  const { length } = history.times
  return { times: history.times.map((ms) => ms / 1000), lines: [{ label: words.used, colour: 'primary-main', values: history[of] }, ...flat(words.requested, 'level-warning', requests[of], length), ...flat(words.limit, 'level-failed', limits[of], length)] }
}
const seconds = (history: MetricsHistory): number[] => history.times.map((ms) => ms / 1000)
/** Two ways that bytes go: in by the first, out by the second. */
export const flowChart = (history: MetricsHistory, of: readonly ['rx', 'tx'] | readonly ['read', 'write'], words: readonly [string, string]): Chart =>
  ({ times: seconds(history), lines: [{ label: words[0], colour: 'primary-main', values: history[of[0]] }, { label: words[1], colour: 'level-ok', values: history[of[1]] }] })
export const restartChart = (history: MetricsHistory, word: string): Chart => ({ times: seconds(history), lines: [{ label: word, colour: 'level-failed', values: history.restarts, columns: true }] })

/** How many times what was used at most a bound may be, to be drawn unasked: three times leaves the usage a third of the height. */
const NEAR = 3
/** The labels of bounds far above everything that was used; none while nothing was, since then there is nothing to flatten. */
export function far(chart: Chart): Set<string> {
  const top = (line: Line): number => line.values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0)
  const used = Math.max(0, ...chart.lines.filter((l) => !l.bound).map(top))
  return new Set(chart.lines.filter((l) => l.bound && used > 0 && top(l) > used * NEAR).map((l) => l.label))
}
/** Seconds that the time axis shows at least: a pod of a minute is not drawn as if it were an hour old. */
const LEAST_SPAN = 300
/** From when to when the time axis goes, in seconds: what was zoomed to, else all that there is. */
export function span(times: ArrayLike<number> | undefined, zoom?: Zoom): [number, number] {
  if (zoom) return [zoom.from / 1000, zoom.to / 1000]
  const last = times?.[times.length - 1] ?? LEAST_SPAN
  return [Math.min(times?.[0] ?? 0, last - LEAST_SPAN), last]
}
/** Where a value stands between two gaps, so that no line leads to it; null when there is no such place. */
export function stray(values: ArrayLike<number | null | undefined>): number[] | null {
  const there = (i: number): boolean => values[i] !== null && values[i] !== undefined
  const found = Array.from({ length: values.length }, (_, i) => i).filter((i) => there(i) && !there(i - 1) && !there(i + 1))
  return found.length ? found : null
}

/** As podBounds, of one of its containers. */
export function containerBounds(pod: Pod, name: string): { requests: Amounts; limits: Amounts } {
  const { requests = {}, limits = {} } = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find((c) => c.name === name)?.resources ?? {}
  const amounts = (a: Record<string, string>): Amounts => ({ ...(a['cpu'] ? { cpu: cpuMillis(a['cpu']) } : {}), ...(a['memory'] ? { memory: bytes(a['memory']) } : {}) })
  return { requests: amounts(requests), limits: amounts(limits) }
}
/** A pod's requests and limits; a limit of the whole only where every container has one. */
export function podBounds(pod: Pod): { requests: Amounts; limits: Amounts } {
  const [requests, limits] = [podRequests(pod), podLimits(pod)]
  const all = (name: string): boolean => pod.spec.containers.every((c) => c.resources?.limits?.[name] !== undefined)
  const pick = (a: Record<string, number>, name: 'cpu' | 'memory', when = true): Amounts => (when && a[name] ? { [name]: a[name] } : {})
  return { requests: { ...pick(requests, 'cpu'), ...pick(requests, 'memory') }, limits: { ...pick(limits, 'cpu', all('cpu')), ...pick(limits, 'memory', all('memory')) } }
}
const isLive = (p: Pod): boolean => !['Succeeded', 'Failed'].includes(p.status?.phase ?? '')
/** What a node can give is its limit, what its pods request is requested of it. */
export const nodeBounds = (node: Node, pods: readonly Pod[]): { requests: Amounts; limits: Amounts } => {
  const live = pods.filter(isLive).map(podRequests)
  const sum = (name: string): number => live.reduce((n, r) => n + (r[name] ?? 0), 0)
  return { requests: { cpu: sum('cpu'), memory: sum('memory') }, limits: { cpu: cpuMillis(node.status?.allocatable?.['cpu']), memory: bytes(node.status?.allocatable?.['memory']) } }
}
/** Of a workload: what all of its pods that live ask for and may have; a limit only where each of them has one. */
export function workloadBounds(pods: readonly Pod[]): { requests: Amounts; limits: Amounts } {
  const live = pods.filter(isLive).map(podBounds)
  const sum = (of: 'requests' | 'limits', name: 'cpu' | 'memory'): Amounts => {
    const amounts = live.map((b) => b[of][name] ?? 0)
    const whole = of === 'requests' || amounts.every((n) => n > 0)
    const total = amounts.reduce((a, b) => a + b, 0)
    return whole && total > 0 ? { [name]: total } : {}
  }
  return { requests: { ...sum('requests', 'cpu'), ...sum('requests', 'memory') }, limits: { ...sum('limits', 'cpu'), ...sum('limits', 'memory') } }
}
export const namespaceBounds = (pods: readonly Pod[]): { requests: Amounts; limits: Amounts } => ({ requests: nodeBounds({} as Node, pods).requests, limits: {} })
