/** The HTTP upgrade to SPDY/3.1, with Kubernetes' own header for the protocol spoken inside. */
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { ApiRequest } from '../types.ts'
import { SpdyConnection, type SpdyStream } from './spdy.ts'

const KEEP_ALIVE_MS = 30_000

export const wantsSpdy = ({ headers }: ApiRequest): boolean => (headers['upgrade'] ?? '').toLowerCase().startsWith('spdy/')

/** The first protocol in the client's order that is known; undefined: none of them. */
export function spdyProtocol({ headers }: ApiRequest, known: readonly string[]): string | undefined {
  return (headers['x-stream-protocol-version'] ?? '').split(',').map((p) => p.trim()).find((p) => known.includes(p))
}

export function acceptSpdy(socket: Duplex, head: Uint8Array, protocol: string, onStream: (stream: SpdyStream) => void): SpdyConnection {
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: ${protocol}\r\n\r\n`)
  // Unlike a WebSocket it is not asked whether the other side is still there: the machine asks.
  if ('setKeepAlive' in socket) (socket as Socket).setKeepAlive(true, KEEP_ALIVE_MS)
  if (head.length) socket.unshift(Buffer.from(head))
  return new SpdyConnection(socket, onStream)
}
