import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addQuantities, bytes, canonicalQuantity, compareQuantities, cpuMillis, formatQuantity, isQuantity, mustParse, parseQuantity, subtractQuantities } from './quantity.ts'

describe('canonical form', () => {
  it.each([
    ['0', '0'], ['-0', '0'], ['0Ki', '0'], ['1500m', '1500m'], ['1000m', '1'], ['0.5', '500m'], ['.5', '500m'], ['1.', '1'], ['+1', '1'],
    ['1.5Gi', '1536Mi'], ['1024Mi', '1Gi'], ['1023', '1023'], ['1023Ki', '1023Ki'], ['1Ki', '1Ki'], ['0.5Ki', '512'], ['1.5', '1500m'],
    ['100k', '100k'], ['1000k', '1M'], ['12345', '12345'], ['1e3', '1e3'], ['1E3', '1e3'], ['1e4', '10e3'], ['1e0', '1'], ['1e-3', '1e-3'], ['1E', '1E'],
    ['1n', '1n'], ['0.1n', '1n'], ['1u', '1u'], ['-1.5Gi', '-1536Mi'], ['-100m', '-100m'], ['1Ei', '1Ei'], ['2Ei', '2Ei'],
    ['1e99999999', '9223372036854775807'], ['9223372036854775807', '9223372036854775807'], ['0.0000000000000000000001', '1n'],
  ])('%s is %s', (text, canonical) => {
    expect(canonicalQuantity(text)).toBe(canonical)
  })

  it.each(['', ' ', 'abc', '1 ', '1Kib', '1mi', '--1', '1.2.3', '.', '1e', '1e1.5', 'Ki', '1KiB', '0x10', '1,5', 'NaN', `${'9'.repeat(200)}`])('%j is no quantity', (text) => {
    expect(isQuantity(text)).toBe(false)
    expect(() => mustParse(text)).toThrow(RangeError)
    expect(canonicalQuantity(text)).toBe(text)
  })

  it('is a fixed point and keeps the value', () => {
    const suffix = fc.constantFrom('', 'n', 'u', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'e3', 'e-2')
    fc.assert(fc.property(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.integer({ min: 0, max: 999 }), suffix, (whole, fraction, unit) => {
      const text = `${whole}.${fraction}${unit}`
      const once = canonicalQuantity(text)
      expect(canonicalQuantity(once)).toBe(once)
      expect(compareQuantities(mustParse(once), mustParse(text))).toBe(0)
    }))
  })
})

describe('arithmetic', () => {
  it.each([
    ['100m', '900m', '1'], ['1Gi', '512Mi', '1536Mi'], ['0', '1Gi', '1Gi'], ['1Gi', '0', '1Gi'], ['1', '1Ki', '1025'], ['1Ki', '1', '1025'],
  ])('%s + %s = %s', (a, b, sum) => {
    expect(formatQuantity(addQuantities(mustParse(a), mustParse(b)))).toBe(sum)
    expect(compareQuantities(subtractQuantities(addQuantities(mustParse(a), mustParse(b)), mustParse(b)), mustParse(a))).toBe(0)
  })

  it('does not lose what floating point would', () => {
    let sum = mustParse('0')
    for (let i = 0; i < 10; i++) sum = addQuantities(sum, mustParse('0.1'))
    expect(formatQuantity(sum)).toBe('1')
    expect(compareQuantities(mustParse('9007199254740993'), mustParse('9007199254740992'))).toBe(1)
  })

  it.each([['1Gi', '1G', 1], ['1000m', '1', 0], ['-1', '1', -1], ['1e3', '1k', 0]])('%s against %s: %i', (a, b, order) => {
    expect(compareQuantities(mustParse(a), mustParse(b))).toBe(order)
  })
})

describe('numbers', () => {
  it.each([['1', 1000], ['250m', 250], ['0.0001', 1], ['2500u', 3], [2, 2000], [undefined, 0], ['-1500u', -1]] as const)('cpuMillis(%s) is %i', (text, millis) => {
    expect(cpuMillis(text)).toBe(millis)
  })
  it.each([['1Ki', 1024], ['1k', 1000], ['1500m', 2], [undefined, 0], ['128Mi', 134_217_728], [5, 5]] as const)('bytes(%s) is %i', (text, value) => {
    expect(bytes(text)).toBe(value)
  })
  it('answers the same when asked again, and after the cache was emptied', () => {
    for (let i = 0; i < 5000; i++) expect(bytes(`${i}Ki`)).toBe(i * 1024)
    expect(bytes('7Ki')).toBe(7168)
  })
  it('refuses what is no quantity', () => {
    expect(() => cpuMillis('many')).toThrow('"many" is not a quantity')
    expect(parseQuantity('many')).toBeUndefined()
  })
})
