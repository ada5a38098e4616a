/**
 * The gRPC health check, `grpc.health.v1.Health/Check`. One unary call of two tiny messages: over HTTP/2 of Node itself, because
 * it has to go over a connection that the runtime makes (the engine may run on another machine), which gRPC libraries do not take.
 * Source: the gRPC Health Checking Protocol; "gRPC over HTTP2"; kubernetes pkg/probe/grpc.
 */
import { connect } from 'node:http2'
import type { Duplex } from 'node:stream'

const SERVING = 1
const STATUSES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN']
const UNIMPLEMENTED = '12'
const ANSWER_LIMIT = 64 << 10
const PREFIX = 5

/** A varint; numbers below 2^31. */
function varint(value: number): number[] {
  const bytes = []
  for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128)
  return [...bytes, value]
}

/** HealthCheckRequest{service = 1}, behind the prefix of a message (not compressed, its length). */
export function checkRequest(service: string): Buffer {
  const name = Buffer.from(service)
  const message = name.length ? Buffer.concat([Buffer.from([10, ...varint(name.length)]), name]) : Buffer.alloc(0)
  const prefix = Buffer.alloc(PREFIX)
  prefix.writeUInt32BE(message.length, 1)
  return Buffer.concat([prefix, message])
}

/** HealthCheckResponse{status = 1}. */
export function checkedStatus(body: Buffer): number {
  if (body.length < PREFIX || body[0] !== 0) throw new Error('the answer is no health check response')
  const message = body.subarray(PREFIX, PREFIX + body.readUInt32BE(1))
  return message[0] === 8 ? (message[1] ?? 0) : 0
}

/** One check over the socket, which it ends. Resolves with whether the service serves, and a sentence. */
export function grpcCheck(socket: Duplex, service: string, timeoutMs: number): Promise<{ ok: boolean; output: string }> {
  return new Promise((resolve, reject) => {
    const session = connect('http://health', { createConnection: () => socket as never })
    const finish = (then: () => void): void => { clearTimeout(timer); session.destroy(); socket.destroy(); then() }
    const timer = setTimeout(() => finish(() => reject(new Error(`timeout: health rpc did not complete within ${timeoutMs / 1000}s`))), timeoutMs)
    timer.unref()
    session.on('error', (e) => finish(() => reject(new Error(`error: health rpc probe failed: ${e.message}`))))
    const request = session.request({ ':method': 'POST', ':path': '/grpc.health.v1.Health/Check', 'content-type': 'application/grpc', te: 'trailers', 'user-agent': 'kube-probe/1.36' })
    const chunks: Buffer[] = []
    let size = 0
    let code: string | undefined
    let why = ''
    const note = (headers: Record<string, unknown>): void => {
      if (headers['grpc-status'] !== undefined) code = String(headers['grpc-status'])
      if (headers['grpc-message'] !== undefined) why = decodeURIComponent(String(headers['grpc-message']))
    }
    request.on('response', note)
    request.on('trailers', note)
    request.on('data', (chunk: Buffer) => { if ((size += chunk.length) <= ANSWER_LIMIT) chunks.push(chunk) })
    request.on('error', (e) => finish(() => reject(new Error(`error: health rpc probe failed: ${e.message}`))))
    request.on('end', () => finish(() => {
      if (code === UNIMPLEMENTED) return reject(new Error('error: this server does not implement the grpc health protocol (grpc.health.v1.Health): ' + why))
      if (code !== undefined && code !== '0') return reject(new Error(`error: health rpc probe failed: rpc error: code = ${code} desc = ${why}`))
      try {
        const status = checkedStatus(Buffer.concat(chunks))
        resolve(status === SERVING ? { ok: true, output: 'service healthy' } : { ok: false, output: `service unhealthy (responded with ${JSON.stringify(STATUSES[status] ?? String(status))})` })
      } catch (e) {
        reject(e as Error)
      }
    }))
    request.end(checkRequest(service))
  })
}
