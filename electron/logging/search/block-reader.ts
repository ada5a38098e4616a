/** Reads blocks for a query: first the filter, then the texts, and all else only where something can be found. */
import { closeSync, openSync, readSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { FIXED, splitWords } from '../block-file.ts'
import { decompress, type Codec } from '../codec.ts'
import { decodeColumns, free, rowMemory, type Rows } from '../columns.ts'
import { readFrames, type Frame } from '../frames.ts'
import { decodeRows } from '../rows.ts'
import type { BlockRef } from './block-list.ts'
import { BlockTexts, type Opened } from './block-texts.ts'

/** What says of lines that they are not in a block. */
export interface BlockFilter {
  /** filter.ts */
  readonly filter: Uint8Array
  /** words.ts; undefined, or answering so: they are not known. */
  readonly words?: () => string | undefined
}
type InFile = Extract<BlockRef['at'], { path: string }>

/** Files that a job has open. Those that retention has removed meanwhile are as if they held nothing. */
export class BlockReader {
  readonly #files = new Map<string, number | undefined>()
  readonly #section = new Memory()
  readonly #packed = new Memory()
  #rows = rowMemory(ROWS)
  #texts: BlockTexts | undefined

  /** Until the next read. undefined: it is gone, or its newest lines are in memory and have none. */
  filter(block: BlockRef): BlockFilter | undefined {
    if ('columns' in block.at) return undefined
    const { layout, offset, path } = block.at
    const filter = layout.filter ? this.#read(path, offset + FIXED + layout.header, layout.filter, this.#section) : undefined
    const split = filter && layout.words ? splitWords(filter) : undefined
    if (!filter || !split) return filter && !layout.words ? { filter } : undefined
    let words: string | undefined
    return { filter: split.filter, words: () => (words ??= layout.form === 2 ? checked(split) : unpack(() => unpackedText(layout.codec, split))) }
  }
  /** The texts, of which nothing is read before one is asked for. Until the next block's. */
  texts(block: BlockRef): BlockTexts {
    this.release()
    const { at } = block
    return (this.#texts = new BlockTexts(() => ('columns' in at ? inMemory(asBuffer(at.columns.text)) : this.#open(at))))
  }
  #open({ layout, offset, path }: InFile): Opened | undefined {
    const section = this.#read(path, offset + FIXED + layout.header + layout.filter + layout.columns, layout.text, this.#packed)
    // Earlier blocks have theirs as one.
    const frames = section && (layout.form === 2 ? readFrames(section, layout.rawText) : [{ start: 0, raw: layout.rawText, at: 0, packed: layout.text }])
    return frames && {
      frames,
      own: true,
      unpack: (n) => {
        const { at, packed, raw } = frames[n] as Frame
        return unpack(() => decompress(layout.codec, section.subarray(at, at + packed), raw))
      },
    }
  }
  /** All but the texts, until the next block's; undefined: the file is gone or damaged. */
  rows(block: BlockRef): Rows | undefined {
    if ('columns' in block.at) return block.at.columns
    const { layout, offset, path } = block.at
    const data = this.#read(path, offset + FIXED + layout.header + layout.filter, layout.columns, this.#section)
    return data && unpack(() => {
      const raw = decompress(layout.codec, data, layout.rawColumns)
      if (this.#rows.ranks.length < layout.count) {
        for (const part of Object.values(this.#rows)) free(part)
        this.#rows = rowMemory(layout.count)
      }
      const { first, count, few, form } = layout
      const rows = form === 2 ? decodeRows(raw, first, count, this.#rows) : decodeColumns(raw, first, count, few, this.#rows)
      free(raw)
      return rows
    })
  }
  /** Nobody looks any more at texts that were given out. */
  release(): void {
    this.#texts?.close()
    this.#texts = undefined
  }
  close(): void {
    this.release()
    for (const part of [this.#section.bytes, this.#packed.bytes, ...Object.values(this.#rows)]) free(part)
    for (const file of this.#files.values()) if (file !== undefined) closeSync(file)
    this.#files.clear()
  }

  #read(path: string, at: number, length: number, into: Memory): Buffer | undefined {
    if (!this.#files.has(path)) this.#files.set(path, openIfThere(path))
    const file = this.#files.get(path)
    if (file === undefined) return undefined
    const bytes = into.of(length)
    return readSync(file, bytes, 0, length, at) === length ? bytes : undefined
  }
}
interface Words {
  readonly words: Buffer
  readonly last: number
}
const checked = ({ words, last }: Words): string | undefined => (crc32(words) === last ? words.toString('latin1') : undefined)
function unpackedText(codec: Codec, { words, last }: Words): string {
  const raw = decompress(codec, words, last)
  const text = raw.toString('latin1')
  free(raw)
  return text
}

/** Most blocks have fewer lines. */
const ROWS = 8 * 1024

/** Is used for block after block: V8 would let tens of megabytes come together. */
class Memory {
  bytes = Buffer.allocUnsafeSlow(96 * 1024)
  of(length: number): Buffer {
    if (this.bytes.length < length) {
      free(this.bytes)
      this.bytes = Buffer.allocUnsafeSlow(length * 2)
    }
    return this.bytes.subarray(0, length)
  }
}

const inMemory = (text: Buffer): Opened => ({ frames: [{ start: 0, raw: text.length }], own: false, unpack: () => text })
/** On its way between threads a buffer has become plain bytes. */
export const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r')
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw e
  }
}
/** A block that is damaged is passed over: the others can still be read. */
function unpack<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (e) {
    if (e instanceof RangeError || /^(ERR_BUFFER_TOO_LARGE|ERR_ZSTD|Z_|ZSTD_)/.test(String((e as NodeJS.ErrnoException).code))) return undefined
    throw e
  }
}
