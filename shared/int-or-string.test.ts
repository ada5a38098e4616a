import { describe, expect, it } from 'vitest'
import { percentOf, resolveIntOrPercent } from './int-or-string.ts'

describe('resolveIntOrPercent', () => {
  it.each([
    ['25%', 10, 'up', 3], ['25%', 10, 'down', 2], ['25%', 4, 'up', 1], ['25%', 4, 'down', 1], ['25%', 3, 'down', 0], ['25%', 1, 'up', 1],
    ['7%', 100, 'up', 7], ['0%', 9, 'up', 0], ['100%', 9, 'down', 9], ['200%', 3, 'up', 6], [2, 10, 'up', 2], [0, 10, 'down', 0],
  ] as const)('%s of %i rounded %s is %i', (value, total, round, result) => {
    expect(resolveIntOrPercent(value, total, round)).toBe(result)
  })
  it.each(['25', '%', 'a%', '-5%', '1.5%'])('%j is no percentage', (value) => {
    expect(percentOf(value)).toBeUndefined()
    expect(() => resolveIntOrPercent(value, 1, 'up')).toThrow(RangeError)
  })
})
