/**
 * The active segment: a NeDB data file that only grows. NeDB appends (one write for each group) through a descriptor of ours,
 * since it would open and close the file for each, and never syncs; we do, on Linux with the write itself. A file is loaded by NeDB only while it is
 * new and empty, since loading rewrites it. NeDB keeps the documents' ids alone in memory: their lines reach the file
 * through its serialization hook, encoded once. Whole documents in its index are copied by the garbage collector again
 * and again, 4 MiB in pauses of 40 ms.
 */
import { constants, statSync } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import Datastore from 'nedb-promises'
import { DIRECTORY_MODE, FILE_MODE, segmentName, spareName, syncDirectory } from './files.ts'
import { lineOf, type LogDocument } from './record.ts'

/**
 * A write comes back when it is on disk: one trip to a thread of the pool for each group, where a sync of its own is another one.
 * Elsewhere the flag does not exist (Windows), or does not mean the disk itself (macOS).
 */
const WRITE_SYNCS = process.platform === 'linux' ? constants.O_DSYNC : 0

export interface Segment {
  readonly name: string
  readonly first: number
  /** Bytes that are known to be on disk. */
  readonly bytes: number
  /**
   * Resolves when the documents are on disk. After a rejection the segment takes no more: seal it. Once `signal` is
   * aborted it rejects, even though the disk took the documents in the end.
   */
  append(documents: readonly LogDocument[], signal: AbortSignal): Promise<void>
  /** Cuts off what was not acknowledged (as far as the disk lets us) and closes. */
  seal(): Promise<void>
}
/** An empty segment file that is no part of the store yet: it has a temporary name, which the next load would remove. */
export interface Spare {
  /** Gives the file its durable name. `first` is the first revision that it may hold. */
  begin(first: number): Promise<Segment>
  discard(): Promise<void>
}
/** Creating a file costs several syncs, so it is done in the background, before the file is needed. */
export type PrepareSegment = (directory: string, sequence: number) => Promise<Spare>

/** Hands NeDB one line for each document that it serializes, and counts what it wrote. */
class Lines {
  #lines: string[] = []
  #next = 0
  written = 0

  give(documents: readonly LogDocument[]): void {
    this.#lines = documents.map(lineOf)
    this.#next = 0
  }

  /** `stub` is NeDB's own line, with nothing but the id. */
  take(stub: string): string {
    const line = this.#lines[this.#next++]
    if (!line?.startsWith(stub.slice(0, -1))) throw new Error(`NeDB writes ${stub}, which is not the next line`)
    // An id that is a revision and base64: a byte for each character.
    this.written += line.length + 1
    return line
  }

  clear(): void {
    this.#lines = []
  }
}

class NedbSegment implements Segment {
  readonly name: string
  readonly first: number
  bytes = 0
  #db: Datastore<{ _id: string }>
  readonly #file: string
  readonly #inode: number
  #handle: FileHandle
  #lines: Lines
  #dirty = false

  constructor(file: { readonly path: string; readonly inode: number }, first: number, db: Datastore<{ _id: string }>, handle: FileHandle, lines: Lines) {
    this.name = basename(file.path)
    this.first = first
    this.#file = file.path
    this.#inode = file.inode
    this.#db = db
    this.#handle = handle
    this.#lines = lines
  }

  async append(documents: readonly LogDocument[], signal: AbortSignal): Promise<void> {
    this.#dirty = true
    this.#lines.give(documents)
    try {
      await this.#db.insertMany(documents.map(({ _id }) => ({ _id })))
    } finally {
      this.#lines.clear()
    }
    if (!WRITE_SYNCS) await this.#handle.datasync()
    // Were the file written, moved, replaced or removed behind our back, the next start would not find what we synced.
    // At once: what it asks is in memory, and a trip to another thread costs fifty times as much.
    const { size, ino } = statSync(this.#file)
    const { written } = this.#lines
    if (size !== written || ino !== this.#inode) throw new Error(`${this.name} was changed from outside: ${size} bytes instead of ${written}`)
    signal.throwIfAborted()
    this.bytes = size
    this.#dirty = false
  }

  async seal(): Promise<void> {
    try {
      if (this.#dirty) {
        await this.#handle.truncate(this.bytes)
        await this.#handle.datasync()
      }
    } finally {
      await this.#handle.close()
    }
  }
}

/** Makes an empty file. Rejects when the disk refuses. */
export const prepareSegment: PrepareSegment = async (directory, sequence) => {
  const temporary = join(directory, spareName(sequence))
  const lines = new Lines()
  const options = {
    filename: temporary,
    // Our checksums judge lines; NeDB's own threshold would refuse a file because of one torn line.
    corruptAlertThreshold: 1,
    modes: { fileMode: FILE_MODE, dirMode: DIRECTORY_MODE },
    afterSerialization: (stub: string): string => lines.take(stub),
    beforeDeserialization: (line: string): string => line,
  }
  const db: Datastore<{ _id: string }> = Datastore.create(options)
  await db.load()
  const handle = await open(temporary, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | WRITE_SYNCS)
  // A name, says NeDB, and gives it to appendFile, which takes a descriptor too. The types know no field of its persistence.
  Object.assign(db.persistence, { filename: handle })
  const { ino: inode } = await handle.stat()
  return {
    async begin(first) {
      const path = join(directory, segmentName(sequence, first))
      try {
        await rename(temporary, path)
        await syncDirectory(directory)
      } catch (error) {
        await handle.close()
        throw error
      }
      return new NedbSegment({ path, inode }, first, db, handle, lines)
    },
    async discard() {
      await handle.close()
      await rm(temporary, { force: true })
    },
  }
}
