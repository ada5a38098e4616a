/** How many objects of each kind there are, kept as they come and go; for the dashboard's list of pages. Counts only while somebody asks. */
import type { KubeObject } from '../../shared/api/meta.ts'
import type { Clock } from '../../shared/clock.ts'
import type { Store } from '../etcd/types.ts'

/** By `pods`, `deployments.apps`. */
export type Counts = Record<string, number>
export interface CountSource {
  /** Calls back at once, and at most every {@link PAUSE_MS} when a count has changed. `namespace` `''`: all. Returns its end. */
  subscribe(namespace: string, listener: (counts: Counts) => void): () => void
  close(): void
}
export const PAUSE_MS = 250
const ROOT = '/registry/'

/** The resource of a key and its namespace (`''` for a cluster's own). */
function placeOf(key: string): { resource: string; namespace: string } {
  const [group = '', resource = '', namespace = '', name] = key.slice(ROOT.length).split('/')
  return { resource: group === 'core' ? resource : `${resource}.${group}`, namespace: name === undefined ? '' : namespace }
}

interface Listener { namespace: string; tell: (counts: Counts) => void }

export function createCounts(store: Store<KubeObject>, clock: Clock): CountSource {
  const listeners = new Set<Listener>()
  let table = new Map<string, Map<string, number>>()
  let watch: { close(): void } | undefined
  let timer: { cancel(): void } | undefined

  const add = (key: string, by: number): void => {
    const { resource, namespace } = placeOf(key)
    let row = table.get(resource)
    if (!row) table.set(resource, (row = new Map()))
    row.set(namespace, (row.get(namespace) ?? 0) + by)
  }
  /** What belongs to no namespace counts in each of them. */
  const countsOf = (namespace: string): Counts =>
    Object.fromEntries([...table].map(([resource, row]) => [resource, namespace === '' ? [...row.values()].reduce((a, b) => a + b, 0) : (row.get(namespace) ?? 0) + (row.get('') ?? 0)]))
  const tellAll = (): void => {
    timer = undefined
    for (const { namespace, tell } of listeners) tell(countsOf(namespace))
  }
  const start = (): void => {
    table = new Map()
    for (const { key } of store.range(ROOT).kvs) add(key, 1)
    watch = store.watch({ prefix: ROOT }, (events) => {
      let changed = false
      for (const { type, kv, prev } of events) {
        if (type === 'put' && prev) continue
        add(kv.key, type === 'put' ? 1 : -1)
        changed = true
      }
      if (changed) timer ??= clock.after(PAUSE_MS, tellAll)
    })
  }
  const stop = (): void => {
    watch?.close()
    watch = undefined
    timer?.cancel()
    timer = undefined
  }
  return {
    subscribe(namespace, tell) {
      if (!watch) start()
      const listener = { namespace, tell }
      listeners.add(listener)
      tell(countsOf(namespace))
      return () => {
        if (listeners.delete(listener) && listeners.size === 0) stop()
      }
    },
    close() {
      listeners.clear()
      stop()
    },
  }
}
