/**
 * The durable log: a row of segment files of which the last one is written, and at most one snapshot that stands for
 * everything before. Appends come one group at a time (the store's committer); compaction runs beside them.
 */
import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DIRECTORY_MODE, removeFiles } from './files.ts'
import type { History, LogFile } from './history.ts'
import type { SealedFile } from './load.ts'
import type { LogDocument } from './record.ts'
import { type PrepareSegment, prepareSegment, type Segment, type Spare } from './segment.ts'
import { type SnapshotSource, writeSnapshot } from './snapshot.ts'
import type { StoreOptions } from './types.ts'

/** What the log needs to know of the state above it. */
export interface LogSource extends SnapshotSource {
  readonly revision: number
  /** Text of all live values. */
  readonly liveBytes: number
}
/** Calls back once after `ms`, unless the function that it returns is called before. */
export type After = (ms: number, callback: () => void) => () => void
const STEP_MS = 1_000
/**
 * In steps, of which each counts as what it was to be, however long it took: time in which the process itself stood still (it was stopped,
 * its virtual machine was paused) tells nothing of the disk, whose answer may be waiting to be heard.
 */
export const afterRunning = (ms: number, callback: () => void, wait: typeof setTimeout = setTimeout): (() => void) => {
  let left = ms
  const step = (): NodeJS.Timeout => {
    const length = Math.min(STEP_MS, left)
    return wait(() => {
      left -= length
      if (left > 0) timer = step()
      else callback()
    }, length)
  }
  let timer = step()
  return () => clearTimeout(timer)
}
export interface LogOptions {
  readonly directory: string
  readonly segmentBytes: number
  readonly source: LogSource
  /** Takes over what a compaction leaves. */
  readonly history: History
  readonly report: NonNullable<StoreOptions<unknown>['log']>
  /** How a segment is made; tests give one that fails. */
  readonly prepareSegment?: PrepareSegment
  readonly after?: After
}

/** More small segments than this (each start of the process leaves one) are worth a snapshot of their own. */
const MANY_SEGMENTS = 16
/** A snapshot waits until nobody has written for so long, in ms: what it takes is then nobody's. */
const QUIET_MS = 1_000
/** And rests between two of its pieces until nobody has for so long. */
const REST_MS = 100
/** But not when what is dead has grown to so many times what it may be. */
const URGENT = 2
/** A write that takes longer is refused to its writer. */
const DISK_TIMEOUT_MS = 30_000
/** A line is larger than its value's text: it is in base64, and there is a header. */
const LINE_OVERHEAD = 1.4

export class Log {
  readonly #o: LogOptions
  readonly #prepare: PrepareSegment
  readonly #after: After
  #sealed: SealedFile[]
  #snapshot: SealedFile | undefined
  #active: Segment | undefined
  #nextSequence: number
  #compaction: Promise<void> | undefined
  /** Ends the wait for a quiet moment. */
  #cancelWait: (() => void) | undefined
  #appends = 0
  /** How many there were when a snapshot last looked. */
  #appendsBefore = 0
  #abort = new AbortController()
  /** The next segment's file, made before it is needed. Undefined inside: the disk refused, so it is made when needed. */
  #spare: Promise<Spare | undefined> | undefined
  /** What the disk has not answered in time, and may still answer. Nothing else is asked of it before. */
  #late: Promise<void> | undefined

  constructor(options: LogOptions, files: { segments: readonly SealedFile[]; snapshot: SealedFile | undefined; nextSequence: number }) {
    this.#o = options
    this.#prepare = options.prepareSegment ?? prepareSegment
    this.#after = options.after ?? afterRunning
    this.#sealed = [...files.segments]
    this.#snapshot = files.snapshot
    this.#nextSequence = files.nextSequence
  }

  get snapshotName(): string | undefined {
    return this.#snapshot?.name
  }
  get segments(): number {
    return this.#sealed.length + (this.#active ? 1 : 0)
  }
  /** What may be read: the order is not that of time. */
  files(): LogFile[] {
    return [...(this.#snapshot ? [this.#snapshot] : []), ...this.#sealed, ...(this.#active ? [this.#active] : [])].map(({ name, bytes }) => ({ name, bytes }))
  }
  get bytes(): number {
    return this.#sealedBytes + (this.#snapshot?.bytes ?? 0) + (this.#active?.bytes ?? 0)
  }
  get #sealedBytes(): number {
    return this.#sealed.reduce((sum, file) => sum + file.bytes, 0)
  }

  /** Makes the log ready for appends: a new segment, and before it a snapshot where the files alone do not tell the state. */
  async start(needsSnapshot: boolean): Promise<void> {
    if (needsSnapshot) await this.#takeSnapshot(false)
    await this.#openNext()
    this.#compactIfWorth()
  }

  async #openNext(): Promise<void> {
    const spare = (await this.#spare) ?? (await this.#prepare(this.#o.directory, this.#nextSequence++))
    this.#spare = undefined
    this.#active = await spare.begin(this.#o.source.revision + 1)
  }

  #prepareSpare(): void {
    this.#spare ??= this.#prepare(this.#o.directory, this.#nextSequence++).catch((error: unknown) => {
      this.#o.report('warning', 'the next segment could not be prepared; it is tried again when it is needed', { error: String(error) })
      return undefined
    })
  }

  /**
   * Resolves when the group is on disk. After a rejection nothing of it counts; the next append repairs first. Rejects
   * when the disk does not answer within DISK_TIMEOUT_MS; the next append waits, for as long again, for what is still
   * under way, so that a dead disk holds one operation at a time. Should the process die before the disk answers, the
   * group may be found at the next start after all: as with any timeout, only an answer can tell.
   */
  async append(documents: readonly LogDocument[]): Promise<void> {
    this.#appends++
    const overdue = new AbortController()
    const work = (async () => {
      await this.#late
      overdue.signal.throwIfAborted()
      await this.#write(documents, overdue.signal)
    })()
    await this.#inTime(work, overdue)
  }

  /** Waits for `work`, which was begun before; what takes too long is aborted, and no longer waited for. */
  async #inTime(work: Promise<void>, overdue: AbortController): Promise<void> {
    let cancel: (() => void) | undefined
    const timeout = new Promise<never>((_resolve, reject) => {
      cancel = this.#after(DISK_TIMEOUT_MS, () => {
        const error = new Error(`the disk did not answer within ${DISK_TIMEOUT_MS / 1000} s`)
        overdue.abort(error)
        const late = work
          .catch((reason: unknown) => {
            if (reason !== error) this.#o.report('warning', 'the disk answered late, with an error', { error: String(reason) })
          })
          .finally(() => { if (this.#late === late) this.#late = undefined })
        this.#late = late
        reject(error)
      })
    })
    try {
      await Promise.race([work, timeout])
    } finally {
      cancel?.()
    }
  }

  async #write(documents: readonly LogDocument[], signal: AbortSignal): Promise<void> {
    if (!this.#active) await this.#recover()
    else if (this.#active.bytes >= this.#o.segmentBytes) await this.#rotate()
    signal.throwIfAborted()
    const active = this.#active as Segment | undefined
    if (!active) throw new Error('no segment is open')
    try {
      await active.append(documents, signal)
      signal.throwIfAborted()
    } catch (error) {
      await this.#seal()
      throw error
    }
    if (active.bytes >= this.#o.segmentBytes / 2) this.#prepareSpare()
  }

  async #rotate(): Promise<void> {
    await this.#seal()
    await this.#openNext()
    this.#compactIfWorth()
  }

  /** Closes the active segment for good. What was not acknowledged of it is cut off, or outruled by the next segment's name. */
  async #seal(): Promise<void> {
    const active = this.#active
    if (!active) return
    this.#active = undefined
    this.#sealed.push({ name: active.name, bytes: active.bytes })
    try {
      await active.seal()
    } catch (error) {
      this.#o.report('warning', 'a segment could not be closed cleanly', { file: active.name, error: String(error) })
    }
  }

  /** After a failed write: are our files still what we think? If not, memory is the truth and becomes a snapshot. */
  async #recover(): Promise<void> {
    await this.#compaction
    // Its folder may be gone, or another one.
    await this.#dropSpare()
    await mkdir(this.#o.directory, { recursive: true, mode: DIRECTORY_MODE })
    const changed: string[] = []
    for (const { name, bytes } of [...this.#sealed, ...(this.#snapshot ? [this.#snapshot] : [])]) {
      const size = await stat(join(this.#o.directory, name)).then((s) => s.size, () => -1)
      if (size !== bytes) changed.push(name)
    }
    if (changed.length) {
      this.#o.report('warning', 'files of the store changed or vanished; writing all keys anew', { files: changed })
      await this.#takeSnapshot(false)
    }
    await this.#openNext()
    this.#o.report('info', 'the store takes writes again', { revision: this.#o.source.revision })
  }

  /** How much sooner than needed: 0, not worth it; 1, when it is quiet; URGENT, now. */
  #worth(): number {
    if (!this.#sealed.length) return 0
    const live = this.#o.source.liveBytes * LINE_OVERHEAD
    const sealed = this.#sealedBytes
    const dead = (sealed + (this.#snapshot?.bytes ?? 0)) / (2 * live + this.#o.segmentBytes)
    const crumbs = this.#sealed.length > MANY_SEGMENTS && sealed < (this.#sealed.length * this.#o.segmentBytes) / 4
    return dead > 1 ? dead : crumbs ? 1 : 0
  }

  #compactIfWorth(): void {
    const worth = this.#worth()
    if (this.#compaction || !worth) return
    if (worth >= URGENT) return this.#compact()
    const seen = this.#appends
    this.#cancelWait ??= this.#after(QUIET_MS, () => {
      this.#cancelWait = undefined
      if (this.#appends === seen && this.#worth()) this.#compact()
      else this.#compactIfWorth()
    })
  }

  #compact(): void {
    this.#cancelWait?.()
    this.#cancelWait = undefined
    this.#compaction = this.#takeSnapshot(true)
      .catch((error: unknown) => {
        if (!this.#abort.signal.aborted) this.#o.report('warning', 'compaction failed; it is tried again later', { error: String(error) })
      })
      .finally(() => { this.#compaction = undefined })
  }

  /** Resolves when nobody writes, or when the matter is urgent or the log closes. */
  async #giveWay(): Promise<void> {
    while (this.#appends !== this.#appendsBefore && this.#worth() < URGENT && !this.#abort.signal.aborted) {
      this.#appendsBefore = this.#appends
      await new Promise<void>((resolve) => {
        const done = (): void => {
          cancel()
          this.#abort.signal.removeEventListener('abort', done)
          resolve()
        }
        const cancel = this.#after(REST_MS, done)
        this.#abort.signal.addEventListener('abort', done)
      })
    }
  }

  /** Replaces all sealed segments and the snapshot before by a new snapshot. Killed at any instant, either set is complete. `sound`: what is replaced may be kept as history. */
  async #takeSnapshot(sound: boolean): Promise<void> {
    const started = performance.now()
    const replaced = [...this.#sealed]
    const before = this.#snapshot
    const revision = this.#active ? this.#active.first - 1 : this.#o.source.revision
    this.#appendsBefore = this.#appends
    const { name, bytes, keys } = await writeSnapshot(this.#o.directory, revision, this.#o.source, this.#abort.signal, sound ? () => this.#giveWay() : undefined)
    this.#snapshot = { name, bytes }
    this.#sealed = this.#sealed.filter((file) => !replaced.includes(file))
    const useless = [...replaced, ...(before && before.name !== name ? [before] : [])].map((file) => file.name)
    if (sound) await this.#o.history.retire(useless)
    else await removeFiles(this.#o.directory, useless)
    this.#o.report('info', 'compacted', { keys, bytes, segments: replaced.length, milliseconds: Math.round(performance.now() - started) })
  }

  /** For tests and shutdown: resolves when no compaction is running. */
  async settled(): Promise<void> {
    await this.#compaction
  }

  async #dropSpare(): Promise<void> {
    const spare = await this.#spare
    this.#spare = undefined
    await spare?.discard()
  }

  /** Rejects when the disk does not answer in time. */
  async close(): Promise<void> {
    this.#abort.abort(new Error('the store is closing'))
    this.#cancelWait?.()
    const work = (async () => {
      await this.#late
      await this.#compaction
      await this.#dropSpare()
      const active = this.#active
      await this.#seal()
      // A start without a write leaves no trace.
      if (active && !active.bytes) await removeFiles(this.#o.directory, [active.name])
    })()
    await this.#inTime(work, new AbortController())
  }
}
