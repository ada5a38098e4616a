/** A request that another server answers: sent on, and its answer streamed back. */
import { request as httpRequest, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { connect as tlsConnect, type ConnectionOptions } from 'node:tls'
import { serviceUnavailable } from '../../../shared/errors.ts'
import type { ApiRequest, ApiResponse } from '../types.ts'

/** Of one connection, or between the caller and this server alone. */
export const HOP: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'host', 'content-length', 'authorization', 'expect'])

export interface Onward {
  readonly socket: Duplex
  /** Absent: no TLS. */
  readonly tls?: ConnectionOptions
  readonly host: string
  /** With its query. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string | string[]>>
}

export function onwardHeaders(request: ApiRequest, host: string): Record<string, string> {
  const headers: Record<string, string> = { host }
  for (const [name, value] of Object.entries(request.headers)) if (value !== undefined && !HOP.has(name) && !name.startsWith('impersonate-') && !name.startsWith('x-remote-')) headers[name] = value
  headers['x-forwarded-for'] = [headers['x-forwarded-for'], request.remote].filter(Boolean).join(', ')
  headers['x-forwarded-uri'] = request.path
  return headers
}

/** TLS to somebody who speaks none; OpenSSL's own sentence names its source files. */
const plainly = (error: Error): string => (/wrong version number|packet length too long/i.test(error.message) ? 'tls: first record does not look like a TLS handshake' : error.message)

/** Rejects with ServiceUnavailable. */
export function sendOnward(request: ApiRequest, { socket, tls, host, path, headers }: Onward): Promise<IncomingMessage> {
  const connection = tls ? tlsConnect({ ...tls, socket }) : socket
  // In process a body is the object itself.
  const body = request.body === undefined ? undefined : request.body instanceof Uint8Array ? request.body : Buffer.from(JSON.stringify(request.body))
  return new Promise((resolve, reject) => {
    // Said in so many words: Node would send the body of a DELETE without its length, which reads as another request.
    const length = body === undefined ? {} : { 'content-length': String(body.byteLength) }
    const sent = httpRequest({ method: request.method, path, headers: { ...onwardHeaders(request, host), ...headers, ...length, connection: 'close' }, createConnection: () => connection as never, signal: request.signal }, resolve)
    sent.on('error', (error) => reject(serviceUnavailable(`error trying to reach service: ${plainly(error)}`)))
    sent.end(body)
  })
}

/** Status and headers of an answer, without those of its connection. */
export function answerHead(answer: IncomingMessage): { status: number; headers: Record<string, string>; contentType: string } {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(answer.headers)) if (value !== undefined && !HOP.has(name)) headers[name] = Array.isArray(value) ? value.join(', ') : value
  if (answer.headers['content-length'] !== undefined) headers['content-length'] = answer.headers['content-length']
  const contentType = headers['content-type'] ?? 'application/octet-stream'
  delete headers['content-type']
  return { status: answer.statusCode ?? 502, headers, contentType }
}

export async function forward(request: ApiRequest, onward: Onward): Promise<ApiResponse> {
  const answer = await sendOnward(request, onward)
  const { status, headers, contentType } = answerHead(answer)
  return { status, headers, body: { type: 'stream', stream: answer, contentType } }
}
