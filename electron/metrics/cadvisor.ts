/** What the containers of nodes use, and what they may, under cAdvisor's names and labels. Source: cAdvisor, docs/storage/prometheus.md. */
import { Registry } from 'prom-client'
import type { Container, ContainerStatus, Node, Pod } from '../../shared/api/types.ts'
import { bytes, cpuMillis } from '../../shared/quantity.ts'
import type { DiskCounts, Reading } from '../../shared/reading.ts'
import type { Row } from '../prometheus/kept.ts'
import { measured, page, podLabels } from './exposition.ts'
import type { ContainerUsage, Meter } from './types.ts'

/** What the kernel holds a container to; without a limit there is none. */
export interface Spec {
  readonly cpuShares?: number
  readonly cpuQuota?: number
  readonly cpuPeriod?: number
  readonly memoryBytes?: number
}
export type SpecOf = (pod: Pod, container: Container) => Spec
export interface CadvisorSources {
  readonly pods: readonly Pod[]
  readonly nodes: readonly Node[]
  readonly meter: Meter
  readonly specOf: SpecOf
}

const CONTAINER = ['container', 'cpu', 'device', 'id', 'image', 'name', 'namespace', 'pod']
const NETWORK = ['interface', 'namespace', 'pod']
const MACHINE = ['boot_id', 'machine_id', 'node', 'system_uuid']

const statusOf = ({ status }: Pod, name: string): ContainerStatus | undefined =>
  [status?.containerStatuses, status?.initContainerStatuses, status?.ephemeralContainerStatuses].flatMap((all) => all ?? []).find((s) => s.name === name)
const specNamed = ({ spec }: Pod, name: string): Container | undefined => [...spec.containers, ...(spec.initContainers ?? []), ...((spec.ephemeralContainers ?? []) as Container[])].find((c) => c.name === name)

/** One that runs, with what is known of it. */
interface Shown {
  readonly pod: Pod
  readonly usage: ContainerUsage
  readonly seenAt: number
  readonly startedAt: number
  readonly spec: Spec
  readonly labels: Record<string, string>
}
function shown(pod: Pod, usage: ContainerUsage, seenAt: number, specOf: SpecOf): Shown {
  const status = statusOf(pod, usage.name)
  const [runtime = '', id = ''] = status?.containerID?.split('://') ?? []
  const container = specNamed(pod, usage.name)
  return {
    pod, usage, seenAt, startedAt: Date.parse(status?.state?.running?.startedAt ?? ''), spec: container ? specOf(pod, container) : {},
    labels: { container: usage.name, id: `/${runtime}/${id}`, image: status?.image ?? '', name: id, ...podLabels(pod) },
  }
}

/** Made for one reading: a pod that has gone is in none. */
export function cadvisorText({ pods, nodes, meter, specOf }: CadvisorSources): Promise<string> {
  const all = measured(pods, meter).map(({ pod, usage }) => ({ pod, shown: usage.containers.map((c) => shown(pod, c, usage.time, specOf)) }))
  const registry = new Registry()
  const add = page(registry, meter)
  const containers = (value: (c: Shown) => number | undefined, more: Record<string, string> = {}): Row[] =>
    all.flatMap((p) => p.shown.flatMap((c): Row[] => { const v = value(c); return v === undefined || Number.isNaN(v) ? [] : [[{ container: c.usage.name, ...more, ...c.labels }, v]] }))
  const gauge = (name: string, help: string, value: (c: Shown) => number | undefined): void => add('gauge', `container_${name}`, help, CONTAINER, containers(value))
  const counter = (name: string, help: string, value: (c: Shown) => number | undefined, more?: Record<string, string>): void => add('counter', `container_${name}`, help, CONTAINER, containers(value, more))
  // A pod has one network, whichever of its containers was looked at for it.
  const network = (name: string, help: string, value: (r: Reading) => number | undefined): void => add('counter', `container_network_${name}_total`, help, NETWORK, all.flatMap(({ pod, shown: [first] }): Row[] => {
    const v = first?.usage.reading && !pod.spec.hostNetwork ? value(first.usage.reading) : undefined
    return v === undefined ? [] : [[{ interface: 'eth0', ...podLabels(pod) }, v]]
  }))
  /** `whole`: for one whose disks have no names. */
  const fs = (name: string, help: string, value: (d: DiskCounts) => number, whole: (c: Shown) => number | undefined = () => undefined): void => add('counter', `container_fs_${name}_total`, help, CONTAINER, [
    ...all.flatMap((p) => p.shown.flatMap((c) => (c.usage.reading?.disks ?? []).map((d): Row => [{ container: c.usage.name, device: d.device, ...c.labels }, value(d)]))),
    ...containers((c) => (c.usage.reading?.disks ? undefined : whole(c))),
  ])
  /** Held to a limit there can only be one that has one. */
  const held = (value: (t: NonNullable<Reading['throttling']>) => number) => ({ usage, spec }: Shown) => (spec.cpuQuota === undefined || !usage.reading?.throttling ? undefined : value(usage.reading.throttling))
  const machine = (name: string, help: string, value: (capacity: Readonly<Record<string, string>>) => number): void => add('gauge', `machine_${name}`, help, MACHINE, nodes.flatMap(({ metadata, status }): Row[] => {
    const { bootID = '', machineID = '', systemUUID = '' } = status?.nodeInfo ?? {}
    return status?.capacity ? [[{ boot_id: bootID, machine_id: machineID, node: metadata.name, system_uuid: systemUUID }, value(status.capacity)]] : []
  }))
  counter('cpu_usage_seconds_total', 'Seconds of cpu used.', (c) => c.usage.since?.cpuSeconds, { cpu: 'total' })
  gauge('cpu_usage_cores', 'Cores in use.', (c) => c.usage.cpu / 1000)
  counter('cpu_cfs_periods_total', 'Periods that a limit of cpu was kept count of in.', held((t) => t.periods))
  counter('cpu_cfs_throttled_periods_total', 'Periods whose share was used up.', held((t) => t.throttled))
  counter('cpu_cfs_throttled_seconds_total', 'Seconds that it was held back.', held((t) => t.nanos / 1e9))
  gauge('memory_working_set_bytes', 'Memory in use without inactive file cache.', (c) => Math.round(c.usage.memory))
  gauge('memory_usage_bytes', 'Memory in use, with all file cache.', (c) => c.usage.reading?.memory?.usage)
  gauge('memory_rss', 'Bytes of memory that are of no file.', (c) => c.usage.reading?.memory?.rss)
  gauge('memory_cache', 'Bytes of file cache.', (c) => c.usage.reading?.memory?.cache)
  network('receive_bytes', 'Received by the pod.', (r) => r.rxBytes)
  network('receive_packets', 'Packets received.', (r) => r.packets?.rx.total)
  network('receive_packets_dropped', 'Packets dropped when they came.', (r) => r.packets?.rx.dropped)
  network('receive_errors', 'Errors of packets that came.', (r) => r.packets?.rx.errors)
  network('transmit_bytes', 'Sent by the pod.', (r) => r.txBytes)
  network('transmit_packets', 'Packets sent.', (r) => r.packets?.tx.total)
  network('transmit_packets_dropped', 'Packets dropped when they were to go.', (r) => r.packets?.tx.dropped)
  network('transmit_errors', 'Errors of packets that were to go.', (r) => r.packets?.tx.errors)
  fs('reads_bytes', 'Read from disks.', (d) => d.readBytes, (c) => c.usage.since?.readBytes)
  fs('reads', 'Reads from disks.', (d) => d.reads)
  fs('writes_bytes', 'Written to disks.', (d) => d.writeBytes, (c) => c.usage.since?.writeBytes)
  fs('writes', 'Writes to disks.', (d) => d.writes)
  gauge('start_time_seconds', 'When it was started, in seconds since 1970.', (c) => c.startedAt / 1000)
  gauge('last_seen', 'When it was last looked at, in seconds since 1970.', (c) => c.seenAt / 1000)
  gauge('spec_cpu_period', 'Microseconds of a period of its limit of cpu.', (c) => c.spec.cpuPeriod)
  gauge('spec_cpu_quota', 'Microseconds of cpu that it may use in a period.', (c) => c.spec.cpuQuota)
  gauge('spec_cpu_shares', 'Its part of the cpu where there is not enough, beside those of others.', (c) => c.spec.cpuShares)
  gauge('spec_memory_limit_bytes', 'Its limit of memory; 0: none.', (c) => c.spec.memoryBytes ?? 0)
  machine('cpu_cores', 'Cores of the node.', (c) => cpuMillis(c['cpu'] ?? '0') / 1000)
  machine('memory_bytes', 'Memory of the node.', (c) => bytes(c['memory'] ?? '0'))
  return registry.metrics()
}
