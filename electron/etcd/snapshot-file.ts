/**
 * A snapshot that somebody keeps: every live key at one revision, in the lines of record.ts, ordered by key, with a footer. Unlike
 * a snapshot of the store's own folder it is of one instant. It is whole or it is not there: written beside its place, synced,
 * read again, renamed. It holds Secrets as everything else, so it is for its owner alone.
 */
import { randomBytes } from 'node:crypto'
import { open, rename, rm, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { breathe, FILE_MODE, SLICE_MS, syncDirectory } from './files.ts'
import { encodeFooter, encodeRecord, type Footer, lineOf, type LogRecord } from './record.ts'
import { scanFile } from './scan.ts'
import type { Codec, Store } from './types.ts'

/** A sentence for whoever named the file. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError'
}

export interface SnapshotFacts {
  readonly revision: number
  readonly keys: number
  readonly bytes: number
}

const CHUNK_BYTES = 64 * 1024
/** How every line of a record begins. */
const BEGINNING = '{"_id":"'

/**
 * The text of a snapshot of now, in pieces. What is stored is frozen and shared, so what is now is taken at once and made into text
 * while it is read, at the reader's pace, and never for longer than a few milliseconds at a time.
 */
export function snapshotOf<V>(store: Pick<Store<V>, 'range'>, codec: Pick<Codec<V>, 'encode'>): AsyncGenerator<Buffer> {
  const { kvs, revision } = store.range('')
  return (async function* () {
    let lines: string[] = []
    let waiting = 0
    let started = performance.now()
    for (const { key, createRevision, version, modRevision, value } of kvs) {
      const line = `${lineOf(encodeRecord({ revision: modRevision, operations: [{ key, createRevision, version, text: codec.encode(value) }] }, key))}\n`
      lines.push(line)
      waiting += line.length
      if (waiting >= CHUNK_BYTES) {
        yield Buffer.from(lines.join(''))
        lines = []
        waiting = 0
      }
      if (performance.now() - started < SLICE_MS) continue
      await breathe()
      started = performance.now()
    }
    lines.push(footerLine({ revision, keys: kvs.length }))
    yield Buffer.from(lines.join(''))
  })()
}

export const footerLine = (footer: Footer): string => `${lineOf(encodeFooter(footer))}\n`

/** A system's word on a file, as a sentence. */
function explained(error: unknown, path: string): unknown {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT': return new SnapshotError(`There is no file ${path}.`)
    case 'EISDIR': return new SnapshotError(`${path} is a folder; name a file.`)
    case 'EACCES':
    case 'EPERM': return new SnapshotError(`${path} may not be read.`)
    default: return error
  }
}

/** Called with each key and the text of its value; what it throws ends the reading. */
export type Look = (key: string, text: string) => void

/**
 * Reads the whole file and says what it holds. Rejects with a SnapshotError that says what is wrong with it.
 * @param called what the file is named to the user
 */
export async function verifySnapshot(path: string, called = path, look?: Look): Promise<SnapshotFacts> {
  let before = ''
  let newest = 0
  let keys = 0
  let ordered = true
  const see = ({ revision, operations }: LogRecord): void => {
    const [operation] = operations
    if (operations.length !== 1 || operation?.text === undefined || operation.key <= before) ordered = false
    else {
      before = operation.key
      look?.(operation.key, operation.text)
    }
    newest = Math.max(newest, revision)
    keys++
  }
  try {
    const handle = await open(path, 'r')
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(BEGINNING.length), 0, BEGINNING.length, 0)
      if (!bytesRead) throw new SnapshotError(`${called} is empty.`)
      // A file of another kind may have no lines at all, and is not to be held whole.
      if (buffer.toString('latin1', 0, bytesRead) !== BEGINNING) throw new SnapshotError(`${called} is no snapshot of Pilothouse.`)
    } finally {
      await handle.close()
    }
    const { bytes, wholeBytes, torn, bad, footer } = await scanFile(path, see)
    if (bad) throw new SnapshotError(`${called} is damaged: ${bad === 1 ? 'a line is' : `${bad} lines are`} not as written (bad checksum).`)
    if (torn || !footer || !(await endsWith(path, wholeBytes, footer))) throw new SnapshotError(`${called} is cut off: it has no end.`)
    if (footer.keys !== keys) throw new SnapshotError(`${called} is damaged: it should hold ${footer.keys} objects and holds ${keys}.`)
    if (!ordered || newest > footer.revision) throw new SnapshotError(`${called} is no snapshot of Pilothouse: its lines are of another order.`)
    return { revision: footer.revision, keys, bytes }
  } catch (error) {
    throw explained(error, called)
  }
}

/** Whether the footer is the last line, to its end. */
async function endsWith(path: string, bytes: number, footer: Footer): Promise<boolean> {
  const wanted = Buffer.from(footerLine(footer))
  const handle = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(wanted.length), 0, wanted.length, Math.max(0, bytes - wanted.length))
    return bytesRead === wanted.length && buffer.equals(wanted)
  } finally {
    await handle.close()
  }
}

/** Writes the pieces of a snapshot to a file, if they are a whole one. What was there under that name is replaced, or, after a failure, stays. */
export async function writeSnapshotFile(file: string, pieces: AsyncIterable<Uint8Array>): Promise<SnapshotFacts> {
  const path = resolve(file)
  const there = await stat(path).catch((error: NodeJS.ErrnoException) => { if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error })
  if (there?.isDirectory()) throw new SnapshotError(`${path} is a folder; name a file.`)
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`
  const handle = await open(temporary, 'wx', FILE_MODE).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') throw new SnapshotError(`There is no folder ${dirname(path)}.`)
    if (error.code === 'EACCES' || error.code === 'EPERM' || error.code === 'EROFS') throw new SnapshotError(`Nothing may be written into ${dirname(path)}.`)
    throw error
  })
  try {
    for await (const piece of pieces) await handle.appendFile(piece)
    await handle.sync()
    await handle.close()
    const facts = await verifySnapshot(temporary, 'What was received')
    await rename(temporary, path)
    await syncDirectory(dirname(path))
    return facts
  } catch (error) {
    await handle.close().catch(() => undefined) // already closed, or nothing more to lose: the error above is the one that counts
    await rm(temporary, { force: true })
    throw error
  }
}
