/**
 * The audit log: JSON lines in a folder of the cluster's, in a bounded number of files of a bounded size. Requests wait for
 * none of it: events are kept, turned into text and written in the background, and when the disk does not keep up they are
 * counted and dropped.
 */
import { appendFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
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
}
export interface AuditLog extends AuditSink {
  /** Writes what waits. */
  flush(): Promise<void>
  stop(): Promise<void>
}

const FLUSH_MS = 1000
/** Events made into text in one turn of the event loop. */
const CHUNK = 500

export function createAuditLog({ directory, clock, maxBytes = 10 * 1024 * 1024, maxFiles = 5, maxWaiting = 20_000 }: AuditLogOptions): AuditLog {
  const path = join(directory, FILE)
  let waiting: object[] = []
  let dropped = 0
  let size: number | undefined
  let timer: { cancel(): void } | undefined
  let writing: Promise<void> = Promise.resolve()
  let failing = false

  async function open(): Promise<number> {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    try {
      return (await stat(path)).size
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
      throw error
    }
  }
  async function rotate(): Promise<void> {
    await rename(path, join(directory, `audit-${new Date(clock.now()).toISOString().replaceAll(':', '-')}.log`))
    size = 0
    const old = (await readdir(directory)).filter((name) => OLD.test(name)).toSorted()
    for (const name of old.slice(0, Math.max(0, old.length - maxFiles))) await rm(join(directory, name), { force: true })
  }
  async function write(): Promise<void> {
    while (waiting.length) {
      const chunk = waiting.splice(0, CHUNK)
      const text = chunk.map((event) => `${JSON.stringify(event)}\n`).join('')
      try {
        size ??= await open()
        if (size > 0 && size + text.length > maxBytes) await rotate()
        await appendFile(path, text, { mode: 0o600 })
        size += Buffer.byteLength(text)
        if (failing) log.info('the audit log is written again')
        failing = false
      } catch (error) {
        dropped += chunk.length
        size = undefined
        // Once, not for each event: the disk may be full for long.
        if (!failing) log.error('the audit log cannot be written; events are dropped', { path, error })
        failing = true
        return
      }
    }
    if (dropped && !failing) {
      log.warning('audit events were dropped', { dropped })
      dropped = 0
    }
  }
  const flush = (): Promise<void> => {
    timer?.cancel()
    timer = undefined
    return (writing = writing.then(write))
  }
  return {
    write(event) {
      if (waiting.length >= maxWaiting) {
        dropped++
        return
      }
      waiting.push(event)
      timer ??= clock.after(FLUSH_MS, () => void flush())
    },
    flush,
    stop: flush,
  }
}
