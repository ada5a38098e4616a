/** A small double of the API server for tests of the client: one flat map of objects, watches, and faults on demand. */
import type { AnyObject, WatchEvent } from '../../shared/api/meta.ts'
import { alreadyExists, conflict, expired, notFound, toStatusError } from '../../shared/errors.ts'
import type { ApiRequest, ApiResponse, ApiServer, WatchStream } from '../apiserver/types.ts'
import { deepFreeze } from './freeze.ts'

interface Open {
  readonly prefix: string
  push(event: WatchEvent): void
  end(): void
}

export class FakeApiServer implements ApiServer {
  readonly requests: ApiRequest[] = []
  readonly objects = new Map<string, AnyObject>()
  readonly #history: { revision: number; path: string; event: WatchEvent }[] = []
  readonly #watches = new Set<Open>()
  #revision = 1
  #compacted = 0
  /** Thrown for a request when it answers an error. */
  fault: (request: ApiRequest) => Error | undefined = () => undefined

  get watching(): number {
    return this.#watches.size
  }
  /** Forgets what watches could have read, and ends those that are open. */
  compact(): void {
    this.#compacted = this.#revision
    this.endWatches()
  }
  endWatches(): void {
    for (const watch of this.#watches) watch.end()
  }
  /** Changes that no watch hears of, as if they happened while it was away. */
  silently(change: () => void): void {
    const open = [...this.#watches]
    this.#watches.clear()
    change()
    for (const watch of open) this.#watches.add(watch)
  }
  put(path: string, object: AnyObject): AnyObject {
    const old = this.objects.get(path)
    const resourceVersion = String(++this.#revision)
    const uid = old?.metadata.uid ?? `uid-${this.#revision}`
    const stored = deepFreeze(structuredClone({ ...object, metadata: { uid, ...object.metadata, resourceVersion } }))
    this.objects.set(path, stored)
    this.#emit(path, { type: old ? 'MODIFIED' : 'ADDED', object: stored })
    return stored
  }
  remove(path: string): void {
    const old = this.objects.get(path)
    if (!old) return
    this.objects.delete(path)
    this.#emit(path, { type: 'DELETED', object: deepFreeze({ ...old, metadata: { ...old.metadata, resourceVersion: String(++this.#revision) } }) })
  }
  #emit(path: string, event: WatchEvent): void {
    this.#history.push({ revision: this.#revision, path, event })
    for (const watch of this.#watches) if (path.startsWith(watch.prefix)) watch.push(event)
  }
  async handle(request: ApiRequest): Promise<ApiResponse> {
    this.requests.push(request)
    try {
      const fault = this.fault(request)
      if (fault) throw fault
      return this.#answer(request)
    } catch (error) {
      const { status } = toStatusError(error)
      return { status: status.code ?? 500, body: { type: 'object', value: status } }
    }
  }
  #answer({ method, path, query, body, headers }: ApiRequest): ApiResponse {
    const object = (value: object, status = 200): ApiResponse => ({ status, body: { type: 'object', value } })
    const name = path.split('/').at(-1)!
    const what = { group: '', resource: path.split('/').at(-2)! }
    if (method === 'GET' && query.get('watch')) return { status: 200, body: { type: 'watch', stream: this.#watch(`${path}/`, Number(query.get('resourceVersion'))) } }
    const present = this.objects.get(path)
    if (method === 'GET') {
      if (present) return object(present)
      const items = [...this.objects].filter(([p]) => p.startsWith(`${path}/`)).map(([, o]) => o)
      if (!items.length && /\/(pods|events|configmaps)\/[^/]+$/.test(path)) throw notFound(what, name)
      return object({ apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: String(this.#revision) }, items })
    }
    if (method === 'POST') {
      const draft = body as AnyObject
      const at = `${path}/${draft.metadata.name}`
      if (this.objects.has(at)) throw alreadyExists({ group: '', resource: name }, draft.metadata.name)
      return object(this.put(at, draft), 201)
    }
    if (!present) throw notFound(what, name)
    if (method === 'DELETE') {
      this.remove(path)
      return object(present)
    }
    const change = body as AnyObject
    if (change.metadata?.resourceVersion && change.metadata.resourceVersion !== present.metadata.resourceVersion) throw conflict(what, name)
    return object(this.put(path, headers['content-type']?.includes('patch') ? { ...present, ...change, metadata: { ...present.metadata, ...change.metadata } } : change))
  }
  #watch(prefix: string, from: number): WatchStream {
    if (from < this.#compacted) throw expired()
    let queue: WatchEvent[] = this.#history.filter((h) => h.revision > from && h.path.startsWith(prefix)).map((h) => h.event)
    let ended = false
    let wake: () => void = () => undefined
    const told: (() => void)[] = []
    const open: Open = {
      prefix,
      push(event) {
        queue.push(event)
        wake()
      },
      end: () => {
        ended = true
        this.#watches.delete(open)
        wake()
        for (const tell of told.splice(0)) tell()
      },
    }
    this.#watches.add(open)
    return {
      async next() {
        while (!queue.length && !ended) await new Promise<void>((resolve) => (wake = resolve))
        if (!queue.length) return undefined
        const batch = queue
        queue = []
        return batch
      },
      close: open.end,
      whenEnded: (listener) => { told.push(listener) },
    }
  }
}

const LIMIT_MS = 30_000

/** Gives the event loop turns until the condition holds; fails after half a minute, so that no test waits forever. */
export async function eventually(condition: () => boolean | Promise<boolean>, what = 'the condition'): Promise<void> {
  for (const end = performance.now() + LIMIT_MS; performance.now() < end; ) {
    if (await condition()) return
    await new Promise((resolve) => setImmediate(resolve))
  }
  throw new Error(`${what} did not come to hold`)
}
