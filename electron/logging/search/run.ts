/** Does a job, block by block: a generator, so that the thread can hear of a cancel between two blocks. */
import { LOG_LEVELS, type LogLevel, type LogRecord } from '../../../shared/logs/types.ts'
import { encodeBlock, summary } from '../block-file.ts'
import { idOf, textOf, type Columns } from '../columns.ts'
import { asBuffer, BlockReader } from './block-reader.ts'
import { BlockSearch } from './block-search.ts'
import { BlockList, type BlockRef } from './block-list.ts'
import { gatherFew } from './gather-few.ts'
import { inOrder } from './merge.ts'
import type { Found, HistogramJob, Job, ScanJob, SealJob, SearchJob } from './jobs.ts'

type Step = Found | undefined

export const record = (c: Columns, line: number, source: number): LogRecord => ({
  id: idOf(c, line), time: c.times[line] as number, nanos: c.nanos[line] as number, level: LOG_LEVELS[c.ranks[line] as number] as LogLevel, source, text: textOf(c, line),
})

/** So many blocks are passed over at once because their filters say so. */
const PASSED = 64

/** The blocks that can have lines, in order. */
class Turns {
  readonly #list: BlockList
  readonly #search: BlockSearch
  readonly #reader: BlockReader
  /** Blocks that are done with the one whose turn it is. */
  done = 0

  constructor(list: BlockList, search: BlockSearch, reader: BlockReader) {
    this.#list = list
    this.#search = search
    this.#reader = reader
  }
  /** undefined: there is none any more. */
  *next(): Generator<undefined, BlockRef | undefined> {
    for (let passed = 1; this.done < this.#list.length; passed++) {
      const block = this.#list.at(this.done++)
      if (this.#search.mayMatch(this.#reader, block)) return block
      // Others may have their turn.
      if (passed % PASSED === 0) yield undefined
    }
    return undefined
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
  const turns = new Turns(list, search, reader)
  const { after } = job
  const order = (a: Pending, b: Pending): number => sign * inOrder(a, b)
  const total = list.length
  let waiting: Pending[] = []
  let told = 0
  for (let block = yield* turns.next(); block; block = yield* turns.next()) {
    search.search(reader, block, true, (line, c, source) => {
      const place = { time: c.times[line] as number, nanos: c.nanos[line] as number, id: idOf(c, line) }
      if (after && sign * inOrder(place, after) <= 0) return
      waiting.push({ ...place, columns: c, line, source })
    })
    const next = turns.done < total ? edge(turns.done) : undefined
    waiting.sort(order)
    // One more than is wanted tells that there are more.
    if (waiting.length > job.limit + 1 - told) waiting.length = job.limit + 1 - told
    let sure = waiting.length
    if (next !== undefined) for (sure = 0; sure < waiting.length && sign * ((waiting[sure] as Pending).time - next) < 0; sure++);
    const entries = waiting.slice(0, Math.min(sure, job.limit - told)).map(toRecord)
    const over = told + sure > job.limit
    waiting = waiting.slice(entries.length).map(detached)
    reader.release()
    told += entries.length
    const found: Found = { kind: 'search', entries, searched: turns.done, total, ...(next === undefined ? {} : { edge: next }) }
    if (over) return { ...found, done: { more: true } }
    yield found
  }
  // What waited for blocks that turned out to have nothing.
  return { kind: 'search', entries: waiting.map(toRecord), searched: total, total, done: { more: false } }
}
interface Pending {
  readonly time: number
  readonly nanos: number
  readonly id: number
  readonly source: number
  /** Either where it lies, or, so that its block need not stay in memory, itself. */
  readonly columns?: Columns
  readonly line?: number
  readonly record?: LogRecord
}
const toRecord = (p: Pending): LogRecord => p.record ?? record(p.columns as Columns, p.line as number, p.source)
const detached = ({ time, nanos, id, source, ...p }: Pending): Pending => ({ time, nanos, id, source, record: toRecord({ time, nanos, id, source, ...p }) })

function* runScan(job: ScanJob, search: BlockSearch, reader: BlockReader): Generator<Step, Found> {
  const entries: LogRecord[] = []
  let bytes = 0
  let last = job.after
  const full = (): boolean => entries.length >= job.limit || bytes >= job.bytes
  const turns = new Turns(new BlockList(job.blocks), search, reader)
  for (let block = yield* turns.next(); block; block = yield* turns.next()) {
    search.search(reader, block, true, (line, c, source) => {
      const id = c.first + line
      if (id <= job.after || full()) return
      const r = record(c, line, source)
      entries.push(r)
      bytes += r.text.length
      last = id
    })
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
  for (let block = yield* turns.next(); block; block = yield* turns.next()) {
    search.search(reader, block, false, (line, c, source) => {
      const bucket = counts[Math.floor(((c.times[line] as number) - job.from) / job.step)]
      const rank = c.ranks[line] as number
      if (!bucket) return
      bucket[rank] = (bucket[rank] ?? 0) + 1
      sources.set(source, (sources.get(source) ?? 0) + 1)
    })
    reader.release()
    yield { kind: 'histogram', counts, sources, searched: turns.done, total, done: false }
  }
  return { kind: 'histogram', counts, sources, searched: total, total, done: true }
}
