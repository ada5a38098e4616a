/**
 * The active segment: a NeDB data file that only grows. NeDB appends (one write for each group) and never syncs; we sync
 * through a descriptor of our own and make sure that it sees what NeDB wrote. A file is loaded by NeDB only while it is
 * new and empty, since loading rewrites it. Once sealed, NeDB's copy of its documents is dropped with the instance.
 */
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import Datastore from 'nedb-promises'
import { DIRECTORY_MODE, FILE_MODE, segmentName } from './files.ts'
import type { LogDocument } from './record.ts'

export interface Segment {
  readonly name: string
  readonly first: number
  /** Bytes that are known to be on disk. */
  readonly bytes: number
  /** Resolves when the documents are on disk. After a rejection the segment takes no more: seal it. */
  append(documents: LogDocument[]): Promise<void>
  /** Cuts off what was not acknowledged (as far as the disk lets us) and closes. */
  seal(): Promise<void>
}
export type OpenSegment = (directory: string, sequence: number, first: number) => Promise<Segment>

class NedbSegment implements Segment {
  readonly name: string
  readonly first: number
  bytes = 0
  #db: Datastore<LogDocument>
  #handle: FileHandle
  #written: () => number
  #dirty = false

  constructor(name: string, first: number, db: Datastore<LogDocument>, handle: FileHandle, written: () => number) {
    this.name = name
    this.first = first
    this.#db = db
    this.#handle = handle
    this.#written = written
  }

  async append(documents: LogDocument[]): Promise<void> {
    this.#dirty = true
    await this.#db.insertMany(documents)
    await this.#handle.datasync()
    // Were the file replaced or removed behind our back, we would have synced another one than NeDB wrote.
    const { size, nlink } = await this.#handle.stat()
    if (size !== this.#written() || nlink === 0) throw new Error(`${this.name} was changed from outside: ${size} bytes instead of ${this.#written()}`)
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

/** Makes a new, empty segment file whose name is durable. */
export const openSegment: OpenSegment = async (directory, sequence, first) => {
  const name = segmentName(sequence, first)
  const filename = join(directory, name)
  let written = 0
  const options = {
    filename,
    // Our checksums judge lines; NeDB's own threshold would refuse a file because of one torn line.
    corruptAlertThreshold: 1,
    modes: { fileMode: FILE_MODE, dirMode: DIRECTORY_MODE },
    afterSerialization: (line: string): string => {
      written += Buffer.byteLength(line) + 1
      return line
    },
    beforeDeserialization: (line: string): string => line,
  }
  const db: Datastore<LogDocument> = Datastore.create(options)
  await db.load()
  const handle = await open(filename, 'r+')
  written = 0
  return new NedbSegment(name, first, db, handle, () => written)
}
