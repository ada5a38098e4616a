/**
 * Puts the cluster's Events into the log: a line for each, and one more each time that it is counted up. It goes on from the
 * resourceVersion that is stored with the last line, so that none is kept twice or missed while the server remembers it.
 */
import type { Component, Health } from '../client/component.ts'
import type { Client } from '../client/types.ts'
import { Events } from '../../shared/api/resources.ts'
import type { Event } from '../../shared/api/types.ts'
import type { Clock, Timer } from '../../shared/clock.ts'
import { healthText } from '../../shared/component-health.ts'
import { StatusError } from '../../shared/errors.ts'
import { logger } from '../../shared/log.ts'
import type { LogSource } from '../../shared/logs/types.ts'
import { parseNanos } from './timestamp.ts'
import type { LogDraft, LogWriter } from './types.ts'

const ORIGIN = 'events'
const RETRY_MS = 1_000
const MAX_RETRY_MS = 30_000

/** When it was last seen. Whole seconds are all that most Events say. */
function seen(event: Event, now: number): { time: number; nanos: number } {
  const at = event.series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? event.firstTimestamp ?? event.metadata.creationTimestamp
  return (at ? parseNanos(String(at)) : undefined) ?? { time: Math.floor(now), nanos: 0 }
}

export function eventLine(event: Event, now: number): { source: LogSource; draft: LogDraft } {
  const o = event.involvedObject
  const count = event.series?.count ?? event.count ?? 1
  const container = /^spec\.(?:init|ephemeral)?[cC]ontainers\{(.+)\}$/.exec(o.fieldPath ?? '')?.[1] ?? ''
  return {
    source: {
      stream: 'event', namespace: o.namespace ?? event.metadata.namespace ?? '', pod: o.name ?? '', podUid: o.kind === 'Pod' ? (o.uid ?? '') : '', container, node: event.source?.host ?? '', restart: 0,
      workload: `${o.kind ?? ''}/${o.name ?? ''}`, labels: {},
    },
    draft: { ...seen(event, now), rank: event.type === 'Warning' ? 4 : 3, text: `${event.type ?? 'Normal'} ${event.reason ?? ''} ${o.kind ?? ''}/${o.name ?? ''}: ${(event.message ?? '').trim()}${count > 1 ? ` (x${count})` : ''}` },
  }
}

export function createEventCollector({ store, client, clock }: { readonly store: LogWriter; readonly client: Pick<Client, 'list' | 'watch'>; readonly clock: Clock }): Component {
  const log = logger('log-collector')
  const stop = new AbortController()
  let running: Promise<void> | undefined
  let timer: Timer | undefined
  let trouble = ''

  const put = (event: Event, version: string): Promise<void> => {
    const { source, draft } = eventLine(event, clock.now())
    return store.append(source, [draft], { origin: ORIGIN, value: version })
  }
  /** All there are that are younger than the position. */
  async function list(): Promise<string> {
    const known = Number(store.position(ORIGIN) ?? 0)
    const { items, metadata } = await client.list(Events)
    const version = (e: Event): number => Number(e.metadata.resourceVersion)
    for (const e of items.filter((i) => version(i) > known).toSorted((a, b) => version(a) - version(b))) await put(e, String(e.metadata.resourceVersion))
    return String(metadata.resourceVersion)
  }
  async function run(): Promise<void> {
    let from = store.position(ORIGIN) as string | undefined
    for (let failures = 0; !stop.signal.aborted;) {
      try {
        from ??= await list()
        for await (const { type, object } of client.watch(Events, { resourceVersion: from }, stop.signal)) {
          from = object.metadata?.resourceVersion ?? from
          if (type === 'ADDED' || type === 'MODIFIED') await put(object, from)
          failures = 0
        }
        trouble = ''
      } catch (error) {
        if (stop.signal.aborted) return
        // Too old for the server: what it still has is compared with the position.
        if (error instanceof StatusError && error.code === 410) { from = undefined; continue }
        trouble = error instanceof Error ? error.message : String(error)
        log.warning('collecting events broke off; it is tried again', { error })
        failures++
      }
      if (!stop.signal.aborted) await pause(Math.min(MAX_RETRY_MS, RETRY_MS * 2 ** Math.min(failures, 10)))
    }
  }
  const pause = (ms: number): Promise<void> => new Promise((resolve) => {
    timer = clock.after(ms, resolve)
    stop.signal.addEventListener('abort', () => resolve(), { once: true })
  })

  return {
    name: 'event-log',
    async start() {
      running ??= run()
    },
    async stop() {
      stop.abort()
      timer?.cancel()
      await running
    },
    health: (): Health => (trouble ? { healthy: false, message: healthText('events.down', { why: trouble }) } : { healthy: true, message: healthText('events') }),
  }
}
