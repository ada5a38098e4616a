import { describe, expect, it } from 'vitest'
import { held, sorted } from './order.ts'

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
