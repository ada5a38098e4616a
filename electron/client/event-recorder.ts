/**
 * Writes events. What is to be written is kept as state, one record for each Event object, and a reconciler brings the
 * API up to it: a repeated event that has not been written yet costs one write, not many.
 */
import type { Draft } from '../../shared/api/meta.ts'
import { Events } from '../../shared/api/resources.ts'
import type { Event } from '../../shared/api/types.ts'
import { rfc3339, type Clock } from '../../shared/clock.ts'
import { StatusError, isAlreadyExists, isNotFound } from '../../shared/errors.ts'
import { logger } from '../../shared/log.ts'
import { deferred } from './backoff.ts'
import { CACHE_SIZE, EventCorrelator, LruMap } from './event-correlator.ts'
import { createReconciler } from './reconciler.ts'
import type { Client, EventRecorder } from './types.ts'

const QUEUE_LIMIT = 1000
const MAX_TRIES = 12
const CONCURRENCY = 8

export interface EventSource {
  readonly component: string
  /** The node, for components that run on one. */
  readonly host?: string
  readonly clock: Clock
  /**
   * How many events are remembered, so that one that comes again is counted and not written anew. Default 4096, client-go's
   * number, which is for a process with one recorder: where many are in one process, they share it. Each costs about 2 kB.
   */
  readonly remembers?: number
}
type Target = Parameters<EventRecorder['event']>[0]

interface Known {
  readonly namespace: string
  name: string
  readonly draft: Draft<Event>
  message: string
  count: number
  last: string
  /** The count that the API has; 0 while the object is not there. */
  written: number
}

/** The last name's time by each clock: the recorders of one process may tell of one object in the same millisecond. */
const lastNames = new WeakMap<Clock, bigint>()

/** Names are `<object>.<hex time>`, in nanoseconds as upstream's; a sequence keeps two events of one millisecond apart, whichever recorders they are of. */
function nameAt(clock: Clock, object: string): string {
  const now = BigInt(clock.now()) * 1_000_000n
  const last = lastNames.get(clock) ?? 0n
  const next = now > last ? now : last + 1n
  lastNames.set(clock, next)
  return `${object}.${next.toString(16)}`
}

export function createEventRecorder(client: Client, { component, host, clock, remembers = CACHE_SIZE }: EventSource): EventRecorder & { stop(): Promise<void> } {
  const log = logger(component)
  const correlator = new EventCorrelator(clock, remembers)
  const known = new LruMap<Known>(remembers)
  const pending = new Map<string, Known>()
  let dropped = 0
  let idle = deferred<void>()

  const settle = (key: string): void => {
    pending.delete(key)
    if (pending.size) return
    idle.resolve()
    idle = deferred<void>()
    if (dropped) log.warning('events were dropped because the queue was full', { dropped })
    dropped = 0
  }
  const write = async (record: Known): Promise<void> => {
    const { count, last, message } = record
    if (record.written) {
      try {
        await client.patch(Events, record.name, record.namespace, 'strategic', { count, lastTimestamp: last, message })
        record.written = count
        return
      } catch (error) {
        if (!isNotFound(error)) throw error
        // It has outlived its time to live: it becomes a new object.
        record.name = nameAt(clock, record.draft.involvedObject.name ?? 'unknown')
        record.written = 0
      }
    }
    try {
      await client.create(Events, { ...record.draft, metadata: { name: record.name, namespace: record.namespace }, message, count, lastTimestamp: last })
    } catch (error) {
      if (!isAlreadyExists(error)) throw error
    }
    record.written = count
  }
  const reconciler = createReconciler({
    name: component,
    concurrency: CONCURRENCY,
    clock,
    async reconcile(key) {
      const record = pending.get(key)
      if (!record) return
      try {
        await write(record)
      } catch (error) {
        // Refused for good (the namespace is going, say): trying again changes nothing.
        const refused = error instanceof StatusError && error.code < 500 && error.code !== 429
        if (!refused && reconciler.queue.retries(key) < MAX_TRIES) throw error
        log[refused ? 'debug' : 'warning']('event was not written', { error, reason: record.draft.reason, object: record.draft.involvedObject.name })
        known.delete(key)
        return settle(key)
      }
      if (record.count === record.written) settle(key)
      else reconciler.queue.add(key)
    },
  })
  reconciler.start()

  const draftOf = (object: Target, type: string, reason: string, message: string, fieldPath: string | undefined, now: string): Draft<Event> => {
    const { name, namespace, uid, resourceVersion } = object.metadata
    return {
      apiVersion: 'v1', kind: 'Event', metadata: {},
      involvedObject: {
        apiVersion: object.apiVersion, kind: object.kind, name,
        ...(namespace ? { namespace } : {}), ...(uid ? { uid } : {}), ...(resourceVersion ? { resourceVersion } : {}), ...(fieldPath ? { fieldPath } : {}),
      },
      reason, message, type, count: 1, firstTimestamp: now, lastTimestamp: now,
      source: { component, ...(host ? { host } : {}) }, reportingComponent: component, reportingInstance: host ?? '',
    } as Draft<Event>
  }
  return {
    event(object, type, reason, message, fieldPath) {
      const { name, namespace = '', uid = '' } = object.metadata
      const correlated = correlator.correlate({ object: [object.apiVersion, object.kind, namespace, name, uid, fieldPath ?? ''].join('|'), type, reason, message })
      if (!correlated) return
      const { key } = correlated
      let record = known.get(key)
      if (!pending.has(key) && pending.size >= QUEUE_LIMIT) {
        dropped++
        return
      }
      const now = rfc3339(clock.now())
      if (!record) {
        const draft = draftOf(object, type, reason, correlated.message, fieldPath, now)
        record = { namespace: namespace || 'default', name: nameAt(clock, name), draft, message: correlated.message, count: 0, last: now, written: 0 }
        known.set(key, record)
      }
      record.count++
      record.last = now
      record.message = correlated.message
      pending.set(key, record)
      reconciler.queue.add(key)
    },
    async flush(milliseconds) {
      if (!pending.size) return
      const late = deferred<void>()
      const timer = clock.after(milliseconds, () => late.resolve())
      await Promise.race([idle.promise, late.promise])
      timer.cancel()
    },
    stop: () => reconciler.stop(),
  }
}
