import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { RuntimeError, type RuntimeEvent } from '../types.ts'
import type { Engine } from './engine.ts'
import { createEventSource, toRuntimeEvent } from './events.ts'

beforeEach(() => { vi.useFakeTimers() })
afterEach(() => { vi.useRealTimers() })

/** An engine whose streams open at once and stay silent; `hung` decides about pings. */
function quietEngine() {
  const state = { hung: false, pings: 0, open: 0 }
  const engine: Engine = {
    docker: undefined as never,
    call: async () => {
      state.pings++
      if (state.hung) throw new RuntimeError('Timeout', 'the Docker engine took longer than 10 s to answer a ping')
      return undefined as never
    },
    start: (run) => run(),
    stream: async (_path, _query, signal) => {
      if (state.hung) throw new RuntimeError('Timeout', 'the Docker engine took longer than 30 s to open a stream')
      const stream = new PassThrough()
      state.open++
      stream.on('error', () => undefined).once('close', () => { state.open-- })
      signal.addEventListener('abort', () => stream.destroy(), { once: true })
      return stream
    },
    close: () => undefined,
  }
  return { engine, state }
}

describe('the event source', () => {
  it('takes silence for health only as long as the engine answers pings', async () => {
    const { engine, state } = quietEngine()
    const events: RuntimeEvent[] = []
    const source = createEventSource(engine, 'c', { container: () => undefined, connected: () => undefined, images: () => undefined, network: () => undefined })
    source.subscribe((e) => events.push(e))
    await vi.advanceTimersByTimeAsync(60_000)
    expect(state.pings).toBe(6)
    expect(events.map((e) => e.type)).toEqual(['available', 'resync'])
    state.hung = true
    await vi.advanceTimersByTimeAsync(10_000)
    expect(events.at(-1)).toEqual({ type: 'unavailable', message: expect.stringMatching(/longer than 10 s to answer a ping/) })
    expect(state.open).toBe(0)
    state.hung = false
    await vi.advanceTimersByTimeAsync(5_000)
    expect(events.slice(-2).map((e) => e.type)).toEqual(['available', 'resync'])
    expect(state.open).toBe(2)
    source.close()
    await vi.advanceTimersByTimeAsync(0)
    expect(state.open).toBe(0)
    const { pings } = state
    await vi.advanceTimersByTimeAsync(60_000)
    expect(state.pings).toBe(pings)
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('toRuntimeEvent', () => {
  it.each([
    ['create', 'created'], ['start', 'started'], ['die', 'died'], ['destroy', 'removed'], ['oom', 'oom'], ['exec_create: ls', undefined],
  ])('%s is %s', (action, expected) => {
    expect(toRuntimeEvent({ Type: 'container', Action: action, Actor: { ID: 'x', Attributes: {} } })?.type).toBe(expected && 'container')
  })
})
