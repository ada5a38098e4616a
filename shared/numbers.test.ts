import { describe, expect, it } from 'vitest'
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
  it('are written as they were', () => expect(JSON.stringify({ a: [9007199254740993n, -(2n ** 63n)] })).toBe('{"a":[9007199254740993,-9223372036854775808]}'))
})
