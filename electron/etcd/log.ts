/**
 * The durable log: a row of segment files of which the last one is written, and at most one snapshot that stands for
 * everything before. Appends come one group at a time (the store's committer); compaction runs beside them.
 */
import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DIRECTORY_MODE, removeFiles } from './files.ts'
import type { SealedFile } from './load.ts'
import type { LogDocument } from './record.ts'
import { type OpenSegment, openSegment, type Segment } from './segment.ts'
import { type SnapshotSource, writeSnapshot } from './snapshot.ts'
import type { StoreOptions } from './types.ts'

/** What the log needs to know of the state above it. */
export interface LogSource extends SnapshotSource {
  readonly revision: number
  /** Text of all live values. */
  readonly liveBytes: number
}
export interface LogOptions {
  readonly directory: string
  readonly segmentBytes: number
  readonly source: LogSource
  readonly report: NonNullable<StoreOptions<unknown>['log']>
  /** How a segment is made; tests give one that fails. */
  readonly openSegment?: OpenSegment
}

/** More small segments than this (each start of the process leaves one) are worth a snapshot of their own. */
const MANY_SEGMENTS = 16
/** A line is larger than its value's text: quotes are escaped, and there is a header. */
const LINE_OVERHEAD = 1.25

export class Log {
  readonly #o: LogOptions
  readonly #open: OpenSegment
  #sealed: SealedFile[]
  #snapshot: SealedFile | undefined
  #active: Segment | undefined
  #nextSequence: number
  #compaction: Promise<void> | undefined
  #abort = new AbortController()

  constructor(options: LogOptions, files: { segments: readonly SealedFile[]; snapshot: SealedFile | undefined; nextSequence: number }) {
    this.#o = options
    this.#open = options.openSegment ?? openSegment
    this.#sealed = [...files.segments]
    this.#snapshot = files.snapshot
    this.#nextSequence = files.nextSequence
  }

  get segments(): number {
    return this.#sealed.length + (this.#active ? 1 : 0)
  }
  get bytes(): number {
    return this.#sealedBytes + (this.#snapshot?.bytes ?? 0) + (this.#active?.bytes ?? 0)
  }
  get #sealedBytes(): number {
    return this.#sealed.reduce((sum, file) => sum + file.bytes, 0)
  }

  /** Makes the log ready for appends: a new segment, and before it a snapshot where the files alone do not tell the state. */
  async start(needsSnapshot: boolean): Promise<void> {
    if (needsSnapshot) await this.#takeSnapshot()
    await this.#openNext()
    this.#compactIfWorth()
  }

  async #openNext(): Promise<void> {
    this.#active = await this.#open(this.#o.directory, this.#nextSequence++, this.#o.source.revision + 1)
  }

  /** Resolves when the group is on disk. After a rejection nothing of it counts; the next append repairs first. */
  async append(documents: LogDocument[]): Promise<void> {
    if (!this.#active) await this.#recover()
    else if (this.#active.bytes >= this.#o.segmentBytes) await this.#rotate()
    const active = this.#active as Segment | undefined
    if (!active) throw new Error('no segment is open')
    try {
      await active.append(documents)
    } catch (error) {
      await this.#seal()
      throw error
    }
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
    await mkdir(this.#o.directory, { recursive: true, mode: DIRECTORY_MODE })
    const changed: string[] = []
    for (const { name, bytes } of [...this.#sealed, ...(this.#snapshot ? [this.#snapshot] : [])]) {
      const size = await stat(join(this.#o.directory, name)).then((s) => s.size, () => -1)
      if (size !== bytes) changed.push(name)
    }
    if (changed.length) {
      this.#o.report('warning', 'files of the store changed or vanished; writing all keys anew', { files: changed })
      await this.#takeSnapshot()
    }
    await this.#openNext()
    this.#o.report('info', 'the store takes writes again', { revision: this.#o.source.revision })
  }

  #compactIfWorth(): void {
    if (this.#compaction || !this.#sealed.length) return
    const live = this.#o.source.liveBytes * LINE_OVERHEAD
    const sealed = this.#sealedBytes
    const mostlyDead = sealed + (this.#snapshot?.bytes ?? 0) > 2 * live + this.#o.segmentBytes
    const crumbs = this.#sealed.length > MANY_SEGMENTS && sealed < (this.#sealed.length * this.#o.segmentBytes) / 4
    if (!mostlyDead && !crumbs) return
    this.#compaction = this.#takeSnapshot()
      .catch((error: unknown) => {
        if (!this.#abort.signal.aborted) this.#o.report('warning', 'compaction failed; it is tried again later', { error: String(error) })
      })
      .finally(() => { this.#compaction = undefined })
  }

  /** Replaces all sealed segments and the snapshot before by a new snapshot. Killed at any instant, either set is complete. */
  async #takeSnapshot(): Promise<void> {
    const started = performance.now()
    const replaced = [...this.#sealed]
    const before = this.#snapshot
    const revision = this.#active ? this.#active.first - 1 : this.#o.source.revision
    const { name, bytes, keys } = await writeSnapshot(this.#o.directory, revision, this.#o.source, this.#abort.signal)
    this.#snapshot = { name, bytes }
    this.#sealed = this.#sealed.filter((file) => !replaced.includes(file))
    await removeFiles(this.#o.directory, [...replaced, ...(before && before.name !== name ? [before] : [])].map((file) => file.name))
    this.#o.report('info', 'compacted', { keys, bytes, segments: replaced.length, milliseconds: Math.round(performance.now() - started) })
  }

  /** For tests and shutdown: resolves when no compaction is running. */
  async settled(): Promise<void> {
    await this.#compaction
  }

  async close(): Promise<void> {
    this.#abort.abort(new Error('the store is closing'))
    await this.#compaction
    const active = this.#active
    await this.#seal()
    // A start without a write leaves no trace.
    if (active && !active.bytes) await removeFiles(this.#o.directory, [active.name])
  }
}
