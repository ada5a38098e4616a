/** A line as it is exported: as text with its time and its source before it, or as one JSON object. */
import { plainText } from './ansi.ts'
import { fieldAt, jsonFields } from './fields.ts'
import { formatNanos } from './time.ts'
import type { LogExportFormat, LogRecord, LogSource } from './types.ts'

export function exportLine(e: Omit<LogRecord, 'source'>, s: LogSource, format: LogExportFormat): string {
  const time = formatNanos(e.time, e.nanos)
  if (format === 'text') return `${time} ${s.namespace ? `${s.namespace}/` : ''}${s.pod}${s.container ? `/${s.container}` : ''} ${e.text}\n`
  const { stream, namespace, pod, container, node, workload, labels } = s
  const text = plainText(e.text)
  const fields = jsonFields(text)
  const message = fields ? [fieldAt(fields, 'msg'), fieldAt(fields, 'message')].find((m) => typeof m === 'string') : undefined
  return `${JSON.stringify({ time, id: e.id, level: e.level || undefined, stream, namespace, pod, container, node, workload: workload || undefined, labels, message: message ?? text, fields })}\n`
}
