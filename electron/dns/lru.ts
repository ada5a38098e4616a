/** A map of bounded size that forgets what was not used for longest. */
export interface LruMap<V> {
  get(key: string): V | undefined
  set(key: string, value: V): void
  delete(key: string): void
  readonly size: number
}

export function createLruMap<V>(most: number): LruMap<V> {
  // A Map keeps the order of insertion: what is used is put in again.
  const map = new Map<string, V>()
  return {
    get(key) {
      const value = map.get(key)
      if (value === undefined) return undefined
      map.delete(key)
      map.set(key, value)
      return value
    },
    set(key, value) {
      map.delete(key)
      map.set(key, value)
      if (map.size <= most) return
      const [oldest] = map.keys()
      if (oldest !== undefined) map.delete(oldest)
    },
    delete(key) {
      map.delete(key)
    },
    get size() {
      return map.size
    },
  }
}
