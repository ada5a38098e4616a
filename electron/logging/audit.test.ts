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
  type Position = { readonly origin: string; readonly value: unknown }
  const numbered = (n: number): string => `{"auditID":"id-${n}","stageTimestamp":"2026-01-31T15:04:0${n}.000000Z"}`
  function world(missed: (last: unknown) => Promise<string[]> = () => Promise.resolve([])) {
    const batches: string[][] = []
    let kept: Position | undefined
    let room: Promise<void> = Promise.resolve()
    const clock = new FakeClock(0)
    const store = {
      append: (_: unknown, lines: readonly LogDraft[], position?: Position) => { batches.push(lines.map((l) => l.text)); kept = position; return room },
      position: () => kept?.value,
    }
    return { batches, clock, store, position: () => kept, collector: createAuditCollector({ store, clock, missed }), full: (until: Promise<void>) => { room = until } }
  }
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

  it('stores some at a time, and what is left when it stops, each time with the last one', async () => {
    const { batches, clock, collector, position } = world()
    collector.take(numbered(1))
    collector.take(numbered(2))
    expect(batches).toEqual([])
    await clock.advance(200)
    await settled()
    expect(batches.map((b) => b.length)).toEqual([2])
    expect(position()).toEqual({ origin: 'audit', value: { id: 'id-2', at: '2026-01-31T15:04:02.000000Z' } })
    for (let i = 0; i < 300; i++) collector.take(event(200))
    await settled()
    expect(batches.map((b) => b.length)).toEqual([2, 256, 44])
    collector.take(numbered(3))
    await collector.stop()
    expect(batches.at(-1)).toEqual([numbered(3)])
    await clock.advance(1_000)
    expect(batches).toHaveLength(4)
  })
  it('begins with what an earlier run has missed; what comes meanwhile stands behind it', async () => {
    const asked: unknown[] = []
    let tell: (events: string[]) => void = () => undefined
    const { batches, clock, collector } = world((last) => { asked.push(last); return new Promise((resolve) => { tell = resolve }) })
    collector.take(numbered(3))
    await clock.advance(1_000)
    await settled()
    expect(batches).toEqual([])
    tell([numbered(1), numbered(2)])
    await settled()
    expect([asked, batches.flat()]).toEqual([[undefined], [numbered(1), numbered(2), numbered(3)]])
  })
  it('keeps a bounded number while the store has no room', async () => {
    let open = (): void => undefined
    const { batches, collector, full } = world()
    full(new Promise((resolve) => { open = resolve }))
    for (let i = 0; i < 30_000; i++) collector.take(event(200))
    await settled()
    expect(batches.flat()).toHaveLength(256)
    open()
    await settled()
    expect(batches.flat()).toHaveLength(20_000)
  })
})
