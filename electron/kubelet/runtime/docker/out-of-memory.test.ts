import { expect, it } from 'vitest'
import type { RuntimeEvent } from '../types.ts'
import { OutOfMemory } from './out-of-memory.ts'

const event = (id: string, action: 'oom' | 'died' | 'removed'): RuntimeEvent => ({ type: 'container', podUid: 'p', id, action })

it('knows whose memory ran out, though that is told after the end, until the container is removed', () => {
  const oom = new OutOfMemory()
  for (const e of [event('a', 'died'), event('a', 'oom'), event('b', 'died'), { type: 'resync' } as const]) oom.hear(e)
  expect(['a', 'b'].map((id) => oom.has(id))).toEqual([true, false])
  oom.hear(event('a', 'removed'))
  expect(oom.has('a')).toBe(false)
})
it('forgets the oldest before it knows too many', () => {
  const oom = new OutOfMemory()
  for (let i = 0; i <= 1_000; i++) oom.hear(event(`c${i}`, 'oom'))
  expect(['c0', 'c1', 'c1000'].map((id) => oom.has(id))).toEqual([false, true, true])
})
