/** What a kubelet says of what its pods use: for metrics-server in Prometheus' text form, and the stats summary. */
import { Registry } from 'prom-client'
import type { Pod } from '../../shared/api/types.ts'
import { rfc3339 } from '../../shared/clock.ts'
import { counter, gauge, type Row } from '../prometheus/kept.ts'
import { stampedText } from './stamped.ts'
import { podTotal, sum, ZERO, type ContainerUsage, type Meter, type PodUsage } from './types.ts'

export interface Measured {
  readonly pod: Pod
  readonly usage: PodUsage
}
export const measured = (pods: readonly Pod[], meter: Meter): Measured[] =>
  pods.flatMap((pod) => {
    const usage = meter.latest({ namespace: pod.metadata.namespace ?? '', name: pod.metadata.name, uid: pod.metadata.uid ?? '' })
    return usage ? [{ pod, usage }] : []
  })

const POD = ['namespace', 'pod']
export const podLabels = ({ metadata }: Pod): Record<string, string> => ({ namespace: metadata.namespace ?? '', pod: metadata.name })
const containerLabels = (pod: Pod, container: string): Record<string, string> => ({ container, ...podLabels(pod) })

/** Each page is made for one reading: it holds its pods no longer than that. */
type Adder = (type: 'counter' | 'gauge', name: string, help: string, labelNames: readonly string[], rows: readonly Row[]) => void
export function page(registry: Registry, { note }: Meter, stability = ''): Adder {
  return (type, name, help, labelNames, rows) => {
    const told = { name, help: `${stability}${help}${note ? ` ${note}` : ''}`, labelNames }
    if (type === 'counter') counter(registry, told, () => rows)
    else gauge(registry, told, () => rows)
  }
}

/** What metrics-server and the like scrape. Source: kubernetes pkg/kubelet/metrics/collectors/resource_metrics.go. The node is the sum of its pods, also of those that have gone. */
export function resourceText(node: string, pods: readonly Pod[], meter: Meter): Promise<string> {
  const all = measured(pods, meter)
  const registry = new Registry()
  const add = page(registry, meter, '[STABLE] ')
  /** When a row was measured, by its labels. */
  const times = new Map<object, number>()
  const row = (labels: Record<string, string>, value: number, time: number): Row => { times.set(labels, time); return [labels, value] }
  const containers = (value: (c: ContainerUsage, m: Measured) => number | undefined): Row[] =>
    all.flatMap((m) => m.usage.containers.flatMap((c) => { const v = value(c, m); return v === undefined ? [] : [row(containerLabels(m.pod, c.name), v, m.usage.time)] }))
  const ofPods = (value: (m: Measured) => number): Row[] => all.map((m) => row(podLabels(m.pod), value(m), m.usage.time))
  const seconds = ({ pod }: Measured): number => meter.spent?.pod(pod.metadata.uid ?? '') ?? 0
  const bytes = ({ usage }: Measured): number => Math.round(podTotal(usage).memory)
  const started = (c: ContainerUsage, { pod }: Measured): number | undefined => {
    const at = pod.status?.containerStatuses?.find((s) => s.name === c.name)?.state?.running?.startedAt
    return at === undefined ? undefined : Date.parse(at) / 1000
  }
  const CONTAINER = ['container', ...POD]
  add('counter', 'container_cpu_usage_seconds_total', 'Cumulative cpu time consumed by the container in core-seconds', CONTAINER, containers((c) => c.since?.cpuSeconds))
  add('gauge', 'container_memory_working_set_bytes', 'Current working set of the container in bytes', CONTAINER, containers((c) => Math.round(c.memory)))
  add('gauge', 'container_start_time_seconds', 'Start time of the container since unix epoch in seconds', CONTAINER, containers(started))
  add('counter', 'node_cpu_usage_seconds_total', 'Cumulative cpu time consumed by the node in core-seconds', [], [[{}, meter.spent?.node(node) ?? 0]])
  add('gauge', 'node_memory_working_set_bytes', 'Current working set of the node in bytes', [], [[{}, all.reduce((n, m) => n + bytes(m), 0)]])
  add('counter', 'pod_cpu_usage_seconds_total', 'Cumulative cpu time consumed by the pod in core-seconds', POD, ofPods(seconds))
  add('gauge', 'pod_memory_working_set_bytes', 'Current working set of the pod in bytes', POD, ofPods(bytes))
  add('gauge', 'resource_scrape_error', '1 if there was an error while getting container metrics, 0 otherwise', [], [[{}, 0]])
  return stampedText(registry, times)
}

/** Source: the shape of /stats/summary, k8s.io/kubelet/pkg/apis/stats/v1alpha1. */
export function statsSummary(nodeName: string, pods: readonly Pod[], meter: Meter, now: number): object {
  const all = measured(pods, meter)
  const cpu = (millis: number, time: number) => ({ time: rfc3339(time), usageNanoCores: Math.round(millis * 1e6) })
  const memory = (bytes: number, time: number) => ({ time: rfc3339(time), workingSetBytes: Math.round(bytes) })
  const total = all.map((m) => podTotal(m.usage)).reduce(sum, ZERO)
  return {
    node: { nodeName, cpu: cpu(total.cpu, now), memory: memory(total.memory, now) },
    pods: all.map(({ pod, usage }) => {
      const own = podTotal(usage)
      return {
        podRef: { name: pod.metadata.name, namespace: pod.metadata.namespace, uid: pod.metadata.uid }, startTime: pod.status?.startTime ?? null,
        containers: usage.containers.map((c) => ({ name: c.name, cpu: cpu(c.cpu, usage.time), memory: memory(c.memory, usage.time) })),
        cpu: cpu(own.cpu, usage.time), memory: memory(own.memory, usage.time),
      }
    }),
    ...(meter.note ? { note: meter.note } : {}),
  }
}
