import { describe, expect, it } from 'vitest'
import { addressOf, cidrContains, cidrsOverlap, formatCidr, formatIpv4, parseCidr, parseIpv4, subtractCidrs } from './ipv4.ts'

describe('addresses', () => {
  it.each([['0.0.0.0', 0], ['10.96.0.1', 174063617], ['255.255.255.255', 4294967295]])('%s', (text, n) => {
    expect(parseIpv4(text)).toBe(n)
    expect(formatIpv4(n)).toBe(text)
  })
  it.each(['', '1.2.3', '1.2.3.4.5', '1.2.3.256', 'fd00::1', ' 1.2.3.4'])('%j is none', (text) => expect(parseIpv4(text)).toBeUndefined())
})

describe('ranges', () => {
  it.each([['10.96.0.0/12', 2 ** 20, '10.96.0.0/12'], ['10.97.3.4/12', 2 ** 20, '10.96.0.0/12'], ['1.2.3.4/32', 1, '1.2.3.4/32'], ['0.0.0.0/0', 2 ** 32, '0.0.0.0/0']])('%s', (text, size, canonical) => {
    const range = parseCidr(text)!
    expect(range.size).toBe(size)
    expect(formatCidr(range)).toBe(canonical)
  })
  it.each(['', '10.0.0.0', '10.0.0.0/33', '10.0.0/8', 'fd00::/8'])('%j is none', (text) => expect(parseCidr(text)).toBeUndefined())
  it.each([
    ['10.0.0.0/8', '10.244.0.0/16', true], ['10.244.0.0/16', '10.245.0.0/16', false], ['10.244.255.0/24', '10.244.0.0/16', true], ['0.0.0.0/0', '1.2.3.4/32', true],
  ])('%s and %s overlap: %s', (a, b, expected) => {
    expect(cidrsOverlap(parseCidr(a)!, parseCidr(b)!)).toBe(expected)
    expect(cidrsOverlap(parseCidr(b)!, parseCidr(a)!)).toBe(expected)
  })
  it.each([
    ['10.0.0.0/24', [], ['10.0.0.0/24']], ['10.0.0.0/24', ['10.0.0.0/24'], []], ['10.0.0.0/24', ['10.0.0.0/8'], []], ['10.0.0.0/24', ['10.1.0.0/16'], ['10.0.0.0/24']],
    ['10.0.0.0/24', ['10.0.0.128/25'], ['10.0.0.0/25']], ['10.0.0.0/30', ['10.0.0.1/32'], ['10.0.0.0/32', '10.0.0.2/31']],
    ['0.0.0.0/0', ['10.0.0.0/8', '128.0.0.0/1'], ['0.0.0.0/5', '8.0.0.0/7', '11.0.0.0/8', '12.0.0.0/6', '16.0.0.0/4', '32.0.0.0/3', '64.0.0.0/2']],
  ])('%s without %j', (from, without, expected) => expect(subtractCidrs(parseCidr(from)!, without.map((w) => parseCidr(w)!)).map(formatCidr)).toEqual(expected))
  it('know their addresses', () => {
    expect(addressOf('10.96.0.0/16', 10)).toBe('10.96.0.10')
    expect(() => addressOf('10.96.0.0/30', 4)).toThrow(RangeError)
    expect(cidrContains(parseCidr('10.96.0.0/16')!, parseIpv4('10.96.255.255')!)).toBe(true)
    expect(cidrContains(parseCidr('10.96.0.0/16')!, parseIpv4('10.97.0.0')!)).toBe(false)
  })
})
