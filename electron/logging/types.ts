/** The central log store: what EFK does in a cluster. Collects, keeps within bounds on disk, searches, tails. */
import type { LogEntry, LogPage, LogQuery } from '../../shared/ipc.ts'

export interface LogStore {
  /** Buffers and writes in the background; never blocks, never throws. Assigns `sequence`. */
  append(entries: readonly Omit<LogEntry, 'sequence'>[]): void
  query(query: LogQuery, signal?: AbortSignal): Promise<LogPage>
  /** Live entries that match, in batches; bounded: a slow reader loses lines and is told how many. */
  tail(query: LogQuery, listener: (batch: { entries: LogEntry[]; dropped: number }) => void): { close(): void }
  sources(): Promise<{ namespaces: string[]; pods: { namespace: string; pod: string; lastTime: number }[]; components: string[]; bytes: number; limitBytes: number }>
  /** The newest time stored of a container's log, so that collecting goes on where it stopped, without gap or duplicate. */
  lastTimestamp(podUid: string, container: string, restart: number): string | undefined
  flush(): Promise<void>
  close(): Promise<void>
}
