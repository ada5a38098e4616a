/**
 * The server's side of SPDY/3.1, as far as Kubernetes' clients use it: they open streams with a few headers, data flows both
 * ways, either side closes its half. No priorities, no pushes; windows are granted and not asked for, as upstream's library
 * has none. Frames are taken one at a time, so that a stream whose reader waits holds up the connection, and nothing is buffered without bound.
 * Source: SPDY Protocol draft 3.1.
 */
import { Duplex } from 'node:stream'
import { constants, createInflate } from 'node:zlib'
import { logger } from '../../../shared/log.ts'
import { IDLE_MS } from './idle.ts'
import { DICTIONARY, dictionaryId } from './spdy-dictionary.ts'

const VERSION = 3
const SYN_STREAM = 1
const SYN_REPLY = 2
const RST_STREAM = 3
const PING = 6
const GOAWAY = 7
const FIN = 1
const CANCEL = 5
const FRAME_LIMIT = 1 << 24
const HEADERS_LIMIT = 64 * 1024
const STREAMS_LIMIT = 1000
const CHUNK = 32 * 1024
const log = logger('kube-apiserver')

export class SpdyStream extends Duplex {
  readonly id: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly #connection: SpdyConnection
  #room: (() => void) | undefined

  constructor(connection: SpdyConnection, id: number, headers: Readonly<Record<string, string>>) {
    super({ allowHalfOpen: true })
    this.#connection = connection
    this.id = id
    this.headers = headers
  }
  /** Resolves when the reader wants more. */
  async offer(data: Buffer): Promise<void> {
    if (this.destroyed || this.push(data)) return
    await new Promise<void>((resolve) => {
      this.#room = resolve
    })
  }
  #free(): void {
    const room = this.#room
    this.#room = undefined
    room?.()
  }
  override _read(): void {
    this.#free()
  }
  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#connection.data(this.id, chunk, false).then(() => done(), done)
  }
  override _final(done: (error?: Error | null) => void): void {
    this.#connection.data(this.id, Buffer.alloc(0), true).then(() => done(), done)
  }
  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#free()
    this.#connection.forget(this.id, !this.readableEnded || !this.writableFinished)
    done(error)
  }
}

function control(type: number, flags: number, body: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt16BE(0x8000 | VERSION, 0)
  head.writeUInt16BE(type, 2)
  head.writeUInt32BE(body.length, 4)
  head[4] = flags
  return Buffer.concat([head, body])
}
const word = (...values: number[]): Buffer => {
  const out = Buffer.alloc(4 * values.length)
  values.forEach((value, i) => out.writeUInt32BE(value >>> 0, 4 * i))
  return out
}
/** "No headers" in a compressed stream that never compresses: a stored block of four zero bytes, and an empty one, which readers take for a flush. */
const STORED = Buffer.from([0x00, 0x04, 0x00, 0xfb, 0xff, 0, 0, 0, 0, 0x00, 0x00, 0x00, 0xff, 0xff])

export class SpdyConnection {
  readonly #socket: Duplex
  readonly #streams = new Map<number, SpdyStream>()
  readonly #inflate = createInflate({ dictionary: DICTIONARY, flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH })
  #inflated: Buffer[] = []
  #inflatedBytes = 0
  #replied = false
  #closed = false
  readonly #idle = setTimeout(() => this.close(), IDLE_MS).unref()

  /** Takes the connection over. `onStream` gets each stream that the client opens; the socket's end ends all of them. */
  constructor(socket: Duplex, onStream: (stream: SpdyStream) => void) {
    this.#socket = socket
    this.#inflate.on('data', (chunk: Buffer) => {
      this.#inflated.push(chunk)
      this.#inflatedBytes += chunk.length
      if (this.#inflatedBytes <= HEADERS_LIMIT) return
      // A few bytes can become any number.
      log.debug('a header block is too large')
      this.close()
    })
    // Who waits for the block is not told: nothing more can be read.
    this.#inflate.on('error', (error) => {
      log.debug('headers could not be read', { error })
      this.close()
    })
    socket.on('error', (error) => log.debug('a SPDY connection failed', { error }))
    this.#run(onStream).catch((error: unknown) => log.debug('a SPDY connection ended', { error: error as Error })).finally(() => this.close())
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    clearTimeout(this.#idle)
    this.#inflate.close()
    for (const stream of this.#streams.values()) stream.destroy()
    this.#socket.destroy()
  }
  /** Says goodbye after all that was sent. */
  end(): void {
    if (this.#closed) return
    this.#socket.end(control(GOAWAY, 0, word(0, 0)))
  }

  async #write(bytes: Buffer): Promise<void> {
    if (this.#closed || this.#socket.destroyed) throw new Error('the connection is closed')
    await new Promise<void>((resolve, reject) => this.#socket.write(bytes, (error) => (error ? reject(error) : resolve())))
  }
  async data(id: number, bytes: Buffer, last: boolean): Promise<void> {
    this.#idle.refresh()
    for (let at = 0; at < bytes.length || (last && at === 0); at += CHUNK) {
      const part = bytes.subarray(at, at + CHUNK)
      const head = word(id, part.length)
      if (last && at + CHUNK >= bytes.length) head[4] = FIN
      await this.#write(Buffer.concat([head, part]))
    }
  }
  forget(id: number, unfinished: boolean): void {
    if (!this.#streams.delete(id) || !unfinished || this.#closed) return
    this.#write(control(RST_STREAM, 0, word(id, CANCEL))).catch((error: unknown) => log.debug('a stream could not be cancelled', { error: error as Error }))
  }

  async #run(onStream: (stream: SpdyStream) => void): Promise<void> {
    let rest: Buffer = Buffer.alloc(0)
    for await (const chunk of this.#socket as AsyncIterable<Buffer>) {
      rest = rest.length ? Buffer.concat([rest, chunk]) : chunk
      while (rest.length >= 8) {
        const length = rest.readUInt32BE(4) & 0xffffff
        if (length > FRAME_LIMIT) throw new Error('a frame is too large')
        if (rest.length < 8 + length) break
        const frame = rest.subarray(0, 8 + length)
        rest = rest.subarray(8 + length)
        await this.#frame(frame, onStream)
      }
    }
  }

  async #frame(frame: Buffer, onStream: (stream: SpdyStream) => void): Promise<void> {
    const flags = frame[4] as number
    const body = frame.subarray(8)
    if (!((frame[0] as number) & 0x80)) {
      this.#idle.refresh()
      const stream = this.#streams.get(frame.readUInt32BE(0))
      if (!stream) return
      if (body.length) await stream.offer(Buffer.from(body))
      if (flags & FIN) stream.push(null)
      return
    }
    switch (frame.readUInt16BE(2)) {
      case SYN_STREAM: {
        this.#idle.refresh()
        const id = body.readUInt32BE(0) & 0x7fffffff
        const headers = await this.#headers(body.subarray(10))
        if (this.#streams.size >= STREAMS_LIMIT) return this.#write(control(RST_STREAM, 0, word(id, CANCEL)))
        const stream = new SpdyStream(this, id, headers)
        stream.on('error', (error) => log.debug('a stream failed', { error }))
        this.#streams.set(id, stream)
        const first = Buffer.concat([Buffer.from([0x78, 0xbb]), word(dictionaryId())])
        const block = this.#replied ? STORED : Buffer.concat([first, STORED])
        this.#replied = true
        await this.#write(control(SYN_REPLY, 0, Buffer.concat([word(id), block])))
        if (flags & FIN) stream.push(null)
        return onStream(stream)
      }
      case RST_STREAM:
        this.#streams.get(body.readUInt32BE(0) & 0x7fffffff)?.destroy()
        return
      case PING:
        return this.#write(control(PING, 0, Buffer.from(body)))
      default:
        // Settings, windows and goodbyes need no answer.
    }
  }

  /** The header block of one frame; all blocks of a connection are one compressed stream. */
  async #headers(block: Buffer): Promise<Record<string, string>> {
    this.#inflated = []
    this.#inflatedBytes = 0
    await new Promise<void>((resolve, reject) => this.#inflate.write(Buffer.from(block), (error) => (error ? reject(error) : resolve())))
    const bytes = Buffer.concat(this.#inflated)
    if (bytes.length < 4 || bytes.length > HEADERS_LIMIT) throw new Error('a header block cannot be read')
    const headers: Record<string, string> = {}
    let at = 4
    const next = (): string => {
      const length = bytes.readUInt32BE(at)
      at += 4 + length
      return bytes.toString('utf8', at - length, at)
    }
    for (let left = bytes.readUInt32BE(0); left > 0; left--) {
      const name = next()
      headers[name.toLowerCase()] = next()
    }
    return headers
  }
}
