/** Requests as they are answered, a bounded sample of them, for the dashboard's living picture. Costs nothing while nobody looks. */
import type { Clock, Timer } from '../../shared/clock.ts'
import type { SeenRequest, SeenRequests } from '../../shared/traffic.ts'
import type { RequestInfo } from './request-info.ts'
import type { ApiRequest, ApiResponse } from './types.ts'

export interface Traffic {
  /** Somebody looks. */
  readonly watched: boolean
  /** To be called for requests for resources, and only while {@link watched}. */
  seen(request: ApiRequest, info: RequestInfo, response: ApiResponse): void
  /** Calls back at most every {@link WINDOW_MS}, when there was something. Returns its end. */
  subscribe(tell: (seen: SeenRequests) => void): () => void
  close(): void
}
export const WINDOW_MS = 100
/** Of each, in a window: more than an eye can follow. */
export const MOST_WRITES = 10
export const MOST_OTHERS = 4

const WRITES = new Set(['create', 'update', 'patch', 'delete', 'deletecollection'])
/** What components tell all the time: shown where there is room. */
const CHATTER = new Set(['leases', 'events'])
/** Nothing of these is kept. */
const ASKED_ONLY = new Set(['selfsubjectaccessreviews', 'selfsubjectrulesreviews', 'subjectaccessreviews', 'localsubjectaccessreviews', 'tokenreviews', 'selfsubjectreviews'])

interface Answered { metadata?: { name?: string } }
interface Binding { target?: { name?: string } }

/** Pure. */
export function seenRequest({ user, body, query }: Pick<ApiRequest, 'user' | 'body' | 'query'>, info: RequestInfo, { status, body: answer }: ApiResponse): SeenRequest {
  const object = answer.type === 'object' && status < 400 ? (answer.value as Answered) : undefined
  const target = info.subresource === 'binding' && body && !(body instanceof Uint8Array) ? (body as Binding).target?.name : undefined
  return {
    user: user.name, verb: info.verb, resource: info.resource, subresource: info.subresource, namespace: info.namespace, name: info.name || (info.verb === 'create' ? (object?.metadata?.name ?? '') : ''), node: target ?? '', code: status,
    stored: status < 300 && WRITES.has(info.verb) && !ASKED_ONLY.has(info.resource) && !query.has('dryRun'),
  }
}

export function createTraffic(clock: Clock): Traffic {
  const listeners = new Set<(seen: SeenRequests) => void>()
  let requests: SeenRequest[] = []
  let writes = 0
  let skipped = 0
  let timer: Timer | undefined
  const clear = (): void => {
    requests = []
    writes = skipped = 0
  }
  const tell = (): void => {
    timer = undefined
    const seen = { requests, skipped }
    clear()
    for (const listener of listeners) listener(seen)
  }
  const stop = (): void => {
    timer?.cancel()
    timer = undefined
    clear()
  }
  return {
    get watched() {
      return listeners.size > 0
    },
    seen(request, info, response) {
      const first = WRITES.has(info.verb) && !CHATTER.has(info.resource)
      if (first ? writes >= MOST_WRITES : requests.length - writes >= MOST_OTHERS) skipped++
      else {
        requests.push(seenRequest(request, info, response))
        if (first) writes++
      }
      timer ??= clock.after(WINDOW_MS, tell)
    },
    subscribe(listener) {
      listeners.add(listener)
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
