import { describe, expect, it } from 'vitest'
import { quickPlaces, quickRegex, withinLines } from './quick.ts'

const LINES = ['GET /a 200 12ms', '', ' x ', 'level=warn msg="a b"', 'aaaa', 'b-c [d] (e)', 'end\r', 'a\tb', '-', '200', 'GET', 'x=1;y=22', 'naïve']
const text = LINES.map((l) => `${l}\n`).join('')
/** The lines that a search of all texts at once leaves. */
function left(source: string, flags: string): string[] | undefined {
  const quick = quickRegex({ type: 'regex', source, flags })
  if (!quick) return undefined
  const places = quickPlaces(text, quick)
  const lines = new Set(places.map((p) => text.slice(0, p).split('\n').length - 1))
  return LINES.filter((_, i) => lines.has(i))
}

describe('an expression over all texts at once', () => {
  it.each([
    ['\\d+', ''], ['\\s', ''], ['\\s*x\\s*', ''], ['[^a]', ''], ['[^-]', ''], ['[^-a]', ''], ['[^a-]', ''], ['[^\\]x]+', ''], ['^$', ''], ['^\\W+$', ''], ['\\D{3}', ''], ['[^=]*=[^;]*', ''], ['a|b', 'i'], ['get', 'i'],
    ['.*', ''], ['[\\t-~]+', ''], ['\\S+\\s\\S+', ''], ['(?:GET|level)', ''], ['(?<n>a)+', ''], ['\\(e\\)', ''], ['a?', ''], ['\\bb\\b', ''], ['$', ''], ['^', ''], ['x=1', 'u'],
  ])('%s (%s) leaves every line that it fits', (source, flags) => {
    const one = new RegExp(source, flags)
    const fit = LINES.filter((l) => one.test(l))
    const found = left(source, flags)
    expect(found).toBeDefined()
    expect(fit.filter((l) => !found?.includes(l))).toEqual([])
  })

  it('leaves no more than those where it cannot go over the end of a line', () => {
    expect(left('[^=]+=[^;]+', '')).toEqual(['level=warn msg="a b"', 'x=1;y=22'])
    expect(left('\\w\\s\\w', '')).toEqual(['GET /a 200 12ms', 'level=warn msg="a b"', 'a\tb'].filter((l) => /\w\s\w/.test(l)))
  })

  it.each(['(?=a)b', '(?!a)b', '(?<=a)b', '(a)\\1', '(?<n>a)\\k<n>', '[\\s\\d]', '[^\\W]', 'a\\nb', '[^]', '[]', '\\u000a', '\\x0a', '\\cJ', '\\p{L}', '[^-a-]'])('is not tried with %s', (source) => expect(withinLines(source)).toBeUndefined())
})
