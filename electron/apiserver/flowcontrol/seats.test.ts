import { describe, expect, it } from 'vitest'
import { limitsOf, mayTake, type LevelConfig, type Use } from './seats.ts'

const config = (name: string, shares: number, lendablePercent = 0, borrowingLimitPercent?: number): LevelConfig => ({ name, exempt: false, shares, lendablePercent, borrowingLimitPercent })
const use = (nominal: number, lendable: number, seats: number, upper = Infinity, exempt = false): Use => ({ nominal, lower: nominal - lendable, upper, seats, exempt })

describe('shares', () => {
  it('are of all seats, rounded up', () => {
    const limits = limitsOf([config('a', 20, 50), config('b', 10, 0, 50), config('c', 0)], 100)
    expect([...limits]).toEqual([
      ['a', { nominal: 67, lower: 33, upper: Infinity }], ['b', { nominal: 34, lower: 34, upper: 51 }], ['c', { nominal: 0, lower: 0, upper: Infinity }],
    ])
  })
  it('are none where nobody has one', () => expect(limitsOf([config('a', 0)], 100).get('a')?.nominal).toBe(0))
})

describe('whether a level may take a seat', () => {
  it.each<[string, Use, Use[], number, boolean]>([
    ['within its own', use(10, 0, 9), [], 1, true],
    ['more than its own, and nobody lends', use(10, 0, 10), [use(10, 0, 0)], 1, false],
    ['more than its own, and one lends', use(10, 0, 10), [use(10, 5, 0)], 5, true],
    ['more than one lends', use(10, 0, 10), [use(10, 5, 0)], 6, false],
    ['what one lends is in use there', use(10, 0, 10), [use(10, 5, 7)], 4, false],
    ['two lend together', use(10, 0, 10), [use(10, 5, 0), use(10, 2, 0)], 7, true],
    ['no more than it may borrow', use(10, 0, 10, 12), [use(10, 5, 0)], 3, false],
    ['its own, lent away', use(10, 10, 0), [use(0, 0, 10)], 1, false],
    ['what it does not lend, though all else is lent', use(10, 5, 4), [use(0, 0, 5)], 1, true],
    ['a level without a share lives on what others lend', use(0, 0, 0), [use(10, 1, 0)], 1, true],
    ['the exempt borrow nothing', use(10, 0, 10), [use(0, 0, 300, Infinity, true), use(10, 1, 0)], 1, true],
  ])('%s', (_, level, others, width, expected) => expect(mayTake([level, ...others], level, width)).toBe(expected))
})
