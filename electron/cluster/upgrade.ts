/**
 * A WebSocket to the API server without a network: both ends are in this process, and what lies between is the same request,
 * authorization and handshake that any other client goes through.
 */
import { createServer } from 'node:http'
import { duplexPair, type Duplex } from 'node:stream'
import { WebSocket } from 'ws'
import type { ApiRequest, ApiServer, UserInfo } from '../apiserver/types.ts'
import type { Status } from '../../shared/api/meta.ts'
import { StatusError, internalError, serviceUnavailable, toStatusError } from '../../shared/errors.ts'

const HANDSHAKE_MS = 15_000
/** Answers of refusals are Statuses; more than this is something else. */
const MOST_REFUSAL = 64 * 1024

/** Serves one end of a pair: reads the request's head and lets the API server answer it. */
function serve(api: ApiServer, user: UserInfo, end: Duplex): void {
  const gone = new AbortController()
  end.once('close', () => gone.abort())
  const server = createServer((_message, response) => { response.writeHead(400); response.end() })
  server.on('upgrade', (message, socket, head) => {
    const url = new URL(message.url ?? '/', 'http://in-process')
    const request: ApiRequest = { method: 'GET', path: url.pathname, query: url.searchParams, headers: message.headers as Record<string, string>, signal: gone.signal, user, remote: 'dashboard' }
    const refuse = (status: Status): void => {
      const text = JSON.stringify(status)
      socket.end(`HTTP/1.1 ${status.code ?? 500} Refused\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`)
    }
    api.handle(request).then(({ body }) => {
      if (body.type === 'upgrade') body.handler(request, socket, head)
      else refuse(body.type === 'object' && (body.value as Status).kind === 'Status' ? (body.value as Status) : internalError(new Error('the path cannot be upgraded')).status)
    }, (e: unknown) => refuse(toStatusError(e).status))
  })
  server.emit('connection', end)
}

/** Resolves to the open socket. Rejects with the API server's own StatusError when it refuses. `path` has its query. */
export function openWebSocket(api: ApiServer, user: UserInfo, path: string, protocols: readonly string[]): Promise<WebSocket> {
  const [near, far] = duplexPair()
  // Unlike a socket's, the ends of a pair do not feel each other's destruction.
  near.once('close', () => far.destroy())
  far.once('close', () => { if (!far.writableFinished) near.destroy() })
  serve(api, user, far)
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(`ws://in-process${path}`, [...protocols], { createConnection: () => near as never, perMessageDeflate: false, handshakeTimeout: HANDSHAKE_MS, maxPayload: 4 << 20 })
    ws.once('open', () => { ws.off('error', reject); resolve(ws) })
    ws.once('error', (e) => reject(serviceUnavailable(e.message)))
    ws.once('unexpected-response', (_request, response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => { if (text.length < MOST_REFUSAL) text += part })
      response.on('error', reject)
      response.on('end', () => {
        near.destroy()
        try {
          reject(new StatusError(JSON.parse(text) as Status))
        } catch {
          reject(internalError(new Error(`the API server answered ${response.statusCode ?? 0}`)))
        }
      })
    })
  })
}
