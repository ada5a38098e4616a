import { describe, expect, it } from 'vitest'
import { formatIpv4, parseIpv4 } from '../../../shared/ipv4.ts'
import { ipv4Range, staticBand } from './ipv4.ts'
import { NumberPool } from './number-pool.ts'

const drain = (pool: NumberPool, most = 100): number[] => {
  const out: number[] = []
  for (let n = pool.next(); n !== undefined && out.length < most; n = pool.next()) {
    pool.take(n)
    out.push(n)
  }
  return out
}

describe('a pool of numbers', () => {
  it.each([
    [0, [6, 7, 8, 9, 1, 3, 4, 5]],
    [0.5, [8, 9, 6, 7, 3, 4, 5, 1]],
    [0.999, [9, 6, 7, 8, 5, 1, 3, 4]],
  ])('gives the upper part first, then the band, never what is reserved (random %d)', (random, expected) => {
    const pool = new NumberPool({ first: 1, last: 9, dynamicFrom: 6, reserved: [2], random: () => random })
    expect(drain(pool)).toEqual(expected)
    expect(pool.next()).toBeUndefined()
    pool.release(7)
    expect(pool.next()).toBe(7)
  })
  it('a number that two hold is free when both have let go', () => {
    const pool = new NumberPool({ first: 1, last: 1, dynamicFrom: 1 })
    pool.take(1)
    pool.take(1)
    pool.release(1)
    expect(pool.next()).toBeUndefined()
    pool.release(1)
    expect(pool.next()).toBe(1)
    pool.release(1)
    expect(pool.size).toBe(0)
  })
})

describe('ranges of addresses', () => {
  it.each([[16, 16], [256, 16], [1024, 64], [4096, 256], [2 ** 20, 256]])('of %d addresses keep a band of %d', (size, band) => expect(staticBand(size)).toBe(band))
  it.each([['0.0.0.0', 0], ['10.96.0.1', 174063617], ['255.255.255.255', 2 ** 32 - 1]])('%s is %d', (text, n) => {
    expect(parseIpv4(text)).toBe(n)
    expect(formatIpv4(n)).toBe(text)
  })
  it.each(['', '10.96.0', '10.96.0.256', '10.96.0.1.2', 'fd00::1', ' 10.96.0.1'])('%j is no address', (text) => expect(parseIpv4(text)).toBeUndefined())
  it.each(['10.96.0.0', '10.96.0.1/12', '10.96.0.0/31', 'x/12'])('%j is no range', (cidr) => expect(() => ipv4Range(cidr, [])).toThrow(RangeError))
  it('leave out the network and its broadcast address, and begin above the band', () => {
    const { pool } = ipv4Range('10.0.0.0/28', [1], () => 0)
    expect([formatIpv4(pool.first), formatIpv4(pool.last)]).toEqual(['10.0.0.1', '10.0.0.14'])
    expect(formatIpv4(ipv4Range('10.96.0.0/12', [1, 10], () => 0).pool.next() ?? 0)).toBe('10.96.1.0')
  })
})
