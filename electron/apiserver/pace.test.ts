import { describe, expect, it } from 'vitest'
import { Pacer } from './pace.ts'

let time = 0
const busy = (ms: number): void => { time += ms }
const turn = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve) })

describe('the pace of work', () => {
  it('does what comes at once while there is time, the rest in the next turns, in order', async () => {
    const pacer = new Pacer(() => time)
    const done: number[] = []
    const all = Array.from({ length: 5 }, (_, i) => pacer.run(() => { busy(6); done.push(i); return i }))
    // Two take up the slice of this turn.
    expect(done).toEqual([0, 1])
    await turn()
    await turn()
    expect(done.length).toBeGreaterThan(1)
    expect(await Promise.all(all)).toEqual([0, 1, 2, 3, 4])
    expect(done).toEqual([0, 1, 2, 3, 4])
    let late = false
    const quick = pacer.run(() => { late = true })
    expect(late).toBe(true)
    await quick
  })
  it('hands on what is thrown and what is rejected, then and later', async () => {
    const pacer = new Pacer(() => time)
    const thrown = pacer.run(() => { busy(20); throw new Error('now') })
    const rejected = pacer.run(async () => { await turn(); throw new Error('later') })
    await expect(thrown).rejects.toThrow('now')
    await expect(rejected).rejects.toThrow('later')
    expect(await pacer.run(async () => 'well')).toBe('well')
  })
})
