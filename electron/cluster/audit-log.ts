/**
 * The audit log: JSON lines in a folder of the cluster's, in a bounded number of files of a bounded size. Events are kept as text
 * and written behind whoever makes them, all that have come by then at once. Requests from outside are answered
 * when theirs are written, as with upstream's mode `blocking`: no death of the process takes along what somebody knows of. (Of the
 * machine's death the last seconds may be lost, as there.) A disk that refuses them holds up nobody: events are then counted and
 * dropped.
 */
import { writeSync } from 'node:fs'
import { mkdir, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../shared/clock.ts'
import { logger } from '../../shared/log.ts'
import type { AuditSink } from '../apiserver/audit.ts'

const FILE = 'audit.log'
const OLD = /^audit-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z\.log$/
const log = logger('audit')

export interface AuditLogOptions {
  readonly directory: string
  readonly clock: Clock
  /** Bytes after which a file is set aside. */
  readonly maxBytes?: number
  /** How many files that were set aside are kept. */
  readonly maxFiles?: number
  /** Events that may wait; further ones are dropped. */
  readonly maxWaiting?: number
  /** Bytes of events that may wait; further ones are dropped. */
  readonly maxWaitingBytes?: number
}
/** A file of the log, open for reading. */
export interface AuditFile {
  readonly handle: FileHandle
  /** Stays with it when it is renamed. */
  readonly number: string
  readonly size: number
}
export interface AuditLog extends AuditSink {
  /** Every file that is kept, newest first, with all that was written until now; the caller closes them. */
  open(): Promise<AuditFile[]>
  /** Calls back with every line from now on. Returns its end. */
  listen(listener: (line: string) => void): () => void
  /** Writes what waits. */
  flush(): Promise<void>
  stop(): Promise<void>
}

const FLUSH_MS = 1000
/** How long a request waits for its event, at most. */
const PATIENCE_MS = 1000
const CHUNK_BYTES = 64 * 1024

/** Lines as bytes: a few big buffers are less to the garbage collector than thousands of strings. */
interface Chunk {
  readonly bytes: Buffer
  used: number
  events: number
}

export function createAuditLog({ directory, clock, maxBytes = 10 * 1024 * 1024, maxFiles = 5, maxWaiting = 20_000, maxWaitingBytes = 64 * 1024 * 1024 }: AuditLogOptions): AuditLog {
  const path = join(directory, FILE)
  const chunks: Chunk[] = []
  /** A chunk that has been written, to be filled again. */
  let spare: Chunk | undefined
  const listeners = new Set<(line: string) => void>()
  let waiting = 0
  let waitingBytes = 0
  let dropped = 0
  let file: { readonly handle: FileHandle; size: number } | undefined
  let timer: { cancel(): void } | undefined
  let writing: Promise<void> = Promise.resolve()
  /** The writing that begins when the present one has ended. */
  let next: Promise<void> | undefined
  /** As that, for those who do not wait for ever. */
  let soon: Promise<void> | undefined
  let failing: string | undefined

  async function begin(): Promise<NonNullable<typeof file>> {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const handle = await open(path, 'a', 0o600)
    return { handle, size: (await handle.stat()).size }
  }
  async function end(): Promise<void> {
    const { handle } = file ?? {}
    file = undefined
    await handle?.close()
  }
  async function rotate(): Promise<void> {
    await end()
    await rename(path, join(directory, `audit-${new Date(clock.now()).toISOString().replaceAll(':', '-')}.log`))
    const old = (await readdir(directory)).filter((name) => OLD.test(name)).toSorted()
    for (const name of old.slice(0, Math.max(0, old.length - maxFiles))) await rm(join(directory, name), { force: true })
  }
  async function write(): Promise<void> {
    for (let chunk = chunks.shift(); chunk; chunk = chunks.shift()) {
      waiting -= chunk.events
      waitingBytes -= chunk.used
      try {
        file ??= await begin()
        if (file.size > 0 && file.size + chunk.used > maxBytes) {
          await rotate()
          file = await begin()
        }
        // At once: it goes into memory of the operating system, and a trip to another thread would cost each answer more than all the rest of its event.
        for (let at = 0; at < chunk.used;) at += writeSync(file.handle.fd, chunk.bytes, at, chunk.used - at)
        file.size += chunk.used
        if (chunk.bytes.length === CHUNK_BYTES) spare = { ...chunk, used: 0, events: 0 }
        if (failing) log.info('the audit log is written again')
        failing = undefined
      } catch (error) {
        dropped += chunk.events
        await end().catch(() => undefined) // it could not be written; the error above says why
        // Once, not for each event: the disk may be full for long.
        if (!failing) log.error('the audit log cannot be written; events are dropped', { path, error })
        failing = `the audit log cannot be written: ${error instanceof Error ? error.message : String(error)}`
        return
      }
    }
    if (dropped && !failing) {
      log.warning('audit events were dropped', { dropped })
      dropped = 0
    }
  }
  async function files(): Promise<AuditFile[]> {
    const names: string[] = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []
      throw error
    })
    const kept = [...(names.includes(FILE) ? [FILE] : []), ...names.filter((name) => OLD.test(name)).toSorted().reverse()]
    const opened: AuditFile[] = []
    try {
      for (const name of kept) {
        const handle = await open(join(directory, name))
        const { ino, size: bytes } = await handle.stat({ bigint: true })
        opened.push({ handle, number: String(ino), size: Number(bytes) })
      }
    } catch (error) {
      await Promise.all(opened.map((f) => f.handle.close()))
      throw error
    }
    return opened
  }
  const flush = (): Promise<void> => {
    timer?.cancel()
    timer = undefined
    return (next ??= writing = writing.then(() => {
      next = soon = undefined
      return write()
    }))
  }
  const written = (): Promise<void> => {
    const done = flush()
    return (soon ??= new Promise((resolve) => {
      const limit = clock.after(PATIENCE_MS, resolve)
      void done.then(() => {
        limit.cancel()
        resolve()
      })
    }))
  }
  return {
    get problem() {
      return failing
    },
    write(line) {
      for (const listener of listeners) listener(line)
      if (waiting >= maxWaiting || waitingBytes >= maxWaitingBytes) {
        dropped++
        return
      }
      // A character takes three bytes at most.
      const room = line.length * 3 + 1
      let last = chunks.at(-1)
      if (!last || last.bytes.length - last.used < room) {
        last = spare && room <= CHUNK_BYTES ? spare : { bytes: Buffer.allocUnsafe(Math.max(CHUNK_BYTES, room)), used: 0, events: 0 }
        if (last === spare) spare = undefined
        chunks.push(last)
      }
      const before = last.used
      last.used += last.bytes.write(line, last.used)
      last.bytes[last.used++] = 0x0a
      waitingBytes += last.used - before
      last.events++
      waiting++
      timer ??= clock.after(FLUSH_MS, () => void flush())
    },
    flush, written,
    async open() {
      // In turn with the writing, so that no file is set aside meanwhile.
      const opened = flush().then(files)
      writing = opened.then(() => undefined, () => undefined)
      return opened
    },
    listen(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async stop() {
      await flush()
      await end()
    },
  }
}
