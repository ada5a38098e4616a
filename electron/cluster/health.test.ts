import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../shared/clock.ts'
import type { ClusterState } from '../../shared/ipc.ts'
import type { Component } from '../client/component.ts'
import { collectHealth } from './health.ts'
import { StateHolder } from './state.ts'

describe('health', () => {
  it('is pushed when it differs, at most once a second, and not after it is stopped', async () => {
    const clock = new FakeClock()
    const state = new StateHolder({ components: [] } as unknown as ClusterState)
    let message = 'a'
    let changed = (): void => {}
    const pushed: string[][] = []
    state.subscribe((s) => pushed.push(s.components.map((c) => `${c.name}:${c.message}`)))
    const stop = collectHealth(state, {
      components: () => [{ name: 'kube-scheduler', health: () => ({ healthy: true, message }) } as Component],
      others: () => [{ name: 'etcd', healthy: true, message: '' }],
      onChange: (callback) => { changed = callback; return () => {} },
    }, clock)
    expect(pushed).toEqual([[], ['etcd:', 'kube-scheduler:a']])
    changed()
    changed()
    await clock.advance(1000)
    expect(pushed).toHaveLength(2)
    message = 'b'
    changed()
    await clock.advance(999)
    expect(pushed).toHaveLength(2)
    await clock.advance(1)
    expect(pushed.at(-1)).toEqual(['etcd:', 'kube-scheduler:b'])
    changed()
    stop()
    expect(clock.waiting).toBe(0)
  })
  it('is looked at again and again while a window is open, and only then', async () => {
    const clock = new FakeClock()
    const state = new StateHolder({ components: [] } as unknown as ClusterState)
    let looks = 0
    const stop = collectHealth(state, { components: () => [], others: () => [{ name: 'metrics', healthy: true, message: String(++looks) }], onChange: () => () => {} }, clock)
    await clock.advance(60_000)
    expect(looks).toBe(1)
    const seen: (string | undefined)[] = []
    const windows = [state.look((s) => seen.push(s.components[0]?.message)), state.look(() => undefined)]
    await clock.advance(1000)
    await clock.advance(3000)
    await clock.advance(3000)
    expect(seen).toEqual(['1', '2', '3', '4'])
    windows[0]?.()
    windows[0]?.()
    await clock.advance(3000)
    expect(looks).toBe(5)
    windows[1]?.()
    await clock.advance(60_000)
    expect(looks).toBe(6)
    expect(clock.waiting).toBe(0)
    stop()
  })
})
