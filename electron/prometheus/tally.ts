/**
 * How often what was measured came to be of which size: plain numbers, for what is measured so often that the library's own
 * histogram would cost more than the work. `histogram` in kept.ts tells it.
 */
export class Tally {
  /** Upper bounds, rising. */
  readonly bounds: readonly number[]
  /** How many were at most as large as the bound of the same place, and above the one before it; the last: above all. */
  readonly counts: number[]
  sum = 0

  constructor(bounds: readonly number[]) {
    this.bounds = bounds
    this.counts = Array.from({ length: bounds.length + 1 }, () => 0)
  }
  /** How many in all. */
  get count(): number {
    return this.counts.reduce((a, b) => a + b, 0)
  }
  observe(value: number): void {
    const { bounds, counts } = this
    let at = 0
    while (at < bounds.length && value > (bounds[at] as number)) at++
    counts[at] = (counts[at] as number) + 1
    this.sum += value
  }
}
