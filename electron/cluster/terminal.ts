/** The terminal's share of the log: warnings and errors, one line each. Everything is in the log store. */
import type { LogRecord, LogSink } from '../../shared/log.ts'

export const formatRecord = (r: LogRecord): string => {
  const fields = Object.entries(r.fields).map(([k, v]) => ` ${k}=${typeof v === 'string' ? JSON.stringify(v) : JSON.stringify(v) ?? 'undefined'}`)
  return `${new Date(r.time).toISOString()} ${r.level.padEnd(7)} ${r.component}: ${r.message}${fields.join('')}`
}

export const createTerminalSink = (write: (line: string) => void): LogSink => (record) => {
  if (record.level === 'warning' || record.level === 'error') write(formatRecord(record))
}
