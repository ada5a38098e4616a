/**
 * What the index knows of a segment's blocks, as one file beside it: sources once, numbers as columns, so that the index of ten
 * million lines is read in some 20 ms. 'PHI3', then compressed JSON. 'PHI2' is the same without blocks of lines that are few (few.ts). Earlier
 * ones are the beginnings and headers of all blocks in a row.
 */
import type { LogSource } from '../../shared/logs/types.ts'
import { FIXED, layoutBytes, readHeader, readLayout, type BlockHeader, type BlockLayout } from './block-file.ts'
import { bestCodec, compress, decompress, type Codec } from './codec.ts'
import { groupOf } from './few.ts'
import type { SourceTable } from './sources.ts'

/** A block as the index knows it: there may be thousands, of hundreds of sources each, so that it is small. */
export interface Block {
  readonly layout: BlockLayout
  readonly offset: number
  /** Numbers in the table of sources, by place in the block's list. */
  readonly sources: Uint32Array
  /** A bit for each rank that a line has. */
  readonly ranks: number
  readonly minTime: number
  readonly maxTime: number
}
/** A block of lines that stand in other ones, too. Groups are of numbers in the table of sources. */
export interface Few extends Block {
  readonly from: number
  readonly end: number
  readonly far: boolean
  readonly inside: Uint32Array
  readonly others: Uint32Array
}
export interface Index {
  readonly blocks: readonly Block[]
  readonly few: readonly Few[]
}
type Numbers = readonly [Codec, ...number[]]
interface Stored {
  readonly sources: readonly LogSource[]
  /** For each block: codec, bytes (header, filter, columns, text), raw bytes (columns, text), lines, first id, CRC, offset, ranks, times, what it has (of `WORDS` and `SECOND`); places in `sources`. */
  readonly blocks: readonly Numbers[]
  readonly named: readonly (readonly number[])[]
  /** As a block, then `from`, `end`, 1 when it is a far one; places in `sources`, and groups of them. */
  readonly few?: readonly (readonly [Numbers, readonly [from: number, end: number, far: number], named: readonly number[], inside: readonly number[], others: readonly number[]])[]
}
const WORDS = 1
/** It is of the second form. */
const SECOND = 2
const MAGIC = 'PHI3'
const BEFORE = 'PHI2'
const MAX_INDEX = 256 * 1024 * 1024
const CHUNK = 256 * 1024

const numbers = ({ layout: l, offset, ranks, minTime, maxTime }: Block): Numbers => [l.codec, l.header, l.filter, l.columns, l.text, l.rawColumns, l.rawText, l.count, l.first, l.crc, offset, ranks, minTime, maxTime, (l.words ? WORDS : 0) + (l.form === 2 ? SECOND : 0)]
function read([codec, ...n]: Numbers, few: boolean, sources: Uint32Array): Block {
  const [header, filter, columns, text, rawColumns, rawText, count, first, crc, offset, ranks, minTime, maxTime, has = 0] = n as [number, number, number, number, number, number, number, number, number, number, number, number, number, number]
  return { layout: { codec, few, words: (has & WORDS) !== 0, form: has & SECOND ? 2 : 1, header, filter, columns, text, rawColumns, rawText, count, first, crc }, offset, ranks, minTime, maxTime, sources }
}

export function encodeIndex({ blocks, few }: Index, table: SourceTable): Buffer {
  const places = new Map<number, number>()
  const sources: LogSource[] = []
  const place = (id: number): number => {
    let at = places.get(id)
    if (at === undefined) places.set(id, (at = sources.push(table.all[id] as LogSource) - 1))
    return at
  }
  const group = (g: number): number => groupOf(place(Math.floor(g / 8)), g % 8)
  const stored: Stored = {
    blocks: blocks.map(numbers),
    named: blocks.map((b) => Array.from(b.sources, place)),
    few: few.map((f) => [numbers(f), [f.from, f.end, f.far ? 1 : 0], Array.from(f.sources, place), Array.from(f.inside, group), Array.from(f.others, group)]),
    sources,
  }
  return Buffer.concat([Buffer.from(`${MAGIC}${bestCodec}`), compress(bestCodec, Buffer.from(JSON.stringify(stored)))])
}

/** undefined: it is none of these, or damaged. */
export function decodeIndex(data: Buffer, table: SourceTable): Index | undefined {
  if (![MAGIC, BEFORE].includes(data.toString('latin1', 0, MAGIC.length))) return undefined
  let stored: Stored
  try {
    stored = JSON.parse(decompress(String.fromCharCode(data[MAGIC.length] as number) as Codec, data.subarray(MAGIC.length + 1), MAX_INDEX, CHUNK).toString('utf8')) as Stored
  } catch {
    // What a crash left of it: the segment itself says all.
    return undefined
  }
  const ids = stored.sources.map((s) => table.id(s))
  const named = (places: readonly number[]): Uint32Array => Uint32Array.from(places, (p) => ids[p] as number)
  const groups = (of: readonly number[]): Uint32Array => Uint32Array.from(of, (g) => groupOf(ids[Math.floor(g / 8)] as number, g % 8))
  return {
    blocks: stored.blocks.map((b, i) => read(b, false, named(stored.named[i] ?? []))),
    few: (stored.few ?? []).map(([b, [from, end, far], of, inside, others]) => ({ ...read(b, true, named(of)), from, end, far: far === 1, inside: groups(inside), others: groups(others) })),
  }
}

/** undefined: it is none, or damaged. */
export function readFirstIndex(data: Buffer, block: (layout: BlockLayout, offset: number, header: BlockHeader) => Block): Index | undefined {
  const blocks: Block[] = []
  let offset = 0
  for (let at = 0; at < data.length;) {
    const layout = readLayout(data.subarray(at))
    if (!layout || at + FIXED + layout.header > data.length) return undefined
    blocks.push(block(layout, offset, readHeader(layout, data.subarray(at + FIXED, at + FIXED + layout.header))))
    at += FIXED + layout.header
    offset += layoutBytes(layout)
  }
  return { blocks, few: [] }
}
