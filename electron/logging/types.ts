/** The central log store: what EFK does in a cluster. Collects, keeps within bounds on disk, searches, tells what is new. */
import type {
  LogBatch, LogCompletionRequest, LogCompletions, LogContextRequest, LogExportPart, LogExportRequest, LogFollow, LogFollowMessage, LogHistogram, LogHistogramRequest, LogSearch, LogSearchMessage, LogSource,
} from '../../shared/logs/types.ts'

/** A line that is to be stored. */
export interface LogDraft {
  /** Whole milliseconds since 1970, and nanoseconds within. */
  readonly time: number
  readonly nanos: number
  /** Place in LOG_LEVELS. */
  readonly rank: number
  readonly text: string
}

/** The side that fills it. */
export interface LogWriter {
  /**
   * Takes the lines in at once. What it answers resolves when there is room for more, also while the disk is full;
   * who does not wait for it (`position` absent) loses lines then, which is told in the log itself.
   * @param position how far collecting from an origin has come with these lines: it is stored with them or not at all
   */
  append(source: LogSource, lines: readonly LogDraft[], position?: { readonly origin: string; readonly value: unknown }): Promise<void>
  position(origin: string): unknown
  /** Forgets the positions of origins that are not there any more. */
  keepPositions(keep: (origin: string) => boolean): void
  /** Resolves when all that was appended is on disk, or writing has failed and will be tried again. */
  flush(): Promise<void>
}

/** The side that is asked. All reject with a bad request that says what is wrong with a query. */
export interface LogReader {
  search(request: LogSearch, told: (message: LogSearchMessage) => void, signal?: AbortSignal): Promise<void>
  /** Until the signal. */
  follow(request: LogFollow, told: (message: LogFollowMessage) => void, signal: AbortSignal): Promise<void>
  histogram(request: LogHistogramRequest, told: (message: LogHistogram) => void, signal?: AbortSignal): Promise<void>
  /** The line itself among its neighbours, in order of time. Rejects with Not Found when it is not stored (any more). */
  context(request: LogContextRequest, signal?: AbortSignal): Promise<LogBatch>
  complete(request: LogCompletionRequest): Promise<LogCompletions>
  export(request: LogExportRequest, signal?: AbortSignal): Promise<LogExportPart>
  /**
   * For who forwards lines: matching lines with ids above `after`, in order of ids, at most `limit`; `last` is where to go
   * on. The store is the queue: remember `last` when the lines are delivered. At the end it answers with no entries.
   */
  scan(request: { readonly query: string; readonly after: number; readonly limit: number }, signal?: AbortSignal): Promise<{ readonly batch: LogBatch; readonly last: number }>
  /** Id of the newest line; 0: none. */
  readonly lastId: number
  /** Id of the oldest line that is still stored; one more than `lastId`: none is. */
  readonly firstId: number
  /** Calls back after lines have come, at most once for each append. */
  onAppend(listener: () => void): () => void
}

/** What a store keeps: of all files together the oldest go when there are more bytes, or when their newest line is older. */
export interface KeptLogs {
  readonly limitBytes: number
  readonly maxAgeMs: number
}

export interface LogStore extends LogWriter, LogReader {
  /** Bytes on disk, and at most. */
  stored(): { bytes: number; limitBytes: number }
  /** Other bounds, from now on; resolves when what is beyond them is gone. */
  keep(kept: KeptLogs): Promise<void>
  close(): Promise<void>
}
