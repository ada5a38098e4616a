/**
 * The seam between the typed client and whatever carries its requests. In process that is `ApiServer.handle`; a
 * connection over HTTPS to any Kubernetes API server implements the same three verbs.
 */
import type { Readable } from 'node:stream'
import type { WatchEvent } from '../../shared/api/meta.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface ConnectionRequest {
  readonly method: Method
  /** Already escaped, without the query. */
  readonly path: string
  readonly query: URLSearchParams
  /** The media type of `body`; absent: JSON. */
  readonly contentType?: string
  readonly body?: object
}

/** Every method rejects with StatusError when the server answers with a failure. */
export interface Connection {
  /** Resolves to the decoded answer: an object, or text for answers that are not JSON. */
  request(request: ConnectionRequest, signal: AbortSignal): Promise<unknown>
  /** Batches of events until the server ends the watch or the signal aborts. */
  watch(path: string, query: URLSearchParams, signal: AbortSignal): AsyncIterable<readonly WatchEvent[]>
  stream(path: string, query: URLSearchParams, signal: AbortSignal): Promise<Readable>
}
