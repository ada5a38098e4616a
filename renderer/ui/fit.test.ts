import { describe, expect, it } from 'vitest'
import { fitting, leastOf } from './fit.ts'

const columns = [{ width: 'minmax(180px, 3fr)' }, { width: 'minmax(80px, 1fr)' }, { width: '56px' }, { width: '64px' }]
describe('fitting', () => {
  it.each([
    ['unknown', 0, [0, 1, 2, 3]],
    ['wide', 1000, [0, 1, 2, 3]],
    ['exactly', 448, [0, 1, 2, 3]],
    ['one pixel less', 447, [0, 1, 3]],
    ['very narrow', 100, [0, 3]],
  ])('%s', (_, space, expected) => expect(fitting(columns, space)).toEqual(expected.map((i) => columns[i])))
  it('keeps what is vital, though it stands right of others', () => expect(fitting([columns[0]!, columns[1]!, { width: '56px', vital: true }, columns[3]!], 400)).toEqual([columns[0], { width: '56px', vital: true }, columns[3]]))
  it('gives back the same list when all fit, so that nothing is drawn again', () => expect(fitting(columns, 1000)).toBe(columns))
})
it.each([['minmax(160px, 3fr)', 160], ['80px', 80], ['1fr', 80]])('%s needs %d', (width, least) => expect(leastOf(width)).toBe(least))
