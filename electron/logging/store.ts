/** The log store: the writing side, the asking side and their thread over one folder. */
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../shared/clock.ts'
import type { Codec } from './codec.ts'
import { Reads } from './reads.ts'
import type { SearchRunner } from './search/thread.ts'
import { TwoThreads } from './search/two-threads.ts'
import { SegmentFiles } from './segment-files.ts'
import { SourceTable } from './sources.ts'
import type { LogStore } from './types.ts'
import { Writing } from './write.ts'

export interface LogStoreOptions {
  /** Made if it is not there. Only one store at a time may have it. */
  readonly directory: string
  readonly clock: Clock
  /** All files together; the oldest segment goes when it is passed. Default 512 MiB. */
  readonly limitBytes?: number
  /** Segments whose newest line is older go. Default 14 days. */
  readonly maxAgeMs?: number
  /** Default 16 MiB, and never more than an eighth of the limit. */
  readonly segmentBytes?: number
  /** Text of a block before it is compressed. Default 512 KiB. */
  readonly blockBytes?: number
  /** Default: the best that this Node has. */
  readonly codec?: Codec
  /** Default: threads of its own. */
  readonly thread?: SearchRunner
}

const MiB = 1024 * 1024
const DAY = 86_400_000
/** What an earlier form of the store left; the engine still has most of it. */
const EARLIER = /^(\d{10}\.(ndjson|index\.json)|checkpoint\.json)(\.new)?$/

/** Rejects when the directory cannot be read or written. */
export async function openLogStore(options: LogStoreOptions): Promise<LogStore> {
  const { directory, clock, limitBytes = 512 * MiB, maxAgeMs = 14 * DAY, blockBytes = MiB / 2, codec } = options
  const sources = new SourceTable()
  const segmentBytes = (limit: number): number => Math.min(options.segmentBytes ?? 16 * MiB, Math.ceil(limit / 8))
  const segments = new SegmentFiles(directory, segmentBytes(limitBytes), sources)
  await segments.open()
  for (const name of await readdir(directory)) if (EARLIER.test(name)) await rm(join(directory, name), { force: true })
  const thread = options.thread ?? new TwoThreads(clock)
  const writing = new Writing({ directory, clock, segments, sources, thread, blockBytes, limitBytes, maxAgeMs, ...(codec ? { codec } : {}) })
  await writing.open()
  const reads = new Reads({ segments, writing, sources, thread, clock })
  return {
    append: (source, lines, position) => writing.append(source, lines, position),
    position: (origin) => writing.position(origin),
    keepPositions: (keep) => writing.keepPositions(keep),
    flush: () => writing.flush(),
    search: (request, told, signal) => reads.search(request, told, signal),
    follow: (request, told, signal) => reads.follow(request, told, signal),
    histogram: (request, told, signal) => reads.histogram(request, told, signal),
    context: (request, signal) => reads.context(request, signal),
    complete: (request) => reads.complete(request),
    export: (request, signal) => reads.export(request, signal),
    scan: (request, signal) => reads.scan(request, signal),
    get lastId() {
      return reads.lastId
    },
    get firstId() {
      return reads.firstId
    },
    onAppend: (listener) => reads.onAppend(listener),
    stored: () => ({ bytes: segments.bytes + writing.heads.reduce((n, h) => n + h.journalBytes, 0), limitBytes: writing.limitBytes }),
    async keep(kept) {
      segments.segmentBytes = segmentBytes(kept.limitBytes)
      await writing.keep(kept)
    },
    async close() {
      // What waits to be sealed is sealed by the thread.
      await writing.close()
      await thread.close()
      await segments.close()
    },
  }
}
