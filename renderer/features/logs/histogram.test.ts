import { expect, it } from 'vitest'
import { marked, stacked, STACK, totals } from './histogram.ts'

// In the order of LOG_LEVELS: '', trace, debug, info, warn, error, fatal.
const histogram = { from: 1_000, step: 500, counts: [[1, 0, 0, 2, 0, 3, 0], [0, 0, 0, 0, 0, 0, 4]] }
it('stacks bars with the gravest at the bottom', () => {
  const { times, tops } = stacked(histogram)
  expect(times).toEqual([1, 1.5])
  expect(Object.fromEntries(STACK.toReversed().map((level, i) => [level, tops[i]]))).toEqual({ '': [6, 4], trace: [5, 4], debug: [5, 4], info: [5, 4], warn: [3, 4], error: [3, 4], fatal: [0, 4] })
})
it('sums up', () => expect(totals(histogram.counts)).toEqual({ fatal: 4, error: 3, warn: 0, info: 2, debug: 0, trace: 0, '': 1 }))
it.each([[1_100, 1_200, 1_000, 1_500], [1_600, 1_100, 1_000, 2_000], [-5, 9e9, 1_000, 2_000]])('from %d to %d marks %d to %d', (begin, end, from, to) => expect(marked(histogram, begin, end)).toEqual({ from, to }))
