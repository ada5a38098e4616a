/** A binary heap whose members can be found, changed and removed by key: O(log n) each. */
export class KeyedHeap<T> {
  readonly #items: T[] = []
  readonly #at = new Map<string, number>()
  readonly #key: (item: T) => string
  readonly #before: (a: T, b: T) => boolean

  constructor(key: (item: T) => string, before: (a: T, b: T) => boolean) {
    this.#key = key
    this.#before = before
  }

  get size(): number {
    return this.#items.length
  }
  has(key: string): boolean {
    return this.#at.has(key)
  }
  get(key: string): T | undefined {
    const i = this.#at.get(key)
    return i === undefined ? undefined : this.#items[i]
  }
  peek(): T | undefined {
    return this.#items[0]
  }
  values(): readonly T[] {
    return this.#items
  }

  /** Adds, or replaces the member of the same key. */
  set(item: T): void {
    const key = this.#key(item)
    const i = this.#at.get(key)
    if (i === undefined) {
      this.#items.push(item)
      this.#at.set(key, this.#items.length - 1)
      this.#up(this.#items.length - 1)
    } else {
      this.#items[i] = item
      this.#down(this.#up(i))
    }
  }

  pop(): T | undefined {
    const first = this.#items[0]
    if (first !== undefined) this.delete(this.#key(first))
    return first
  }

  delete(key: string): T | undefined {
    const i = this.#at.get(key)
    if (i === undefined) return undefined
    const item = this.#items[i]
    const last = this.#items.pop()
    this.#at.delete(key)
    if (i < this.#items.length && last !== undefined) {
      this.#items[i] = last
      this.#at.set(this.#key(last), i)
      this.#down(this.#up(i))
    }
    return item
  }

  #swap(i: number, j: number): void {
    const a = this.#items[i] as T
    const b = this.#items[j] as T
    this.#items[i] = b
    this.#items[j] = a
    this.#at.set(this.#key(b), i)
    this.#at.set(this.#key(a), j)
  }
  #up(i: number): number {
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (!this.#before(this.#items[i] as T, this.#items[parent] as T)) break
      this.#swap(i, parent)
      i = parent
    }
    return i
  }
  #down(i: number): void {
    for (;;) {
      let best = i
      for (const child of [2 * i + 1, 2 * i + 2]) {
        if (child < this.#items.length && this.#before(this.#items[child] as T, this.#items[best] as T)) best = child
      }
      if (best === i) return
      this.#swap(i, best)
      i = best
    }
  }
}
