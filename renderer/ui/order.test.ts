import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { held, Order, sorted } from './order.ts'

const self = (s: string): string => s
describe('sorted', () => {
  it.each([
    [['b', 'a'], false, ['a', 'b']],
    [['web-10', 'web-9'], false, ['web-9', 'web-10']],
    [['a', 'b'], true, ['b', 'a']],
  ])('%j descending %s', (rows, descending, expected) => expect(sorted(rows, self, self, descending)).toEqual(expected))
  it('breaks ties by key', () => expect(sorted(['c', 'a', 'b'], self, () => 1, true)).toEqual(['a', 'b', 'c']))
  it('sorts numbers as numbers', () => expect(sorted(['10', '9'], self, Number, false)).toEqual(['9', '10']))
})
describe('held', () => {
  it.each([
    ['keeps the order', ['a', 'b'], ['b', 'a'], ['b', 'a']],
    ['puts new rows last', ['a', 'b', 'c'], ['c', 'a'], ['c', 'a', 'b']],
    ['leaves out what is gone', ['a'], ['c', 'b', 'a'], ['a']],
  ])('%s', (_, rows, previous, expected) => expect(held(rows, self, previous)).toEqual(expected))
})

describe('an order that is remembered', () => {
  interface Row { key: string; value: number }
  const keyOf = (r: Row): string => r.key
  const valueOf = (r: Row): number => r.value
  const rows = (...values: [string, number][]): Row[] => values.map(([key, value]) => ({ key, value }))
  it('is what sorting anew would give, whatever comes, goes and changes', () => {
    const table = fc.uniqueArray(fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd', 'e'), value: fc.integer({ min: 0, max: 3 }) }), { selector: keyOf })
    fc.assert(fc.property(fc.array(fc.record({ rows: table, descending: fc.boolean(), again: fc.boolean() })), (steps) => {
      const order = new Order<Row>()
      let sort = { column: 'value', descending: false }
      for (const step of steps) {
        if (!step.again) sort = { column: 'value', descending: step.descending }
        expect(order.arrange(step.rows, keyOf, valueOf, sort, false)).toEqual(sorted(step.rows, keyOf, valueOf, sort.descending))
      }
    }))
  })
  it('asks no comparison where every row keeps its value, and shows the rows as they are now', () => {
    const order = new Order<Row>()
    const sort = { column: 'value', descending: false }
    order.arrange(rows(['b', 2], ['a', 1]), keyOf, valueOf, sort, false)
    const fresh = rows(['b', 2], ['a', 1])
    const result = order.arrange(fresh, keyOf, valueOf, sort, false)
    expect(result[0]).toBe(fresh[1])
    expect(result[1]).toBe(fresh[0])
  })
  it('is held while it must not move, and sorted when it may again', () => {
    const order = new Order<Row>()
    const sort = { column: 'value', descending: false }
    const keys = (now: Row[], hold: boolean): string => order.arrange(now, keyOf, valueOf, sort, hold).map(keyOf).join('')
    expect(keys(rows(['a', 1], ['b', 2]), false)).toBe('ab')
    expect(keys(rows(['a', 3], ['b', 2]), true)).toBe('ab')
    expect(keys(rows(['a', 3], ['b', 2], ['c', 0]), true)).toBe('abc')
    expect(keys(rows(['a', 3], ['b', 2], ['c', 0]), true)).toBe('abc')
    expect(keys(rows(['a', 3], ['b', 2], ['c', 0]), false)).toBe('cba')
  })
})
