/** The HTTP upgrade to SPDY/3.1, with Kubernetes' own header for the protocol spoken inside. */
import type { Duplex } from 'node:stream'
import type { ApiRequest } from '../types.ts'
import { SpdyConnection, type SpdyStream } from './spdy.ts'

export const wantsSpdy = ({ headers }: ApiRequest): boolean => (headers['upgrade'] ?? '').toLowerCase().startsWith('spdy/')

/** The first protocol in the client's order that is known; undefined: none of them. */
export function spdyProtocol({ headers }: ApiRequest, known: readonly string[]): string | undefined {
  return (headers['x-stream-protocol-version'] ?? '').split(',').map((p) => p.trim()).find((p) => known.includes(p))
}

export function acceptSpdy(socket: Duplex, head: Uint8Array, protocol: string, onStream: (stream: SpdyStream) => void): SpdyConnection {
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: ${protocol}\r\n\r\n`)
  if (head.length) socket.unshift(Buffer.from(head))
  return new SpdyConnection(socket, onStream)
}
