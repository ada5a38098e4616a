/**
 * What keys were: the files that compaction has no more use for are kept for a while, in a folder beside the log, instead of
 * being removed. So the past costs its writers nothing, not even a copy, and is as durable as the log.
 *
 * In the folder are snapshots and the segments that follow each of them, in the order of their revisions. They go by the
 * row, a snapshot with all that stands behind it: what is left always begins with a whole state.
 */
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { DIRECTORY_MODE, listFolder, syncDirectory } from './files.ts'
import { type FoundState, scanForKey } from './key-scan.ts'
import { footerOf } from './scan.ts'

/** In the log's folder. */
export const HISTORY_FOLDER = 'history'
export interface HistoryLimits {
  readonly bytes: number
  readonly milliseconds: number
}
export const DEFAULT_RETENTION: HistoryLimits = { bytes: 256 * 1024 * 1024, milliseconds: 24 * 3600_000 }

/** A file of the log or of the history, for reading. `bytes`: no further than this. */
interface Source {
  readonly path: string
  readonly bytes: number
  /** Snapshots: the revision whose state it holds. */
  readonly snapshot: number | undefined
  /** Where it stands in the order of revisions. */
  readonly at: number
  readonly mtimeMs: number
}
/** A file that the log has open or sealed. */
export interface LogFile {
  readonly name: string
  readonly bytes: number
}
export interface PastState extends FoundState {
  /** The first one that is known; the key may have been there before. */
  readonly first: boolean
  /** The revision that what is stored bears: an older one where a restore has put it back at `revision`. */
  readonly modRevision: number
  /** So it is, or is not any more, since a snapshot was restored. */
  readonly restored: boolean
}

const isGone = (e: unknown): boolean => (e as NodeJS.ErrnoException).code === 'ENOENT'

export class History {
  readonly #log: string
  readonly #folder: string
  #limits: HistoryLimits
  readonly #report: (message: string, fields: Record<string, unknown>) => void
  readonly #now: () => number

  /** @param directory that of the log */
  constructor(directory: string, report: (message: string, fields: Record<string, unknown>) => void, limits = DEFAULT_RETENTION, now: () => number = Date.now) {
    this.#log = directory
    this.#report = report
    this.#folder = join(directory, HISTORY_FOLDER)
    this.#limits = limits
    this.#now = now
  }

  async setLimits(limits: HistoryLimits): Promise<void> {
    this.#limits = limits
    await this.prune()
  }

  /** Takes files over that the log needs no more. One that is gone already is passed over. */
  async retire(names: readonly string[]): Promise<void> {
    if (!names.length) return
    await mkdir(this.#folder, { recursive: true, mode: DIRECTORY_MODE })
    for (const name of names) await rename(join(this.#log, name), join(this.#folder, name)).catch((e: unknown) => { if (!isGone(e)) throw e })
    await syncDirectory(this.#folder)
    await syncDirectory(this.#log)
    await this.prune()
  }

  async #kept(): Promise<Source[]> {
    const present = await readdir(this.#folder).then(() => true, (e: unknown) => { if (isGone(e)) return false; throw e })
    return present ? this.#sources(this.#folder, undefined) : []
  }

  /** `of`: these alone, and no further than they say. */
  async #sources(folder: string, of: readonly LogFile[] | undefined): Promise<Source[]> {
    const { segments, snapshots } = await listFolder(folder)
    const sources: Source[] = []
    for (const file of [...segments, ...snapshots]) {
      const known = of?.find((f) => f.name === file.name)
      if (of && !known) continue
      const path = join(folder, file.name)
      const { size, mtimeMs } = await stat(path)
      // A snapshot stands before the segment that begins behind it.
      sources.push({ path, bytes: known?.bytes ?? size, snapshot: file.type === 'snapshot' ? file.revision : undefined, at: file.type === 'snapshot' ? file.revision + 0.5 : file.first, mtimeMs })
    }
    return sources.sort((a, b) => a.at - b.at)
  }

  /** Lets go of what is more, or older, than is to be kept. */
  async prune(): Promise<void> {
    const kept = await this.#kept()
    let bytes = kept.reduce((n, f) => n + f.bytes, 0)
    while (kept.length) {
      const next = kept.findIndex((f, i) => i > 0 && f.snapshot !== undefined)
      const row = kept.splice(0, next < 0 ? kept.length : next)
      const youngest = row.reduce((t, f) => Math.max(t, f.mtimeMs), 0)
      if (bytes <= this.#limits.bytes && this.#now() - youngest <= this.#limits.milliseconds) return
      for (const f of row) {
        bytes -= f.bytes
        await rm(f.path, { force: true })
      }
    }
  }

  async bytes(): Promise<number> {
    return (await this.#kept()).reduce((n, f) => n + f.bytes, 0)
  }

  /**
   * The states that a key has had, oldest first, as far back as there are files. `log`: the log's own, asked for again when
   * one of them has moved while they were listed.
   */
  async *states(key: string, log: () => readonly LogFile[]): AsyncGenerator<PastState> {
    const sources = await this.#all(log)
    let last = 0
    let current: FoundState | undefined
    for (const source of sources) {
      const handle = await this.#open(source.path)
      if (!handle) continue
      try {
        const states = scanForKey(handle, key, source.bytes, () => this.#report('a damaged record of the history is passed over', { file: source.path }))
        if (current && source.snapshot !== undefined && (await footerOf(handle, source.bytes))?.restored) {
          const found = (await states.next()).value ?? { revision: source.snapshot, createRevision: 0, version: 0, text: undefined }
          last = source.snapshot
          if (found.revision !== current.revision && (found.text !== undefined || current.text !== undefined)) yield { ...found, revision: source.snapshot, modRevision: found.revision, first: false, restored: true }
          current = found
          continue
        }
        for await (const state of states) {
          // A snapshot may hold what is younger than itself; the log behind it tells the same in its place.
          if (state.revision <= last || (source.snapshot !== undefined && state.revision > source.snapshot)) continue
          last = state.revision
          yield { ...state, modRevision: state.revision, first: !current, restored: false }
          current = state
        }
      } finally {
        await handle.close()
      }
    }
  }

  /** A file of the log may have been retired since it was listed, and one of the history let go: it is then the oldest, and not missed. */
  async #open(path: string): Promise<FileHandle | undefined> {
    for (const place of [path, join(this.#folder, basename(path))]) {
      try {
        return await open(place, 'r')
      } catch (e) {
        if (!isGone(e)) throw e
      }
    }
    return undefined
  }

  async #all(log: () => readonly LogFile[]): Promise<Source[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        return [...(await this.#kept()), ...(await this.#sources(this.#log, log()))].sort((a, b) => a.at - b.at)
      } catch (e) {
        if (!isGone(e) || attempt === 5) throw e
      }
    }
  }
}
