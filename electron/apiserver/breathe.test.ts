import { describe, expect, it } from 'vitest'
import { createBreathe } from './breathe.ts'

describe('breathing', () => {
  it('goes on at once while the time of a turn lasts, and lets others have theirs behind it', async () => {
    let now = 0
    const breathe = createBreathe(() => now)
    now = 7
    expect(breathe()).toBeUndefined()
    now = 8
    const order: string[] = []
    setImmediate(() => order.push('another'))
    await breathe()
    expect(order).toEqual(['another'])
    now = 15
    expect(breathe()).toBeUndefined()
  })
})
