/** What a kubelet says of its containers: cAdvisor's metrics in Prometheus' text form, and the stats summary. */
import type { Pod } from '../../shared/api/types.ts'
import { rfc3339 } from '../../shared/clock.ts'
import { podTotal, sum, ZERO, type ContainerUsage, type Meter, type PodUsage } from './types.ts'

const escaped = (value: string): string => value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')

interface Measured {
  readonly pod: Pod
  readonly usage: PodUsage
}
const measured = (pods: readonly Pod[], meter: Meter): Measured[] =>
  pods.flatMap((pod) => {
    const usage = meter.latest({ namespace: pod.metadata.namespace ?? '', name: pod.metadata.name, uid: pod.metadata.uid ?? '' })
    return usage ? [{ pod, usage }] : []
  })

export function cadvisorText(pods: readonly Pod[], meter: Meter): string {
  const all = measured(pods, meter)
  const lines: string[] = []
  const metric = (type: 'counter' | 'gauge', name: string, help: string, of: (m: Measured) => [labels: string, value: number][]): void => {
    lines.push(`# HELP ${name} ${help}${meter.note ? ` ${meter.note}` : ''}`, `# TYPE ${name} ${type}`)
    for (const m of all) for (const [labels, value] of of(m)) lines.push(`${name}{${labels}namespace="${escaped(m.pod.metadata.namespace ?? '')}",pod="${escaped(m.pod.metadata.name)}"} ${value}`)
  }
  const containers = (value: (c: ContainerUsage) => number | undefined) => (m: Measured): [string, number][] =>
    m.usage.containers.flatMap((c): [string, number][] => { const v = value(c); return v === undefined ? [] : [[`container="${escaped(c.name)}",`, v]] })
  // A pod has one network, whichever of its containers was looked at for it.
  const network = (which: 'rxBytes' | 'txBytes') => (m: Measured): [string, number][] => {
    const since = m.pod.spec.hostNetwork ? undefined : m.usage.containers[0]?.since
    return since ? [['interface="eth0",', since[which]]] : []
  }
  metric('counter', 'container_cpu_usage_seconds_total', 'Seconds of cpu used.', containers((c) => c.since?.cpuSeconds))
  metric('gauge', 'container_cpu_usage_cores', 'Cores in use.', containers((c) => c.cpu / 1000))
  metric('gauge', 'container_memory_working_set_bytes', 'Memory in use without inactive file cache.', containers((c) => Math.round(c.memory)))
  metric('counter', 'container_network_receive_bytes_total', 'Received by the pod.', network('rxBytes'))
  metric('counter', 'container_network_transmit_bytes_total', 'Sent by the pod.', network('txBytes'))
  metric('counter', 'container_fs_reads_bytes_total', 'Read from disks.', containers((c) => c.since?.readBytes))
  metric('counter', 'container_fs_writes_bytes_total', 'Written to disks.', containers((c) => c.since?.writeBytes))
  return `${lines.join('\n')}\n`
}

/** What metrics-server and the like scrape. Source: kubernetes pkg/kubelet/metrics/collectors/resource_metrics.go. The node is the sum of its pods, also of those that have gone. */
export function resourceText(node: string, pods: readonly Pod[], meter: Meter): string {
  const all = measured(pods, meter)
  const lines: string[] = []
  const metric = (type: 'counter' | 'gauge', name: string, help: string, samples: readonly (readonly [labels: string, value: number | undefined, time?: number])[]): void => {
    lines.push(`# HELP ${name} [STABLE] ${help}${meter.note ? ` ${meter.note}` : ''}`, `# TYPE ${name} ${type}`)
    for (const [labels, value, time] of samples) if (value !== undefined) lines.push(`${name}${labels && `{${labels}}`} ${value}${time === undefined ? '' : ` ${time}`}`)
  }
  const podLabels = ({ pod }: Measured): string => `namespace="${escaped(pod.metadata.namespace ?? '')}",pod="${escaped(pod.metadata.name)}"`
  const containers = (value: (c: ContainerUsage, m: Measured) => number | undefined) => all.flatMap((m) => m.usage.containers.map((c) => [`container="${escaped(c.name)}",${podLabels(m)}`, value(c, m), m.usage.time] as const))
  const seconds = ({ pod }: Measured): number => meter.spent?.pod(pod.metadata.uid ?? '') ?? 0
  const bytes = ({ usage }: Measured): number => Math.round(podTotal(usage).memory)
  const ofPods = (value: (m: Measured) => number) => all.map((m) => [podLabels(m), value(m), m.usage.time] as const)
  const started = (c: ContainerUsage, { pod }: Measured): number | undefined => {
    const at = pod.status?.containerStatuses?.find((s) => s.name === c.name)?.state?.running?.startedAt
    return at === undefined ? undefined : Date.parse(at) / 1000
  }
  metric('counter', 'container_cpu_usage_seconds_total', 'Cumulative cpu time consumed by the container in core-seconds', containers((c) => c.since?.cpuSeconds))
  metric('gauge', 'container_memory_working_set_bytes', 'Current working set of the container in bytes', containers((c) => Math.round(c.memory)))
  metric('gauge', 'container_start_time_seconds', 'Start time of the container since unix epoch in seconds', containers(started))
  metric('counter', 'node_cpu_usage_seconds_total', 'Cumulative cpu time consumed by the node in core-seconds', [['', meter.spent?.node(node) ?? 0]])
  metric('gauge', 'node_memory_working_set_bytes', 'Current working set of the node in bytes', [['', all.reduce((n, m) => n + bytes(m), 0)]])
  metric('counter', 'pod_cpu_usage_seconds_total', 'Cumulative cpu time consumed by the pod in core-seconds', ofPods(seconds))
  metric('gauge', 'pod_memory_working_set_bytes', 'Current working set of the pod in bytes', ofPods(bytes))
  metric('gauge', 'resource_scrape_error', '1 if there was an error while getting container metrics, 0 otherwise', [['', 0]])
  return `${lines.join('\n')}\n`
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
