/** The files: numbered segments with an index beside each full one. Appends, rolls over, and drops the oldest to stay within bounds. */
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeEntry, encodeSource, sourceKey, sourceOf, type Source } from './segment-format.ts'
import { SegmentIndex } from './segment-index.ts'
import type { LogEntry } from '../../shared/ipc.ts'

export interface Segment {
  readonly number: number
  readonly path: string
  readonly index: SegmentIndex
  indexBytes: number
}

const NAME = /^(\d{10})\.ndjson$/
const READ_BYTES = 256 * 1024
const MAX_REMEMBERED = 10_000

/** A source's newest time, and the segment's number in which it was last written. */
interface LastSeen {
  source: Source
  time: number
}

export class Segments {
  readonly #directory: string
  readonly #limitBytes: number
  readonly #segmentBytes: number
  readonly list: Segment[] = []
  /** By source key. Outlives the segments (in the checkpoint), so that dropped lines are not collected a second time. */
  readonly lastSeen = new Map<string, LastSeen>()
  #file: FileHandle | undefined

  constructor(directory: string, limitBytes: number, segmentBytes: number) {
    this.#directory = directory
    this.#limitBytes = limitBytes
    this.#segmentBytes = segmentBytes
  }

  get bytes(): number {
    return this.list.reduce((sum, s) => sum + s.index.bytes + s.indexBytes, 0)
  }
  get lastSequence(): number {
    return this.list.reduce((max, s) => Math.max(max, s.index.lastSequence), 0)
  }

  async open(): Promise<void> {
    await mkdir(this.#directory, { recursive: true })
    const numbers = (await readdir(this.#directory)).flatMap((name) => { const m = NAME.exec(name); return m ? [Number(m[1])] : [] }).sort((a, b) => a - b)
    const checkpoint = await this.#readCheckpoint()
    for (const seen of checkpoint) this.lastSeen.set(sourceKey(seen.source), seen)
    this.list.push(...await Promise.all(numbers.map((n, i) => this.#load(n, i === numbers.length - 1))))
    for (const { index } of this.list) {
      index.sources.forEach((source, id) => { const time = index.lastTimes[id]; if (time !== undefined) this.#see(sourceKey(source), source, time) })
    }
    this.#trimSeen()
    await this.#dropOldest()
  }

  /** Writes entries at the end, rolling over as segments fill. On failure nothing of the failed part counts as stored. */
  async append(entries: readonly LogEntry[]): Promise<void> {
    let at = 0
    while (at < entries.length) {
      const segment = await this.#current()
      const { index } = segment
      const parts: string[] = []
      const apply: (() => void)[] = []
      const fresh = new Map<string, number>()
      let room = this.#segmentBytes - index.bytes
      for (; at < entries.length && (room > 0 || !parts.length); at++) {
        const e = entries[at] as LogEntry
        const key = sourceKey(e)
        let id = index.idOf(key) ?? fresh.get(key)
        if (id === undefined) {
          fresh.set(key, (id = index.sources.length + fresh.size))
          const line = encodeSource(id, e)
          const bytes = Buffer.byteLength(line)
          parts.push(line)
          room -= bytes
          apply.push(() => { index.addSource(e); index.grow(bytes) })
        }
        const line = encodeEntry(e.time, e.sequence, id, e.text)
        const bytes = Buffer.byteLength(line)
        const source = id
        parts.push(line)
        room -= bytes
        apply.push(() => {
          index.addEntry(bytes, e.time, e.sequence, source)
          this.#see(key, e, e.time)
        })
      }
      // At a fixed place, so that the remains of a failed write are written over.
      await writeAll(this.#file as FileHandle, Buffer.from(parts.join('')), index.bytes)
      apply.forEach((f) => f())
      if (index.bytes >= this.#segmentBytes) await this.#seal(segment)
    }
  }

  async close(): Promise<void> {
    const last = this.list.at(-1)
    // The next start need not read the segment.
    if (last && this.#file) await this.#writeIndex(last)
    await this.#writeCheckpoint()
    await this.#file?.close()
    this.#file = undefined
  }

  #see(key: string, source: Source, time: number): void {
    const old = this.lastSeen.get(key)
    if (old) old.time = Math.max(old.time, time)
    else this.lastSeen.set(key, { source: sourceOf(source), time })
  }

  async #current(): Promise<Segment> {
    let segment = this.list.at(-1)
    if (!segment || segment.index.bytes >= this.#segmentBytes) {
      await this.#file?.close()
      this.#file = undefined
      const number = (segment?.number ?? 0) + 1
      segment = { number, path: this.#path(number), index: new SegmentIndex(), indexBytes: 0 }
      this.#file = await open(segment.path, 'w')
      this.list.push(segment)
    }
    this.#file ??= await open(segment.path, 'r+')
    return segment
  }

  async #seal(segment: Segment): Promise<void> {
    await this.#writeIndex(segment)
    this.#trimSeen()
    await this.#writeCheckpoint()
    await this.#dropOldest()
  }

  async #dropOldest(): Promise<void> {
    while (this.list.length > 1 && this.bytes > this.#limitBytes) {
      const [oldest] = this.list.splice(0, 1) as [Segment]
      await rm(oldest.path, { force: true })
      await rm(indexPath(oldest.path), { force: true })
    }
  }

  /** The index beside the segment, if it covers it; otherwise what reading the segment gives. */
  async #load(number: number, last: boolean): Promise<Segment> {
    const path = this.#path(number)
    const text = await readFile(indexPath(path), 'utf8').catch(missing)
    const { size } = await stat(path)
    const known = text === undefined ? undefined : SegmentIndex.parse(text)
    if (known && known.bytes === size) return { number, path, index: known, indexBytes: Buffer.byteLength(text ?? '') }
    const index = await scan(path)
    // A last line without end is what a crash leaves.
    if (index.bytes < size) {
      const file = await open(path, 'r+')
      await file.truncate(index.bytes).finally(() => file.close())
    }
    const segment: Segment = { number, path, index, indexBytes: 0 }
    if (!last) await this.#writeIndex(segment)
    return segment
  }

  async #writeIndex(segment: Segment): Promise<void> {
    const text = JSON.stringify(segment.index)
    await replaceFile(indexPath(segment.path), text)
    segment.indexBytes = Buffer.byteLength(text)
  }

  #checkpointPath(): string {
    return join(this.#directory, 'checkpoint.json')
  }
  async #writeCheckpoint(): Promise<void> {
    await replaceFile(this.#checkpointPath(), JSON.stringify({ version: 1, lastSeen: [...this.lastSeen.values()] }))
  }
  async #readCheckpoint(): Promise<LastSeen[]> {
    const text = await readFile(this.#checkpointPath(), 'utf8').catch(missing)
    if (text === undefined) return []
    try {
      const value = JSON.parse(text) as { version?: number; lastSeen?: LastSeen[] }
      return value.version === 1 && Array.isArray(value.lastSeen) ? value.lastSeen : []
    } catch {
      // Only a shortcut: the segments say the same for what they still hold.
      return []
    }
  }
  /** Keeps the newest; those of containers long gone go first. */
  #trimSeen(): void {
    if (this.lastSeen.size <= MAX_REMEMBERED) return
    const oldest = [...this.lastSeen].sort((a, b) => a[1].time - b[1].time).slice(0, this.lastSeen.size - MAX_REMEMBERED)
    for (const [key] of oldest) this.lastSeen.delete(key)
  }
  #path(number: number): string {
    return join(this.#directory, `${String(number).padStart(10, '0')}.ndjson`)
  }
}

const indexPath = (path: string): string => path.replace(/ndjson$/, 'index.json')
const missing = (error: NodeJS.ErrnoException): undefined => {
  if (error.code === 'ENOENT') return undefined
  throw error
}

/** So that a crash leaves the old file or the new one. */
async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text)
  await rename(`${path}.new`, path)
}

async function writeAll(file: FileHandle, data: Buffer, position: number): Promise<void> {
  for (let at = 0; at < data.length;) at += (await file.write(data, at, data.length - at, position + at)).bytesWritten
}

async function scan(path: string): Promise<SegmentIndex> {
  const index = new SegmentIndex()
  const file = await open(path, 'r')
  try {
    let rest = Buffer.alloc(0)
    for (let at = 0; ;) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(READ_BYTES), 0, READ_BYTES, at)
      if (!bytesRead) return index
      at += bytesRead
      const data = Buffer.concat([rest, buffer.subarray(0, bytesRead)])
      rest = data.subarray(index.take(data))
    }
  } finally {
    await file.close()
  }
}
