/** Forwarding logs: the destinations, each with its own way through the store. Loaded when there is one, or when somebody looks. */
import { randomBytes } from 'node:crypto'
import type { Clock, Timer } from '../../../shared/clock.ts'
import { badRequest, failure } from '../../../shared/errors.ts'
import { logger } from '../../../shared/log.ts'
import { MAX_DESTINATIONS, type Destination } from '../../../shared/shipping.ts'
import { shipFault } from '../../../shared/shipping-faults.ts'
import type { LogStore } from '../types.ts'
import { checkDraft } from './check.ts'
import { shippingFiles, type Stored } from './files.ts'
import { createSender } from './senders/index.ts'
import { startShipper, type Position, type Shipper } from './shipper.ts'
import type { Sender, ShipLine } from './types.ts'

/** Positions are written at most this often: after a crash so much is sent again. */
const SAVE_MS = 1000
/** Watchers hear of changes at most this often. */
const TELL_MS = 500
const TEST_MS = 15_000
const NOWHERE: Position = { after: 0, sent: 0, lost: 0, rejected: 0 }

export interface ShippingOptions {
  readonly store: Pick<LogStore, 'scan' | 'firstId' | 'lastId' | 'onAppend' | 'flush'>
  /** Made with the first destination. */
  readonly directory: string
  readonly clock: Clock
  readonly clusterId: string
}
export interface Shipping {
  /** At once, and after changes. */
  subscribe(listener: (all: readonly Destination[]) => void): () => void
  /** Rejects with a bad request that names the field. */
  save(request: unknown): Promise<Destination>
  remove(request: unknown): Promise<null>
  /** Sends one line. What goes wrong is an answer. */
  test(request: unknown): Promise<{ ok: boolean; message: string }>
  stop(): Promise<void>
}

export function openShipping({ store, directory, clock, clusterId }: ShippingOptions): Shipping {
  const files = shippingFiles(directory)
  const listeners = new Set<(all: readonly Destination[]) => void>()
  const running = new Map<string, Shipper>()
  let destinations: readonly Stored[] = files.destinations()
  const positions: Record<string, Position> = files.positions()
  let saving: Timer | undefined
  let telling: Timer | undefined

  const senderOf = (d: Stored): Promise<Sender> => createSender(d.type, { ...d, clusterId })
  function shown({ secret, ...d }: Stored): Destination {
    const progress = running.get(d.id)?.progress
    const { after, ...counts } = positions[d.id] ?? NOWHERE
    const rest = { sent: counts.sent, lost: counts.lost, rejected: counts.rejected, behind: Math.max(0, store.lastId - after), error: '', lastSent: 0, ...(progress ? { behind: progress.behind, sent: progress.sent, lost: progress.lost, rejected: progress.rejected, error: progress.error, lastSent: progress.lastSent } : {}) }
    return { ...d, hasSecret: secret !== '', state: progress?.state ?? 'off', ...rest }
  }
  function tell(): void {
    if (!listeners.size) return
    telling ??= clock.after(TELL_MS, () => {
      telling = undefined
      const all = destinations.map(shown)
      for (const listener of listeners) listener(all)
    })
  }
  function savePositions(): void {
    saving?.cancel()
    saving = undefined
    try {
      files.savePositions(positions)
    } catch (error) {
      logger('shipping').error('How far the forwarding of logs is cannot be written; lines may be sent twice', { error })
    }
  }
  function begin(d: Stored): void {
    if (!d.enabled) return
    running.set(d.id, startShipper({
      name: d.name, query: d.query, store, sender: () => senderOf(d), clock, start: positions[d.id] ?? { ...NOWHERE, after: store.firstId - 1 }, changed: tell,
      moved(position) {
        positions[d.id] = position
        saving ??= clock.after(SAVE_MS, savePositions)
      },
    }))
  }
  async function end(id: string): Promise<void> {
    const own = running.get(id)
    running.delete(id)
    await own?.stop()
  }
  const idOf = (request: unknown): string => {
    const { id } = request as { id?: unknown }
    if (typeof id !== 'string' || !destinations.some((d) => d.id === id)) throw failure(404, 'NotFound', `destination ${JSON.stringify(id)} not found`, {})
    return id
  }
  function storedOf(request: unknown): { stored: Stored; fromStart: boolean; isNew: boolean } {
    const { fromStart = false, secret, id, ...choice } = checkDraft(request)
    const old = id === undefined ? undefined : destinations.find((d) => d.id === idOf(request))
    // A secret belongs to the place that it was given for: it goes to no other.
    if (old?.secret && secret === undefined && (old.address !== choice.address || old.type !== choice.type)) throw badRequest('secret: Required value: the address has changed; give the secret again')
    return { stored: { ...choice, id: old?.id ?? randomBytes(8).toString('hex'), secret: secret ?? old?.secret ?? '' }, fromStart, isNew: !old }
  }
  for (const d of destinations) begin(d)

  return {
    subscribe(listener) {
      listeners.add(listener)
      listener(destinations.map(shown))
      // Also how far behind they are, as lines come.
      const remove = store.onAppend(tell)
      return () => {
        listeners.delete(listener)
        remove()
      }
    },
    async save(request) {
      const { stored, fromStart, isNew } = storedOf(request)
      if (destinations.some((d) => d.id !== stored.id && d.name === stored.name)) throw badRequest(`name: Duplicate value: ${JSON.stringify(stored.name)}`)
      if (isNew && destinations.length >= MAX_DESTINATIONS) throw badRequest(`there are ${MAX_DESTINATIONS} destinations already`)
      const all = isNew ? [...destinations, stored] : destinations.map((d) => (d.id === stored.id ? stored : d))
      files.saveDestinations(all)
      destinations = all
      await end(stored.id)
      if (isNew) {
        positions[stored.id] = { ...NOWHERE, after: fromStart ? store.firstId - 1 : store.lastId }
        savePositions()
      }
      begin(stored)
      tell()
      return shown(stored)
    },
    async remove(request) {
      const id = idOf(request)
      const all = destinations.filter((d) => d.id !== id)
      files.saveDestinations(all)
      destinations = all
      await end(id)
      delete positions[id]
      savePositions()
      tell()
      return null
    },
    async test(request) {
      const { stored } = storedOf(request)
      const signal = AbortSignal.timeout(TEST_MS)
      const sender = await senderOf(stored)
      try {
        const { rejected, reason } = await sender.send([testLine(stored.name, clock.now())], signal)
        return { ok: rejected === 0, message: reason }
      } catch (e) {
        return { ok: false, message: signal.aborted ? shipFault('noAnswer', { seconds: TEST_MS / 1000 }) : e instanceof Error ? e.message || e.name : String(e) }
      } finally {
        await sender.close()
      }
    },
    async stop() {
      telling?.cancel()
      listeners.clear()
      await Promise.all([...running.keys()].map(end))
      if (saving) savePositions()
    },
  }
}

const testLine = (name: string, now: number): ShipLine => ({
  record: { id: 0, time: Math.floor(now), nanos: 0, level: 'info', source: 0, text: `Pilothouse tests the destination ${name}.` },
  source: { stream: 'component', namespace: '', pod: 'pilothouse', podUid: '', container: '', node: '', restart: 0, workload: '', labels: {} },
})
