import { describe, expect, it } from 'vitest'
import { decodeBody, decodePatch } from './decode.ts'

describe('whole numbers that a JavaScript number would round, in bodies', () => {
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
