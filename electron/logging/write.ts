/** The writing side: heads in memory with their journals, sealed one after the other into blocks. */
import { open, readdir, readFile, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock, Timer } from '../../shared/clock.ts'
import { logger } from '../../shared/log.ts'
import type { LogSource } from '../../shared/logs/types.ts'
import { bestCodec, type Codec } from './codec.ts'
import { columnsOf, free, type Arrays } from './columns.ts'
import { Head } from './head.ts'
import { blockRef } from './few.ts'
import { packBlocks } from './search/block-list.ts'
import type { Found } from './search/jobs.ts'
import type { SearchRunner } from './search/thread.ts'
import type { SegmentFiles } from './segment-files.ts'
import type { SourceTable } from './sources.ts'
import type { KeptLogs, LogDraft, LogWriter } from './types.ts'

const KiB = 1024
const FLUSH_MS = 200
const FLUSH_BYTES = 256 * KiB
/** What is not yet a block, before who appends has to wait; and before lines of who does not wait are dropped. */
const WAIT_BYTES = 4 * KiB * KiB
const DROP_BYTES = 16 * KiB * KiB
/** A block has at most so many lines, however short. */
const MAX_LINES = 32_768
const MAX_TEXT = KiB * KiB
/** Blocks whose memory is kept for the next ones: what comes in bursts is sealed in bursts. */
const SPARE = 4
const RETRY_MS = 1_000
const HEAD = /^(\d{16})\.head$/

export interface WriteOptions extends KeptLogs {
  readonly directory: string
  readonly clock: Clock
  readonly segments: SegmentFiles
  readonly thread: SearchRunner
  readonly sources: SourceTable
  readonly blockBytes: number
  readonly codec?: Codec
}

const OWN: LogSource = { stream: 'component', namespace: '', pod: 'logging', podUid: '', container: '', node: '', restart: 0, workload: '', labels: {} }

export class Writing implements LogWriter {
  readonly #o: WriteOptions
  readonly #log = logger('logging')
  #kept: KeptLogs
  /** The last one is written to; those before it wait to be sealed. */
  readonly heads: Head[] = []
  readonly #listeners = new Set<() => void>()
  readonly #forgotten = new Set<string>()
  #file: { readonly head: Head; readonly handle: FileHandle } | undefined
  #timer: Timer | undefined
  #writing: Promise<void> | undefined
  #sealing: Promise<void> | undefined
  #room: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined
  /** Memory of blocks that were sealed, for the next ones. */
  readonly #spare: Arrays[] = []
  /** Memory of the last frame, for the next one. */
  #scratch = Buffer.alloc(0)
  #lost = 0
  #failing = false
  #closed = false

  constructor(options: WriteOptions) {
    this.#o = options
    this.#kept = options
  }

  get limitBytes(): number {
    return this.#kept.limitBytes
  }
  async keep(kept: KeptLogs): Promise<void> {
    this.#kept = kept
    await this.#retain()
  }
  async #retain(): Promise<void> {
    await this.#o.segments.retain(this.#kept.limitBytes, this.#o.clock.now() - this.#kept.maxAgeMs)
  }

  get lastId(): number {
    const head = this.heads.at(-1)
    return (head ? head.columns.first + head.columns.count : this.#o.segments.next) - 1
  }

  /** Takes in what the last run left: what was flushed and not yet sealed. */
  async open(): Promise<void> {
    const { directory, segments } = this.#o
    const names = (await readdir(directory)).sort()
    for (const name of names) {
      const first = Number(HEAD.exec(name)?.[1] ?? Number.NaN)
      if (Number.isNaN(first)) continue
      const path = join(directory, name)
      // Sealed already: only its journal had not been removed.
      if (first < segments.next) { await rm(path, { force: true }); continue }
      const data = await readFile(path)
      const head = new Head(path, first, this.#o.blockBytes)
      const whole = head.recover(data)
      if (whole < data.length) {
        const file = await open(path, 'r+')
        await file.truncate(whole).finally(() => file.close())
      }
      if (head.columns.count || Object.keys(head.positions).length) this.heads.push(head)
      else await rm(path, { force: true })
    }
    // While nothing is written, nothing else would look for what has grown too old.
    await this.#retain()
    this.#seal()
  }

  append(source: LogSource, lines: readonly LogDraft[], position?: { readonly origin: string; readonly value: unknown }): Promise<void> {
    if (this.#closed) return Promise.resolve()
    const waiting = this.#waiting()
    if (!position && waiting > DROP_BYTES) {
      this.#lost += lines.length
      return this.#whenRoom()
    }
    const head = this.#head()
    for (const l of lines) head.add(source, l.time, l.nanos, l.rank, l.text.length > MAX_TEXT ? `${l.text.slice(0, MAX_TEXT)}… (${l.text.length - MAX_TEXT} characters more)` : l.text)
    if (position) {
      this.#forgotten.delete(position.origin)
      head.move(position.origin, position.value)
    }
    for (const listener of this.#listeners) listener()
    if (!this.#failing) {
      if (head.columns.bytes - head.journalBytes >= FLUSH_BYTES || this.heads.length > 1) void this.#write()
      else this.#timer ??= this.#o.clock.after(FLUSH_MS, () => { void this.#write() })
    }
    return waiting > WAIT_BYTES ? this.#whenRoom() : Promise.resolve()
  }

  position(origin: string): unknown {
    if (this.#forgotten.has(origin)) return undefined
    for (let i = this.heads.length - 1; i >= 0; i--) {
      const { positions } = this.heads[i] as Head
      if (Object.hasOwn(positions, origin)) return positions[origin]
    }
    return this.#o.segments.positions[origin]
  }
  keepPositions(keep: (origin: string) => boolean): void {
    this.#o.segments.forget(keep)
    for (const { positions } of this.heads) for (const origin of Object.keys(positions)) if (!keep(origin)) this.#forgotten.add(origin)
  }
  onAppend(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async flush(): Promise<void> {
    while (this.#writing) await this.#writing
    if (!this.#failing && this.heads.some((h) => h.unflushed)) await this.#write()
  }
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    while (this.#writing) await this.#writing
    await this.#write()
    while (this.#sealing) await this.#sealing
    this.#timer?.cancel()
    this.#room?.resolve()
    await this.#file?.handle.close()
    this.#file = undefined
  }

  #head(): Head {
    const last = this.heads.at(-1)
    // Between two appends alone, so that lines and the position that comes with them are in one head.
    if (last && last.columns.bytes < this.#o.blockBytes && last.columns.count < MAX_LINES) return last
    const first = this.lastId + 1
    const head = new Head(join(this.#o.directory, `${String(first).padStart(16, '0')}.head`), first, this.#o.blockBytes + 16 * KiB, this.#spare.pop())
    this.heads.push(head)
    return head
  }
  #waiting(): number {
    return this.heads.reduce((n, h) => n + h.columns.bytes, 0)
  }
  #whenRoom(): Promise<void> {
    if (!this.#room) {
      let resolve = (): void => undefined
      const promise = new Promise<void>((r) => { resolve = r })
      this.#room = { promise, resolve }
    }
    return this.#room.promise
  }

  /** One write at a time; what comes meanwhile is written by the same run. */
  #write(): Promise<void> {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#writing ??= this.#drain().finally(() => { this.#writing = undefined })
    return this.#writing
  }
  async #drain(): Promise<void> {
    for (let head = this.#next(); head; head = this.#next()) {
      const frame = head.frame(this.#scratch)
      this.#scratch = frame.memory
      try {
        await this.#put(head, frame.bytes)
        frame.done()
        this.#recovered()
      } catch (error) {
        frame.failed()
        this.#failed(error)
        return
      }
      this.#seal()
    }
  }
  /** In order: what a later head says of positions counts only with all that is before it. */
  #next(): Head | undefined {
    return this.heads.find((h) => h.unflushed)
  }
  async #put(head: Head, bytes: Buffer): Promise<void> {
    if (this.#file?.head !== head) {
      await this.#file?.handle.close()
      this.#file = undefined
      this.#file = { head, handle: await open(head.path, head.journalBytes ? 'r+' : 'w', 0o600) }
    }
    // At a fixed place, so that the remains of a failed write are written over.
    for (let at = 0; at < bytes.length;) at += (await this.#file.handle.write(bytes, at, bytes.length - at, head.journalBytes + at)).bytesWritten
  }

  #seal(): void {
    if (this.#sealing || this.#failing || this.heads.length < 2) return
    this.#sealing = this.#sealAll().catch((error: unknown) => this.#failed(error)).finally(() => { this.#sealing = undefined })
  }
  async #sealAll(): Promise<void> {
    const { segments, thread, codec = bestCodec, clock, blockBytes } = this.#o
    for (let head = this.heads[0]; head && this.heads.length > 1 && !head.unflushed; head = this.heads[0]) {
      if (head.columns.count) {
        const positions = Object.fromEntries(Object.entries(head.positions).filter(([origin]) => !this.#forgotten.has(origin)))
        let sealed: Extract<Found, { kind: 'seal' }> | undefined
        await thread.run({ kind: 'seal', codec, columns: head.columns.view, sources: head.sources, positions }, (found) => { if (found.kind === 'seal') sealed = found })
        if (!sealed) throw new Error('the thread gave no block')
        await segments.append(sealed.bytes, sealed.layout, sealed.header, clock.now())
        free(sealed.bytes)
      } else Object.assign(segments.positions, head.positions)
      this.heads.shift()
      if (head.columns.text.length <= 2 * blockBytes && this.#spare.length < SPARE) this.#spare.push(head.columns)
      else for (const part of columnsOf(head.columns)) free(part)
      this.#forgotten.clear()
      if (this.#waiting() <= WAIT_BYTES) {
        this.#room?.resolve()
        this.#room = undefined
      }
      await rm(head.path, { force: true })
      await this.#gather(codec)
      await this.#retain()
    }
  }

  /** Lines that are few are put together (few.ts). They are stored as it is: what fails is only slower to find, and is tried again behind the next block. */
  async #gather(codec: Codec): Promise<void> {
    const { segments, sources, thread, clock } = this.#o
    try {
      for (let plan = segments.due; plan; plan = segments.due) {
        const { of, path, ...job } = plan
        const named = new Map(of.flatMap((b) => Array.from(b.sources, (id) => [id, sources.all[id] as LogSource] as const)))
        let made: Extract<Found, { kind: 'seal' }> | undefined
        await thread.run({ ...job, kind: 'few', codec, sources: named, blocks: packBlocks(of.map((b) => blockRef(path, b))) }, (found) => { if (found.kind === 'seal') made = found })
        if (!made) throw new Error('the thread gave no block')
        await segments.append(made.bytes, made.layout, made.header, clock.now())
        free(made.bytes)
      }
    } catch (error) {
      this.#log.warning('the lines that are few could not be put together', { error })
    }
  }

  #failed(error: unknown): void {
    if (!this.#failing) this.#log.error('logs cannot be written; they are kept in memory, and reading waits', { error })
    this.#failing = true
    if (this.#closed) return
    this.#timer?.cancel()
    this.#timer = this.#o.clock.after(RETRY_MS, () => {
      this.#failing = false
      void this.#write().then(() => this.#seal())
    })
  }
  #recovered(): void {
    if (!this.#lost) return
    const text = `${this.#lost} lines were lost: they came faster than they could be written`
    this.#lost = 0
    const now = this.#o.clock.now()
    void this.append(OWN, [{ time: Math.floor(now), nanos: 0, rank: 4, text }])
  }
}
