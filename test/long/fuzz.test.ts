/** The laws of electron/apiserver/fuzz at length: other requests at each run, unless PILOTHOUSE_FUZZ_SEED says which; PILOTHOUSE_FUZZ_COUNT how many. */
import { expect, it } from 'vitest'
import { sendAll } from '../../electron/apiserver/fuzz/laws.ts'

const count = Number(process.env['PILOTHOUSE_FUZZ_COUNT'] ?? 100_000)
const seed = Number(process.env['PILOTHOUSE_FUZZ_SEED'] ?? Date.now() % 2 ** 31)

it(`answers ${count} requests of all sorts (seed ${seed}), and is whole afterwards`, async () => {
  const { refused, accepted } = await sendAll(count, seed)
  expect(refused + accepted).toBe(count)
  expect(accepted).toBeGreaterThan(count / 10)
})
