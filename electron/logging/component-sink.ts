/** Puts what the control plane's components log into the same store as the containers' output. */
import type { LogLevel, LogRecord, LogSink } from '../../shared/log.ts'
import type { LogSource } from '../../shared/logs/types.ts'
import type { LogWriter } from './types.ts'

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
const RANKS: Readonly<Record<LogLevel, number>> = { debug: 2, info: 3, warning: 4, error: 5 }

/** `warning could not bind pod=default/web error="no such node"` */
export const componentText = (record: LogRecord): string => [record.level, record.message, ...Object.entries(record.fields).map(([k, v]) => `${k}=${show(v)}`)].join(' ')

export const componentSource = (component: string): LogSource => ({ stream: 'component', namespace: '', pod: component, podUid: '', container: '', node: '', restart: 0, workload: '', labels: {} })

export function createComponentLogSink(store: Pick<LogWriter, 'append'>): LogSink {
  const sources = new Map<string, LogSource>()
  return (record) => {
    let source = sources.get(record.component)
    if (!source) sources.set(record.component, (source = componentSource(record.component)))
    const time = Math.floor(record.time)
    void store.append(source, [{ time, nanos: Math.round((record.time - time) * 1e6), rank: RANKS[record.level], text: componentText(record) }])
  }
}
