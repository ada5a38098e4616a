/**
 * What a segment holds, by blocks of about 64 KiB: their time range and their sources, so that a query reads only blocks
 * that can matter. Kept in memory, written beside a segment once that is full, rebuilt from the segment if it is missing.
 */
import { decodeLine, isEntry, sourceKey, sourceOf, type Source } from './segment-format.ts'

export const BLOCK_BYTES = 64 * 1024

export interface Block {
  readonly offset: number
  length: number
  minTime: number
  maxTime: number
  readonly sources: Set<number>
}

export class SegmentIndex {
  readonly sources: Source[] = []
  readonly blocks: Block[] = []
  bytes = 0
  lastSequence = 0
  /** Newest time of each source. */
  readonly lastTimes: number[] = []
  readonly #ids = new Map<string, number>()

  get maxTime(): number {
    return this.blocks.reduce((max, b) => Math.max(max, b.maxTime), -Infinity)
  }
  get minTime(): number {
    return this.blocks.reduce((min, b) => Math.min(min, b.minTime), Infinity)
  }

  /** The id of a source in this segment; `undefined` when it has none yet. */
  idOf(key: string): number | undefined {
    return this.#ids.get(key)
  }
  addSource(source: Source): number {
    const id = this.sources.push(sourceOf(source)) - 1
    this.#ids.set(sourceKey(source), id)
    return id
  }

  /** The block that the next line goes to. Blocks begin and end with a line. */
  block(): Block {
    const last = this.blocks.at(-1)
    if (last && last.length < BLOCK_BYTES) return last
    const block: Block = { offset: this.bytes, length: 0, minTime: Infinity, maxTime: -Infinity, sources: new Set() }
    this.blocks.push(block)
    return block
  }
  /** A line of so many bytes was put at the end. */
  grow(bytes: number): void {
    this.block().length += bytes
    this.bytes += bytes
  }
  addEntry(bytes: number, time: number, sequence: number, source: number): void {
    const block = this.block()
    block.minTime = Math.min(block.minTime, time)
    block.maxTime = Math.max(block.maxTime, time)
    block.sources.add(source)
    this.lastSequence = Math.max(this.lastSequence, sequence)
    this.lastTimes[source] = Math.max(this.lastTimes[source] ?? -Infinity, time)
    this.grow(bytes)
  }

  toJSON(): unknown {
    return {
      version: 1, bytes: this.bytes, lastSequence: this.lastSequence, sources: this.sources, lastTimes: this.lastTimes,
      blocks: this.blocks.map((b) => [b.offset, b.length, b.minTime, b.maxTime, [...b.sources]]),
    }
  }

  /** undefined when the text is not an index of this version. */
  static parse(text: string): SegmentIndex | undefined {
    let value: { version?: number; bytes: number; lastSequence: number; sources: Source[]; lastTimes: (number | null)[]; blocks: [number, number, number | null, number | null, number[]][] }
    try {
      value = JSON.parse(text)
    } catch {
      return undefined
    }
    if (value?.version !== 1) return undefined
    const index = new SegmentIndex()
    for (const source of value.sources) index.addSource(source)
    value.lastTimes.forEach((t, i) => { if (t !== null) index.lastTimes[i] = t })
    for (const [offset, length, min, max, sources] of value.blocks) index.blocks.push({ offset, length, minTime: min ?? Infinity, maxTime: max ?? -Infinity, sources: new Set(sources) })
    index.bytes = value.bytes
    index.lastSequence = value.lastSequence
    return index
  }

  /**
   * Takes in a part of a segment's text; answers the bytes taken. Stops before a last line without end (more may come, or
   * it is torn). A damaged line elsewhere keeps its bytes and is passed over.
   */
  take(data: Buffer): number {
    let at = 0
    for (let end = data.indexOf(10, at); end >= 0; end = data.indexOf(10, at)) {
      const line = decodeLine(data.toString('utf8', at, end))
      const bytes = end + 1 - at
      if (line && isEntry(line) && line[2] < this.sources.length) this.addEntry(bytes, line[0], line[1], line[2])
      else {
        if (line && !isEntry(line) && line.id === this.sources.length) this.addSource(line)
        this.grow(bytes)
      }
      at = end + 1
    }
    return at
  }
}
