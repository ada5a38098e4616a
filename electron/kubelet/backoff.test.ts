import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../shared/clock.ts'
import { goDuration, KeyedBackoff } from './backoff.ts'

describe('KeyedBackoff', () => {
  it('restarts at once, then after 10 s doubling to 300 s, and forgets after 10 minutes', async () => {
    const clock = new FakeClock()
    const b = new KeyedBackoff(clock)
    const delays: number[] = []
    for (let i = 0; i < 8; i++) {
      const failed = clock.now()
      const until = b.until('k', failed)
      delays.push(((until ?? failed) - failed) / 1000)
      await clock.advance((until ?? failed) - failed)
      b.next('k', failed)
    }
    expect(delays).toEqual([0, 10, 20, 40, 80, 160, 300, 300])
    await clock.advance(601_000)
    expect(b.until('k', clock.now())).toBeUndefined()
    b.next('k', clock.now())
    expect(b.delay('k')).toBe(10_000)
    b.forget('k')
    expect(b.delay('k')).toBe(0)
  })
  it.each([[340, '340ms'], [1200, '1.2s'], [10_000, '10s'], [80_000, '1m20s'], [300_000, '5m0s'], [3_600_000, '1h0m0s']])('%i is %s', (ms, text) => expect(goDuration(ms)).toBe(text))
})
