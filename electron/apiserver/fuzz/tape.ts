/**
 * Choices from a row of numbers that fast-check draws, and shrinks. A shorter row and smaller numbers make a simpler thing:
 * once it is at its end every choice is the first, so whoever offers choices puts the plainest first and ends what repeats.
 */
export class Tape {
  readonly #numbers: Uint32Array
  #at = 0
  constructor(numbers: Uint32Array) {
    this.#numbers = numbers
  }
  /** 0 ≤ answer < n. */
  below(n: number): number {
    return (this.#numbers[this.#at++] ?? 0) % n
  }
  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T
  }
  /** True once in n times; never at the end. */
  chance(n: number): boolean {
    return this.below(n) === n - 1 && n > 1
  }
  /** Up to `most` of what `make` gives. */
  several<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.below(most + 1) }, make)
  }
}
