/**
 * One destination's way through the store. The store is the queue: the position moves when the receiver has acknowledged,
 * one batch is on its way at a time, and what cannot be delivered is tried again, later and later. At least once: what was
 * acknowledged just before a crash is sent again.
 */
import type { Clock, Timer } from '../../../shared/clock.ts'
import { logger } from '../../../shared/log.ts'
import { shipFault } from '../../../shared/shipping-faults.ts'
import type { LogStore } from '../types.ts'
import type { Outcome, Sender, ShipLine } from './types.ts'

/** Lines that come one by one travel together. */
export const LINGER_MS = 1000
const SCAN_LINES = 2000
/** Of one request: what every receiver takes. */
const BATCH_LINES = 1000
const BATCH_BYTES = 1_000_000
export const FIRST_RETRY_MS = 1000
const LAST_RETRY_MS = 60_000
const log = logger('shipping')

/** What is kept of a destination's way. */
export interface Position {
  /** All lines up to this id have been looked at. */
  readonly after: number
  readonly sent: number
  readonly lost: number
  readonly rejected: number
}
export interface Progress extends Position {
  readonly state: 'idle' | 'sending' | 'failing'
  readonly behind: number
  readonly error: string
  readonly lastSent: number
}
export interface ShipperOptions {
  readonly name: string
  readonly query: string
  readonly store: Pick<LogStore, 'scan' | 'firstId' | 'lastId' | 'onAppend' | 'flush'>
  readonly sender: () => Promise<Sender>
  readonly clock: Clock
  readonly start: Position
  /** After each acknowledgement. */
  readonly moved: (position: Position) => void
  /** Whenever something is different; not more often than there are batches. */
  readonly changed: () => void
}
export interface Shipper {
  readonly progress: Progress
  stop(): Promise<void>
}

/** As many as one request carries. Pure. */
export function* batches(lines: readonly ShipLine[]): Generator<readonly ShipLine[]> {
  let from = 0
  let bytes = 0
  for (let i = 0; i < lines.length; i++) {
    const size = (lines[i] as ShipLine).record.text.length * 2 + 500
    if (i > from && (bytes + size > BATCH_BYTES || i - from >= BATCH_LINES)) {
      yield lines.slice(from, i)
      from = i
      bytes = 0
    }
    bytes += size
  }
  if (from < lines.length) yield lines.slice(from)
}
export const retryMs = (failures: number): number => Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.max(0, failures - 1))

export function startShipper({ name, query, store, sender: make, clock, start, moved, changed }: ShipperOptions): Shipper {
  let position = start
  let state: Progress['state'] = 'idle'
  let error = ''
  let lastSent = 0
  let failures = 0
  let timer: Timer | undefined
  let running: Promise<void> | undefined
  let sender: Sender | undefined
  const closing = new AbortController()

  /** A store that was begun anew counts from the beginning; what went out of it before it was sent is lost. */
  function align(): void {
    if (position.after > store.lastId) position = { ...position, after: 0 }
    const gone = store.firstId - 1 - position.after
    if (gone <= 0) return
    position = { ...position, after: position.after + gone, lost: position.lost + gone }
    if (position.lost === gone || gone > 1000) log.warning('Lines went out of the store before they could be forwarded', { destination: name, lines: gone })
    moved(position)
  }
  function arrived(count: number, outcome: Outcome, after: number): void {
    position = { ...position, after, sent: position.sent + count - outcome.rejected, rejected: position.rejected + outcome.rejected }
    failures = 0
    error = outcome.rejected ? shipFault('some', { rejected: outcome.rejected, count, why: outcome.reason }) : ''
    if (count > outcome.rejected) lastSent = clock.now()
    moved(position)
    changed()
  }
  async function deliver(): Promise<void> {
    while (!closing.signal.aborted) {
      align()
      if (store.lastId <= position.after) break
      // Only what is on disk: its ids are for good, so that a crash gives none of them to another line.
      const durable = store.lastId
      await store.flush()
      const { batch, last } = await store.scan({ query, after: position.after, limit: SCAN_LINES }, closing.signal)
      // Some went out of the store while it was read, so that what was read may have a gap: they are counted first.
      if (store.firstId - 1 > position.after) continue
      const lines = batch.entries.flatMap((record): ShipLine[] => { const source = batch.sources[record.source]; return source && record.id <= durable ? [{ record, source }] : [] })
      sender ??= await make()
      for (const some of batches(lines)) arrived(some.length, await sender.send(some, closing.signal), (some.at(-1) as ShipLine).record.id)
      // Behind the last that matched there may be more that did not.
      const looked = Math.min(last, durable)
      if (looked > position.after) {
        position = { ...position, after: looked }
        moved(position)
      }
    }
  }
  async function run(): Promise<void> {
    state = failures ? 'failing' : 'sending'
    changed()
    try {
      await deliver()
      failures = 0
      state = 'idle'
    } catch (e) {
      if (closing.signal.aborted) return
      failures++
      const text = e instanceof Error ? e.message || e.name : String(e)
      // Its own words are in the log, too: said once, or they would feed themselves.
      if (text !== error) log.warning('Logs cannot be forwarded; it will be tried again', { destination: name, error: text })
      error = text
      state = 'failing'
    }
    changed()
  }
  function schedule(ms: number): void {
    if (timer || running || closing.signal.aborted) return
    timer = clock.after(ms, () => {
      timer = undefined
      running = run().finally(() => {
        running = undefined
        if (failures) schedule(retryMs(failures))
        else if (store.lastId > position.after) schedule(LINGER_MS)
      })
    })
  }
  const remove = store.onAppend(() => schedule(LINGER_MS))
  schedule(0)
  return {
    get progress() {
      return { ...position, state, behind: Math.max(0, store.lastId - position.after), error, lastSent }
    },
    async stop() {
      closing.abort(new Error('it is stopping'))
      remove()
      timer?.cancel()
      await running
      await sender?.close()
    },
  }
}
