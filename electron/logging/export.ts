/** A line as it is exported: as text with its time and its source before it, or as one JSON object. */
import { fieldAt, jsonFields } from '../../shared/logs/fields.ts'
import { plainText } from '../../shared/logs/ansi.ts'
import type { LogExportFormat, LogRecord, LogSource } from '../../shared/logs/types.ts'
import { formatNanos } from './timestamp.ts'

export function exportLine(e: LogRecord, s: LogSource, format: LogExportFormat): string {
  const time = formatNanos(e.time, e.nanos)
  if (format === 'text') return `${time} ${s.namespace ? `${s.namespace}/` : ''}${s.pod}${s.container ? `/${s.container}` : ''} ${e.text}\n`
  const { stream, namespace, pod, container, node, workload, labels } = s
  const text = plainText(e.text)
  const fields = jsonFields(text)
  const message = fields ? [fieldAt(fields, 'msg'), fieldAt(fields, 'message')].find((m) => typeof m === 'string') : undefined
  return `${JSON.stringify({ time, id: e.id, level: e.level || undefined, stream, namespace, pod, container, node, workload: workload || undefined, labels, message: message ?? text, fields })}\n`
}
