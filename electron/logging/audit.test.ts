import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../shared/clock.ts'
import { auditDraft, createAuditCollector } from './audit.ts'
import type { LogDraft } from './types.ts'

const event = (code: number, more = ''): string => `{"kind":"Event","level":"Metadata","requestURI":"/x?a=\\"code\\":500"${more},"responseStatus":{"metadata":{},"message":"\\"code\\":503","code":${code}},"requestReceivedTimestamp":"2026-01-31T15:04:05.123456Z","stageTimestamp":"2026-01-31T15:04:06.000000Z","annotations":{}}`
const TIME = Date.parse('2026-01-31T15:04:05.123Z')

describe('an audit event', () => {
  it.each([[200, 3], [404, 4], [500, 5]])('with code %d is of rank %d, when it was asked', (code, rank) => {
    expect(auditDraft(event(code), 0)).toEqual({ time: TIME, nanos: 456_000, rank, text: event(code) })
  })
  it('without a time is of now', () => expect(auditDraft('{}', 7.5)).toEqual({ time: 7, nanos: 0, rank: 3, text: '{}' }))
})
describe('the collector', () => {
  const appended: { stream: string; lines: readonly LogDraft[] }[] = []
  const store = { append: (source: { stream: string }, lines: readonly LogDraft[]) => { appended.push({ stream: source.stream, lines }); return Promise.resolve() } }
  it('stores some at a time, and what is left when it stops', async () => {
    const clock = new FakeClock(0)
    const collector = createAuditCollector({ store, clock })
    collector.take(event(200))
    collector.take(event(201))
    expect(appended).toEqual([])
    await clock.advance(200)
    expect(appended.map((a) => [a.stream, a.lines.length])).toEqual([['audit', 2]])
    for (let i = 0; i < 300; i++) collector.take(event(200))
    expect(appended.map((a) => a.lines.length)).toEqual([2, 256])
    collector.stop()
    expect(appended.map((a) => a.lines.length)).toEqual([2, 256, 44])
    await clock.advance(1_000)
    expect(appended).toHaveLength(3)
  })
})
