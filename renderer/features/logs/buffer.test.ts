import { describe, expect, it } from 'vitest'
import type { LogEntry } from '../../../shared/ipc.ts'
import { LogBuffer, colourIndexes, findMatches, lineLevel } from './buffer.ts'

const line = (time: number, sequence: number, text = '', pod = 'a'): LogEntry => ({ time, sequence, text, pod, stream: 'stdout', namespace: 'x', podUid: '', container: 'c', node: 'n', restart: 0 })
const order = (b: LogBuffer): number[] => b.entries.map((e) => e.sequence)

describe('LogBuffer', () => {
  it.each<[string, LogEntry[][], number[]]>([
    ['keeps order', [[line(1, 1), line(2, 2)]], [1, 2]],
    ['sorts a batch', [[line(2, 2), line(1, 1)]], [1, 2]],
    ['merges between', [[line(1, 1), line(3, 2)], [line(2, 3)]], [1, 3, 2]],
    ['breaks ties by sequence', [[line(1, 2)], [line(1, 1)]], [1, 2]],
    ['takes a line once', [[line(1, 1)], [line(1, 1)]], [1]],
    ['interleaves', [[line(1, 1), line(3, 3), line(5, 5)], [line(2, 2), line(4, 4), line(6, 6)]], [1, 2, 3, 4, 5, 6]],
  ])('%s', (_, batches, expected) => {
    const buffer = new LogBuffer()
    for (const batch of batches) buffer.add(batch)
    expect(order(buffer)).toEqual(expected)
  })
  it('drops the oldest beyond its bound, and counts what is new', () => {
    const buffer = new LogBuffer(2)
    expect(buffer.add([line(1, 1), line(2, 2), line(3, 3)])).toBe(3)
    expect(order(buffer)).toEqual([2, 3])
    expect(buffer.add([line(3, 3)])).toBe(0)
  })
})
describe('findMatches', () => {
  it.each([['ERR', [0, 2]], ['', []], ['nothing', []]])('%j', (text, expected) => expect(findMatches([line(1, 1, 'an error'), line(2, 2, 'fine'), line(3, 3, 'Error')], text)).toEqual(expected))
})
it('colours pods by appearance', () => {
  expect([...colourIndexes([line(1, 1, '', 'b'), line(2, 2, '', 'a'), line(3, 3, '', 'b')])]).toEqual([['x/b', 0], ['x/a', 1]])
})
describe('lineLevel', () => {
  it.each([['ERROR x', 'failed'], ['a warning', 'warning'], ['terror', undefined], ['ok', undefined]])('%s', (text, level) => expect(lineLevel(text)).toBe(level))
})
