/** One value that can be watched: the smallest store that `useSyncExternalStore` accepts. */
export interface Observable<T> {
  get(): T
  /** Calls the listener after every change. Returns its removal. */
  subscribe(listener: () => void): () => void
}

export class Value<T> implements Observable<T> {
  #value: T
  readonly #listeners = new Set<() => void>()

  constructor(value: T) {
    this.#value = value
  }

  get = (): T => this.#value

  set(value: T): void {
    if (Object.is(value, this.#value)) return
    this.#value = value
    for (const listener of this.#listeners) listener()
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }
}
