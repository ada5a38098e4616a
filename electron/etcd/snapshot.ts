/**
 * A snapshot holds every live key, so that the segments before it can go. It is written in the background in small pieces
 * and need not be of one instant: a key that changes meanwhile may be in it in a younger state than the snapshot's
 * revision, but then the log behind that revision tells the same, and a reader keeps whichever state is younger.
 * It becomes part of the store by its rename: a file with the final name is complete and on disk.
 */
import { open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { breathe, FILE_MODE, SLICE_MS, snapshotName, syncDirectory } from './files.ts'
import { encodeFooter, encodeRecord, lineOf } from './record.ts'
import type { KeyValue } from './types.ts'

export interface SnapshotSource {
  /** What is live now; walked while changes go on. */
  entries(): Iterable<{ readonly kv: KeyValue<unknown> }>
  encode(kv: KeyValue<unknown>): string
}
export interface Written {
  readonly name: string
  readonly bytes: number
  readonly keys: number
}

const WRITE_BYTES = 256 * 1024

/**
 * Writes the snapshot for `revision`. Rejects, and leaves no file with the final name, when the disk refuses or `signal` aborts.
 * @param giveWay waited for between two pieces
 */
export async function writeSnapshot(directory: string, revision: number, source: SnapshotSource, signal: AbortSignal, giveWay?: () => Promise<void>): Promise<Written> {
  const name = snapshotName(revision)
  const temporary = join(directory, `${name}.tmp`)
  const handle = await open(temporary, 'w', FILE_MODE)
  let bytes = 0
  let keys = 0
  try {
    let lines: string[] = []
    let waiting = 0
    let started = performance.now()
    const flush = async (): Promise<void> => {
      const data = Buffer.from(lines.join(''))
      lines = []
      waiting = 0
      if (data.length) await handle.appendFile(data)
      // Little and often: one large sync at the end would hold up the writers' own syncs.
      await handle.datasync()
      bytes += data.length
      signal.throwIfAborted()
    }
    for (const { kv } of source.entries()) {
      const { key, createRevision, version, modRevision } = kv
      const line = `${lineOf(encodeRecord({ revision: modRevision, operations: [{ key, createRevision, version, text: source.encode(kv) }] }, key))}\n`
      lines.push(line)
      waiting += line.length
      keys++
      if (waiting >= WRITE_BYTES) {
        await flush()
        await giveWay?.()
      }
      if (performance.now() - started >= SLICE_MS) {
        await breathe()
        started = performance.now()
      }
    }
    lines.push(`${lineOf(encodeFooter({ revision, keys }))}\n`)
    await flush()
    await handle.sync()
    await handle.close()
    await rename(temporary, join(directory, name))
    await syncDirectory(directory)
  } catch (error) {
    await handle.close().catch(() => undefined) // already closed, or nothing more to lose: the error above is the one that counts
    await rm(temporary, { force: true }).catch(() => undefined) // the next load removes it
    throw error
  }
  return { name, bytes, keys }
}
