import { describe, expect, it } from 'vitest'
import { jsonFault } from './json-fault.ts'

describe('the fault of what is not JSON', () => {
  it.each([
    ['', 'unexpected end of JSON input'],
    ['{', 'unexpected end of JSON input'],
    ['{"a"', 'unexpected end of JSON input'],
    ['{"a": "x', 'unexpected end of JSON input'],
    ['[[[[', 'unexpected end of JSON input'],
    ['{a: 1}', "invalid character 'a' looking for beginning of object key string"],
    ['{"a": 1,}', "invalid character '}' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a": 1 "b"}', "invalid character '\"' after object key:value pair"],
    ['[1, 2', 'unexpected end of JSON input'],
    ['[1 2]', "invalid character '2' after array element"],
    ['[1,]', "invalid character ']' looking for beginning of value"],
    ['{"a": tru}', "invalid character '}' in literal true (expecting 'e')"],
    ['{"a": \'x\'}', "invalid character '\\'' looking for beginning of value"],
    ['{} x', "invalid character 'x' after top-level value"],
    ['{"a": 01}', "invalid character '1' after object key:value pair"],
    ['{"a": -x}', "invalid character 'x' in numeric literal"],
    ['{"a": 1.}', "invalid character '}' after decimal point in numeric literal"],
    ['{"a": 1e}', "invalid character '}' in exponent of numeric literal"],
    ['"a\nb"', "invalid character '\\n' in string literal"],
    ['"\\x"', "invalid character 'x' in string escape code"],
    ['"\\u00g0"', "invalid character 'g' in \\u hexadecimal character escape"],
    ['\u0000', "invalid character '\\x00' looking for beginning of value"],
    ['kind: Pod', "invalid character 'k' looking for beginning of value"],
    ['é', "invalid character 'Ã' looking for beginning of value"],
  ])('%s', (text, fault) => {
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError)
    expect(jsonFault(text)).toBe(fault)
  })
  it('is found in a text that nests deeply', () => expect(jsonFault('[{"a":'.repeat(200_000))).toBe('unexpected end of JSON input'))
})
