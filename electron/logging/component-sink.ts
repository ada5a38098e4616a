/** Puts what the control plane's components log into the same store as the containers' output. */
import type { LogRecord, LogSink } from '../../shared/log.ts'
import type { LogStore } from './types.ts'

/** As klog does it: bare where one word is enough, quoted otherwise. */
function show(value: unknown): string {
  if (typeof value === 'string') return value !== '' && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value)
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    // Circular, or a bigint: its plain name is better than no line.
    return String(value)
  }
}

/** `warning could not bind pod=default/web error="no such node"` */
export const componentText = (record: LogRecord): string => [record.level, record.message, ...Object.entries(record.fields).map(([k, v]) => `${k}=${show(v)}`)].join(' ')

export function createComponentLogSink(store: Pick<LogStore, 'append'>): LogSink {
  return (record) => store.append([{
    time: record.time, stream: 'component', namespace: '', pod: record.component, podUid: '', container: '', node: '', restart: 0, text: componentText(record),
  }])
}
