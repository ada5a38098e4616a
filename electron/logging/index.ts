/** The log store, and what fills it. */
export type { LogReader, LogStore, LogWriter } from './types.ts'
export { openLogStore, type LogStoreOptions } from './store.ts'
export { createLogCollector, type LogCollector, type LogCollectorOptions, type LogSource, type PodFacts } from './collector.ts'
export { auditPosition, createAuditCollector, type AuditPosition } from './audit.ts'
export { createComponentLogSink } from './component-sink.ts'
export { createEventCollector } from './events.ts'
