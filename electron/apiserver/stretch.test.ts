import { expect, it } from 'vitest'
import { atOnce, inStretches, Stretch, type Steps } from './stretch.ts'

const hold = (ms: number): void => { for (const until = performance.now() + ms; performance.now() < until;); }
function* steps(count: number, each: () => void): Steps<number> {
  for (let i = 0; i < count; i++) {
    each()
    yield
  }
  return count
}

it('does what is short in this turn', () => {
  expect(inStretches(steps(1000, () => undefined), undefined)).toBe(1000)
  expect(atOnce(steps(3, () => hold(10)))).toBe(3)
})

it('lets others have a turn between long steps', async () => {
  let done = 0
  let seen: number | undefined
  const work = inStretches(steps(4, () => { hold(10); done++ }), new Stretch(true))
  setImmediate(() => (seen = done))
  expect(work).toBeInstanceOf(Promise)
  expect(await work).toBe(4)
  expect(seen).toBeLessThan(4)
})

it('fails as its steps do, at once and after a rest', async () => {
  const failing = (ms: number) => inStretches(steps(2, () => { if (ms === 0) throw new Error('no'); hold(ms); ms = 0 }), new Stretch(true))
  expect(() => failing(0)).toThrow('no')
  await expect(failing(10)).rejects.toThrow('no')
})

it('is rested after a rest, and when it has begun anew', async () => {
  const stretch = new Stretch(true)
  hold(10)
  expect(stretch.tired).toBe(true)
  stretch.begin()
  hold(10)
  expect(stretch.tired).toBe(true)
})

it('never, where what it is about is small, until it has grown', () => {
  const stretch = new Stretch(false)
  hold(10)
  expect(stretch.tired).toBe(false)
  stretch.grow()
  expect(stretch.tired).toBe(true)
})
