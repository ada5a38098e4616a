import { describe, expect, it } from 'vitest'
import { formatIndexes, parseIndexes } from './indexes.ts'

describe('index lists', () => {
  it.each<[string, number[] | undefined]>([
    ['', []], ['0', [0]], ['0,2-4,7', [0, 2, 3, 4, 7]], ['1,1', undefined], ['3-2', undefined], ['2,1', undefined], ['a', undefined], ['1-', undefined], ['-1', undefined], ['2-2', undefined],
  ])('parses %j', (text, expected) => expect(parseIndexes(text) && [...parseIndexes(text)!]).toEqual(expected))
  it('leaves out what is beyond the limit', () => expect([...parseIndexes('0-9', 3)!]).toEqual([0, 1, 2]))
  it.each<[number[], string]>([[[], ''], [[3], '3'], [[1, 0], '0,1'], [[4, 2, 3, 0], '0,2-4'], [[5, 6, 8, 9, 10], '5,6,8-10']])('formats %j', (indexes, text) => {
    expect(formatIndexes(indexes)).toBe(text)
    expect([...parseIndexes(text)!]).toEqual([...indexes].sort((a, b) => a - b))
  })
})
