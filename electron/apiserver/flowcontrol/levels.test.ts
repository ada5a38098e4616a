import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../../shared/clock.ts'
import { Levels, type ConfiguredLevel, type Release, WAIT_MS } from './levels.ts'

const QUEUING = { queues: 64, handSize: 4, queueLengthLimit: 3 }
const level = (name: string, shares: number, more: Partial<ConfiguredLevel> = {}): ConfiguredLevel => ({ name, exempt: false, shares, lendablePercent: 0, queuing: QUEUING, ...more })

function world(seats: number, ...configs: ConfiguredLevel[]) {
  const clock = new FakeClock()
  const levels = new Levels(seats, clock)
  levels.configure(configs)
  const log: string[] = []
  const under: { flow: string; release: Release }[] = []
  /** Enters, and writes down what becomes of it. */
  const enter = (at: string, flow: string, width = 1, signal = new AbortController().signal, bytes = 0): void => {
    try {
      const entered = levels.enter(at, width, () => ({ flow, bytes, signal }))
      if (typeof entered === 'function') under.push({ flow, release: entered })
      else entered.then((release) => { under.push({ flow, release }); log.push(flow) }, (error: Error) => log.push(`${flow}: ${error.message}`))
    } catch (error) {
      log.push(`${flow}: ${(error as Error).message}`)
    }
  }
  const done = async (): Promise<void> => {
    under.shift()?.release()
    await clock.advance(0)
  }
  return { clock, levels, log, under, enter, done, of: (name: string) => levels.all.find((l) => l.name === name) }
}

describe('a level', () => {
  it('sends away who finds no seat where nobody may wait', () => {
    const w = world(2, level('a', 1, { queuing: undefined }))
    for (const flow of ['1', '2', '3']) w.enter('a', flow)
    expect(w.log).toEqual(['3: concurrency-limit'])
    expect(w.under.length).toBe(2)
  })
  it('lets others wait for a seat, in the order in which they came', async () => {
    const w = world(1, level('a', 1))
    for (const flow of ['f', 'f', 'f']) w.enter('a', flow)
    expect([w.under.length, w.of('a')?.waiting]).toEqual([1, 2])
    await w.done()
    expect(w.log).toEqual(['f'])
    await w.done()
    await w.done()
    expect([w.log, w.of('a')]).toEqual([['f', 'f'], expect.objectContaining({ seats: 0, running: 0, waiting: 0 })])
  })
  it('serves a small flow beside one that floods it', async () => {
    const w = world(1, level('a', 1, { queuing: { ...QUEUING, queueLengthLimit: 100 } }))
    for (let i = 0; i < 100; i++) w.enter('a', 'flood')
    w.enter('a', 'small')
    w.enter('a', 'small')
    for (let i = 0; i < 12; i++) await w.done()
    expect(w.log.filter((f) => f === 'small').length).toBe(2)
    expect(w.log.length).toBe(12)
  })
  it('keeps queues short', async () => {
    const w = world(1, level('a', 1, { queuing: { queues: 1, handSize: 1, queueLengthLimit: 2 } }))
    for (const flow of ['1', '2', '3', '4']) w.enter('a', flow)
    await w.clock.advance(0)
    expect(w.log).toEqual(['4: queue-full'])
  })
  it('holds only so many bytes of bodies that wait', () => {
    const w = world(1, level('a', 1, { queuing: { ...QUEUING, queueLengthLimit: 100 } }))
    for (let i = 0; i < 24; i++) w.enter('a', String(i), 1, undefined, 3 * 1024 * 1024)
    expect(w.log).toEqual(['22: queue-full', '23: queue-full'])
  })
  it('lets nobody wait for ever, nor for somebody who has gone', async () => {
    const w = world(1, level('a', 1))
    const gone = new AbortController()
    w.enter('a', '1')
    w.enter('a', '2')
    w.enter('a', '3', 1, gone.signal)
    gone.abort()
    await w.clock.advance(WAIT_MS)
    expect(w.log).toEqual(['3: cancelled', '2: time-out'])
    expect([w.of('a')?.waiting, w.clock.waiting]).toEqual([0, 0])
    await w.done()
    w.enter('a', '4')
    expect(w.under.length).toBe(1)
  })
  it('gives a wide request as many seats as it has, at most', async () => {
    const w = world(4, level('a', 1), level('b', 1))
    w.enter('a', 'list', 10)
    w.enter('a', 'next')
    expect(w.of('a')).toMatchObject({ nominal: 2, seats: 2, waiting: 1 })
    await w.done()
    expect(w.of('a')).toMatchObject({ seats: 1, waiting: 0 })
  })
})

describe('several levels', () => {
  it('do not take from each other', () => {
    const w = world(4, level('a', 1), level('b', 1))
    for (let i = 0; i < 4; i++) w.enter('a', `a${i}`)
    w.enter('b', 'b')
    expect(w.under.map((u) => u.flow)).toEqual(['a0', 'a1', 'b'])
  })
  it('lend, and get the next seat back', async () => {
    const w = world(4, level('a', 1), level('b', 1, { lendablePercent: 100 }))
    for (let i = 0; i < 5; i++) w.enter('a', `a${i}`)
    expect(w.under.length).toBe(4)
    w.enter('b', 'b')
    expect(w.of('b')).toMatchObject({ seats: 0, waiting: 1 })
    await w.done()
    expect(w.log).toEqual(['b'])
  })
  it('never more than the seats that there are, and none is lost', async () => {
    const w = world(12, level('a', 1, { lendablePercent: 50 }), level('b', 2, { lendablePercent: 90 }), level('c', 3, { lendablePercent: 10, borrowingLimitPercent: 10 }))
    let seed = 7
    const random = (n: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % n
    for (let i = 0; i < 2000; i++) {
      if (random(3)) w.enter(['a', 'b', 'c'][random(3)] as string, `f${random(9)}`, 1 + random(3))
      else await w.done()
      expect(w.levels.all.reduce((sum, l) => sum + l.seats, 0)).toBeLessThanOrEqual(12)
    }
    while (w.under.length) await w.done()
    expect(w.levels.all.map((l) => [l.seats, l.running, l.waiting])).toEqual([[0, 0, 0], [0, 0, 0], [0, 0, 0]])
  })
  it('one that is deleted serves who is in it, and then its seats are the others', async () => {
    const w = world(4, level('a', 1), level('b', 3))
    w.enter('a', '1')
    w.enter('a', '2')
    w.levels.configure([level('b', 3)])
    expect(w.of('a')).toMatchObject({ running: 1, waiting: 1 })
    await w.done()
    expect(w.log).toEqual(['2'])
    await w.done()
    expect(w.levels.all.map((l) => [l.name, l.nominal])).toEqual([['b', 4]])
  })
  it('one that grows takes in who waits', async () => {
    const w = world(4, level('a', 1), level('b', 3))
    w.enter('a', '1')
    w.enter('a', '2')
    w.levels.configure([level('a', 3), level('b', 1)])
    await w.clock.advance(0)
    expect(w.log).toEqual(['2'])
  })
})
