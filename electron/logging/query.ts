/**
 * Finds the newest matching lines. Lines of many containers interleave and some come late, so blocks are read in order
 * of their newest line; once enough is found and no unread block reaches as far, the page is right, however late a line was.
 */
import { open, type FileHandle } from 'node:fs/promises'
import type { LogEntry, LogPage } from '../../shared/ipc.ts'
import type { Matcher } from './matcher.ts'
import { decodeLine, isEntry, type EntryLine } from './segment-format.ts'
import type { Segment } from './segments.ts'

/** The loop is given back after so much work. */
const SLICE_MS = 8

export const byTime = (a: Pick<LogEntry, 'time' | 'sequence'>, b: Pick<LogEntry, 'time' | 'sequence'>): number => a.time - b.time || a.sequence - b.sequence

interface Candidate {
  readonly segment: Segment
  readonly offset: number
  readonly length: number
  readonly maxTime: number
  /** Numbers of the segment's sources that are asked for. */
  readonly ids: ReadonlySet<number>
}

export async function runQuery(segments: readonly Segment[], matcher: Matcher, signal?: AbortSignal): Promise<LogPage> {
  const files = new Map<Segment, FileHandle | undefined>()
  const wanted = matcher.limit + 1
  let kept: LogEntry[] = []
  let sorted = true
  const trim = (): void => {
    if (sorted) return
    kept.sort(byTime)
    if (kept.length > wanted) kept = kept.slice(-wanted)
    sorted = true
  }
  try {
    let since = performance.now()
    for (const block of candidates(segments, matcher)) {
      if (kept.length >= wanted) {
        trim()
        if (block.maxTime < (kept[0] as LogEntry).time) break
      }
      signal?.throwIfAborted()
      const text = await read(files, block)
      if (text === undefined || !matcher.mayContain(text)) continue
      const found = entries(text, block, matcher)
      if (found.length) {
        for (const entry of found) kept.push(entry)
        sorted = false
      }
      if (performance.now() - since > SLICE_MS) {
        await new Promise((resolve) => setImmediate(resolve))
        since = performance.now()
      }
    }
    trim()
    return { entries: kept.slice(-matcher.limit), more: kept.length > matcher.limit }
  } finally {
    for (const file of files.values()) await file?.close()
  }
}

function candidates(segments: readonly Segment[], { source, from, to, before }: Matcher): Candidate[] {
  const result: Candidate[] = []
  for (const segment of segments) {
    const ids = new Set(segment.index.sources.flatMap((s, id) => (source(s) ? [id] : [])))
    if (!ids.size) continue
    for (const b of segment.index.blocks) {
      if (b.maxTime < from || b.minTime >= to || (before && b.minTime > before.time)) continue
      if (!meets(b.sources, ids)) continue
      result.push({ segment, offset: b.offset, length: b.length, maxTime: Math.min(b.maxTime, before?.time ?? Infinity, to), ids })
    }
  }
  return result.sort((a, b) => b.maxTime - a.maxTime)
}

function meets(some: ReadonlySet<number>, others: ReadonlySet<number>): boolean {
  const [few, many] = some.size < others.size ? [some, others] : [others, some]
  for (const id of few) if (many.has(id)) return true
  return false
}

/** undefined: the segment has been dropped meanwhile. */
async function read(files: Map<Segment, FileHandle | undefined>, block: Candidate): Promise<string | undefined> {
  let file = files.get(block.segment)
  if (!file) {
    if (files.has(block.segment)) return undefined
    file = await open(block.segment.path, 'r').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
    files.set(block.segment, file)
    if (!file) return undefined
  }
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(block.length), 0, block.length, block.offset)
  return buffer.toString('utf8', 0, bytesRead)
}

function entries(text: string, { segment, ids }: Candidate, matcher: Matcher): LogEntry[] {
  const { from, to, before } = matcher
  const { sources } = segment.index
  const lines: EntryLine[] = []
  for (const raw of text.split('\n')) {
    const line = raw ? decodeLine(raw) : undefined
    if (!line || !isEntry(line)) continue
    const [time, sequence, source] = line
    if (!ids.has(source) || time < from || time >= to) continue
    if (before && (time > before.time || (time === before.time && sequence >= before.sequence))) continue
    lines.push(line)
  }
  const hits = matcher.texts?.(lines.map((l) => l[3]))
  return lines.filter((_, i) => !hits || hits[i]).map(([time, sequence, source, lineText]) => ({ time, sequence, ...(sources[source] as (typeof sources)[number]), text: lineText }))
}
