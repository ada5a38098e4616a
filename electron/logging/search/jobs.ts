/** What is said between the store and the thread that searches and seals. */
import type { LogAst } from '../../../shared/logs/ast.ts'
import type { LogHistogram, LogRecord, LogSource } from '../../../shared/logs/types.ts'
import type { BlockHeader, BlockLayout } from '../block-file.ts'
import type { PackedBlocks } from './block-list.ts'
import type { Codec } from '../codec.ts'
import { columnsOf, free, type Columns } from '../columns.ts'

export interface JobBase {
  readonly ast: LogAst
  /** What `since:1h` counts from. */
  readonly now: number
  /** Those that can have lines which match, by number. */
  readonly sources: ReadonlyMap<number, LogSource>
  /** In the order in which they are to be read. */
  readonly blocks: PackedBlocks
}
export interface SearchJob extends JobBase {
  readonly kind: 'search'
  readonly order: 'newest' | 'oldest'
  readonly limit: number
  readonly after?: { readonly time: number; readonly nanos: number; readonly id: number }
  /** Where others read the same blocks: how many have been taken, in memory that they share. Absent: all are its own. */
  readonly taken?: Int32Array<SharedArrayBuffer>
}
/** Lines by id: those after `after`, until there are `limit` of them or `bytes` of text. */
export interface ScanJob extends JobBase {
  readonly kind: 'scan'
  readonly after: number
  readonly limit: number
  readonly bytes: number
}
export interface HistogramJob extends JobBase {
  readonly kind: 'histogram'
  readonly from: number
  readonly step: number
  readonly buckets: number
}
/** Makes a block of lines: compresses, and builds its filter. */
export interface SealJob {
  readonly kind: 'seal'
  readonly codec: Codec
  readonly columns: Columns
  readonly sources: readonly LogSource[]
  readonly positions: BlockHeader['positions']
}
/** Makes a block of the lines that blocks have few of (few.ts). */
export interface FewJob {
  readonly kind: 'few'
  readonly codec: Codec
  /** In the order of their ids; all of them blocks, or all of them made by such jobs. */
  readonly blocks: PackedBlocks
  readonly sources: ReadonlyMap<number, LogSource>
  /** Ids of the lines that are meant; `end` exclusive. */
  readonly from: number
  readonly end: number
  readonly far: boolean
  /** Of text, at most. */
  readonly bytes: number
  /** Groups whose lines are not all in `blocks`: eight times the number of a source, and a rank. */
  readonly others: readonly number[]
}
export type ReadJob = SearchJob | ScanJob | HistogramJob
export type Job = ReadJob | FewJob | SealJob

/** Frees the lines that came with a job, which are a copy, once it is done. */
export function freeJob(job: Job): void {
  for (const columns of job.kind === 'seal' ? [job.columns] : job.blocks.heads) for (const part of columnsOf(columns)) free(part)
}

export type Found =
  /** `edge`: lines that come yet are not before this time (in the order of the search); absent: none come. */
  | { readonly kind: 'search'; readonly edge?: number; readonly entries: readonly LogRecord[]; readonly searched: number; readonly total: number; readonly done?: { readonly more: boolean } }
  /** `last`: all up to this id have been looked at; `full`: there may be more behind it. */
  | { readonly kind: 'scan'; readonly entries: readonly LogRecord[]; readonly last: number; readonly full: boolean }
  /** `sources`: how many lines each has. */
  | { readonly kind: 'histogram'; readonly counts: LogHistogram['counts']; readonly sources: ReadonlyMap<number, number>; readonly searched: number; readonly total: number; readonly done: boolean }
  /** `bytes` are the thread's own no more. */
  | { readonly kind: 'seal'; readonly bytes: Uint8Array<ArrayBuffer>; readonly layout: BlockLayout; readonly header: BlockHeader }

export type ToThread = { readonly type: 'start'; readonly id: number; readonly job: Job } | { readonly type: 'cancel'; readonly id: number }
export type FromThread =
  | { readonly type: 'found'; readonly id: number; readonly found: Found; readonly end: boolean }
  | { readonly type: 'failed'; readonly id: number; readonly message: string }

/** Places in the shared memory by which the store sees whether a job goes on: the job in work, and how many blocks were done. */
export const PULSE_JOB = 0
export const PULSE_COUNT = 1
