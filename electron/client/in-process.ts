/** The connection of components that live in the API server's own process: objects by reference, no serialization. */
import type { Status, WatchEvent } from '../../shared/api/meta.ts'
import { StatusError, badRequest, internalError } from '../../shared/errors.ts'
import { logger } from '../../shared/log.ts'
import type { ApiBody, ApiRequest, ApiResponse, ApiServer, UserInfo } from '../apiserver/types.ts'
import { createClient } from './client.ts'
import type { Connection, ConnectionRequest } from './connection.ts'
import { Lanes, isReport } from './lanes.ts'
import type { Client, ClientFactory } from './types.ts'

const decoder = new TextDecoder()

/** What an answer's body says: the object itself, parsed JSON, or text. */
function decode(body: ApiBody): unknown {
  switch (body.type) {
    case 'object':
      return body.value
    case 'bytes': {
      const text = decoder.decode(body.bytes)
      return body.contentType.includes('json') ? (JSON.parse(text) as unknown) : text
    }
    case 'empty':
      return undefined
    default:
      throw internalError(`the server answered with a ${body.type} where an object was expected`)
  }
}

/** The failure that an answer stands for, as a StatusError. */
export function failureOf(response: ApiResponse): StatusError {
  const value = decode(response.body)
  if (typeof value === 'object' && value !== null && (value as Status).kind === 'Status') return new StatusError(value as Status)
  const message = typeof value === 'string' && value ? value : `the server answered with status ${response.status}`
  return new StatusError({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason: 'Unknown', code: response.status } as Status)
}

export function createInProcessConnection(server: ApiServer, user: UserInfo, lanes = new Lanes()): Connection {
  const call = async (request: ConnectionRequest, signal: AbortSignal): Promise<ApiResponse> => {
    const apiRequest: ApiRequest = {
      method: request.method, path: request.path, query: request.query, user, signal, inProcess: true, remote: 'in-process',
      headers: {
        accept: 'application/json', 'user-agent': user.name,
        ...(request.body ? { 'content-type': request.contentType ?? 'application/json' } : {}),
      },
      ...(request.body ? { body: request.body } : {}),
    }
    const handle = (): Promise<ApiResponse> => server.handle(apiRequest)
    const response = await (isReport(user.name, request.method, request.path) ? lanes.report(handle) : lanes.ahead(handle))
    if (response.status >= 400) throw failureOf(response)
    return response
  }
  return {
    async request(request, signal) {
      return decode((await call(request, signal)).body)
    },
    async *watch(path, query, signal): AsyncGenerator<readonly WatchEvent[]> {
      const { body } = await call({ method: 'GET', path, query }, signal)
      if (body.type !== 'watch') throw badRequest(`${path} cannot be watched`)
      const { stream } = body
      const close = (): void => stream.close()
      signal.addEventListener('abort', close, { once: true })
      try {
        if (signal.aborted) return
        for (;;) {
          const batch = await stream.next()
          if (!batch || signal.aborted) return
          yield batch
        }
      } finally {
        signal.removeEventListener('abort', close)
        stream.close()
      }
    },
    async stream(path, query, signal) {
      const { body } = await call({ method: 'GET', path, query }, signal)
      if (body.type !== 'stream') throw badRequest(`${path} is not a stream`)
      return body.stream
    },
  }
}

/** A client that acts as `user`. Its objects are the server's own, frozen. */
export const createInProcessClient = (server: ApiServer, user: UserInfo, lanes?: Lanes): Client => createClient(createInProcessConnection(server, user, lanes))

const AUTHENTICATED = 'system:authenticated'

/** One client for each component's name. Names of nodes (`system:node:NAME`) are in the group system:nodes as well. */
export function createClientFactory(server: ApiServer): ClientFactory {
  const lanes = new Lanes()
  return {
    clientFor(user, groups = []) {
      const all = new Set([...groups, ...(user.startsWith('system:node:') ? ['system:nodes'] : []), AUTHENTICATED])
      return createInProcessClient(server, { name: user, groups: [...all] }, lanes)
    },
    behind: (task) => void lanes.report(async () => task()).catch((error: unknown) => logger('client').error('a task that went behind others failed', { error: error as Error })),
  }
}
