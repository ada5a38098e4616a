import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bestCodec, decompress } from './codec.ts'
import { ColumnsBuilder, type Columns } from './columns.ts'
import { packFrames, readFrames } from './frames.ts'

const MOST = 112 * 1024
/** Lines of so many bytes, of three sources. */
const columns = (sizes: readonly number[]): Columns => {
  const made = new ColumnsBuilder(1, 1_000)
  sizes.forEach((n, i) => made.add(i, 0, i % 3, 3, String.fromCharCode(97 + (i % 26)).repeat(n)))
  return made.view
}

describe('frames', () => {
  it('hold all texts in order, whole lines each, of less than 128 KiB but for a line that has more by itself', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.nat(200), fc.nat(60_000), fc.constant(300_000), fc.constant(MOST - 1), fc.constant(MOST)), { maxLength: 40 }), fc.constantFrom('d' as const, bestCodec), (sizes, codec) => {
      const c = columns(sizes)
      const section = Buffer.concat(packFrames(codec, c))
      const frames = readFrames(section, c.text.length)
      const texts = (frames ?? []).map((f) => decompress(codec, section.subarray(f.at, f.at + f.packed), f.raw).toString())
      const line = (n: number, i: number): string => `${String.fromCharCode(97 + (i % 26)).repeat(n)}\n`
      expect(texts.join('') === [0, 1, 2].flatMap((s) => sizes.map(line).filter((_, i) => i % 3 === s)).join('')).toBe(true)
      let start = 0
      for (const [n, text] of texts.entries()) {
        expect([frames?.[n]?.start, frames?.[n]?.raw]).toEqual([start, text.length])
        start += text.length
        expect(text.length <= MOST || text.indexOf('\n') === text.length - 1).toBe(true)
        expect(text.at(-1)).toBe('\n')
        // As many lines as there is room for.
        expect(text.length + (texts[n + 1] ?? '\n'.padStart(MOST + 1)).indexOf('\n') + 1).toBeGreaterThan(MOST)
      }
    }), { numRuns: 30 })
  })
  it('of a section that is cut off, or of other texts, are none', () => {
    const c = columns(Array.from({ length: 400 }, () => 500))
    const section = Buffer.concat(packFrames('d', c))
    expect(readFrames(section, c.text.length)).toHaveLength(2)
    for (const bytes of [0, 3, 4, 12, 19, 20, section.length - 1]) expect(readFrames(section.subarray(0, bytes), c.text.length), String(bytes)).toBeUndefined()
    expect(readFrames(section, c.text.length + 1)).toBeUndefined()
    const wrong = Buffer.from(section)
    wrong.writeUInt32LE(2 ** 32 - 1, 0)
    expect(readFrames(wrong, c.text.length)).toBeUndefined()
  })
})
