import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../shared/clock.ts'
import { addLogSink } from '../../shared/log.ts'
import { createReconciler, createWorkQueue } from './index.ts'
import { eventually } from './testing.ts'

describe('work queue', () => {
  it('holds a key once, and hands it out again only after done', () => {
    const queue = createWorkQueue(new FakeClock())
    for (const key of ['a', 'b', 'a']) queue.add(key)
    expect(queue.length).toBe(2)
    expect(queue.take()).toBe('a')
    queue.add('a')
    queue.add('a')
    expect([queue.take(), queue.take()]).toEqual(['b', undefined])
    queue.done('a')
    expect([queue.take(), queue.take()]).toEqual(['a', undefined])
  })
  it('adds after a delay; the earliest of several wins', async () => {
    const clock = new FakeClock()
    const queue = createWorkQueue(clock)
    queue.addAfter('a', 100)
    queue.addAfter('a', 50)
    queue.addAfter('a', 200)
    await clock.advance(49)
    expect(queue.length).toBe(0)
    await clock.advance(1)
    expect(queue.take()).toBe('a')
    await clock.advance(1000)
    expect(queue.length).toBe(0)
    expect(clock.waiting).toBe(0)
  })
  it('doubles the delay of a failing key from 5 ms to 1000 s, and forgets', async () => {
    const clock = new FakeClock()
    const queue = createWorkQueue(clock)
    const delays: number[] = []
    for (let i = 0; i < 20; i++) {
      const start = clock.now()
      queue.addRateLimited('a')
      while (!queue.length) await clock.advance(delays.length > 12 ? 1000 : 5)
      delays.push(clock.now() - start)
      queue.done(queue.take()!)
    }
    expect(delays.slice(0, 8)).toEqual([5, 10, 20, 40, 80, 160, 320, 640])
    expect(delays.slice(18)).toEqual([1_000_000, 1_000_000])
    queue.forget('a')
    expect(queue.retries('a')).toBe(0)
  })
  it('lets 100 failures through at once, then 10 a second', async () => {
    const clock = new FakeClock()
    const queue = createWorkQueue(clock)
    for (let i = 0; i < 130; i++) queue.addRateLimited(`k${i}`)
    await clock.advance(5)
    expect(queue.length).toBe(100)
    await clock.advance(995)
    expect(queue.length).toBe(110)
    await clock.advance(2000)
    expect(queue.length).toBe(130)
  })
})

describe('reconciler', () => {
  it('bounds concurrency, never runs a key twice at once, retries crashes and logs them', async () => {
    const clock = new FakeClock()
    const logged: string[] = []
    const remove = addLogSink((r) => r.component === 'test' && logged.push(r.level))
    const open = new Map<string, () => void>()
    let most = 0
    const runs: string[] = []
    let fail = true
    const reconciler = createReconciler({
      name: 'test', concurrency: 2, clock,
      async reconcile(key) {
        runs.push(key)
        expect(open.has(key)).toBe(false)
        await new Promise<void>((resolve) => {
          open.set(key, resolve)
          most = Math.max(most, open.size)
        })
        open.delete(key)
        if (key === 'a' && fail) throw new Error('crash')
      },
    })
    for (const key of ['a', 'b', 'c']) reconciler.queue.add(key)
    reconciler.start()
    await eventually(() => open.size === 2)
    reconciler.queue.add('a')
    open.get('b')!()
    await eventually(() => open.has('c'))
    open.get('a')!()
    await eventually(() => runs.filter((k) => k === 'a').length === 2)
    fail = false
    await eventually(() => open.has('a'))
    open.get('a')!()
    open.get('c')!()
    await eventually(() => open.size === 0)
    await clock.advance(5)
    await eventually(() => open.has('a'))
    expect(most).toBe(2)
    expect(logged).toEqual(['error'])
    let ended = false
    const stopping = reconciler.stop().then(() => (ended = true))
    await new Promise((resolve) => setImmediate(resolve))
    expect(ended).toBe(false)
    open.get('a')!()
    await stopping
    reconciler.queue.add('z')
    expect(reconciler.queue.length).toBe(0)
    remove()
  })
})
