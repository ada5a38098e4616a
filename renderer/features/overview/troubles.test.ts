import { describe, expect, it } from 'vitest'
import { byObject, nextJudgement, troublesOf } from './troubles.ts'

const NOW = Date.parse('2026-01-01T00:10:00Z')
const of = (name: string, level: string, more: object = {}, kind = 'Pod', status: object = {}): never =>
  ({ object: { kind, metadata: { name, namespace: 'default', uid: `uid-${name}`, ...more }, spec: {}, status }, state: { word: level, level } }) as never
const event = (name: string, reason: string, lastTimestamp: string, more: object = {}): never =>
  ({ type: reason.startsWith('Failed') ? 'Warning' : 'Normal', reason, message: `${reason} at ${lastTimestamp}`, lastTimestamp, metadata: {}, involvedObject: { kind: 'StatefulSet', namespace: 'default', name, uid: `uid-${name}` }, ...more }) as never
const told = (all: never[], events: never[] = [], now = NOW) => troublesOf(all, byObject(events), now).map((w) => [w.object.metadata.name, w.state.word, w.state.level, w.reason])

it('lists what failed before what is warned of, and leaves out what is well, on its way or going', () => {
  expect(told([of('d', 'warning'), of('c', 'failed'), of('b', 'working'), of('a', 'ok'), of('e', 'failed', { deletionTimestamp: 'x' }), of('0', 'failed')]).map(([name]) => name)).toEqual(['0', 'c', 'd'])
})

describe('a pod that no node would take', () => {
  const unschedulable = (lastTransitionTime: string, reason = 'Unschedulable'): object => ({ conditions: [{ type: 'PodScheduled', status: 'False', reason, message: '0/2 nodes are available: 2 Insufficient cpu.', lastTransitionTime }] })
  const trouble = ['p', 'Unschedulable', 'warning', '0/2 nodes are available: 2 Insufficient cpu.']
  it.each([
    ['for a while', unschedulable('2026-01-01T00:09:30Z'), [trouble]],
    ['only just', unschedulable('2026-01-01T00:09:31Z'), []],
    ['because it is not to be placed yet', unschedulable('2026-01-01T00:00:00Z', 'SchedulingGated'), []],
  ])('%s', (_title, status, expected) => expect(told([of('p', 'waiting', {}, 'Pod', status)])).toEqual(expected))
  it('is judged again when its while is over', () => {
    const pods = [of('late', 'waiting', {}, 'Pod', unschedulable('2026-01-01T00:09:50Z')), of('soon', 'waiting', {}, 'Pod', unschedulable('2026-01-01T00:09:40Z')), of('over', 'waiting', {}, 'Pod', unschedulable('2026-01-01T00:00:00Z')), of('placed', 'working')]
    expect(nextJudgement(pods, NOW)).toBe(NOW + 10_000)
    expect(nextJudgement(pods, NOW + 60_000)).toBeUndefined()
  })
})

describe('pods that are refused', () => {
  it('are told by the condition of a Deployment', () => {
    const status = { conditions: [{ type: 'Progressing', status: 'False', message: 'too late' }, { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'exceeded quota: tight' }] }
    expect(told([of('web', 'failed', {}, 'Deployment', status)])).toEqual([['web', 'failed', 'failed', 'exceeded quota: tight']])
  })
  it.each<[string, never[], unknown[]]>([
    ['the newest Event of what has no such condition', [event('db', 'SuccessfulCreate', '2026-01-01T00:01:00Z'), event('db', 'FailedCreate', '2026-01-01T00:02:00Z')], [['db', 'FailedCreate', 'failed', 'FailedCreate at 2026-01-01T00:02:00Z']]],
    ['not when one was made since', [event('db', 'FailedCreate', '2026-01-01T00:01:00Z'), event('db', 'SuccessfulCreate', '2026-01-01T00:02:00Z')], []],
    ['not by another of its name', [event('db', 'FailedCreate', '2026-01-01T00:01:00Z', { involvedObject: { kind: 'StatefulSet', namespace: 'default', name: 'db', uid: 'before' } })], []],
  ])('are told by %s', (_title, events, expected) => expect(told([of('db', 'working', {}, 'StatefulSet')], events)).toEqual(expected))
  it('are past when all are there', () => expect(told([of('db', 'ok', {}, 'StatefulSet')], [event('db', 'FailedCreate', '2026-01-01T00:02:00Z')])).toEqual([]))
})

it.each<[string, object, string]>([
  ['its own message', { message: 'The node was low on resource: memory.' }, 'The node was low on resource: memory.'],
  ['the first container that says something', { containerStatuses: [{ state: { running: {} } }, { state: { waiting: { message: 'Back-off pulling image "x"' } } }] }, 'Back-off pulling image "x"'],
  ['its newest warning', {}, 'FailedMount at 2026-01-01T00:02:00Z'],
])('the reason of a pod is %s', (_title, status, reason) => {
  expect(told([of('p', 'failed', {}, 'Pod', status)], [event('p', 'FailedMount', '2026-01-01T00:02:00Z', { involvedObject: { kind: 'Pod', namespace: 'default', name: 'p', uid: 'uid-p' } })])).toEqual([['p', 'failed', 'failed', reason]])
})
