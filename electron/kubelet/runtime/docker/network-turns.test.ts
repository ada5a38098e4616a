import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { NetworkTurns } from './network-turns.ts'

beforeEach(() => { vi.useFakeTimers() })
afterEach(() => { vi.useRealTimers() })

/** A call to the engine that the test ends. */
function calls() {
  const begun: string[] = []
  const ends = new Map<string, { resolve(value: boolean): void; reject(e: Error): void }>()
  const call = (name: string) => (): Promise<boolean> => new Promise((resolve, reject) => { begun.push(name); ends.set(name, { resolve, reject }) })
  return { begun, ends, call }
}
const soon = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0)

describe('NetworkTurns', () => {
  it('lets the next one begin when the engine says that the first has joined, before its start is answered', async () => {
    const turns = new NetworkTurns()
    const { begun, ends, call } = calls()
    const a = turns.join('a', call('a'))
    const b = turns.join('b', call('b'))
    await soon()
    expect(begun).toEqual(['a'])
    turns.tell('a')
    await soon()
    expect(begun).toEqual(['a', 'b'])
    ends.get('b')?.resolve(true)
    ends.get('a')?.resolve(true)
    expect(await Promise.all([a, b])).toEqual([true, true])
  })
  it('goes on without the word of the engine when a start is answered or fails', async () => {
    const turns = new NetworkTurns()
    const { begun, ends, call } = calls()
    const a = turns.join('a', call('a')).catch((e: Error) => e.message)
    const b = turns.join('b', call('b'))
    const c = turns.join('c', call('c'))
    await soon()
    ends.get('a')?.reject(new Error('no image'))
    expect(await a).toBe('no image')
    await soon()
    ends.get('b')?.resolve(true)
    await b
    await soon()
    expect(begun).toEqual(['a', 'b', 'c'])
    ends.get('c')?.resolve(true)
    await c
  })
  it('waits after a stop until the engine says that the container has left, and not for ever', async () => {
    const turns = new NetworkTurns()
    const { begun, ends, call } = calls()
    const a = turns.leave('a', call('a'))
    const b = turns.leave('b', call('b'))
    void turns.join('c', call('c'))
    await soon()
    ends.get('a')?.resolve(true)
    await a
    await vi.advanceTimersByTimeAsync(100)
    expect(begun).toEqual(['a'])
    turns.tell('a')
    await soon()
    ends.get('b')?.resolve(true)
    await b
    await vi.advanceTimersByTimeAsync(499)
    expect(begun).toEqual(['a', 'b'])
    await vi.advanceTimersByTimeAsync(1)
    expect(begun).toEqual(['a', 'b', 'c'])
  })
  it('does not wait for what had nothing to leave', async () => {
    const turns = new NetworkTurns()
    const { begun, ends, call } = calls()
    void turns.leave('a', call('a'))
    void turns.join('b', call('b'))
    await soon()
    ends.get('a')?.resolve(false)
    await soon()
    expect(begun).toEqual(['a', 'b'])
  })
  it('takes no notice of others', async () => {
    const turns = new NetworkTurns()
    const { begun, call } = calls()
    void turns.join('a', call('a'))
    void turns.join('b', call('b'))
    await soon()
    turns.tell('x')
    await soon()
    expect(begun).toEqual(['a'])
  })
})
