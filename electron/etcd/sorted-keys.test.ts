import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { prefixEnd, SortedKeys } from './sorted-keys.ts'

describe('SortedKeys', () => {
  it('is a sorted set, over many blocks', () => {
    fc.assert(fc.property(fc.array(fc.record({ n: fc.nat(4000), add: fc.boolean() }), { maxLength: 300 }), fc.nat(4000), fc.nat(4000), (steps, from, to) => {
      const initial = Array.from({ length: 3000 }, (_, i) => `k${i}`)
      const model = new Set(initial)
      const keys = new SortedKeys(initial)
      for (const { n, add } of steps) {
        if (add) keys.add(`k${n}`)
        else keys.delete(`k${n}`)
        if (add) model.add(`k${n}`)
        else model.delete(`k${n}`)
      }
      const want = [...model].filter((k) => k >= `k${from}` && k < `k${to}`).sort()
      expect(keys.size).toBe(model.size)
      expect(keys.slice(`k${from}`, `k${to}`)).toEqual(want)
      expect(keys.slice(`k${from}`, `k${to}`, 5)).toEqual(want.slice(0, 5))
      expect(keys.count(`k${from}`, `k${to}`)).toBe(want.length)
    }), { numRuns: 30 })
  })
  it('grows and shrinks key by key', () => {
    const keys = new SortedKeys()
    for (let i = 0; i < 5000; i++) keys.add(`k${(i * 7919) % 5000}`)
    expect(keys.slice('', undefined)).toEqual(Array.from({ length: 5000 }, (_, i) => `k${i}`).sort())
    for (let i = 0; i < 5000; i++) keys.delete(`k${i}`)
    expect([keys.size, keys.slice('', undefined)]).toEqual([0, []])
  })
  it.each([['', undefined], ['a', 'b'], ['a/', 'a0'], ['a\uffff', 'b'], ['\uffff\uffff', undefined]])('prefixEnd(%j) is %j', (prefix, end) => {
    expect(prefixEnd(prefix)).toBe(end)
  })
})
