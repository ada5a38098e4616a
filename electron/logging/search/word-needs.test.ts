import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { wordsOf } from '../words.ts'
import { wordNeeds } from './word-needs.ts'

/** With so much behind it that the words are not too many. */
const wordsIn = (text: string): string => Buffer.from(wordsOf(Buffer.concat([Buffer.from(text), Buffer.alloc(text.length * 64 + 64, ' ')]))).toString('latin1')
const may = (source: string, text: string, flags = ''): boolean | undefined => wordNeeds(source, flags)?.(wordsIn(text))

describe('what an expression needs of words', () => {
  it.each([
    ['\\b(dead|beef|cafe)[a-f]{4}\\b', 'req=deadbee1 dead beef dead_beef'], ['timeout|refused', 'time out refuse d'], ['f{5}', 'ffff ff1fff'], ['(?:GET|POST) /(cart|login)', 'get /api'], ['^(\\d+ )?panic:', 'pani c'],
    ['[A-F]{3}x+', 'abc xxx'], ['colou?r \\w+', 'colo r'], ['(?<word>out) of (memory|space)', 'out of mem0ry'], ['\\bcafe\\b', 'cafes ecafe'], ['(?:a|b){3}', 'ab ba'], ['(\\d+(error)\\d*)+', 'err0r'], ['(?<!x)foo(?=bar)', 'f00bar'],
  ])('/%s/ is nowhere in %j', (source, text) => expect(may(source, text)).toBe(false))
  it.each([
    ['\\b(dead|beef|cafe)[a-f]{4}\\b', 'req=DEADBEEF'], ['timeout|refused', 'connection refused'], ['(timeout|\\d+) x', 'x'], ['f{5}', 'ffffff'], ['colou?rs?', 'color'], ['(?:ab)*cde', 'cde'], ['\\bcafe\\b', 'x-cafe.'], ['foo(?!bar)', 'foobar'],
  ])('/%s/ may be in %j', (source, text) => expect(may(source, text)).not.toBe(false))
  it.each([['\\d+ms', ''], ['ab', ''], ['[^x]{9}', ''], ['timeout|.', ''], ['(timeout)?', ''], ['(?:abc){0,3}', ''], ['\\w{8}', ''], ['[a-zA-Z0-9]{8}', ''], ['kelvin', 'iu'], ['(?i:abc)', ''], ['a\\u0062c', ''], ['[A-z]{5}', ''], ['', '']])(
    'nothing is said of /%s/%s', (source, flags) => expect(wordNeeds(source, flags)).toBeUndefined(),
  )

  it('never denies a line that fits', () => {
    const atom = fc.oneof(fc.constantFrom('a', 'b', 'dead', 'Beef', '[a-f]', '[A-F]', '[^a]', '[a1]', '.', '\\b', '\\B', '\\d', '\\w', '\\s', '^', '$', '\\x61', '\\u0062', '(?=a)', '(?!b)', '(?<=a)', ' ', '-', '1', '\\.', '[b-d-]', '\\1', 'é'))
    const often = fc.constantFrom('', '', '', '?', '*', '+', '{2}', '{0,1}', '{1,}', '+?')
    const source = fc.letrec<{ node: string }>((tie) => ({
      node: fc.oneof({ maxDepth: 4, depthSize: 'small' }, atom, fc.tuple(atom, often).map(([a, o]) => `${/^(\^|\$|\\b|\\B|\(\?<)/.test(a) ? a : `(?:${a})`}${/^(\^|\$|\\b|\\B|\(\?)/.test(a) ? '' : o}`),
        fc.array(tie('node'), { minLength: 2, maxLength: 4 }).map((a) => a.join('')), fc.array(tie('node'), { minLength: 2, maxLength: 3 }).map((a) => `(${a.join('|')})`),
        fc.tuple(tie('node'), often).map(([a, o]) => `(?:${a})${o}`)),
    })).node
    const text = fc.stringMatching(/^(a|b|dead|beef|DEAD|c|f| |-|1|\.|é|_){0,12}$/)
    let denied = 0
    fc.assert(fc.property(source, fc.constantFrom('', 'i'), fc.array(text, { minLength: 1, maxLength: 3 }), (s, flags, lines) => {
      const said = may(s, lines.join('\n'), flags)
      if (said !== false) return
      denied++
      const expression = new RegExp(s, flags)
      expect(lines.filter((l) => expression.test(l))).toEqual([])
    }), { numRuns: 5_000 })
    expect(denied).toBeGreaterThan(0)
  })
})
