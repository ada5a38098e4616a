/**
 * The audit log, read for the dashboard: pages from the newest event backwards over the files that are kept, and new events
 * as they are written. Only so much is read at a time, so that no question takes long or holds the loop.
 */
import type { FileHandle } from 'node:fs/promises'
import type { Clock } from '../../shared/clock.ts'
import { badRequest, notFound } from '../../shared/errors.ts'
import { auditMatches, type AuditEntry, type AuditObjects, type AuditPage, type AuditPageQuery, type AuditQuery } from '../../shared/audit.ts'
import { auditEntry, auditObjects } from './audit-entry.ts'
import type { AuditLog } from './audit-log.ts'

/** Bytes read for one page at most: about 20,000 events. */
const MOST_READ = 16 * 1024 * 1024
/** A hundred-odd events: parsed in a millisecond or two. */
const CHUNK = 128 * 1024
const PAUSE_MS = 200
const MOST_WAITING = 1000
const FIRST_LIMIT = 500
const MOST_LIMIT = 2000

export interface AuditMessage {
  /** Newest first. */
  entries: AuditEntry[]
  dropped: number
}
export interface AuditView {
  page(request: unknown, signal: AbortSignal): Promise<AuditPage>
  /** What the newest event of a request holds of what was sent and answered. Rejects with NotFound. */
  objects(id: string, signal: AbortSignal): Promise<AuditObjects>
  /** Calls back with what is written from now on and matches, until `signal` aborts. */
  tail(request: unknown, emit: (message: AuditMessage) => void, signal: AbortSignal): Promise<void>
}

const FIELDS: Readonly<Record<keyof AuditPageQuery, (v: unknown) => boolean>> = {
  user: isText, verb: isText, object: isText, namespace: isText, failed: (v) => typeof v === 'boolean',
  limit: (v) => Number.isInteger(v) && (v as number) >= 1 && (v as number) <= MOST_LIMIT,
  before: (v) => typeof v === 'string' && /^(\d{1,20}:\d{1,15})?$/.test(v),
}
function isText(v: unknown): boolean {
  return typeof v === 'string' && v.length <= 500
}
export function checkAuditQuery(request: unknown): AuditPageQuery {
  for (const [key, value] of Object.entries(request as object)) {
    if (!Object.hasOwn(FIELDS, key)) throw badRequest(`unknown field ${JSON.stringify(key)} in the query of the audit log`)
    if (value !== undefined && !FIELDS[key as keyof AuditPageQuery](value)) throw badRequest(`${key}: Invalid value: ${JSON.stringify(value)}`)
  }
  return request as AuditPageQuery
}

/** The lines of a file before `end`, last one first, each with where it begins. */
export async function* linesBackward(file: FileHandle, end: number, chunk = CHUNK): AsyncGenerator<{ text: string; at: number }> {
  // What is read already of the line whose beginning is not.
  let rest: Buffer = Buffer.alloc(0)
  let from = end
  while (from > 0) {
    const size = Math.min(chunk, from)
    from -= size
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size), 0, size, from)
    const bytes = Buffer.concat([buffer.subarray(0, bytesRead), rest])
    let to = bytes.length
    for (let at = bytes.lastIndexOf(0x0a, to - 1); at >= 0; at = at > 0 ? bytes.lastIndexOf(0x0a, at - 1) : -1) {
      if (at + 1 < to) yield { text: bytes.toString('utf8', at + 1, to), at: from + at + 1 }
      to = at
    }
    rest = bytes.subarray(0, to)
  }
  if (rest.length) yield { text: rest.toString('utf8'), at: 0 }
}

export function createAuditView(log: AuditLog, clock: Clock): AuditView {
  async function page(request: unknown, signal: AbortSignal): Promise<AuditPage> {
    const query = checkAuditQuery(request)
    const { limit = FIRST_LIMIT, before = '' } = query
    const files = await log.open()
    try {
      // A file keeps its number when it is set aside under another name.
      const [number, offset] = before.split(':')
      const first = before ? files.findIndex((f) => f.number === number) : 0
      const answer: AuditPage = { entries: [], next: '', reached: '' }
      if (first < 0) return answer
      let read = 0
      for (const [i, { handle, number: own, size }] of files.slice(first).entries()) {
        const end = before && i === 0 ? Math.min(size, Number(offset)) : size
        for await (const { text, at } of linesBackward(handle, end)) {
          signal.throwIfAborted()
          const entry = auditEntry(text)
          if (entry) answer.reached = entry.time
          if (entry && auditMatches(entry, query)) answer.entries.push(entry)
          read += text.length
          if (answer.entries.length < limit && read < MOST_READ) continue
          const older = at > 0 || first + i + 1 < files.length
          return { ...answer, next: older ? `${own}:${at}` : '' }
        }
      }
      return answer
    } finally {
      await Promise.all(files.map((f) => f.handle.close()))
    }
  }
  async function objects(id: string, signal: AbortSignal): Promise<AuditObjects> {
    const files = await log.open()
    const mark = `"auditID":${JSON.stringify(id)}`
    try {
      for (const { handle, size } of files) {
        for await (const { text } of linesBackward(handle, size)) {
          signal.throwIfAborted()
          if (text.includes(mark) && auditEntry(text)?.id === id) return auditObjects(text)
        }
      }
      throw notFound({ group: 'audit.k8s.io', resource: 'events' }, id)
    } finally {
      await Promise.all(files.map((f) => f.handle.close()))
    }
  }
  return {
    page, objects,
    tail(request, emit, signal) {
      const query: AuditQuery = checkAuditQuery(request)
      let waiting: AuditEntry[] = []
      let dropped = 0
      let timer: { cancel(): void } | undefined
      const tell = (): void => {
        timer = undefined
        emit({ entries: waiting.reverse(), dropped })
        waiting = []
        dropped = 0
      }
      const end = log.listen((line) => {
        if (waiting.length >= MOST_WAITING) {
          dropped++
          return
        }
        const entry = auditEntry(line)
        if (!entry || !auditMatches(entry, query)) return
        waiting.push(entry)
        timer ??= clock.after(PAUSE_MS, tell)
      })
      return new Promise((resolve) => {
        const stop = (): void => {
          end()
          timer?.cancel()
          resolve()
        }
        if (signal.aborted) stop()
        else signal.addEventListener('abort', stop, { once: true })
      })
    },
  }
}
