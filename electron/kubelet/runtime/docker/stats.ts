/** What the engine says a container uses, as a reading. Pure. Source: the engine's API, ContainerStats, and `docker stats` for the working set. */
import type Docker from 'dockerode'
import type { PacketCounts, Reading } from '../../../../shared/reading.ts'
import type { ContainerStats } from '../types.ts'

type Side = 'rx' | 'tx'
type Interface = Readonly<Partial<Record<`${Side}_${'bytes' | 'packets' | 'errors' | 'dropped'}`, number>>>

/** undefined: it does not run. */
export function statsOf(containerId: string, s: Docker.ContainerStats): ContainerStats | undefined {
  const { usage, stats = {} } = s.memory_stats as { usage?: number; stats?: Record<string, number> }
  if (usage === undefined) return undefined
  // cgroup v1 has sums of what is below it, v2 has nothing else.
  const [rss, cache] = [stats['total_rss'] ?? stats['anon'], stats['total_cache'] ?? stats['file']]
  const memory: Pick<Reading, 'memory'> = rss === undefined || cache === undefined ? {} : { memory: { usage, rss, cache } }
  const held = s.cpu_stats.throttling_data as { periods?: number; throttled_periods?: number; throttled_time?: number } | undefined
  const throttling: Pick<Reading, 'throttling'> = held ? { throttling: { periods: held.periods ?? 0, throttled: held.throttled_periods ?? 0, nanos: held.throttled_time ?? 0 } } : {}
  const networks = Object.values((s.networks ?? {}) as Record<string, Interface>)
  const sum = (of: keyof Interface): number => networks.reduce((n, i) => n + (i[of] ?? 0), 0)
  const packets = (side: Side): PacketCounts => ({ total: sum(`${side}_packets`), errors: sum(`${side}_errors`), dropped: sum(`${side}_dropped`) })
  // Null on an engine that counts none.
  const moved = (op: string): number => (s.blkio_stats?.io_service_bytes_recursive ?? []).reduce((n, e) => n + (e.op.toLowerCase() === op ? e.value : 0), 0)
  return {
    containerId, readBytes: moved('read'), writeBytes: moved('write'), time: Date.parse(s.read), cpuNanos: s.cpu_stats.cpu_usage.total_usage, memoryBytes: Math.max(0, usage - (stats['total_inactive_file'] ?? stats['inactive_file'] ?? 0)), ...memory, ...throttling,
    ...(networks.length ? { rxBytes: sum('rx_bytes'), txBytes: sum('tx_bytes'), packets: { rx: packets('rx'), tx: packets('tx') } } : {}),
  }
}
