/**
 * The blocks on disk, in segment files by time: `<first id>.seg`, append-only. Beside a full one lies `<first id>.idx`,
 * what the index knows of its blocks (segment-index.ts), so that it need not be walked through; without it, it is. Old segments
 * are looked into when somebody asks for the first time.
 */
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile, type FileHandle } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { join } from 'node:path'
import { FIXED, layoutBytes, readHeader, readLayout, type BlockHeader, type BlockLayout } from './block-file.ts'
import { logger } from '../../shared/log.ts'
import { groupOf, nextFew, type FewPlan } from './few.ts'
import { decodeIndex, encodeIndex, readFirstIndex, type Block, type Few, type Index } from './segment-index.ts'
import type { SourceTable } from './sources.ts'

const log = logger('logging')

export interface Segment {
  readonly first: number
  readonly path: string
  bytes: number
  /** When the newest line was written, nearly: that the file was. */
  written: number
  /** undefined: not looked into yet. */
  blocks: Block[] | undefined
  /** Of lines that are in `blocks`, too. */
  few: Few[]
}

const NAME = /^(\d{16})\.seg$/
const name = (first: number, ending: string): string => `${String(first).padStart(16, '0')}.${ending}`
const indexPath = (path: string): string => path.replace(/seg$/, 'idx')

export class SegmentFiles {
  readonly #directory: string
  /** A segment gets no more blocks when it has so many bytes. */
  segmentBytes: number
  readonly #sources: SourceTable
  readonly list: Segment[] = []
  #file: FileHandle | undefined
  /** How far collecting was, by origin, as far as blocks say. */
  readonly positions: Record<string, unknown> = {}

  constructor(directory: string, segmentBytes: number, sources: SourceTable) {
    this.#directory = directory
    this.segmentBytes = segmentBytes
    this.#sources = sources
  }

  get bytes(): number {
    return this.list.reduce((n, s) => n + s.bytes, 0)
  }
  /** The id after the last stored one. */
  get next(): number {
    const last = this.list.at(-1)
    const block = last?.blocks?.at(-1)
    return block ? block.layout.first + block.layout.count : (last?.first ?? 1)
  }

  async open(): Promise<void> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 })
    const firsts = (await readdir(this.#directory)).flatMap((n) => { const m = NAME.exec(n); return m ? [Number(m[1])] : [] }).sort((a, b) => a - b)
    for (const first of firsts) {
      const path = join(this.#directory, name(first, 'seg'))
      const { size, mtimeMs } = await stat(path)
      this.list.push({ first, path, bytes: size, written: mtimeMs, blocks: undefined, few: [] })
    }
    Object.assign(this.positions, await this.#readPositions())
    const last = this.list.at(-1)
    if (!last) return
    const { whole, ...index } = await this.#walk(last, (h) => Object.assign(this.positions, h.positions))
    Object.assign(last, index)
    // What a crash cut off.
    if (whole < last.bytes) {
      const file = await open(last.path, 'r+')
      await file.truncate(whole).finally(() => file.close())
      last.bytes = whole
    }
  }

  /** Looks into the segments that could matter, where that has not been done. */
  async load(wanted: (segment: Segment) => boolean = () => true): Promise<void> {
    for (const segment of this.list.slice()) {
      if (segment.blocks || !wanted(segment)) continue
      const { blocks, few } = (await this.#indexed(segment)) ?? (await this.#walk(segment).catch(gone))
      Object.assign(segment, { blocks, few })
    }
  }

  /** Puts a block at the end. On failure nothing of it counts, and its place is written over. */
  async append(bytes: Uint8Array, layout: BlockLayout, header: BlockHeader, now: number): Promise<void> {
    let segment = this.list.at(-1)
    // What is made of a segment's blocks stands behind them.
    if (!segment || (!layout.few && segment.bytes >= this.segmentBytes)) segment = await this.#roll(segment, layout.first)
    this.#file ??= await open(segment.path, 'r+')
    for (let at = 0; at < bytes.length;) at += (await this.#file.write(bytes, at, bytes.length - at, segment.bytes + at)).bytesWritten
    this.#take(segment, layout, segment.bytes, header)
    segment.bytes += bytes.length
    segment.written = now
    Object.assign(this.positions, header.positions)
  }

  /** What lines are to be gathered next of the newest segment; undefined: none. */
  get due(): (FewPlan & { readonly path: string }) | undefined {
    const segment = this.list.at(-1)
    const plan = segment?.blocks && nextFew(segment.first, segment.blocks, segment.few, segment.bytes >= this.segmentBytes)
    return segment && plan && { ...plan, path: segment.path }
  }

  /** Drops the oldest segments while there is too much, or they are too old. Never the one that is written. */
  async retain(limitBytes: number, oldest: number): Promise<void> {
    while (this.list.length > 1) {
      const [first] = this.list as [Segment]
      if (this.bytes <= limitBytes && first.written >= oldest) return
      this.list.shift()
      await rm(indexPath(first.path), { force: true })
      await rm(first.path, { force: true })
    }
  }

  /** Forgets how far collecting was of what is not there any more. */
  forget(keep: (origin: string) => boolean): void {
    for (const origin of Object.keys(this.positions)) if (!keep(origin)) delete this.positions[origin]
  }

  async close(): Promise<void> {
    await this.#writePositions()
    await this.#file?.close()
    this.#file = undefined
  }

  async #roll(full: Segment | undefined, first: number): Promise<Segment> {
    // Written before the new one is begun: the last segment and this file together always know all positions.
    await this.#writePositions()
    await this.#file?.close()
    this.#file = undefined
    if (full) await this.#writeIndex(full)
    const segment: Segment = { first, path: join(this.#directory, name(first, 'seg')), bytes: 0, written: 0, blocks: [], few: [] }
    this.#file = await open(segment.path, 'w+', 0o600)
    this.list.push(segment)
    return segment
  }

  #block(layout: BlockLayout, offset: number, h: BlockHeader): Block {
    return {
      layout, offset, sources: Uint32Array.from(h.sources, (s) => this.#sources.id(s)), ranks: h.ranks.reduce((bits, lines, rank) => (lines > 0 ? bits | (1 << rank) : bits), 0), minTime: h.minTime, maxTime: h.maxTime,
    }
  }

  #take(into: { blocks?: Block[] | undefined; few: Few[] }, layout: BlockLayout, offset: number, header: BlockHeader): void {
    const block = this.#block(layout, offset, header)
    if (!header.few) {
      (into.blocks ??= []).push(block)
      return
    }
    const { from, end, far, inside, others } = header.few
    const groups = (of: readonly number[]): Uint32Array => Uint32Array.from(of, (g) => groupOf(block.sources[Math.floor(g / 8)] as number, g % 8))
    into.few.push({ ...block, from, end, far, inside: groups(inside), others: groups(others) })
  }

  /** Reads the beginnings of all blocks; `whole`: bytes up to the end of the last one that is whole. */
  async #walk(segment: Segment, each: (header: BlockHeader) => void = () => undefined): Promise<{ blocks: Block[]; few: Few[]; whole: number }> {
    const index = { blocks: [] as Block[], few: [] as Few[] }
    const file = await open(segment.path, 'r')
    try {
      let at = 0
      for (;;) {
        const begun = await readAt(file, at, Math.min(8192, segment.bytes - at))
        const layout = readLayout(begun)
        if (!layout || at + layoutBytes(layout) > segment.bytes) break
        const end = FIXED + layout.header
        const header = begun.length >= end ? begun.subarray(FIXED, end) : await readAt(file, at + FIXED, layout.header)
        const last = at + layoutBytes(layout) >= segment.bytes
        // Only the last one can be torn; the others were followed by one.
        if (last && crc32(await readAt(file, at + FIXED, layoutBytes(layout) - FIXED)) !== layout.crc) break
        const read = readHeader(layout, header)
        each(read)
        this.#take(index, layout, at, read)
        at += layoutBytes(layout)
      }
      return { ...index, whole: at }
    } finally {
      await file.close()
    }
  }

  async #writeIndex(segment: Segment): Promise<void> {
    await replaceFile(indexPath(segment.path), encodeIndex({ blocks: segment.blocks ?? [], few: segment.few }, this.#sources))
  }
  /** undefined: there is no index, or it is of something else. */
  async #indexed(segment: Segment): Promise<Index | undefined> {
    const data = await readFile(indexPath(segment.path)).catch(missing)
    const index = data && (decodeIndex(data, this.#sources) ?? readFirstIndex(data, (layout, offset, header) => this.#block(layout, offset, header)))
    const last = index && [...index.blocks, ...index.few].reduce((end, b) => Math.max(end, b.offset + layoutBytes(b.layout)), 0)
    return last === segment.bytes ? index : undefined
  }

  async #writePositions(): Promise<void> {
    await replaceFile(join(this.#directory, 'positions.json'), JSON.stringify({ version: 2, positions: this.positions }))
  }
  async #readPositions(): Promise<Record<string, unknown>> {
    const text = await readFile(join(this.#directory, 'positions.json'), 'utf8').catch(missing)
    if (!text) return {}
    try {
      const value = JSON.parse(text) as { version?: number; positions?: Record<string, unknown> }
      return value.version === 2 && value.positions ? value.positions : {}
    } catch (error) {
      log.warning('how far collecting was could not be read; what the newest blocks say is used', { error })
      return {}
    }
  }
}

async function readAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, at)
  return buffer.subarray(0, bytesRead)
}
const missing = (error: NodeJS.ErrnoException): undefined => {
  if (error.code === 'ENOENT') return undefined
  throw error
}
/** Dropped while it was looked into. */
const gone = (error: NodeJS.ErrnoException): Index => {
  if (error.code === 'ENOENT') return { blocks: [], few: [] }
  throw error
}
/** So that a crash leaves the old file or the new one. */
async function replaceFile(path: string, data: string | Buffer): Promise<void> {
  await writeFile(`${path}.new`, data, { mode: 0o600 })
  await rename(`${path}.new`, path)
}
