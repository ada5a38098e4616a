/**
 * A block in a segment file: a fixed beginning, a header, a filter, the columns, the texts. The beginning has a checksum of
 * its own and one of all the rest, so that what a crash cut off is known for what it is.
 *
 * 'PHF' instead of 'PHL': its lines stand in other blocks already (few.ts). 'PHW': behind the filter, and counted with it, stand the block's words
 * (words.ts), then their bytes and their CRC-32. With the third letter small it is of the second form (`form`).
 *
 *   0 'PHL' and codec   4 header bytes   8 filter bytes   12 columns bytes   16 texts bytes   20 columns, unpacked
 *   24 texts, unpacked  28 lines         32 first id (double)   40 CRC-32 of the rest   44 CRC-32 of 0 to 44
 */
import { crc32 } from 'node:zlib'
import type { LogSource } from '../../shared/logs/types.ts'
import { compress, decompress, type Codec } from './codec.ts'
import { free, type Columns } from './columns.ts'
import { buildFilter } from './filter.ts'
import { packFrames } from './frames.ts'
import { encodeRows } from './rows.ts'
import { wordsOf } from './words.ts'

export const FIXED = 48

export interface BlockLayout {
  readonly codec: Codec
  /** Its lines stand in other blocks, too. */
  readonly few: boolean
  /** What `filter` counts has the words in it, too. */
  readonly words: boolean
  /** 2: its rows are columns (rows.ts), its texts in frames (frames.ts). 1, which is written no more: rows line by line, texts as one, words packed. */
  readonly form: 1 | 2
  readonly header: number
  readonly filter: number
  readonly columns: number
  readonly text: number
  readonly rawColumns: number
  readonly rawText: number
  readonly count: number
  readonly first: number
  readonly crc: number
}
export const layoutBytes = (l: BlockLayout): number => FIXED + l.header + l.filter + l.columns + l.text

/** What the index keeps of a block. */
export interface BlockHeader {
  /** The block's own list: a line's source is a place in it. */
  readonly sources: readonly LogSource[]
  /** Lines of each of them. */
  readonly lines: readonly number[]
  /** Lines of each rank. */
  readonly ranks: readonly number[]
  /** Whole milliseconds, both inclusive. */
  readonly minTime: number
  readonly maxTime: number
  /** How far collecting was, where this block moved it: by origin. */
  readonly positions: Readonly<Record<string, unknown>>
  readonly few?: FewHeader
}
/** Whose lines it holds again, all of them, and of which other blocks. Groups are eight times a place in the list of sources, and a rank. */
export interface FewHeader {
  /** Ids of the lines of those blocks; `end` exclusive. */
  readonly from: number
  readonly end: number
  /** Whether it was made of others of its kind. */
  readonly far: boolean
  readonly inside: readonly number[]
  /** That those blocks have, and it has not. */
  readonly others: readonly number[]
}

export function summary(c: Columns, sources: readonly LogSource[]): Omit<BlockHeader, 'positions'> {
  const lines = sources.map(() => 0)
  const ranks = [0, 0, 0, 0, 0, 0, 0]
  let minTime = Infinity
  let maxTime = -Infinity
  for (let i = 0; i < c.count; i++) {
    const s = c.sources[i] as number
    const r = c.ranks[i] as number
    const t = c.times[i] as number
    lines[s] = (lines[s] ?? 0) + 1
    ranks[r] = (ranks[r] ?? 0) + 1
    if (t < minTime) minTime = t
    if (t > maxTime) maxTime = t
  }
  return { sources, lines, ranks, minTime, maxTime }
}

/** The whole block as it is written, in memory of its own. Takes some 10 ms: for the thread. */
export function encodeBlock(codec: Codec, c: Columns, header: BlockHeader): { bytes: Uint8Array<ArrayBuffer>; layout: BlockLayout } {
  const rawColumns = encodeRows(c)
  // What is read instead of many blocks is read at once.
  const raw = header.few ? new Uint8Array() : wordsOf(c.text)
  const words = raw.length > 0
  const filter = header.few ? Buffer.alloc(0) : words ? withWords(buildFilter(c.text), raw) : buildFilter(c.text)
  const head = compress(codec, Buffer.from(JSON.stringify(header)))
  const columns = compress(codec, rawColumns)
  const texts = packFrames(codec, c)
  const text = texts.reduce((n, t) => n + t.length, 0)
  const fixed = Buffer.alloc(FIXED)
  const few = header.few !== undefined
  fixed.write(`PH${few ? 'f' : words ? 'w' : 'l'}${codec}`, 0, 'latin1')
  const numbers = [head.length, filter.length, columns.length, text, rawColumns.length, c.text.length, c.count]
  numbers.forEach((n, i) => fixed.writeUInt32LE(n, 4 + 4 * i))
  fixed.writeDoubleLE(c.first, 32)
  const crc = [head, filter, columns, ...texts].reduce((sum, part) => crc32(part, sum), 0)
  fixed.writeUInt32LE(crc, 40)
  fixed.writeUInt32LE(crc32(fixed.subarray(0, 44)), 44)
  const parts = [fixed, head, filter, columns, ...texts]
  const bytes = new Uint8Array(parts.reduce((n, p) => n + p.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  const layout: BlockLayout = { codec, few, words, form: 2, header: head.length, filter: filter.length, columns: columns.length, text, rawColumns: rawColumns.length, rawText: c.text.length, count: c.count, first: c.first, crc }
  // Block after block would leave tens of megabytes to the garbage collector.
  for (const part of [head, filter, columns, ...texts, rawColumns, raw]) if (part.length) free(part)
  return { bytes, layout }
}

/** undefined: no block begins here, or its beginning is not whole. */
export function readLayout(data: Buffer): BlockLayout | undefined {
  const kind = data.length < FIXED ? '' : data.toString('latin1', 0, 3)
  if (!/^PH[LWFlwf]$/.test(kind)) return undefined
  const codec = String.fromCharCode(data[3] as number)
  if ((codec !== 'z' && codec !== 'd') || crc32(data.subarray(0, 44)) !== data.readUInt32LE(44)) return undefined
  const n = (i: number): number => data.readUInt32LE(4 + 4 * i)
  return { codec, few: /F/i.test(kind), words: /W/i.test(kind), form: /[lwf]/.test(kind) ? 2 : 1, header: n(0), filter: n(1), columns: n(2), text: n(3), rawColumns: n(4), rawText: n(5), count: n(6), first: data.readDoubleLE(32), crc: data.readUInt32LE(40) }
}
/** @param data the header's bytes. Throws when they are damaged. */
export const readHeader = (layout: BlockLayout, data: Buffer): BlockHeader => JSON.parse(decompress(layout.codec, data, MAX_HEADER, HEADER).toString('utf8')) as BlockHeader
const MAX_HEADER = 16 * 1024 * 1024
/** Most are smaller. */
const HEADER = 16 * 1024

/** They are not packed: to unpack them takes longer than to look at them, and much of the memory that searching takes. */
function withWords(filter: Buffer, words: Uint8Array): Buffer {
  const sizes = Buffer.alloc(SIZES)
  sizes.writeUInt32LE(words.length, 0)
  sizes.writeUInt32LE(crc32(words), 4)
  const all = Buffer.concat([filter, words, sizes])
  free(filter)
  return all
}
const SIZES = 8
/** What `withWords` has put together. @returns their CRC-32, or, of the first form, their bytes unpacked; undefined: it is damaged */
export function splitWords(section: Buffer): { readonly filter: Buffer; readonly words: Buffer; readonly last: number } | undefined {
  const end = section.length - SIZES
  if (end < 0) return undefined
  const from = end - section.readUInt32LE(end)
  // A block that has none says so.
  return from < 0 || from === end ? undefined : { filter: section.subarray(0, from), words: section.subarray(from, end), last: section.readUInt32LE(end + 4) }
}
