/** What Prometheus reads of the central log: how much has come, and how much of it is kept. */
import { Registry } from 'prom-client'
import type { LogCollector } from '../logging/index.ts'
import type { LogStore } from '../logging/types.ts'
import { counter, gauge } from '../prometheus/kept.ts'

export function logMetrics(store: Pick<LogStore, 'firstId' | 'lastId' | 'stored'>, collector: Pick<LogCollector, 'lost'>): Registry {
  const registry = new Registry()
  counter(registry, { name: 'pilothouse_log_lines_total', help: 'Lines that have come, of containers, components, events and the audit log, since the store was begun.' }, () => store.lastId)
  counter(registry, { name: 'pilothouse_log_gaps_total', help: 'How often the container engine no longer had what was to be read next, since the app was started: lines are lost.' }, () => collector.lost().gaps)
  counter(registry, { name: 'pilothouse_log_gap_seconds_total', help: 'Seconds from the last line before such a gap to the first one behind it.' }, () => collector.lost().ms / 1000)
  gauge(registry, { name: 'pilothouse_log_stored_lines', help: 'Lines that are kept.' }, () => Math.max(0, store.lastId - store.firstId + 1))
  gauge(registry, { name: 'pilothouse_log_stored_bytes', help: 'Bytes on disk.' }, () => store.stored().bytes)
  gauge(registry, { name: 'pilothouse_log_limit_bytes', help: 'Bytes on disk at most; above that the oldest go.' }, () => store.stored().limitBytes)
  return registry
}
