import { describe, expect, it } from 'vitest'
import { age, humanDuration } from './duration.ts'

const S = 1000
const M = 60 * S
const H = 60 * M
const D = 24 * H

describe('humanDuration', () => {
  it.each([
    [-3 * S, '<invalid>'], [-1500, '0s'], [-1, '0s'], [0, '0s'], [999, '0s'], [59 * S, '59s'], [119 * S, '119s'],
    [2 * M, '2m'], [2 * M + S, '2m1s'], [9 * M + 59 * S, '9m59s'], [10 * M + 5 * S, '10m'], [179 * M, '179m'],
    [3 * H, '3h'], [3 * H + 5 * M, '3h5m'], [7 * H + 59 * M, '7h59m'], [8 * H + 10 * M, '8h'], [47 * H, '47h'],
    [2 * D, '2d'], [2 * D + 3 * H, '2d3h'], [7 * D + 23 * H, '7d23h'], [8 * D + 5 * H, '8d'], [729 * D, '729d'],
    [730 * D, '2y'], [731 * D, '2y1d'], [7 * 365 * D + 9 * D, '7y9d'], [8 * 365 * D + 9 * D, '8y'],
  ])('%i ms is %s', (ms, text) => {
    expect(humanDuration(ms)).toBe(text)
  })
})

describe('age', () => {
  const now = Date.parse('2026-01-01T00:01:30Z')
  it.each([
    ['2026-01-01T00:00:00Z', '90s'], ['2026-01-01T00:00:00.250000Z', '89s'], [undefined, '<unknown>'], [null, '<unknown>'], ['', '<unknown>'], ['yesterday', '<unknown>'],
  ])('%s', (time, text) => {
    expect(age(time, now)).toBe(text)
  })
})
