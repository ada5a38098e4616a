import { describe, expect, it } from 'vitest'
import { timeoutOf } from './request-timeout.ts'

const of = (timeout: string): number => timeoutOf(new URLSearchParams({ timeout }), 60_000)

describe('how long a request may take', () => {
  it('a minute, where nothing is said', () => expect(timeoutOf(new URLSearchParams(), 60_000)).toBe(60_000))
  it.each([['', 60_000], ['0', 60_000], ['0s', 60_000], ['-1s', 60_000], ['10s', 10_000], ['+1.5s', 1500], ['1m', 60_000], ['1h', 60_000], ['1m30s', 60_000], ['.5s20ms', 520], ['1000us', 1], ['5µs', 0.005]])('%s: %d ms', (text, ms) => expect(of(text)).toBeCloseTo(ms, 9))
  it.each([
    ['x', 'invalid duration "x"'], ['10', 'missing unit in duration "10"'], ['10y', 'unknown unit "y" in duration "10y"'], ['10s5', 'missing unit in duration "10s5"'], ['-', 'invalid duration "-"'], ['.s', 'invalid duration ".s"'], ['1constructor', 'unknown unit "constructor" in duration "1constructor"'],
    ['9999999999h', 'invalid duration "9999999999h"'],
  ])('%s is refused', (text, why) => expect(() => of(text)).toThrow(expect.objectContaining({ code: 400, reason: 'BadRequest', message: `invalid timeout specified in the request URL - time: ${why}` })))
})
