/** Puts the API server's audit events into the log, some at a time: no request waits for it, and none is taken apart for it. */
import type { Clock, Timer } from '../../shared/clock.ts'
import type { LogSource } from '../../shared/logs/types.ts'
import { parseNanos } from './timestamp.ts'
import type { LogDraft, LogWriter } from './types.ts'

const FLUSH_MS = 200
/** Some 200 KiB, in a millisecond or two. */
const MOST_WAITING = 256
const SOURCE: LogSource = { stream: 'audit', namespace: '', pod: 'kube-apiserver', podUid: '', container: '', node: '', restart: 0, workload: '', labels: {} }
const RECEIVED = '"requestReceivedTimestamp":"'
const CODE = '"code":'

/** A refusal is a warning, a fault of the server an error. @param event as JSON: within its texts quotation marks are escaped, so a member's name is found by its own. */
export function auditDraft(event: string, now: number): LogDraft {
  const at = event.lastIndexOf(RECEIVED) + RECEIVED.length
  const { time, nanos } = (at >= RECEIVED.length ? parseNanos(event.slice(at, event.indexOf('"', at))) : undefined) ?? { time: Math.floor(now), nanos: 0 }
  const code = Number.parseInt(event.slice(event.lastIndexOf(CODE) + CODE.length), 10)
  return { time, nanos, rank: code >= 500 ? 5 : code >= 400 ? 4 : 3, text: event }
}

export interface AuditCollector {
  /** @param event one event as JSON, without the end of its line */
  take(event: string): void
  /** What waits is stored. */
  stop(): void
}
export function createAuditCollector({ store, clock }: { readonly store: Pick<LogWriter, 'append'>; readonly clock: Clock }): AuditCollector {
  let waiting: string[] = []
  let timer: Timer | undefined
  const flush = (): void => {
    timer?.cancel()
    timer = undefined
    const now = clock.now()
    const lines = waiting.map((event) => auditDraft(event, now))
    waiting = []
    // When the disk does not keep up the store counts what it cannot take, and says so in the log.
    if (lines.length > 0) void store.append(SOURCE, lines)
  }
  return {
    take(event) {
      waiting.push(event)
      if (waiting.length >= MOST_WAITING) flush()
      else timer ??= clock.after(FLUSH_MS, flush)
    },
    stop: flush,
  }
}
