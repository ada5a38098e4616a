/** The asking side: chooses by the index which blocks can matter, and gives them to the searching thread. */
import type { Clock } from '../../shared/clock.ts'
import { badRequest, notFound } from '../../shared/errors.ts'
import { and, everything, type LogAst } from '../../shared/logs/ast.ts'
import { complete } from '../../shared/logs/complete.ts'
import { exportLine } from '../../shared/logs/export.ts'
import { groupVerdict, rankVerdict, sourceVerdict, timeBounds } from '../../shared/logs/match.ts'
import { LogQueryError, parseQuery } from '../../shared/logs/query.ts'
import type {
  LogBatch, LogCompletionRequest, LogCompletions, LogContextRequest, LogCursor, LogExportPart, LogExportRequest, LogFollow, LogFollowMessage, LogHistogram, LogHistogramRequest, LogRecord, LogSearch,
  LogSearchMessage, LogSource,
} from '../../shared/logs/types.ts'
import { plainTextOf } from './columns.ts'
import { blockRef, chooseFew } from './few.ts'
import { knownValues, valueCounts } from './known-values.ts'
import { packBlocks, type BlockRef } from './search/block-list.ts'
import { freeJob, type Found, type JobBase, type ReadJob } from './search/jobs.ts'
import type { SearchRunner } from './search/thread.ts'
import type { Segment, SegmentFiles } from './segment-files.ts'
import type { SourceTable } from './sources.ts'
import type { LogReader } from './types.ts'
import type { Writing } from './write.ts'

export const MAX_LIMIT = 10_000
const DEFAULT_LIMIT = 1_000
const MAX_CONTEXT = 500
const FOLLOW_MS = 50
const FOLLOW_LINES = 5_000
const SCAN_BYTES = 4 * 1024 * 1024
const EXPORT_LINES = 5_000

/** The query as data; a bad request that says where it is wrong. */
export function checkedQuery(text: string): LogAst {
  try {
    return parseQuery(text)
  } catch (e) {
    if (e instanceof LogQueryError) throw badRequest(`query: ${e.message} (at character ${e.from + 1})`)
    throw e
  }
}
const whole = (value: number | undefined, field: string, otherwise: number, most: number, least = 1): number => {
  if (value === undefined) return otherwise
  if (!Number.isInteger(value) || value < least || value > most) throw badRequest(`${field}: must be a whole number from ${least} to ${most}`)
  return value
}

export interface Range {
  /** Lines with ids above this. */
  readonly afterId?: number
  /** Whole milliseconds, inclusive / exclusive. */
  readonly from?: number
  readonly to?: number
  /** Whether lines may come out of blocks that hold them again (few.ts). */
  readonly few?: boolean
}

export class Reads implements LogReader {
  readonly #segments: SegmentFiles
  readonly #writing: Writing
  readonly #sources: SourceTable
  readonly #thread: SearchRunner
  readonly #clock: Clock

  constructor(parts: { segments: SegmentFiles; writing: Writing; sources: SourceTable; thread: SearchRunner; clock: Clock }) {
    this.#segments = parts.segments
    this.#writing = parts.writing
    this.#sources = parts.sources
    this.#thread = parts.thread
    this.#clock = parts.clock
  }

  get lastId(): number {
    return this.#writing.lastId
  }
  get firstId(): number {
    return this.#segments.list[0]?.first ?? this.#writing.heads[0]?.columns.first ?? this.lastId + 1
  }
  onAppend(listener: () => void): () => void {
    return this.#writing.onAppend(listener)
  }

  async search(request: LogSearch, told: (message: LogSearchMessage) => void, signal?: AbortSignal): Promise<void> {
    const limit = whole(request.limit, 'limit', DEFAULT_LIMIT, MAX_LIMIT)
    await this.searchAst(checkedQuery(request.query), { ...request, limit }, told, signal)
  }
  async searchAst(ast: LogAst, { order = 'newest', limit, after }: { order?: 'newest' | 'oldest'; limit: number; after?: LogCursor }, told: (message: LogSearchMessage) => void, signal?: AbortSignal): Promise<void> {
    const range = after ? (order === 'newest' ? { to: after.time + 1 } : { from: after.time }) : {}
    const job = await this.#prepare(ast, { ...range, few: true }, order === 'newest' ? (a, b) => b.maxTime - a.maxTime : (a, b) => a.minTime - b.minTime)
    if (!job.blocks.length) return told({ sources: {}, entries: [], searched: 0, total: 0, done: { more: false } })
    await this.#run({ ...job, kind: 'search', order, limit, ...(after ? { after } : {}) }, (found) => {
      if (found.kind === 'search') told({ ...this.#batch(found.entries), searched: found.searched, total: found.total, ...(found.done ? { done: found.done } : {}) })
    }, signal)
  }

  async scan({ query, after, limit }: { readonly query: string; readonly after: number; readonly limit: number }, signal?: AbortSignal): Promise<{ readonly batch: LogBatch; readonly last: number }> {
    return this.scanAst(checkedQuery(query), after, whole(limit, 'limit', DEFAULT_LIMIT, MAX_LIMIT), signal)
  }
  async scanAst(ast: LogAst, after: number, limit: number, signal?: AbortSignal): Promise<{ readonly batch: LogBatch; readonly last: number }> {
    const newest = this.lastId
    const job = await this.#prepare(ast, { afterId: after }, (a, b) => a.first - b.first)
    let answer: Extract<Found, { kind: 'scan' }> | undefined
    if (job.blocks.length) await this.#run({ ...job, kind: 'scan', after, limit, bytes: SCAN_BYTES }, (found) => { if (found.kind === 'scan') answer = found }, signal)
    return { batch: this.#batch(answer?.entries ?? []), last: answer?.full ? answer.last : Math.max(newest, answer?.last ?? 0, after) }
  }

  async follow({ query, after }: LogFollow, told: (message: LogFollowMessage) => void, signal: AbortSignal): Promise<void> {
    await this.followAst(checkedQuery(query), after === undefined ? undefined : whole(after, 'after', 0, Number.MAX_SAFE_INTEGER, 0), told, signal)
  }
  async followAst(ast: LogAst, after: number | undefined, told: (message: LogFollowMessage) => void, signal: AbortSignal): Promise<void> {
    let last = after ?? this.lastId
    let wake = (): void => undefined
    const remove = this.onAppend(() => wake())
    const stop = (): void => wake()
    signal.addEventListener('abort', stop)
    try {
      while (!signal.aborted) {
        if (this.lastId <= last) {
          await new Promise<void>((resolve) => { wake = resolve; if (signal.aborted) resolve() })
          continue
        }
        const { batch, last: seen } = await this.scanAst(ast, last, FOLLOW_LINES, signal)
        last = seen
        if (batch.entries.length) told({ ...batch, last, behind: Math.max(0, this.lastId - last) })
        // Lines that come one by one travel together.
        await new Promise<void>((resolve) => {
          const timer = this.#clock.after(FOLLOW_MS, resolve)
          wake = () => { if (signal.aborted) { timer.cancel(); resolve() } }
        })
      }
    } catch (e) {
      if (!signal.aborted) throw e
    } finally {
      remove()
      signal.removeEventListener('abort', stop)
    }
  }

  async histogram(request: LogHistogramRequest, told: (message: LogHistogram) => void, signal?: AbortSignal): Promise<void> {
    const ast = checkedQuery(request.query)
    const buckets = whole(request.buckets, 'buckets', 60, 500)
    const now = this.#clock.now()
    const said = timeBounds(ast, now)
    await this.#segments.load()
    const all = this.#extent()
    const from = Math.floor(request.from ?? (Number.isFinite(said.from) ? said.from : (all?.from ?? now)))
    const to = Math.ceil(request.to ?? (Number.isFinite(said.to) ? said.to : Math.max((all?.to ?? now) + 1, Number.isFinite(said.from) ? now : -Infinity)))
    if (!Number.isFinite(from) || !Number.isFinite(to) || to <= from) throw badRequest('to: must be after from')
    const step = Math.max(1, Math.ceil((to - from) / buckets))
    const count = Math.ceil((to - from) / step)
    const job = await this.#prepare(ast, { from, to, few: true }, (a, b) => b.maxTime - a.maxTime)
    const empty = Array.from({ length: count }, () => [0, 0, 0, 0, 0, 0, 0])
    if (!job.blocks.length) return told({ from, step, counts: empty, searched: 0, total: 0, done: true, values: {} })
    await this.#run({ ...job, kind: 'histogram', from, step, buckets: count }, (found) => {
      if (found.kind === 'histogram') told({ from, step, counts: found.counts, searched: found.searched, total: found.total, done: found.done, ...(found.done ? { values: valueCounts(this.#sources.all, found.sources) } : {}) })
    }, signal)
  }

  /** The line with an id, exactly. */
  async line(id: number, signal?: AbortSignal): Promise<{ record: LogRecord; source: LogSource } | undefined> {
    const { batch } = await this.scanAst(everything, id - 1, 1, signal)
    const [record] = batch.entries
    return record?.id === id ? { record, source: batch.sources[record.source] as LogSource } : undefined
  }
  async context({ id, before, after, of = 'container' }: LogContextRequest, signal?: AbortSignal): Promise<LogBatch> {
    whole(id, 'id', 0, Number.MAX_SAFE_INTEGER)
    const counts = { before: whole(before, 'before', 0, MAX_CONTEXT, 0), after: whole(after, 'after', 0, MAX_CONTEXT, 0) }
    if (!['container', 'pod', 'all'].includes(of)) throw badRequest(`of: Unsupported value: ${JSON.stringify(of)}: supported values: "container", "pod", "all"`)
    const line = await this.line(id, signal)
    if (!line) throw notFound({ group: '', resource: 'loglines' }, String(id))
    const exactly = (key: string, text: string): LogAst => ({ type: 'field', key, op: ':', values: [{ type: 'text', text, glob: false }] })
    const { source } = line
    const ast = of === 'all' ? everything
      : source.stream === 'component' || source.stream === 'audit' ? and([exactly('stream', source.stream), exactly(source.stream === 'component' ? 'component' : 'pod', source.pod)])
        : and([exactly('namespace', source.namespace), exactly('pod', source.pod), exactly('uid', source.podUid), ...(of === 'container' ? [exactly('container', source.container)] : [])])
    const side = async (order: 'newest' | 'oldest', limit: number): Promise<LogBatch[]> => {
      const batches: LogBatch[] = []
      if (limit) await this.searchAst(ast, { order, limit, after: line.record }, (m) => batches.push(m), signal)
      return batches
    }
    const [older, newer] = await Promise.all([side('newest', counts.before), side('oldest', counts.after)])
    const sources: Record<number, LogSource> = { [line.record.source]: source }
    for (const b of [...older, ...newer]) Object.assign(sources, b.sources)
    return { sources, entries: [...older.flatMap((b) => b.entries).toReversed(), line.record, ...newer.flatMap((b) => b.entries)] }
  }

  async complete(request: LogCompletionRequest): Promise<LogCompletions> {
    await this.#segments.load()
    for (const head of this.#writing.heads) for (const s of head.sources) this.#sources.id(s)
    return complete(request, knownValues(this.#sources.all, this.#newestTexts()))
  }

  async export({ query, format, order = 'oldest', after }: LogExportRequest, signal?: AbortSignal): Promise<LogExportPart> {
    if (format !== 'text' && format !== 'ndjson') throw badRequest(`format: Unsupported value: ${JSON.stringify(format)}: supported values: "text", "ndjson"`)
    const parts: string[] = []
    let last: LogRecord | undefined
    let more = false
    await this.searchAst(checkedQuery(query), { order, limit: EXPORT_LINES, ...(after ? { after } : {}) }, (m) => {
      for (const e of m.entries) parts.push(exportLine(e, m.sources[e.source] as LogSource, format))
      last = m.entries.at(-1) ?? last
      more = m.done?.more ?? more
    }, signal)
    return { text: parts.join(''), lines: parts.length, ...(more && last ? { next: { time: last.time, nanos: last.nanos, id: last.id } } : {}) }
  }

  /** Looks into the index of everything, for what is asked of sources. */
  async loaded(): Promise<void> {
    await this.#segments.load()
  }

  async #run(job: ReadJob, found: (found: Found) => void, signal?: AbortSignal): Promise<void> {
    try {
      await this.#thread.run(job, found, signal)
    } finally {
      freeJob(job)
    }
  }
  #batch(entries: readonly LogRecord[]): LogBatch {
    const sources: Record<number, LogSource> = {}
    for (const e of entries) sources[e.source] ??= this.#sources.all[e.source] as LogSource
    return { sources, entries }
  }
  #extent(): { from: number; to: number } | undefined {
    let from = Infinity
    let to = -Infinity
    for (const b of this.#segments.list.flatMap((s) => s.blocks ?? [])) {
      from = Math.min(from, b.minTime)
      to = Math.max(to, b.maxTime)
    }
    for (const { columns: c } of this.#writing.heads) {
      for (let i = 0; i < c.count; i++) {
        from = Math.min(from, c.times[i] as number)
        to = Math.max(to, c.times[i] as number)
      }
    }
    return from <= to ? { from, to } : undefined
  }
  #newestTexts(): string[] {
    const c = this.#writing.heads.at(-1)?.columns
    return c ? Array.from({ length: Math.min(300, c.count) }, (_, i) => plainTextOf(c, c.count - 1 - i)) : []
  }

  /** The blocks that can have such lines, in the order in which they are to be read, and the sources that those lines can have. */
  async #prepare(ast: LogAst, { afterId = 0, from = -Infinity, to = Infinity, few = false }: Range, order: (a: BlockRef, b: BlockRef) => number): Promise<JobBase> {
    const now = this.#clock.now()
    const bounds = timeBounds(ast, now)
    const low = Math.max(bounds.from, from)
    const high = Math.min(bounds.to, to)
    const firstAfter = (s: Segment): number => this.#segments.list[this.#segments.list.indexOf(s) + 1]?.first ?? Infinity
    await this.#segments.load((s) => s.written >= low && firstAfter(s) > afterId + 1)
    const verdict = sourceVerdict(ast)
    const verdicts: boolean[] = []
    const possible = (id: number): boolean => (verdicts[id] ??= verdict(this.#sources.all[id] as LogSource) !== false)
    const ofGroup = groupVerdict(ast)
    const groupVerdicts: boolean[] = []
    const possibleGroup = (group: number): boolean => (groupVerdicts[group] ??= ofGroup(this.#sources.all[Math.floor(group / 8)] as LogSource, group % 8) !== false)
    const ofRanks = rankVerdict(ast)
    const rankVerdicts: boolean[] = []
    const possibleRanks = (bits: number): boolean => (rankVerdicts[bits] ??= ofRanks(RANKS.map((rank) => (bits >> rank) & 1)) !== false)
    const blocks: BlockRef[] = []
    const named: boolean[] = []
    const sources = new Map<number, LogSource>()
    const take = (block: BlockRef): void => {
      blocks.push(block)
      for (let i = 0; i < block.sources.length; i++) {
        const id = block.sources[i] as number
        if (named[id]) continue
        named[id] = true
        if (possible(id)) sources.set(id, this.#sources.all[id] as LogSource)
      }
    }
    for (const segment of this.#segments.list) {
      const all = segment.blocks ?? []
      for (const b of few ? chooseFew(all, segment.few, possibleGroup) : all) {
        const { first, count } = b.layout
        if (b.maxTime < low || b.minTime >= high || first + count <= afterId + 1 || !possibleRanks(b.ranks) || !b.sources.some(possible)) continue
        take(blockRef(segment.path, b))
      }
    }
    for (const head of this.#writing.heads) {
      // Sealed a moment ago, and about to go.
      if (head.columns.first < this.#segments.next) continue
      const skip = Math.max(0, afterId + 1 - head.columns.first)
      if (skip >= head.columns.count) continue
      const ids = head.sources.map((s) => this.#sources.id(s))
      if (!ids.some(possible)) continue
      const columns = head.columns.snapshot(skip)
      let minTime = Infinity
      let maxTime = -Infinity
      for (const t of columns.times) {
        if (t < minTime) minTime = t
        if (t > maxTime) maxTime = t
      }
      if (maxTime >= low && minTime < high) take({ at: { columns }, sources: ids, minTime, maxTime, first: columns.first, count: columns.count })
    }
    return { ast, now, sources, blocks: packBlocks(blocks.sort(order)) }
  }
}
const RANKS = [0, 1, 2, 3, 4, 5, 6]
