import { expect, it } from 'vitest'
import { Heights, layout, LINE } from './rows.ts'

it('places rows of one height', () => {
  const rows = layout(3, new Heights(), (i) => i)
  expect([rows.total, rows.top(2), rows.at(-5), rows.at(LINE), rows.at(1e9)]).toEqual([3 * LINE, 2 * LINE, 0, 1, 2])
})
it('places rows of several heights', () => {
  const heights = new Heights()
  expect(heights.set(11, 100)).toBe(true)
  expect(heights.set(11, 100)).toBe(false)
  expect(heights.set(12, LINE)).toBe(false)
  const rows = layout(3, heights, (i) => 10 + i)
  expect([rows.total, rows.top(1), rows.top(2)]).toEqual([100 + 2 * LINE, LINE, LINE + 100])
  expect([0, LINE - 1, LINE, LINE + 99, LINE + 100, 1e9].map((p) => rows.at(p))).toEqual([0, 0, 1, 1, 2, 2])
})
it('forgets what is gone once that is most', () => {
  const heights = new Heights()
  for (let id = 0; id < 2_000; id++) heights.set(id, 40)
  heights.prune(Array.from({ length: 1_900 }, (_, i) => ({ id: i })))
  expect(heights.size).toBe(2_000)
  heights.prune([{ id: 7 }, { id: 5_000 }])
  expect([heights.size, heights.get(7), heights.get(8)]).toEqual([1, 40, LINE])
})
