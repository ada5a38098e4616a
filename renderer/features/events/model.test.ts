import { describe, expect, it } from 'vitest'
import type { Event } from '../../../shared/api/types.ts'
import { countOf, isAbout, lastSeen, newestFirst } from './model.ts'

const event = (more: Partial<Event>): Event => ({ apiVersion: 'v1', kind: 'Event', metadata: { name: 'e', creationTimestamp: '2026-01-01T00:00:00Z' }, involvedObject: { kind: 'Pod', name: 'a', namespace: 'x', uid: '1' }, ...more })
describe('lastSeen', () => {
  it.each([
    [{}, '2026-01-01T00:00:00Z'],
    [{ lastTimestamp: '2026-01-02T00:00:00Z' }, '2026-01-02T00:00:00Z'],
    [{ eventTime: '2026-01-03T00:00:00.000000Z' }, '2026-01-03T00:00:00.000000Z'],
    [{ series: { count: 2, lastObservedTime: '2026-01-04T00:00:00Z' }, lastTimestamp: '2026-01-02T00:00:00Z' }, '2026-01-04T00:00:00Z'],
  ])('%j', (more, expected) => expect(lastSeen(event(more))).toBe(expected))
  it('orders', () => {
    const [a, b] = [event({}), event({ lastTimestamp: '2026-01-02T00:00:00Z' })]
    expect(newestFirst([a, b])).toEqual([b, a])
    expect(countOf(event({ count: 7 }))).toBe(7)
  })
})
describe('isAbout', () => {
  it.each([
    ['same uid', { name: 'a', namespace: 'x', uid: '1' }, true],
    ['another uid', { name: 'a', namespace: 'x', uid: '2' }, false],
    ['another namespace', { name: 'a', namespace: 'y', uid: '1' }, false],
  ])('%s', (_, metadata, expected) => expect(isAbout(event({}), { apiVersion: 'v1', kind: 'Pod', metadata })).toBe(expected))
})
