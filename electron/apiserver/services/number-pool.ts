/**
 * A range of whole numbers to take from: addresses by their offset, or ports. The low end is a band for people who choose
 * their own numbers; numbers that the server chooses come from above it for as long as there are any.
 * Source: Kubernetes documentation, "Service ClusterIP allocation" and "Service NodePort: avoiding collisions".
 */

export interface NumberPoolOptions {
  readonly first: number
  readonly last: number
  /** The first number above the static band. */
  readonly dynamicFrom: number
  /** Numbers that only someone who asks for them gets. */
  readonly reserved?: readonly number[]
  /** 0 up to but not including 1. */
  readonly random?: () => number
}

export class NumberPool {
  readonly first: number
  readonly last: number
  readonly #dynamicFrom: number
  readonly #reserved: ReadonlySet<number>
  readonly #random: () => number
  /** How many hold each number: normally one; data of other origin may hold one twice. */
  readonly #taken = new Map<number, number>()

  constructor({ first, last, dynamicFrom, reserved = [], random = Math.random }: NumberPoolOptions) {
    this.first = first
    this.last = last
    this.#dynamicFrom = dynamicFrom
    this.#reserved = new Set(reserved)
    this.#random = random
  }

  get size(): number {
    return this.#taken.size
  }
  has = (value: number): boolean => this.#taken.has(value)
  contains = (value: number): boolean => value >= this.first && value <= this.last

  take(value: number): void {
    this.#taken.set(value, (this.#taken.get(value) ?? 0) + 1)
  }
  release(value: number): void {
    const held = this.#taken.get(value) ?? 0
    if (held > 1) this.#taken.set(value, held - 1)
    else this.#taken.delete(value)
  }

  /** A number that nobody has, which the caller may then take; undefined: the range is full. */
  next(): number | undefined {
    return this.#freeIn(this.#dynamicFrom, this.last) ?? this.#freeIn(this.first, this.#dynamicFrom - 1)
  }

  /** From a random place on, so that a number just given back is not the next one handed out. */
  #freeIn(first: number, last: number): number | undefined {
    const size = last - first + 1
    if (size <= 0) return undefined
    const start = Math.floor(this.#random() * size)
    for (let i = 0; i < size; i++) {
      const value = first + ((start + i) % size)
      if (!this.#taken.has(value) && !this.#reserved.has(value)) return value
    }
    return undefined
  }
}
