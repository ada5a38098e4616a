/**
 * The newest lines, which are not yet a block: in memory, and as frames in a journal file, so that a crash loses no line
 * that was flushed. A frame: its bytes (u32), their CRC-32, then the header's bytes (u32), the header as JSON, the columns'
 * bytes (u32), the columns, the texts. It is there whole, with its lines and how far collecting was, or not at all.
 */
import { crc32 } from 'node:zlib'
import type { LogSource } from '../../shared/logs/types.ts'
import { ColumnsBuilder, decodeColumns, encodeColumns, free, textStart, type Arrays, type Columns } from './columns.ts'
import { sourceKey } from './sources.ts'

interface FrameHeader {
  readonly first: number
  readonly count: number
  /** Those that the head's list did not have before. */
  readonly sources: readonly LogSource[]
  readonly positions: Readonly<Record<string, unknown>>
}

export class Head {
  readonly columns: ColumnsBuilder
  readonly sources: LogSource[] = []
  readonly positions: Record<string, unknown> = {}
  readonly path: string
  /** Lines, sources and bytes of the journal that are on disk. */
  flushed = 0
  journalBytes = 0
  #flushedSources = 0
  #moved: Record<string, unknown> = {}
  #dirty = false
  readonly #ids = new Map<string, number>()
  readonly #known = new WeakMap<LogSource, number>()

  constructor(path: string, first: number, bytes: number, from?: Arrays) {
    this.path = path
    this.columns = new ColumnsBuilder(first, bytes, from)
  }

  get unflushed(): boolean {
    return this.flushed < this.columns.count || this.#dirty
  }
  add(source: LogSource, time: number, nanos: number, rank: number, text: string): void {
    this.columns.add(time, nanos, this.#source(source), rank, text)
  }
  move(origin: string, position: unknown): void {
    this.#moved[origin] = position
    this.positions[origin] = position
    this.#dirty = true
  }
  #source(source: LogSource): number {
    const quick = this.#known.get(source)
    if (quick !== undefined) return quick
    const key = sourceKey(source)
    let id = this.#ids.get(key)
    if (id === undefined) {
      id = this.sources.push(source) - 1
      this.#ids.set(key, id)
    }
    this.#known.set(source, id)
    return id
  }

  /** What is to be written now, in `memory` where it fits, else in other one; then `done` says that it has been, or `failed` that it has not. */
  frame(memory = Buffer.alloc(0)): { bytes: Buffer; memory: Buffer<ArrayBuffer>; done(): void; failed(): void } {
    const { columns: c } = this
    const from = this.flushed
    const to = c.count
    const sources = this.sources.length
    const positions = this.#moved
    this.#moved = {}
    this.#dirty = false
    const header: FrameHeader = { first: c.first + from, count: to - from, sources: this.sources.slice(this.#flushedSources), positions }
    const columns = encodeColumns(c, from, to)
    const bytes = encodeFrame(memory, header, columns, c.text.subarray(from < to ? textStart(c, from) : c.bytes, c.bytes))
    free(columns)
    return {
      bytes,
      memory: memory.length < bytes.length ? bytes : memory,
      done: () => {
        this.flushed = to
        this.#flushedSources = sources
        this.journalBytes += bytes.length
      },
      failed: () => {
        this.#moved = { ...positions, ...this.#moved }
        this.#dirty = true
      },
    }
  }

  /** Takes in what a journal has; answers how many of its bytes are whole. */
  recover(data: Buffer): number {
    let at = 0
    for (;;) {
      const frame = readFrame(data, at)
      if (!frame) break
      const { header, columns } = frame
      if (header.first !== this.columns.first + this.columns.count) break
      for (const source of header.sources) this.#source(source)
      for (let i = 0; i < columns.count; i++) this.columns.copy(columns, i, columns.sources[i] as number, columns.text.subarray(textStart(columns, i), columns.ends[i]))
      Object.assign(this.positions, header.positions)
      at = frame.end
    }
    this.flushed = this.columns.count
    this.#flushedSources = this.sources.length
    this.journalBytes = at
    return at
  }
}

function encodeFrame(memory: Buffer<ArrayBuffer>, header: FrameHeader, columns: Buffer, text: Buffer): Buffer<ArrayBuffer> {
  const json = Buffer.from(JSON.stringify(header))
  const length = 16 + json.length + columns.length + text.length
  const bytes = length <= memory.length ? memory.subarray(0, length) : Buffer.allocUnsafeSlow(length)
  bytes.writeUInt32LE(bytes.length - 8, 0)
  bytes.writeUInt32LE(json.length, 8)
  json.copy(bytes, 12)
  bytes.writeUInt32LE(columns.length, 12 + json.length)
  columns.copy(bytes, 16 + json.length)
  text.copy(bytes, 16 + json.length + columns.length)
  bytes.writeUInt32LE(crc32(bytes.subarray(8)), 4)
  return bytes
}
function readFrame(data: Buffer, at: number): { header: FrameHeader; columns: Columns; end: number } | undefined {
  if (data.length - at < 16) return undefined
  const end = at + 8 + data.readUInt32LE(at)
  if (end > data.length || end < at + 16 || crc32(data.subarray(at + 8, end)) !== data.readUInt32LE(at + 4)) return undefined
  const json = at + 12
  const jsonEnd = json + data.readUInt32LE(at + 8)
  const header = JSON.parse(data.toString('utf8', json, jsonEnd)) as FrameHeader
  const columnsEnd = jsonEnd + 4 + data.readUInt32LE(jsonEnd)
  return { header, columns: { ...decodeColumns(data.subarray(jsonEnd + 4, columnsEnd), header.first, header.count), text: data.subarray(columnsEnd, end) }, end }
}
