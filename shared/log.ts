/**
 * One logger for every component. A record is data; what is done with it (terminal, the central log store) is decided by
 * the sinks that the cluster installs. Fields carry the object's key, as klog's structured logging does.
 */
export type LogLevel = 'debug' | 'info' | 'warning' | 'error'

export interface LogRecord {
  /** Milliseconds since 1970. */
  readonly time: number
  readonly component: string
  readonly level: LogLevel
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}
export type LogSink = (record: LogRecord) => void

export interface Logger {
  readonly component: string
  debug(message: string, fields?: Record<string, unknown>): void
  info(message: string, fields?: Record<string, unknown>): void
  warning(message: string, fields?: Record<string, unknown>): void
  error(message: string, fields?: Record<string, unknown>): void
}

const sinks = new Set<LogSink>()
/** Installs a sink; the returned function removes it. A sink must not throw and must not block. */
export function addLogSink(sink: LogSink): () => void {
  sinks.add(sink)
  return () => sinks.delete(sink)
}

/** Errors in fields become their message, so that a record is always plain data. */
const plain = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).map(([k, v]) => [k, v instanceof Error ? v.message : v]))

/** The logger of a component: `etcd`, `kube-apiserver`, `kube-scheduler`, `kube-controller-manager`, `kubelet`, … */
export function logger(component: string): Logger {
  const emit = (level: LogLevel) => (message: string, fields: Record<string, unknown> = {}): void => {
    if (!sinks.size) return
    const record: LogRecord = { time: Date.now(), component, level, message, fields: plain(fields) }
    for (const sink of sinks) sink(record)
  }
  return { component, debug: emit('debug'), info: emit('info'), warning: emit('warning'), error: emit('error') }
}
