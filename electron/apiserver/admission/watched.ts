/** The objects of a resource as an array that is made anew only after a change: what every request looks at. */
import type { KubeObject } from '../../../shared/api/meta.ts'
import { prefixOf, type Env } from '../registry/env.ts'

export interface Watched<T> {
  list(): readonly T[]
  stop(): void
}

export function watched<T extends KubeObject>(store: Env['store'], of: { group: string; resource: string }, changed: () => void = () => undefined): Watched<T> {
  const prefix = prefixOf(of)
  let items: readonly T[] | undefined
  const watch = store.watch({ prefix }, () => {
    items = undefined
    changed()
  })
  return {
    list: () => (items ??= store.range(prefix).kvs.map((kv) => kv.value as T)),
    stop: () => watch.close(),
  }
}
