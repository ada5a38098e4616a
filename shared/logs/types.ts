/**
 * The contract of the central log: what the dashboard, shipping and the store say to each other. A query is a text in the
 * language of query.ts, everywhere. Times are milliseconds since 1970 and the nanoseconds within that millisecond, since
 * a double cannot hold a time of today in nanoseconds.
 */
import type { LogMeaning } from './meanings.ts'

/** From least to most severe; a line's rank is its place here. `''`: the line does not say. */
export const LOG_LEVELS = ['', 'trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** A container's outputs; what the control plane's components say; Kubernetes Events; requests to the API server. */
export const LOG_STREAMS = ['stdout', 'stderr', 'component', 'event', 'audit'] as const
export type LogStream = (typeof LOG_STREAMS)[number]

/** Where a line comes from. */
export interface LogSource {
  readonly stream: LogStream
  /** `''` for components and for events about what is in no namespace. */
  readonly namespace: string
  /** Pod; for `component` the component's name; for `event` the name of the object it is about; for `audit` the server. */
  readonly pod: string
  readonly podUid: string
  readonly container: string
  readonly node: string
  /** The container's restart count. */
  readonly restart: number
  /** `Deployment/web`, as people name what owns the pod; `''` for none. For `event` the object: `Pod/web-1`. */
  readonly workload: string
  /** The pod's labels when the container was first read. */
  readonly labels: Readonly<Record<string, string>>
}

export interface LogRecord {
  /** Rises by one a stored line, unique within the store and for good: the line's name in a link. */
  readonly id: number
  /** Whole milliseconds since 1970. */
  readonly time: number
  /** Nanoseconds within that millisecond, 0 to 999,999. */
  readonly nanos: number
  readonly level: LogLevel
  /** A key of `sources` in the same message, and of no other. */
  readonly source: number
  /** As it was written, with ANSI sequences. A stack trace is one text of several lines. */
  readonly text: string
}
export interface LogBatch {
  readonly sources: Readonly<Record<number, LogSource>>
  readonly entries: readonly LogRecord[]
}

/** A place in the order of (time, nanos, id). */
export type LogCursor = Pick<LogRecord, 'time' | 'nanos' | 'id'>

export interface LogSearch {
  readonly query: string
  /** Default newest. */
  readonly order?: 'newest' | 'oldest'
  /** Default 1,000, at most 10,000. */
  readonly limit?: number
  /** Goes on behind this line in the asked order. */
  readonly after?: LogCursor
}
/** Lines come as soon as no other can come before them, in the asked order. `searched` of `total` blocks are done. */
export interface LogSearchMessage extends LogBatch {
  readonly searched: number
  readonly total: number
  /** In the last message alone: whether there are further lines behind the limit. */
  readonly done?: { readonly more: boolean }
}

export interface LogFollow {
  readonly query: string
  /** Lines stored after this id; default: from now on. So a paused reader goes on without loss. */
  readonly after?: number
}
/** New lines in the order of their ids, at most every 50 ms. `last`: all up to this id have been looked at (give it as `after` to go on). */
export interface LogFollowMessage extends LogBatch {
  readonly last: number
  /** How many stored lines have not been looked at yet. */
  readonly behind: number
}

export interface LogHistogramRequest {
  readonly query: string
  /** Milliseconds since 1970, inclusive / exclusive. Default: what the query says, else all that is stored. */
  readonly from?: number
  readonly to?: number
  /** At most 500; default 60. */
  readonly buckets?: number
}
/** The state so far, again and again until `done`. */
export interface LogHistogram {
  readonly from: number
  /** Milliseconds of a bucket. */
  readonly step: number
  /** For each bucket the lines of each level, in the order of LOG_LEVELS. */
  readonly counts: readonly (readonly number[])[]
  readonly searched: number
  readonly total: number
  readonly done: boolean
  /** With the last one: how many of these lines each value of a source's field has, for those fields that one chooses from; the most usual values of each. */
  readonly values?: LogValueCounts
}
/** By field (`namespace`, `pod`, …), by value. */
export type LogValueCounts = Readonly<Record<string, Readonly<Record<string, number>>>>

export interface LogContextRequest {
  readonly id: number
  /** Lines before and after it, each at most 500. */
  readonly before: number
  readonly after: number
  /** Whose lines. Default container (both outputs). */
  readonly of?: 'container' | 'pod' | 'all'
}

export interface LogCompletionRequest {
  readonly text: string
  /** Characters before the cursor. */
  readonly cursor: number
}
export interface LogCompletions {
  /** What of the text a choice takes the place of. */
  readonly from: number
  readonly to: number
  readonly options: readonly { readonly text: string; readonly means?: LogMeaning }[]
}

export type LogExportFormat = 'text' | 'ndjson'
export interface LogExportRequest {
  readonly query: string
  readonly format: LogExportFormat
  readonly order?: 'newest' | 'oldest'
  /** `next` of the answer before. */
  readonly after?: LogCursor
}
/** One part of an export; asked for again with `next` until that is absent. */
export interface LogExportPart {
  readonly text: string
  readonly lines: number
  readonly next?: LogCursor
}

/** A query that the user has kept, with the app's settings. */
export interface SavedLogQuery {
  readonly name: string
  readonly query: string
}
export const MAX_SAVED_QUERIES = 200
