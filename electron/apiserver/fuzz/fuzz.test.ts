import { expect, it } from 'vitest'
import { sendAll } from './laws.ts'

/** How many requests, and which: PILOTHOUSE_FUZZ_SEED sends others. */
const COUNT = 2000
const SEED = Number(process.env['PILOTHOUSE_FUZZ_SEED'] ?? 4)

it(`answers ${COUNT} requests of all sorts, and is whole afterwards`, async () => {
  const { refused, accepted, connected } = await sendAll(COUNT, SEED)
  // Noise alone would prove little: enough of it is taken.
  expect(refused + accepted + connected).toBe(COUNT)
  expect(accepted).toBeGreaterThan(COUNT / 10)
  expect(connected).toBeGreaterThan(COUNT / 100)
})
