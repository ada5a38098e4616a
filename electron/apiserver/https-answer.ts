/** Writing an answer to an HTTP response: cached bytes, gzip for big ones, streams at the pace of the reader. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { once } from 'node:events'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { encodeProtobufEvent } from './codec/protobuf/encode.ts'
import { encodeEvent, encodeFor, encodeSlowly, piecesFor } from './encode.ts'
import { TYPES, type Media } from './negotiate.ts'
import type { Pacer } from './pace.ts'
import { encodePretty, isPretty } from './pretty.ts'
import { PART_BYTES, sendBytesInParts, sendPieces } from './send-parts.ts'
import type { ApiResponse, WatchStream } from './types.ts'

const GZIP_FROM = 128 * 1024
const compress = promisify(gzip)
/** Only where it is named alone, without a weight, which might be nothing: so does upstream. */
const takesGzip = (accepted: string | string[] | undefined): boolean => accepted !== undefined && String(accepted).split(',').some((e) => e.trim() === 'gzip')

async function sendBytes(bytes: Uint8Array, contentType: string, status: number, headers: Record<string, string>, message: IncomingMessage, response: ServerResponse): Promise<void> {
  headers['content-type'] = contentType
  let content = bytes
  if (bytes.byteLength > GZIP_FROM && takesGzip(message.headers['accept-encoding'])) {
    content = await compress(bytes, { level: 1 })
    headers['content-encoding'] = 'gzip'
    headers['vary'] = headers['vary'] ? `${headers['vary']}, Accept-Encoding` : 'Accept-Encoding'
  }
  headers['content-length'] = String(content.byteLength)
  response.writeHead(status, headers)
  if (message.method === 'HEAD') response.end()
  else if (content.byteLength > PART_BYTES) await sendBytesInParts(content, response)
  else response.end(content)
}

/** What fits into one part is sent with its length; the rest as it is made, as upstream does with long answers. */
async function sendList(pieces: Iterable<Buffer>, status: number, headers: Record<string, string>, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const first: Buffer[] = []
  let size = 0
  const rest = pieces[Symbol.iterator]()
  for (let next = rest.next(); ; next = rest.next()) {
    if (next.done) return sendBytes(Buffer.concat(first), TYPES.json, status, headers, message, response)
    first.push(next.value)
    if ((size += next.value.byteLength) > PART_BYTES) break
  }
  headers['content-type'] = TYPES.json
  response.writeHead(status, headers)
  await sendPieces((function* () { yield* first; yield* { [Symbol.iterator]: () => rest } })(), response)
}

async function sendObject(value: object, status: number, headers: Record<string, string>, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const { url = '' } = message
  const pretty = isPretty(url.slice(url.indexOf('?') + 1), message.headers['user-agent'])
  const pieces = pretty || message.method === 'HEAD' || takesGzip(message.headers['accept-encoding']) ? undefined : piecesFor(message.headers.accept, value)
  if (pieces) return sendList(pieces, status, headers, message, response)
  const slow = encodeSlowly(message.headers.accept, value)
  const { bytes, contentType } = slow ? await slow : encodeFor(message.headers.accept, value)
  return sendBytes(pretty && contentType === TYPES.json ? await encodePretty(value) : bytes, contentType, status, headers, message, response)
}

/**
 * One JSON document a line. While the socket is full nothing is taken from the stream, whose own bound then ends a
 * watcher that is too slow.
 */
async function sendWatch(stream: WatchStream, media: Media | undefined, status: number, headers: Record<string, string>, response: ServerResponse, closing: AbortSignal, pacer: Pacer): Promise<void> {
  const close = (): void => stream.close()
  response.on('close', close)
  closing.addEventListener('abort', close, { once: true })
  try {
    const encode = media === 'protobuf' ? encodeProtobufEvent : encodeEvent
    headers['content-type'] = media === 'protobuf' ? `${TYPES.protobuf};stream=watch` : TYPES.json
    response.writeHead(status, headers)
    // Clients wait for the head before they say that they watch.
    response.flushHeaders()
    for (let events = await stream.next(); events; events = await stream.next()) {
      if (response.destroyed) return
      const bytes = events.length === 1 && events[0] ? encode(events[0]) : Buffer.concat(events.map(encode))
      // Many watchers may be told in this turn.
      if (!(await pacer.run(() => response.destroyed || response.write(bytes)))) {
        const done = new AbortController()
        const stop = (): void => done.abort()
        response.once('close', stop)
        try {
          await once(response, 'drain', { signal: done.signal })
        } catch (error) {
          // Closed while it waited: the watch is over.
          if ((error as Error).name !== 'AbortError') throw error
          return
        } finally {
          response.off('close', stop)
        }
      }
    }
    response.end()
  } finally {
    closing.removeEventListener('abort', close)
    stream.close()
  }
}

export async function sendAnswer(answer: ApiResponse, message: IncomingMessage, response: ServerResponse, closing: AbortSignal, pacer: Pacer): Promise<void> {
  const headers: Record<string, string> = { 'cache-control': 'no-cache, private', ...answer.headers }
  const { body, status } = answer
  if (response.destroyed) {
    if (body.type === 'watch') body.stream.close()
    else if (body.type === 'stream') body.stream.destroy()
    return
  }
  switch (body.type) {
    case 'object':
      return sendObject(body.value, status, headers, message, response)
    case 'bytes':
      return sendBytes(body.bytes, body.contentType, status, headers, message, response)
    case 'watch':
      return sendWatch(body.stream, body.media, status, headers, response, closing, pacer)
    case 'stream': {
      response.writeHead(status, { ...headers, 'content-type': body.contentType })
      response.flushHeaders()
      try {
        await pipeline(body.stream, response)
      } catch (error) {
        // The reader has gone: that ends a stream which has no end of its own.
        if (!['ERR_STREAM_PREMATURE_CLOSE', 'ABORT_ERR', 'ECONNRESET', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
      }
      return
    }
    case 'upgrade':
      response.writeHead(400, { 'content-type': 'text/plain', connection: 'close' })
      response.end('this path needs a protocol upgrade')
      return
    case 'empty':
      response.writeHead(status, headers)
      response.end()
  }
}
