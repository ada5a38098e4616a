/** Reads blocks for a query: first the filter, then the texts, and the columns only where something can be found. */
import { closeSync, openSync, readSync } from 'node:fs'
import { isAscii } from 'node:buffer'
import { FIXED, splitWords } from '../block-file.ts'
import { decompress } from '../codec.ts'
import { decodeColumns, free, type Columns } from '../columns.ts'
import type { BlockRef } from './block-list.ts'

/** What says of lines that they are not in a block. */
export interface BlockFilter {
  /** filter.ts */
  readonly filter: Uint8Array
  /** words.ts; undefined, or answering so: they are not known. */
  readonly words?: () => string | undefined
}

/** Files that a job has open. Those that retention has removed meanwhile are as if they held nothing. */
export class BlockReader {
  readonly #files = new Map<string, number | undefined>()
  /** What the next read uses again. */
  #scratch = Buffer.allocUnsafeSlow(256 * 1024)
  /** Memory that was given out: it is freed at once, since V8 would let tens of megabytes of it come together. */
  readonly #given: (Float64Array | Uint32Array | Uint8Array)[] = []

  /** Until the next read. undefined: it is gone, or its newest lines are in memory and have none. */
  filter(block: BlockRef): BlockFilter | undefined {
    if ('columns' in block.at) return undefined
    const { layout, offset, path } = block.at
    const filter = layout.filter ? this.#read(path, offset + FIXED + layout.header, layout.filter) : undefined
    const split = filter && layout.words ? splitWords(filter) : undefined
    if (!filter || !split) return filter && !layout.words ? { filter } : undefined
    let words: string | undefined
    return {
      filter: split.filter,
      words: () => (words ??= unpack(() => {
        const raw = decompress(layout.codec, split.words, split.raw)
        const text = raw.toString('latin1')
        free(raw)
        return text
      })),
    }
  }
  /** The texts; `undefined` when the file is gone or damaged. */
  text(block: BlockRef): Buffer | undefined {
    if ('columns' in block.at) return asBuffer(block.at.columns.text)
    const { layout, offset, path } = block.at
    const data = this.#read(path, offset + FIXED + layout.header + layout.filter + layout.columns, layout.text)
    return data && unpack(() => this.#lend(decompress(layout.codec, data, layout.rawText)))
  }
  columns(block: BlockRef, text: Buffer | undefined): Columns | undefined {
    if ('columns' in block.at) return { ...block.at.columns, text: asBuffer(block.at.columns.text) }
    const { layout, offset, path } = block.at
    const data = this.#read(path, offset + FIXED + layout.header + layout.filter, layout.columns)
    return data && unpack(() => {
      const raw = decompress(layout.codec, data, layout.rawColumns)
      const columns = decodeColumns(raw, text ?? EMPTY, layout.first, layout.count, layout.few)
      free(raw)
      this.#given.push(columns.times, columns.nanos, columns.sources, columns.ranks, columns.ends, ...(columns.ids ? [columns.ids] : []))
      return columns
    })
  }
  #lend(text: Buffer): Buffer {
    this.#given.push(text)
    return text
  }
  /** Nobody looks any more at texts and columns that were given out. */
  release(): void {
    for (const part of this.#given.splice(0)) free(part)
  }
  close(): void {
    this.release()
    for (const file of this.#files.values()) if (file !== undefined) closeSync(file)
    this.#files.clear()
  }

  /** Into memory that the next read uses again. */
  #read(path: string, at: number, length: number): Buffer | undefined {
    if (!this.#files.has(path)) this.#files.set(path, openIfThere(path))
    const file = this.#files.get(path)
    if (file === undefined) return undefined
    if (this.#scratch.length < length) this.#scratch = Buffer.allocUnsafeSlow(length * 2)
    return readSync(file, this.#scratch, 0, length, at) === length ? this.#scratch.subarray(0, length) : undefined
  }
}
const EMPTY = Buffer.alloc(0)
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
/** So much of a block is a string at once: V8 keeps it among its young objects, where memory is warm and given back at once. */
const WINDOW = 64 * 1024

/** The texts of a block as strings of JavaScript, a window of whole lines at a time. */
export class BlockText {
  readonly #text: Buffer
  readonly ascii: boolean
  #from = 0
  #to = 0
  #window = ''
  constructor(text: Buffer) {
    this.#text = text
    this.ascii = isAscii(text)
  }
  /** Calls with the windows from the first to the last, a character a byte, and where each begins. */
  each(called: (window: string, from: number) => void): void {
    for (let from = 0; from < this.#text.length; from = this.#to) {
      this.#move(from)
      called(this.#window, from)
    }
  }
  line(start: number, end: number): string {
    if (!this.ascii) return this.#text.toString('utf8', start, end)
    if (start < this.#from || end > this.#to) this.#move(start)
    return this.#window.slice(start - this.#from, end - this.#from)
  }
  /** @param from where a line begins */
  #move(from: number): void {
    let end = from + WINDOW < this.#text.length ? this.#text.lastIndexOf(NEWLINE, from + WINDOW) : this.#text.length - 1
    if (end < from) end = this.#text.indexOf(NEWLINE, from)
    this.#from = from
    this.#to = end < 0 ? this.#text.length : end + 1
    this.#window = this.#text.toString('latin1', from, this.#to)
  }
}
const NEWLINE = 0x0a
