import { expect, it } from 'vitest'
import { MOST_LINES, further, nothingYet, shareOf, titleOf } from './model.ts'

it.each([
  [['a@sha256:1', 'a:1'], 'a:1'], [['a@sha256:1'], 'a@sha256:1'], [[], '0123456789ab'],
])('an image named %j is shown as %s', (names, title) => {
  expect(titleOf({ id: 'sha256:0123456789abcdef', names })).toBe(title)
})
it('keeps the last lines of its work, its share, and its end', () => {
  const message = (lines: string[], currentBytes = 0, totalBytes = 0): never => ({ lines, currentBytes, totalBytes }) as never
  const some = further(nothingYet, message(['a', 'b'], 1, 3))
  expect([some.lines, shareOf(some), shareOf(nothingYet)]).toEqual([['a', 'b'], 33, undefined])
  const much = further(some, message(Array.from({ length: MOST_LINES }, (_, i) => String(i))))
  expect([much.lines.length, much.lines[0]]).toEqual([MOST_LINES, '0'])
  expect(further(some, { lines: [], currentBytes: 3, totalBytes: 3, done: { image: 'x', id: 'y', digest: '' } }).done).toEqual({ image: 'x', id: 'y', digest: '' })
})
