/** The blocks that a job reads, told to the thread as a few arrays of numbers: there may be thousands, and as objects they would take longer to tell than to search. */
import type { BlockLayout } from '../block-file.ts'
import type { Columns } from '../columns.ts'

/** A block that may have lines; in a file, or (the newest lines) here as they are. */
export interface BlockRef {
  readonly at: { readonly path: string; readonly offset: number; readonly layout: Omit<BlockLayout, 'crc'> } | { readonly columns: Columns }
  /** Numbers of the job's sources, by place in the block's list. */
  readonly sources: ArrayLike<number>
  readonly minTime: number
  readonly maxTime: number
  readonly first: number
  readonly count: number
}

export interface PackedBlocks {
  readonly length: number
  readonly paths: readonly string[]
  /** `WIDTH` for each block. */
  readonly numbers: Float64Array
  /** The sources of all blocks, one block's after the other's. */
  readonly named: Uint32Array
  /** Those that are in memory. */
  readonly heads: readonly Columns[]
}
const WIDTH = 15
/** Added to the codec's letter. */
const FEW = 256
const WORDS = 512
const SECOND = 1024

/** Where it lies: the number of its file, or, below zero, of its columns. */
const PLACE = 6

export function packBlocks(blocks: readonly BlockRef[]): PackedBlocks {
  const numbers = new Float64Array(blocks.length * WIDTH)
  const named = new Uint32Array(blocks.reduce((n, b) => n + b.sources.length, 0))
  const paths: string[] = []
  const heads: Columns[] = []
  const placeOf = new Map<string, number>()
  let from = 0
  blocks.forEach((b, i) => {
    const start = from
    named.set(b.sources, from)
    from += b.sources.length
    let at: readonly number[]
    if ('columns' in b.at) at = [-heads.push(b.at.columns)]
    else {
      const { path, offset, layout: l } = b.at
      let place = placeOf.get(path)
      if (place === undefined) placeOf.set(path, (place = paths.push(path) - 1))
      at = [place, offset, l.codec.charCodeAt(0) + (l.few ? FEW : 0) + (l.words ? WORDS : 0) + (l.form === 2 ? SECOND : 0), l.header, l.filter, l.columns, l.text, l.rawColumns, l.rawText]
    }
    numbers.set([b.minTime, b.maxTime, b.first, b.count, start, from, ...at], i * WIDTH)
  })
  return { length: blocks.length, paths, numbers, named, heads }
}
/** Some of them. */
export function pickBlocks(packed: PackedBlocks, places: readonly number[]): PackedBlocks {
  const numbers = new Float64Array(places.length * WIDTH)
  places.forEach((n, i) => numbers.set(packed.numbers.subarray(n * WIDTH, (n + 1) * WIDTH), i * WIDTH))
  // What nobody reads is not copied to the thread.
  return { ...packed, length: places.length, numbers, heads: places.some((n) => (packed.numbers[n * WIDTH + PLACE] as number) < 0) ? packed.heads : [] }
}

/** What has been packed, a block at a time. */
export class BlockList {
  readonly #packed: PackedBlocks
  constructor(packed: PackedBlocks) {
    this.#packed = packed
  }
  get length(): number {
    return this.#packed.length
  }
  /** Newest and oldest time, and ids, without the rest. */
  minTime(n: number): number {
    return this.#packed.numbers[n * WIDTH] as number
  }
  maxTime(n: number): number {
    return this.#packed.numbers[n * WIDTH + 1] as number
  }
  /** Made anew each time. */
  at(n: number): BlockRef {
    const { numbers, named, paths, heads } = this.#packed
    const number = (k: number): number => numbers[n * WIDTH + k] as number
    const place = number(PLACE)
    return {
      minTime: number(0), maxTime: number(1), first: number(2), count: number(3),
      sources: named.subarray(number(4), number(5)),
      at: place < 0 ? { columns: heads[-place - 1] as Columns } : {
        path: paths[place] as string, offset: number(7),
        layout: { codec: String.fromCharCode(number(8) % FEW) as BlockLayout['codec'], few: (number(8) & FEW) !== 0, words: (number(8) & WORDS) !== 0, form: number(8) & SECOND ? 2 : 1, header: number(9), filter: number(10), columns: number(11), text: number(12), rawColumns: number(13), rawText: number(14), count: number(3), first: number(2) },
      },
    }
  }
}
