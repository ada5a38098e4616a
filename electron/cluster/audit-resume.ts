/** What the audit log's files have behind an event: lines that a crash kept from the log store. */
import { auditPosition, type AuditPosition } from '../logging/index.ts'
import { withoutObjects } from './audit-entry.ts'
import type { AuditFile } from './audit-log.ts'
import { linesBackward } from './audit-view.ts'

/** The store is behind by less than a second. */
const MOST = 20_000

/**
 * Oldest first. Where the event is in no file (the files may be behind the store, too: they are written by others) what was
 * answered later than it counts as missed. Without one all of it, as far as there is not too much.
 * @param files newest first; closed afterwards
 */
export async function missedAudit(files: readonly AuditFile[], last: AuditPosition | undefined): Promise<string[]> {
  const missed: string[] = []
  try {
    for (const { handle, size } of files) {
      for await (const { text } of linesBackward(handle, size)) {
        const { id, at } = auditPosition(text)
        if (last && id === last.id && at === last.at) return missed.toReversed()
        // What a crash cut off is no event.
        if (at === '') continue
        if (last && secondsBetween(at, last.at) > 1) return later(missed, last)
        missed.push(withoutObjects(text))
        if (missed.length >= MOST) return last ? later(missed, last) : missed.toReversed()
      }
    }
    return last ? later(missed, last) : missed.toReversed()
  } finally {
    await Promise.all(files.map((f) => f.handle.close()))
  }
}
const later = (missed: readonly string[], last: AuditPosition): string[] => missed.filter((text) => auditPosition(text).at > last.at).toReversed()
const secondsBetween = (earlier: string, at: string): number => (Date.parse(at) - Date.parse(earlier)) / 1000
