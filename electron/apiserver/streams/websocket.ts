/** WebSockets over connections that the HTTPS door hands over. Source: RFC 6455. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import { logger } from '../../../shared/log.ts'
import type { ApiRequest } from '../types.ts'
import { IDLE_MS } from './idle.ts'

/** Larger than any frame of kubectl (32 KiB) by far. */
const FRAME_LIMIT = 4 << 20
const PING_MS = 30_000
const log = logger('kube-apiserver')

/** The first of what the client offers, in its order, that is known; '' when it offers none. */
export function chooseProtocol(headers: ApiRequest['headers'], known: readonly string[]): string | undefined {
  if (!headers['sec-websocket-protocol']) return ''
  return (headers['sec-websocket-protocol'] ?? '').split(',').map((p) => p.trim()).find((p) => known.includes(p))
}

/** Whether the client wants a WebSocket for what it asks. */
export const wantsWebSocket = (headers: ApiRequest['headers']): boolean => headers['upgrade']?.toLowerCase() === 'websocket'

/** Ends a connection whose other side is silent, and one on which neither side has said anything for four hours. */
export function watchOver(ws: WebSocket): void {
  let answered = true
  const ping = setInterval(() => {
    // Who is paused cannot hear the answer; a connection that is gone then fails in the writing.
    if (!answered && !ws.isPaused) return ws.terminate()
    answered = false
    ws.ping()
  }, PING_MS)
  const idle = setTimeout(() => ws.close(1001, 'idle for too long'), IDLE_MS)
  ping.unref()
  idle.unref()
  // What is only listened to is in use, too.
  const send = ws.send.bind(ws) as (...args: unknown[]) => void
  ws.send = (...args: unknown[]) => { idle.refresh(); send(...args) }
  ws.on('pong', () => { answered = true })
  ws.on('message', () => { answered = true; idle.refresh() })
  ws.on('close', () => { clearInterval(ping); clearTimeout(idle) })
  ws.on('error', (error) => log.debug('a WebSocket failed', { error }))
}

/** Shakes hands and calls back with the open socket; a bad handshake is answered and its connection closed. */
export function acceptWebSocket(request: ApiRequest, socket: Duplex, head: Uint8Array, protocol: string, open: (ws: WebSocket) => void): void {
  // No list of clients and no compression: each connection is its own. What ws itself refuses in a protocol's name ("/")
  // is kept from it.
  const server = new WebSocketServer({ noServer: true, clientTracking: false, perMessageDeflate: false, maxPayload: FRAME_LIMIT })
  if (protocol) server.on('headers', (lines) => lines.push(`Sec-WebSocket-Protocol: ${protocol}`))
  const { 'sec-websocket-protocol': _, ...headers } = request.headers
  const message = { method: request.method, url: request.path, headers } as unknown as IncomingMessage
  server.handleUpgrade(message, socket, Buffer.from(head), (ws) => {
    watchOver(ws)
    open(ws)
  })
}
