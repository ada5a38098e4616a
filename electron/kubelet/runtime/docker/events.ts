/** The engine's events about our containers, and about images. Reconnects by itself and reports `resync` for what it may have missed. */
import { labels, type RuntimeEvent } from '../types.ts'
import { ping, type Engine } from './engine.ts'
import { toRuntimeError } from './errors.ts'

interface EngineEvent {
  Type?: string
  Action?: string
  Actor?: { ID?: string; Attributes?: Record<string, string> }
}

const ACTIONS: Readonly<Record<string, 'created' | 'started' | 'died' | 'removed' | 'oom'>> = { create: 'created', start: 'started', die: 'died', destroy: 'removed', oom: 'oom' }

/** undefined: an event that says nothing about the state of a pod, such as exec_create. */
export function toRuntimeEvent(e: EngineEvent): RuntimeEvent | undefined {
  const action = ACTIONS[e.Action ?? '']
  const a = e.Actor?.Attributes
  if (!action || !a || !e.Actor?.ID) return undefined
  return { type: a[labels.kind] === 'sandbox' ? 'sandbox' : 'container', podUid: a[labels.podUid] ?? '', id: e.Actor.ID, action }
}

/** One JSON document after another, in chunks of any size. The buffer holds at most one event; a broken line is skipped. */
export async function* jsonLines(stream: AsyncIterable<Buffer>): AsyncGenerator<unknown> {
  let rest = ''
  for await (const chunk of stream) {
    const lines = (rest + chunk.toString('utf8')).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.trim()) yield JSON.parse(line)
  }
  if (rest.trim()) yield JSON.parse(rest)
}

export interface EventSource {
  subscribe(listener: (event: RuntimeEvent) => void): { close(): void }
  close(): void
}

const FIRST_RETRY_MS = 250
const LAST_RETRY_MS = 5_000
/** A quiet stream may be that of an engine that hangs: it is asked this often, in the kubelet's own rhythm of ten seconds. */
const PING_MS = 10_000
const PING_LIMIT_MS = 10_000

export function createEventSource(engine: Engine, clusterId: string, hooks: { container(event: RuntimeEvent): void; connected(): void; images(): void; network(containerId: string): void }): EventSource {
  const listeners = new Set<(event: RuntimeEvent) => void>()
  const emit = (event: RuntimeEvent): void => { for (const l of listeners) l(event) }
  let abort: AbortController | undefined
  let available: boolean | undefined

  const follow = async (filters: object, signal: AbortSignal, onOpen: () => void, on: (e: EngineEvent) => void): Promise<void> => {
    const stream = await engine.stream('/events', { filters: JSON.stringify(filters) }, signal)
    onOpen()
    for await (const event of jsonLines(stream as AsyncIterable<Buffer>)) on(event as EngineEvent)
  }
  const pause = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(done, ms)
      timer.unref()
      function done(): void { clearTimeout(timer); signal.removeEventListener('abort', done); resolve() }
      signal.addEventListener('abort', done)
    })

  /** Ends when `signal` does; rejects when the engine does not answer in time. */
  const heartbeat = async (signal: AbortSignal): Promise<void> => {
    for (;;) {
      await pause(PING_MS, signal)
      if (signal.aborted) return
      await ping(engine, PING_LIMIT_MS)
    }
  }

  const run = async (signal: AbortSignal): Promise<void> => {
    let delay = FIRST_RETRY_MS
    while (!signal.aborted) {
      const both = new AbortController()
      const stop = (): void => both.abort()
      signal.addEventListener('abort', stop, { once: true })
      let reason = 'the Docker engine closed its event stream'
      try {
        const containers = follow({ type: ['container'], label: [`${labels.cluster}=${clusterId}`] }, both.signal, () => {
          delay = FIRST_RETRY_MS
          hooks.connected()
          if (available !== true) {
            available = true
            emit({ type: 'available', message: 'the Docker engine answers' })
          }
          emit({ type: 'resync' })
        }, (e) => {
          const event = toRuntimeEvent(e)
          if (!event) return
          hooks.container(event)
          emit(event)
        })
        // Of networks only who joins and leaves: their events carry no labels, so those of others come too.
        const others = follow({ type: ['image', 'network'] }, both.signal, hooks.images, (e) => {
          if (e.Type !== 'network') hooks.images()
          else if (e.Actor?.Attributes?.['container']) hooks.network(e.Actor.Attributes['container'])
        })
        await Promise.race([containers, others, heartbeat(both.signal)])
      } catch (e) {
        reason = toRuntimeError(e, 'EngineUnavailable').message
      } finally {
        both.abort()
        signal.removeEventListener('abort', stop)
      }
      if (signal.aborted) return
      if (available !== false) {
        available = false
        emit({ type: 'unavailable', message: reason })
      }
      await pause(delay, signal)
      delay = Math.min(delay * 2, LAST_RETRY_MS)
    }
  }

  return {
    subscribe(listener) {
      listeners.add(listener)
      if (!abort) {
        abort = new AbortController()
        void run(abort.signal)
      } else if (available) {
        queueMicrotask(() => { if (listeners.has(listener)) { listener({ type: 'available', message: 'the Docker engine answers' }); listener({ type: 'resync' }) } })
      }
      return {
        close: () => {
          listeners.delete(listener)
          if (listeners.size === 0) { abort?.abort(); abort = undefined; available = undefined }
        },
      }
    },
    close() {
      listeners.clear()
      abort?.abort()
      abort = undefined
    },
  }
}
