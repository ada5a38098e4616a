/** Does a job, block by block: a generator, so that the thread can hear of a cancel between two blocks. */
import { LOG_LEVELS, type LogCursor, type LogLevel, type LogRecord } from '../../../shared/logs/types.ts'
import { encodeBlock, summary } from '../block-file.ts'
import { idOf, markedText, textStart } from '../columns.ts'
import { asBuffer, BlockReader } from './block-reader.ts'
import { BlockSearch, type Hits } from './block-search.ts'
import { BlockList, type BlockRef } from './block-list.ts'
import { gatherFew } from './gather-few.ts'
import { inOrder } from './merge.ts'
import type { Found, HistogramJob, Job, ScanJob, SealJob, SearchJob } from './jobs.ts'

type Step = Found | undefined

/** undefined: its text is damaged. */
function record({ rows, texts }: Hits, line: number, block: BlockRef): LogRecord | undefined {
  const start = textStart(rows, line)
  const plain = texts.at(start)?.copy(start, rows.ends[line] as number)
  if (plain === undefined) return undefined
  const source = block.sources[rows.sources[line] as number] as number
  return { id: idOf(rows, line), time: rows.times[line] as number, nanos: rows.nanos[line] as number, level: LOG_LEVELS[rows.ranks[line] as number] as LogLevel, source, text: markedText(rows, line, plain) }
}

/** So many blocks are passed over at once because their filters say so. */
const PASSED = 64

/** The blocks that can have lines, in order. */
class Turns {
  readonly #list: BlockList
  readonly #search: BlockSearch
  readonly #reader: BlockReader
  readonly #taken: Int32Array
  /** Those that are done, with the one whose turn it is. */
  done = 0
  /** The first that it could take next. */
  next = 0

  /** @param taken how many have been taken, of those who take turns */
  constructor(list: BlockList, search: BlockSearch, reader: BlockReader, taken: Int32Array = new Int32Array(1)) {
    this.#list = list
    this.#search = search
    this.#reader = reader
    this.#taken = taken
  }
  /** undefined: there is none any more. */
  *take(): Generator<undefined, BlockRef | undefined> {
    for (let passed = 1; ; passed++) {
      const n = Atomics.add(this.#taken, 0, 1)
      this.next = n + 1
      if (n >= this.#list.length) return undefined
      this.done++
      const block = this.#list.at(n)
      if (this.#search.mayMatch(this.#reader, block)) return block
      // Others may have their turn.
      if (passed % PASSED === 0) yield undefined
    }
  }
}

/** Yields after each block what is new, or nothing; what it returns is the last. */
export function* runJob(job: Job): Generator<Step, Found> {
  if (job.kind === 'seal') return seal(job)
  const reader = new BlockReader()
  try {
    if (job.kind === 'few') return yield* gatherFew(job, reader)
    const search = new BlockSearch(job)
    if (job.kind === 'search') return yield* runSearch(job, search, reader)
    if (job.kind === 'scan') return yield* runScan(job, search, reader)
    return yield* runHistogram(job, search, reader)
  } finally {
    reader.close()
  }
}

function seal({ codec, columns, sources, positions }: SealJob): Found {
  const header = { ...summary(columns, sources), positions }
  const { bytes, layout } = encodeBlock(codec, { ...columns, text: asBuffer(columns.text) }, header)
  return { kind: 'seal', bytes, layout, header }
}

/**
 * Blocks come in the order of their newest (oldest) lines; lines are told as soon as no unread block reaches them.
 * So the order is right however late a line came, and the first are there after the first block.
 */
function* runSearch(job: SearchJob, search: BlockSearch, reader: BlockReader): Generator<Step, Found> {
  const sign = job.order === 'newest' ? -1 : 1
  const list = new BlockList(job.blocks)
  const edge = (n: number): number => (sign < 0 ? list.maxTime(n) : list.minTime(n))
  const turns = new Turns(list, search, reader, job.taken)
  const { after } = job
  const total = list.length
  let waiting: LogRecord[] = []
  let told = 0
  for (let block = yield* turns.take(); block; block = yield* turns.take()) {
    const hits = search.search(reader, block)
    const fresh = (hits?.lines ?? []).map((line) => freshOf(hits as Hits, line)).filter((f) => !after || sign * inOrder(f, after) > 0)
    const next = turns.next < total ? edge(turns.next) : undefined
    // One more than is wanted tells that there are more.
    const kept = [...waiting, ...fresh].sort((a, b) => sign * inOrder(a, b)).slice(0, job.limit + 1 - told)
    waiting = readAll(kept, hits, block)
    reader.release()
    let sure = waiting.length
    if (next !== undefined) for (sure = 0; sure < waiting.length && sign * ((waiting[sure] as LogRecord).time - next) < 0; sure++);
    const entries = waiting.slice(0, Math.min(sure, job.limit - told))
    const over = told + sure > job.limit
    waiting = waiting.slice(entries.length)
    told += entries.length
    const found: Found = { kind: 'search', entries, searched: turns.done, total, ...(next === undefined ? {} : { edge: next }) }
    if (over) return { ...found, done: { more: true } }
    yield found
  }
  // What waited for blocks that turned out to have nothing.
  const rest = job.limit - told
  return { kind: 'search', entries: waiting.slice(0, rest), searched: turns.done, total, done: { more: waiting.length > rest } }
}
/** A line of the block in hand that is not read yet. */
interface Fresh extends LogCursor {
  readonly line: number
}
const freshOf = ({ rows }: Hits, line: number): Fresh => ({ time: rows.times[line] as number, nanos: rows.nanos[line] as number, id: idOf(rows, line), line })
/** In their order, though they are read in that of their texts, so that each frame is unpacked once. */
function readAll(lines: readonly (LogRecord | Fresh)[], hits: Hits | undefined, block: BlockRef): LogRecord[] {
  if (!hits) return lines as LogRecord[]
  const { rows } = hits
  const records = new Map<LogRecord | Fresh, LogRecord | undefined>()
  for (const fresh of lines.filter((l) => 'line' in l).sort((a, b) => textStart(rows, a.line) - textStart(rows, b.line))) records.set(fresh, record(hits, fresh.line, block))
  return lines.flatMap((l) => ('line' in l ? records.get(l) ?? [] : l))
}

function* runScan(job: ScanJob, search: BlockSearch, reader: BlockReader): Generator<Step, Found> {
  const entries: LogRecord[] = []
  let bytes = 0
  let last = job.after
  const full = (): boolean => entries.length >= job.limit || bytes >= job.bytes
  const turns = new Turns(new BlockList(job.blocks), search, reader)
  for (let block = yield* turns.take(); block; block = yield* turns.take()) {
    const hits = search.search(reader, block)
    for (const line of hits?.lines ?? []) {
      if (full()) break
      if (block.first + line <= job.after) continue
      const r = record(hits as Hits, line, block)
      if (!r) continue
      // The next one stands elsewhere among the texts.
      hits?.texts.keep()
      entries.push(r)
      bytes += r.text.length
      last = r.id
    }
    reader.release()
    if (full()) return { kind: 'scan', entries, last, full: true }
    last = Math.max(last, block.first + block.count - 1)
    yield undefined
  }
  return { kind: 'scan', entries, last, full: false }
}

function* runHistogram(job: HistogramJob, search: BlockSearch, reader: BlockReader): Generator<Step, Found> {
  const counts = Array.from({ length: job.buckets }, () => LOG_LEVELS.map(() => 0))
  const sources = new Map<number, number>()
  const list = new BlockList(job.blocks)
  const total = list.length
  const turns = new Turns(list, search, reader)
  for (let block = yield* turns.take(); block; block = yield* turns.take()) {
    const { lines = [], rows } = search.search(reader, block) ?? {}
    for (const line of lines) {
      const bucket = counts[Math.floor(((rows?.times[line] as number) - job.from) / job.step)]
      const rank = rows?.ranks[line] as number
      if (!bucket) continue
      bucket[rank] = (bucket[rank] ?? 0) + 1
      const source = block.sources[rows?.sources[line] as number] as number
      sources.set(source, (sources.get(source) ?? 0) + 1)
    }
    reader.release()
    yield { kind: 'histogram', counts, sources, searched: turns.done, total, done: false }
  }
  return { kind: 'histogram', counts, sources, searched: total, total, done: true }
}
