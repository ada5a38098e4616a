/** The laws of electron/apiserver/fuzz at length: other requests at each run, unless PILOTHOUSE_FUZZ_SEED says which; PILOTHOUSE_FUZZ_COUNT how many. */
import { expect, it } from 'vitest'
import { sendAll } from '../../electron/apiserver/fuzz/laws.ts'

const count = Number(process.env['PILOTHOUSE_FUZZ_COUNT'] ?? 100_000)
const seed = Number(process.env['PILOTHOUSE_FUZZ_SEED'] ?? Date.now() % 2 ** 31)

/** Two minutes of a machine that has nothing else to do. */
const LIMIT_MS = 3_600_000
const TELL_EVERY = 10_000

it(`answers ${count} requests of all sorts (seed ${seed}), and is whole afterwards`, async () => {
  const { refused, accepted, connected } = await sendAll(count, seed, (sent) => { if (sent % TELL_EVERY === 0) console.log(`${sent} of ${count} requests`) })
  expect(refused + accepted + connected).toBe(count)
  expect(accepted).toBeGreaterThan(count / 10)
  expect(connected).toBeGreaterThan(count / 100)
}, LIMIT_MS)
