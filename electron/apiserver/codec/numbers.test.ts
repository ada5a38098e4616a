import { describe, expect, it } from 'vitest'
import { decodeBody, decodePatch } from './decode.ts'
import { parseJson } from './numbers.ts'

describe('whole numbers that a JavaScript number would round', () => {
  it.each([
    ['9007199254740993', 9007199254740993n], ['-9223372036854775808', -(2n ** 63n)], ['9223372036854775807', 2n ** 63n - 1n], ['9007199254740991', 9007199254740991], [`[${'9'.repeat(16)}]`, [9999999999999999n]],
    // Beyond int64 and with a fraction they are float64, as in Go.
    ['9223372036854775808', 2 ** 63], ['12345678901234567.5', Number('12345678901234567.5')], ['1e20', 1e20],
  ])('%s', (text, value) => {
    expect(parseJson(`{"a":[${text}],"__proto__":{"b":"1234567890123456789"}}`)).toEqual(JSON.parse('{"a":[0],"__proto__":{"b":"1234567890123456789"}}', (key, v: unknown) => (key === 'a' ? [value] : v)))
  })
  it('are no excuse for what is not JSON', () => expect(() => parseJson('[01234567890123456789]')).toThrow(SyntaxError))
  it.each([
    ['application/json', '{"a":{"m":9007199254740993},"s":"9007199254740993"}'], ['application/yaml', 'a:\n  m: 9007199254740993\ns: "9007199254740993"\n'], ['application/yaml', '{"a":{"m":9007199254740993},"s":"9007199254740993"}'],
  ])('come whole out of %s', (type, text) => {
    const { object } = decodeBody(Buffer.from(text), type)
    expect(object).toEqual({ a: { m: 9007199254740993n }, s: '9007199254740993' })
    expect(JSON.stringify(object)).toBe('{"a":{"m":9007199254740993},"s":"9007199254740993"}')
  })
  it.each(['application/merge-patch+json', 'application/strategic-merge-patch+json', 'application/apply-patch+yaml'])('come whole out of a %s', (type) => {
    expect(decodePatch(Buffer.from('{"n":9007199254740993}'), type).object).toEqual({ n: 9007199254740993n })
  })
  it('leave what is small a number in YAML', () => expect(decodeBody(Buffer.from('a: 1\nb: 0x10\nc: 1.5\nd: 9007199254740993\ne: {f: [1, yes]}\n'), 'application/yaml').object).toEqual({ a: 1, b: 16, c: 1.5, d: 9007199254740993n, e: { f: [1, true] } }))
})
