import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { wordsOf } from './words.ts'

const textOf = (words: Uint8Array): string => Buffer.from(words).toString('latin1')

describe('the words of a block', () => {
  it('are its runs of three and more letters, each once, in lower case', () => {
    const text = 'GET /api/cart?page=3 req=dead1beefcafe x=ab\nget Größe naïveté 12abc34ABC\n'.padEnd(2_000, ' ')
    expect(textOf(wordsOf(Buffer.from(text)))).toBe('get\napi\ncart\npage\nreq\ndead\nbeefcafe\nvet\nabc\n')
  })
  it('are all there, of whatever there is and however many, or none at all', () => {
    const word = fc.oneof(fc.stringMatching(/^[A-Za-z]{1,9}$/), fc.stringMatching(/^[0-9a-f]{8}$/), fc.string())
    fc.assert(fc.property(fc.array(word, { maxLength: 600 }), fc.integer({ min: 0, max: 30 }), (words, times) => {
      const text = `${words.join(' ')}\n`.repeat(times)
      const expected = [...new Set(text.toLowerCase().match(/[a-z]{3,}/g))]
      const found = textOf(wordsOf(Buffer.from(text)))
      // In lower case some other letters are those of ASCII: of these the block has none.
      if (/[^\0-\x7f]/.test(text)) return
      const whole = expected.map((w) => `${w}\n`).join('')
      expect(found).toBe(whole.length <= Math.floor(Buffer.byteLength(text) / 16) ? whole : '')
    }), { numRuns: 300 })
  })
})
