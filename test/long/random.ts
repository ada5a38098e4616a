/** Random numbers that can be had again: a failing run prints its seed, `PILOTHOUSE_SEED` repeats it. */

export interface Random {
  readonly seed: number
  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number
}

/** mulberry32: 32 bits of state are plenty for choosing instants. */
export function createRandom(seed = Number(process.env['PILOTHOUSE_SEED'] ?? Date.now() % 1_000_000)): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  return { seed, whole: (least, most) => least + Math.floor(next() * (most - least + 1)) }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
