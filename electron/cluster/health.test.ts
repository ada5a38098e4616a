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
})
