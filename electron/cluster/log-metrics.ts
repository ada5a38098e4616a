/** What Prometheus reads of the central log: how much has come, and how much of it is kept. */
import type { LogCollector } from '../logging/index.ts'
import type { LogStore } from '../logging/types.ts'

const one = (name: string, type: 'counter' | 'gauge', help: string, value: number): string => `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${name} ${value}\n`

export function logMetrics(store: Pick<LogStore, 'firstId' | 'lastId' | 'stored'>, { gaps, ms }: ReturnType<LogCollector['lost']>): string {
  const { bytes, limitBytes } = store.stored()
  return [
    one('pilothouse_log_lines_total', 'counter', 'Lines that have come, of containers, components, events and the audit log, since the store was begun.', store.lastId),
    one('pilothouse_log_gaps_total', 'counter', 'How often the container engine no longer had what was to be read next, since the app was started: lines are lost.', gaps),
    one('pilothouse_log_gap_seconds_total', 'counter', 'Seconds from the last line before such a gap to the first one behind it.', ms / 1000),
    one('pilothouse_log_stored_lines', 'gauge', 'Lines that are kept.', Math.max(0, store.lastId - store.firstId + 1)),
    one('pilothouse_log_stored_bytes', 'gauge', 'Bytes on disk.', bytes),
    one('pilothouse_log_limit_bytes', 'gauge', 'Bytes on disk at most; above that the oldest go.', limitBytes),
  ].join('')
}
