/** One store for each resource, started by its first reader and stopped a moment after its last. */
import type { KubeObject } from '../../shared/api/meta.ts'
import { apiVersionOf } from '../../shared/api/resources.ts'
import type { ResourceType } from '../../shared/api/resources.ts'
import type { Api } from './api.ts'
import { ResourceStore } from './store.ts'

/** Long enough to go from page to page without listing again, in milliseconds. */
export const LINGER = 30_000

export class Cache {
  readonly #api: Api
  readonly #entries = new Map<string, { store: ResourceStore<KubeObject>; readers: number; timer?: ReturnType<typeof setTimeout> }>()
  readonly #unsubscribe: () => void

  constructor(api: Api) {
    this.#api = api
    const { connection } = api.transport
    this.#unsubscribe = connection.subscribe(() => {
      if (connection.get().state === 'open') for (const { store } of this.#entries.values()) store.retry()
    })
  }

  store<T extends KubeObject>(type: ResourceType<T>): ResourceStore<T> {
    return this.#entry(type).store as unknown as ResourceStore<T>
  }

  /** Keeps the resource current until the returned function is called. */
  hold(type: ResourceType): () => void {
    const entry = this.#entry(type)
    entry.readers++
    clearTimeout(entry.timer)
    entry.store.start()
    return () => {
      if (--entry.readers === 0) entry.timer = setTimeout(() => entry.store.stop(), LINGER)
    }
  }

  close(): void {
    this.#unsubscribe()
    for (const { store, timer } of this.#entries.values()) {
      clearTimeout(timer)
      store.stop()
    }
    this.#entries.clear()
  }

  #entry(type: ResourceType): { store: ResourceStore<KubeObject>; readers: number; timer?: ReturnType<typeof setTimeout> } {
    const key = `${apiVersionOf(type)}/${type.resource}`
    let entry = this.#entries.get(key)
    if (!entry) {
      entry = { store: new ResourceStore<KubeObject>(this.#api, type), readers: 0 }
      this.#entries.set(key, entry)
    }
    return entry
  }
}
