/** Reads blocks for a query: first the filter, then the texts, and the columns only where something can be found. */
import { closeSync, openSync, readSync } from 'node:fs'
import { isAscii } from 'node:buffer'
import { FIXED } from '../block-file.ts'
import { decompress } from '../codec.ts'
import { decodeColumns, type Columns } from '../columns.ts'
import type { BlockRef } from './jobs.ts'

/** Files that a job has open. Those that retention has removed meanwhile are as if they held nothing. */
export class BlockReader {
  readonly #files = new Map<string, number | undefined>()
  #scratch = Buffer.allocUnsafeSlow(256 * 1024)

  /** undefined: it is gone, or its newest lines are in memory and have none. */
  filter(block: BlockRef): Uint8Array | undefined {
    if ('columns' in block.at) return undefined
    const { layout, offset, path } = block.at
    return layout.filter ? this.#read(path, offset + FIXED + layout.header, layout.filter) : undefined
  }
  /** The texts; `undefined` when the file is gone or damaged. */
  text(block: BlockRef): Buffer | undefined {
    if ('columns' in block.at) return asBuffer(block.at.columns.text)
    const { layout, offset, path } = block.at
    const data = this.#read(path, offset + FIXED + layout.header + layout.filter + layout.columns, layout.text)
    return data && unpack(() => decompress(layout.codec, data, layout.rawText))
  }
  columns(block: BlockRef, text: Buffer | undefined): Columns | undefined {
    if ('columns' in block.at) return { ...block.at.columns, text: asBuffer(block.at.columns.text) }
    const { layout, offset, path } = block.at
    const data = this.#read(path, offset + FIXED + layout.header + layout.filter, layout.columns)
    return data && unpack(() => decodeColumns(decompress(layout.codec, data, layout.rawColumns), text ?? EMPTY, layout.first, layout.count))
  }
  close(): void {
    for (const file of this.#files.values()) if (file !== undefined) closeSync(file)
    this.#files.clear()
  }

  /** Into memory that the next read uses again. */
  #read(path: string, at: number, length: number): Buffer | undefined {
    if (!this.#files.has(path)) this.#files.set(path, openIfThere(path))
    const file = this.#files.get(path)
    if (file === undefined) return undefined
    if (this.#scratch.length < length) this.#scratch = Buffer.allocUnsafeSlow(length * 2)
    const read = readSync(file, this.#scratch, 0, length, at)
    return read === length ? this.#scratch.subarray(0, length) : undefined
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

/** The texts of a block as strings of JavaScript, made as late as can be. */
export class BlockText {
  readonly #text: Buffer
  readonly ascii: boolean
  #whole: string | undefined
  #lower: string | undefined
  constructor(text: Buffer) {
    this.#text = text
    this.ascii = isAscii(text)
  }
  /** A character a byte. */
  get whole(): string {
    return (this.#whole ??= this.#text.toString('latin1'))
  }
  get lower(): string {
    return (this.#lower ??= this.whole.toLowerCase())
  }
  line(start: number, end: number): string {
    return this.ascii ? this.whole.slice(start, end) : this.#text.toString('utf8', start, end)
  }
}
