import { describe, expect, it } from 'vitest'
import type { LogBatch } from '../../../shared/logs/types.ts'
import { LineBuffer, placeOf } from './lines.ts'
import { source } from './testing.ts'

const batch = (lines: readonly (readonly [time: number, id: number, text?: string, pod?: string])[]): LogBatch => {
  const pods = [...new Set(lines.map((l) => l[3] ?? 'a'))]
  return { sources: Object.fromEntries(pods.map((p, i) => [i, source(p)])), entries: lines.map(([time, id, text = '', pod = 'a']) => ({ id, time, nanos: 0, level: '', source: pods.indexOf(pod), text })) }
}
const ids = (b: LineBuffer): number[] => b.lines.map((l) => l.id)

describe('LineBuffer', () => {
  it.each<[string, [number, number][][], number[]]>([
    ['keeps order', [[[1, 1], [2, 2]]], [1, 2]],
    ['sorts a batch', [[[2, 2], [1, 1]]], [1, 2]],
    ['merges between', [[[1, 1], [3, 2]], [[2, 3]]], [1, 3, 2]],
    ['breaks ties by id', [[[1, 2]], [[1, 1]]], [1, 2]],
    ['takes a line once', [[[1, 1]], [[1, 1]]], [1]],
    ['takes what is older', [[[5, 5], [6, 6]], [[2, 2], [1, 1]]], [1, 2, 5, 6]],
    ['interleaves', [[[1, 1], [3, 3], [5, 5]], [[2, 2], [4, 4], [6, 6]]], [1, 2, 3, 4, 5, 6]],
  ])('%s', (_, batches, expected) => {
    const buffer = new LineBuffer()
    for (const b of batches) buffer.add(batch(b), 'oldest')
    expect(ids(buffer)).toEqual(expected)
  })
  it('makes room at the end it is told, by lines and by characters, and then takes a line again', () => {
    const buffer = new LineBuffer(2, 10)
    expect(buffer.add(batch([[1, 1], [2, 2], [3, 3]]), 'oldest')).toBe(1)
    expect(ids(buffer)).toEqual([2, 3])
    expect(buffer.add(batch([[1, 1]]), 'newest')).toBe(1)
    expect(ids(buffer)).toEqual([1, 2])
    expect(buffer.add(batch([[4, 4, 'long enough']]), 'oldest')).toBe(2)
    expect(ids(buffer)).toEqual([4])
    expect(buffer.add(batch([[5, 5, 'x']]), 'oldest')).toBe(1)
    expect(ids(buffer)).toEqual([5])
  })
  it('gives each pod a colour by its appearance, and keeps a source once', () => {
    const buffer = new LineBuffer()
    buffer.add(batch([[1, 1, '', 'b'], [2, 2, '', 'a']]), 'oldest')
    buffer.add(batch([[3, 3, '', 'b']]), 'oldest')
    expect(buffer.lines.map((l) => l.colour)).toEqual([0, 1, 0])
    expect(buffer.pods).toBe(2)
    expect(buffer.lines[0]?.source).toBe(buffer.lines[2]?.source)
  })
})
it.each([[0, 0], [10, 0], [11, 1], [20, 1], [99, 2]])('the place of time %d is %d', (time, place) => {
  const buffer = new LineBuffer()
  buffer.add(batch([[10, 1], [20, 2], [30, 3]]), 'oldest')
  expect(placeOf(buffer.lines, { time, nanos: 0, id: 0 })).toBe(place)
  expect(placeOf([], { time, nanos: 0, id: 0 })).toBe(-1)
})
