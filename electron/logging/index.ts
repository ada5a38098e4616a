/** The log store, and what fills it. */
export type { LogStore } from './types.ts'
export { openLogStore, type LogStoreOptions } from './store.ts'
export { createLogCollector, type LogCollectorOptions, type LogSource } from './collector.ts'
export { createComponentLogSink } from './component-sink.ts'
export { formatTimestamp, parseTimestamp } from './timestamp.ts'
