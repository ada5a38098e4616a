import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ColumnsBuilder, rowMemory, textStart, type Columns } from './columns.ts'
import { decodeRows, encodeRows } from './rows.ts'

const line = fc.record({
  time: fc.oneof(fc.integer({ min: -1e12, max: 8e15 }), fc.integer({ min: 1_700_000_000_000, max: 1_700_000_000_999 })), nanos: fc.nat(999_999), source: fc.oneof(fc.nat(300), fc.nat(3), fc.constant(70_000)), rank: fc.nat(6),
  text: fc.oneof(fc.string({ unit: 'binary' }), fc.constant('a\u001b[1mb\u001b[0m'), fc.integer({ min: 200, max: 70_000 }).map((n) => 'x'.repeat(n))), gap: fc.oneof(fc.nat(3), fc.constant(5e9)),
})
const built = (lines: readonly { time: number; nanos: number; source: number; rank: number; text: string; gap: number }[], gaps: boolean): Columns => {
  const made = new ColumnsBuilder(7, 16)
  let id = 7
  const ids = Float64Array.from(lines, (l) => (id += l.gap + 1) - 1)
  for (const l of lines) made.add(l.time, l.nanos, l.source, l.rank, l.text)
  return { ...made.view, ...(gaps ? { ids } : {}) }
}
const facts = (c: Omit<Columns, 'text'>): unknown[] => Array.from({ length: c.count }, (_, i) => [c.times[i], c.nanos[i], c.sources[i], c.ranks[i], (c.ends[i] as number) - textStart(c, i), c.ids?.[i], c.marks.get(i)])

describe('rows', () => {
  it('come back as they were, wherever in memory, and into memory that had others', () => {
    const memory = rowMemory(100)
    fc.assert(fc.property(fc.array(line, { maxLength: 60 }), fc.boolean(), fc.nat(7), (lines, gaps, shift) => {
      const c = built(lines, gaps)
      const bytes = encodeRows(c)
      const shifted = Buffer.alloc(bytes.length + shift)
      bytes.copy(shifted, shift)
      for (const back of [decodeRows(bytes, 7, c.count), decodeRows(shifted.subarray(shift), 7, c.count, memory)]) expect(facts(back)).toEqual(facts(c))
    }))
  })
  it('have texts that stand by rank, then by source, then in the order of the lines', () => {
    fc.assert(fc.property(fc.array(line, { minLength: 1, maxLength: 60 }), (lines) => {
      const c = built(lines, false)
      const back = decodeRows(encodeRows(c), 7, c.count)
      const expected = lines.map((_, i) => i).sort((a, b) => (c.ranks[a] as number) - (c.ranks[b] as number) || (c.sources[a] as number) - (c.sources[b] as number) || a - b)
      expect([...back.order ?? []]).toEqual(expected)
      let at = 0
      for (const i of expected) {
        expect(back.starts?.[i]).toBe(at)
        at = (back.ends[i] as number) + 1
      }
      expect(at).toBe(c.text.length)
    }))
  })
  it('that are cut off or no rows at all are a RangeError, and nothing else', () => {
    const c = built(Array.from({ length: 20 }, (_, i) => ({ time: i * 1e9, nanos: i, source: i, rank: 3, text: 'x', gap: 0 })), true)
    const bytes = encodeRows(c)
    for (let length = 0; length < bytes.length; length++) expect(() => decodeRows(bytes.subarray(0, length), 7, c.count), String(length)).toThrow(RangeError)
    for (const width of [0, 3, 9]) {
      const wrong = Buffer.from(bytes)
      wrong.writeUInt32LE(width, 0)
      expect(() => decodeRows(wrong, 7, c.count)).toThrow(RangeError)
    }
  })
})
