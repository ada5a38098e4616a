/** The memory of an informer: frozen objects by key, by namespace and by any given index. */
import type { KubeObject } from '../../shared/api/meta.ts'
import type { Indexers } from './types.ts'

/** `namespace/name`, or `name` for objects without a namespace: the key of work queues. */
export const keyOf = (object: { metadata: { name: string; namespace?: string } }): string =>
  object.metadata.namespace ? `${object.metadata.namespace}/${object.metadata.name}` : object.metadata.name

/** The two halves of a key. */
export function splitKey(key: string): { namespace: string | undefined; name: string } {
  const at = key.indexOf('/')
  return at < 0 ? { namespace: undefined, name: key } : { namespace: key.slice(0, at), name: key.slice(at + 1) }
}

/** A set of objects whose array form is made once for each change that is followed by a read. */
class Bucket<T> {
  readonly members = new Map<string, T>()
  #array: readonly T[] | undefined
  set(key: string, object: T): void {
    this.members.set(key, object)
    this.#array = undefined
  }
  delete(key: string): void {
    this.members.delete(key)
    this.#array = undefined
  }
  get array(): readonly T[] {
    return (this.#array ??= [...this.members.values()])
  }
}

const EMPTY: readonly never[] = Object.freeze([])

export class ObjectIndex<T extends KubeObject> {
  readonly #all = new Bucket<T>()
  readonly #namespaces = new Map<string, Bucket<T>>()
  readonly #indexers = new Map<string, (object: T) => readonly string[]>()
  readonly #indexes = new Map<string, Map<string, Bucket<T>>>()

  /** Adds indexes, also over what is already there. The same name with another function is a programming error. */
  addIndexers(indexers: Indexers<T>): void {
    for (const [name, values] of Object.entries(indexers)) {
      const present = this.#indexers.get(name)
      if (present === values) continue
      if (present) throw new Error(`index ${JSON.stringify(name)} exists already with another function`)
      this.#indexers.set(name, values)
      const index = new Map<string, Bucket<T>>()
      this.#indexes.set(name, index)
      for (const [key, object] of this.#all.members) for (const value of values(object)) bucketOf(index, value).set(key, object)
    }
  }
  get size(): number {
    return this.#all.members.size
  }
  get(key: string): T | undefined {
    return this.#all.members.get(key)
  }
  keys(): string[] {
    return [...this.#all.members.keys()]
  }
  list(namespace?: string): readonly T[] {
    if (!namespace) return this.#all.array
    return this.#namespaces.get(namespace)?.array ?? EMPTY
  }
  byIndex(index: string, value: string): readonly T[] {
    const values = this.#indexes.get(index)
    if (!values) throw new Error(`there is no index ${JSON.stringify(index)}`)
    return values.get(value)?.array ?? EMPTY
  }
  set(object: T): void {
    const key = keyOf(object)
    const old = this.#all.members.get(key)
    this.#all.set(key, object)
    if (object.metadata.namespace) bucketOf(this.#namespaces, object.metadata.namespace).set(key, object)
    for (const [name, values] of this.#indexers) {
      const index = this.#indexes.get(name)!
      const now = values(object)
      if (old) for (const value of values(old)) if (!now.includes(value)) drop(index, value, key)
      for (const value of now) bucketOf(index, value).set(key, object)
    }
  }
  delete(key: string): void {
    const old = this.#all.members.get(key)
    if (!old) return
    this.#all.delete(key)
    if (old.metadata.namespace) drop(this.#namespaces, old.metadata.namespace, key)
    for (const [name, values] of this.#indexers) for (const value of values(old)) drop(this.#indexes.get(name)!, value, key)
  }
}

function bucketOf<T>(index: Map<string, Bucket<T>>, value: string): Bucket<T> {
  let bucket = index.get(value)
  if (!bucket) index.set(value, (bucket = new Bucket()))
  return bucket
}
/** Empty buckets go, so that an index over short-lived values does not grow. */
function drop<T>(index: Map<string, Bucket<T>>, value: string, key: string): void {
  const bucket = index.get(value)
  if (!bucket) return
  bucket.delete(key)
  if (!bucket.members.size) index.delete(value)
}
