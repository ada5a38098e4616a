/**
 * What the index knows of a segment's blocks, as one file beside it: sources once, numbers as columns, so that the index of ten
 * million lines is read in some 20 ms. 'PHI2', then compressed JSON. Earlier ones are the beginnings and headers of all blocks in a row.
 */
import type { LogSource } from '../../shared/logs/types.ts'
import { FIXED, layoutBytes, readHeader, readLayout, type BlockHeader, type BlockLayout } from './block-file.ts'
import { bestCodec, compress, decompress, type Codec } from './codec.ts'
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
interface Stored {
  readonly sources: readonly LogSource[]
  /** For each block: codec, bytes (header, filter, columns, text), raw bytes (columns, text), lines, first id, CRC, offset, ranks, times; places in `sources`. */
  readonly blocks: readonly (readonly [Codec, ...number[]])[]
  readonly named: readonly (readonly number[])[]
}
const MAGIC = 'PHI2'
const MAX_INDEX = 256 * 1024 * 1024
const CHUNK = 256 * 1024

export function encodeIndex(blocks: readonly Block[], table: SourceTable): Buffer {
  const places = new Map<number, number>()
  const sources: LogSource[] = []
  const place = (id: number): number => {
    let at = places.get(id)
    if (at === undefined) places.set(id, (at = sources.push(table.all[id] as LogSource) - 1))
    return at
  }
  const stored: Stored = {
    blocks: blocks.map(({ layout: l, offset, ranks, minTime, maxTime }) => [l.codec, l.header, l.filter, l.columns, l.text, l.rawColumns, l.rawText, l.count, l.first, l.crc, offset, ranks, minTime, maxTime]),
    named: blocks.map((b) => Array.from(b.sources, place)),
    sources,
  }
  return Buffer.concat([Buffer.from(`${MAGIC}${bestCodec}`), compress(bestCodec, Buffer.from(JSON.stringify(stored)))])
}

/** undefined: it is none of these, or damaged. */
export function decodeIndex(data: Buffer, table: SourceTable): Block[] | undefined {
  if (data.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined
  let stored: Stored
  try {
    stored = JSON.parse(decompress(String.fromCharCode(data[MAGIC.length] as number) as Codec, data.subarray(MAGIC.length + 1), MAX_INDEX, CHUNK).toString('utf8')) as Stored
  } catch {
    // What a crash left of it: the segment itself says all.
    return undefined
  }
  const ids = stored.sources.map((s) => table.id(s))
  return stored.blocks.map(([codec, ...n], i) => {
    const [header, filter, columns, text, rawColumns, rawText, count, first, crc, offset, ranks, minTime, maxTime] = n as [number, number, number, number, number, number, number, number, number, number, number, number, number]
    return { layout: { codec, header, filter, columns, text, rawColumns, rawText, count, first, crc }, offset, ranks, minTime, maxTime, sources: Uint32Array.from(stored.named[i] ?? [], (p) => ids[p] as number) }
  })
}

/** undefined: it is none, or damaged. */
export function readFirstIndex(data: Buffer, block: (layout: BlockLayout, offset: number, header: BlockHeader) => Block): Block[] | undefined {
  const blocks: Block[] = []
  let offset = 0
  for (let at = 0; at < data.length;) {
    const layout = readLayout(data.subarray(at))
    if (!layout || at + FIXED + layout.header > data.length) return undefined
    blocks.push(block(layout, offset, readHeader(layout, data.subarray(at + FIXED, at + FIXED + layout.header))))
    at += FIXED + layout.header
    offset += layoutBytes(layout)
  }
  return blocks
}
