/**
 * Rebuilds the state from the files of a folder. The rule: a file is read, or it is set aside under another name and
 * reported; it is never emptied. What is sound in a damaged file is kept.
 *
 * - The newest snapshot that is sound is the base; segments that hold nothing younger are not read.
 * - A record wins over an older state of its key, whatever the order of files.
 * - Revisions in the log follow each other without a gap, so a lost or damaged record shows.
 * - What a segment holds from the next segment's first revision on was refused to its writers: it is ignored.
 * - Bytes behind the last line end are an append that was cut off, and never acknowledged.
 */
import { copyFile, open, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { breathe, listFolder, removeFiles, type SegmentName, SLICE_MS, syncDirectory } from './files.ts'
import type { Entry } from './mvcc.ts'
import type { LogRecord } from './record.ts'
import { scanFile } from './scan.ts'
import type { Codec } from './types.ts'

export interface SealedFile {
  readonly name: string
  readonly bytes: number
}
export interface Loaded<V> {
  readonly revision: number
  readonly entries: Map<string, Entry<V>>
  readonly segments: readonly SealedFile[]
  readonly snapshot: SealedFile | undefined
  readonly nextSequence: number
  readonly tornTail: boolean
  /** New names of damaged files; the originals go once a snapshot of what was sound is on disk. */
  readonly setAside: readonly string[]
  /** Revisions that no file has any more, as `first-last`. */
  readonly missing: readonly string[]
  /** A snapshot stands for these: a process died before it could hand them on. */
  readonly obsolete: readonly string[]
  /** The files do not tell the state by themselves: a snapshot must be written before the first write. */
  readonly needsSnapshot: boolean
  readonly damaged: readonly string[]
}

interface State {
  revision: number
  createRevision: number
  version: number
  text: string | undefined
  file: string
}

class Loader<V> {
  readonly #directory: string
  readonly #codec: Codec<V>
  #state = new Map<string, State>()
  #damaged = new Set<string>()
  #missing: string[] = []
  #superseded = false
  #tornTail = false
  /** The revision that the next record of the log has to have. */
  #expected = 2
  #highest = 1

  constructor(directory: string, codec: Codec<V>) {
    this.#directory = directory
    this.#codec = codec
  }

  #apply(record: LogRecord, file: string): void {
    const { revision } = record
    if (revision > this.#highest) this.#highest = revision
    for (const { key, createRevision, version, text } of record.operations) {
      const known = this.#state.get(key)
      if (!known || known.revision < revision) this.#state.set(key, { revision, createRevision, version, text, file })
    }
  }

  /** Cuts a torn tail off, so that any reader finds whole lines only. */
  async #repair(name: string, length: number): Promise<void> {
    const path = join(this.#directory, name)
    await truncate(path, length)
    const handle = await open(path, 'r+')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  }

  async #readSegment(segment: SegmentName, next: SegmentName | undefined, base: number): Promise<SealedFile> {
    const { name } = segment
    const limit = next?.first ?? Infinity
    let gap = false
    const scan = await scanFile(join(this.#directory, name), (record) => {
      if (record.revision >= limit) {
        this.#superseded = true
        return
      }
      if (record.revision > base) {
        gap ||= record.revision !== this.#expected
        this.#expected = Math.max(this.#expected, record.revision + 1)
      }
      this.#apply(record, name)
    })
    // Damaged lines at the very end had revisions of their own, which must not be given out again.
    if (!next) this.#expected += scan.badAtEnd
    const lost = next && this.#expected < next.first && this.#expected > base
    if (scan.bad || gap || (scan.torn && lost)) this.#damaged.add(name)
    else if (scan.torn) {
      await this.#repair(name, scan.wholeBytes)
      this.#tornTail ||= !next
    }
    return { name, bytes: this.#damaged.has(name) ? scan.bytes : scan.wholeBytes }
  }

  async load(): Promise<Loaded<V>> {
    const folder = await listFolder(this.#directory)
    await removeFiles(this.#directory, folder.leftovers)
    let snapshot: SealedFile | undefined
    let base = 0
    const obsolete: string[] = []
    for (const { name, revision } of folder.snapshots) {
      if (snapshot) {
        obsolete.push(name)
        continue
      }
      let keys = 0
      const scan = await scanFile(join(this.#directory, name), (record) => {
        keys++
        this.#apply(record, name)
      })
      this.#highest = Math.max(this.#highest, revision)
      if (!scan.bad && !scan.torn && scan.footer?.revision === revision && scan.footer.keys === keys) {
        snapshot = { name, bytes: scan.bytes }
        // The log is needed from here on, even though a damaged snapshot was younger.
        base = revision
      } else {
        this.#damaged.add(name)
        base = Math.max(base, revision)
      }
    }
    // With no sound snapshot every segment that is still there may help.
    const read = folder.segments.filter((segment, i) => {
      const next = folder.segments[i + 1]
      const covered = snapshot && next && next.first <= base + 1
      if (covered) obsolete.push(segment.name)
      return !covered
    })
    this.#expected = snapshot ? base + 1 : Math.max(2, Math.min(base + 1, read[0]?.first ?? base + 1))
    const segments: SealedFile[] = []
    for (const [i, segment] of read.entries()) {
      if (segment.first > this.#expected) {
        const before = read[i - 1]
        // A damaged file before the gap is the reason for it, and is reported itself.
        if (!before || !this.#damaged.has(before.name)) this.#missing.push(`${this.#expected}-${segment.first - 1}`)
        this.#expected = segment.first
      }
      segments.push(await this.#readSegment(segment, folder.segments[folder.segments.indexOf(segment) + 1], snapshot ? base : 0))
    }
    const revision = Math.max(this.#highest, this.#expected - 1, base)
    const entries = await this.#decode()
    const setAside = await this.#setAside()
    return {
      revision, entries, segments, snapshot, setAside, obsolete: setAside.length ? [] : obsolete, missing: this.#missing, tornTail: this.#tornTail,
      nextSequence: (folder.segments.at(-1)?.sequence ?? 0) + 1,
      needsSnapshot: setAside.length > 0 || this.#missing.length > 0 || this.#superseded,
      damaged: [...this.#damaged],
    }
  }

  async #decode(): Promise<Map<string, Entry<V>>> {
    const entries = new Map<string, Entry<V>>()
    let started = performance.now()
    for (const [key, { revision, createRevision, version, text, file }] of this.#state) {
      if (text === undefined) continue
      try {
        const value = this.#codec.decode(text, revision)
        entries.set(key, { kv: { key, value, createRevision, modRevision: revision, version }, size: text.length })
      } catch {
        this.#damaged.add(file) // reported with the file, which is kept aside
      }
      if (performance.now() - started < SLICE_MS) continue
      await breathe()
      started = performance.now()
    }
    return entries
  }

  /** A copy under a new name; the original stays until what was sound in it is safe elsewhere. */
  async #setAside(): Promise<string[]> {
    const names: string[] = []
    const time = new Date().toISOString().replaceAll(/[:.]/g, '-')
    for (const name of this.#damaged) {
      const aside = `${name}.corrupt-${time}`
      await copyFile(join(this.#directory, name), join(this.#directory, aside))
      const handle = await open(join(this.#directory, aside), 'r+')
      try {
        await handle.sync()
      } finally {
        await handle.close()
      }
      names.push(aside)
    }
    if (names.length) await syncDirectory(this.#directory)
    return names
  }
}

export const loadFolder = <V>(directory: string, codec: Codec<V>): Promise<Loaded<V>> => new Loader(directory, codec).load()
