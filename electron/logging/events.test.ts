import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { WatchEvent } from '../../shared/api/meta.ts'
import type { Event } from '../../shared/api/types.ts'
import { FakeClock } from '../../shared/clock.ts'
import { failure } from '../../shared/errors.ts'
import { createEventCollector } from './events.ts'
import { openLogStore } from './store.ts'
import { inline } from './testing.ts'
import type { LogStore } from './types.ts'

const clock = new FakeClock()
let directory: string
let store: LogStore
const open = async (): Promise<LogStore> => openLogStore({ directory, clock, thread: inline })
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'events-'))
  store = await open()
})
afterEach(async () => {
  await store.close()
  await rm(directory, { recursive: true })
})
const event = (version: number, message: string, more: Partial<Event> = {}): Event => ({
  apiVersion: 'v1', kind: 'Event', metadata: { name: `e${version}`, namespace: 'shop', resourceVersion: String(version) }, involvedObject: { kind: 'Pod', name: 'web-1', namespace: 'shop', uid: 'u', fieldPath: 'spec.containers{app}' },
  type: 'Warning', reason: 'BackOff', message, lastTimestamp: '2026-01-01T00:00:05Z', source: { component: 'kubelet', host: 'n1' }, ...more,
}) as unknown as Event

/** A server with Events that remembers only those above `compacted`. */
function server(events: readonly Event[], compacted = 0) {
  const newest = Math.max(0, ...events.map((e) => Number(e.metadata.resourceVersion)))
  return {
    list: async () => ({ apiVersion: 'v1', kind: 'EventList', metadata: { resourceVersion: String(newest) }, items: [...events] }),
    async *watch(_type: unknown, { resourceVersion = '0' }: { resourceVersion?: string }, signal: AbortSignal): AsyncGenerator<WatchEvent<Event>> {
      if (Number(resourceVersion) < compacted) throw failure(410, 'Expired', 'too old')
      for (const e of events) if (Number(e.metadata.resourceVersion) > Number(resourceVersion)) yield { type: 'ADDED', object: e }
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    },
  } as never
}
async function collected(client: never, count: number): Promise<string[]> {
  const collector = createEventCollector({ store, client, clock })
  await collector.start()
  try {
    return await vi.waitFor(async () => {
      const { batch } = await store.scan({ query: 'stream:event', after: 0, limit: 100 })
      expect(batch.entries).toHaveLength(count)
      return batch.entries.map((e) => e.text)
    }, { interval: 5 })
  } finally {
    await collector.stop()
    await store.flush()
  }
}

it('has each Event once through restarts, and through the server having forgotten', async () => {
  const all = [event(3, 'one'), event(5, 'two', { count: 4 } as never), event(8, 'three', { type: 'Normal', reason: 'Started' } as never), event(9, 'four')]
  const texts = ['Warning BackOff Pod/web-1: one', 'Warning BackOff Pod/web-1: two (x4)', 'Normal Started Pod/web-1: three', 'Warning BackOff Pod/web-1: four']
  expect(await collected(server(all.slice(0, 1)), 1)).toEqual(texts.slice(0, 1))
  await store.close()
  store = await open()
  expect(await collected(server(all.slice(0, 2)), 2)).toEqual(texts.slice(0, 2))
  expect(await collected(server(all, 7), 4)).toEqual(texts)
  const { batch } = await store.scan({ query: 'pod:web-1 container:app level:warn node:n1 workload:Pod/web-1 uid:u', after: 0, limit: 9 })
  expect(batch.entries).toHaveLength(3)
  expect(batch.entries[0]?.time).toBe(Date.parse('2026-01-01T00:00:05Z'))
})
