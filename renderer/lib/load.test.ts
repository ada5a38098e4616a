import { expect, it } from 'vitest'
import { load } from './load.ts'

const failing = (times: number) => {
  let asked = 0
  return { ask: async () => { if (++asked <= times) throw new Error(`no ${asked}`); return 'here' }, asked: () => asked }
}

it('asks again for what did not come, with longer and longer pauses', async () => {
  const pauses: number[] = []
  const { ask, asked } = failing(3)
  expect(await load(ask, async (ms) => pauses.push(ms))).toBe('here')
  expect([asked(), pauses]).toEqual([4, [150, 300, 600]])
})
it('gives the last reason in the end', async () => {
  const { ask, asked } = failing(99)
  await expect(load(ask, async () => undefined)).rejects.toThrow('no 6')
  expect(asked()).toBe(6)
})
