import { describe, expect, it } from 'vitest'
import { evictionRate, Zones, zoneState } from './node-zones.ts'

describe('the state of a zone, and how fast it is emptied', () => {
  it.each([
    [10, 0, 'Normal', 0.1], [10, 2, 'Normal', 0.1], [1, 1, 'Normal', 0.1], [1, 2, 'Normal', 0.1], [2, 3, 'PartialDisruption', 0], [5, 6, 'Normal', 0.1], [4, 6, 'PartialDisruption', 0],
    [20, 40, 'PartialDisruption', 0.01], [0, 1, 'FullDisruption', 0.1], [0, 0, 'Normal', 0.1],
  ] as const)('%d ready, %d not', (ready, notReady, state, rate) => {
    expect(zoneState(ready, notReady)).toBe(state)
    expect(evictionRate(state, ready + notReady)).toBe(rate)
  })
})
describe('turns', () => {
  it('one node every ten seconds, each zone by itself', () => {
    const zones = new Zones()
    for (const n of ['a', 'b', 'c', 'd']) zones.note('x', n, true)
    zones.note('y', 'e', true)
    expect([zones.turn('x', 0), zones.turn('x', 4_000), zones.turn('y', 4_000), zones.turn('x', 10_000)]).toEqual([0, 6_000, 0, 0])
  })
  it('none while most of a small zone is silent; it says when that changes', () => {
    const zones = new Zones()
    const states = ['a', 'b', 'c', 'd'].map((n) => zones.note('x', n, n === 'd'))
    expect(states).toEqual([true, false, false, true])
    expect(zones.turn('x', 0)).toBe(Infinity)
    expect(zones.note('x', 'a', true)).toBe(true)
    expect(zones.turn('x', 0)).toBe(0)
    expect(zones.anyReady).toBe(true)
    for (const n of ['a', 'd']) zones.note('x', n, undefined)
    expect([zones.anyReady, zones.state('x')]).toEqual([false, 'FullDisruption'])
  })
})
