/**
 * Puts the API server's audit events into the log, some at a time: no request waits for it, and none is taken apart for it. Which
 * event was the last is stored with it, so that after a crash the next start goes on from the audit log's own files.
 */
import type { Clock, Timer } from '../../shared/clock.ts'
import { logger } from '../../shared/log.ts'
import type { LogSource } from '../../shared/logs/types.ts'
import { parseNanos } from './timestamp.ts'
import type { LogDraft, LogWriter } from './types.ts'

const FLUSH_MS = 200
/** Some 200 KiB, in a millisecond or two. */
const BATCH = 256
/** While the store takes none. */
const MOST_WAITING = 20_000
const ORIGIN = 'audit'
const SOURCE: LogSource = { stream: 'audit', namespace: '', pod: 'kube-apiserver', podUid: '', container: '', node: '', restart: 0, workload: '', labels: {} }
const log = logger('logging')

/** An event's own id, and when it was answered. */
export interface AuditPosition {
  readonly id: string
  readonly at: string
}

/** A member's text. Within texts quotation marks are escaped, so it is found by its name: the first or the last one of that name, since it stands before or behind what others have said. */
const member = (event: string, name: string, first = false): string => {
  const begin = `"${name}":"`
  const at = first ? event.indexOf(begin) : event.lastIndexOf(begin)
  return at < 0 ? '' : event.slice(at + begin.length, event.indexOf('"', at + begin.length))
}
export const auditPosition = (event: string): AuditPosition => ({ id: member(event, 'auditID', true), at: member(event, 'stageTimestamp') })
const CODE = '"code":'

/** A refusal is a warning, a fault of the server an error. @param event as JSON */
export function auditDraft(event: string, now: number): LogDraft {
  const { time, nanos } = parseNanos(member(event, 'requestReceivedTimestamp')) ?? { time: Math.floor(now), nanos: 0 }
  const code = Number.parseInt(event.slice(event.lastIndexOf(CODE) + CODE.length), 10)
  return { time, nanos, rank: code >= 500 ? 5 : code >= 400 ? 4 : 3, text: event }
}

export interface AuditCollector {
  /** @param event one event as JSON, without the end of its line */
  take(event: string): void
  /** What waits is stored. */
  stop(): Promise<void>
}
export interface AuditCollectorOptions {
  readonly store: Pick<LogWriter, 'append' | 'position'>
  readonly clock: Clock
  /** The events behind one, oldest first, that an earlier run has written down. What is taken waits for them. */
  readonly missed: (last: AuditPosition | undefined) => Promise<readonly string[]>
}
export function createAuditCollector({ store, clock, missed }: AuditCollectorOptions): AuditCollector {
  let waiting: string[] = []
  let lost = 0
  let timer: Timer | undefined
  let draining: Promise<void> | undefined
  const resumed = missed(store.position(ORIGIN) as AuditPosition | undefined).then(
    (events) => {
      waiting = [...events, ...waiting]
      if (events.length > 0) void flush()
    },
    (error: unknown) => log.warning('what was audited before the last end could not be read; it is in the audit log alone', { error }),
  )

  const put = (events: readonly string[]): Promise<void> => {
    const now = clock.now()
    return store.append(SOURCE, events.map((event) => auditDraft(event, now)), { origin: ORIGIN, value: auditPosition(events.at(-1) as string) })
  }
  async function drain(): Promise<void> {
    await resumed
    while (waiting.length > 0) await put(waiting.splice(0, BATCH))
    if (lost > 0) log.warning('audit events came faster than the log takes them; they are in the audit log alone', { lost })
    lost = 0
  }
  function flush(): Promise<void> {
    timer?.cancel()
    timer = undefined
    return (draining ??= drain().finally(() => { draining = undefined }))
  }
  return {
    take(event) {
      if (waiting.length >= MOST_WAITING) {
        lost++
        return
      }
      waiting.push(event)
      if (waiting.length >= BATCH) void flush()
      else timer ??= clock.after(FLUSH_MS, () => void flush())
    },
    async stop() {
      timer?.cancel()
      await resumed
      // The store takes it also while it has no room.
      if (waiting.length > 0) void put(waiting.splice(0))
    },
  }
}
