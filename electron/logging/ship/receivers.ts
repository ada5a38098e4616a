/** For tests: receivers that take what their protocol allows and nothing else, and can be told to misbehave. */
import { createHash, randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { createServer as createHttp, type IncomingHttpHeaders } from 'node:http'
import { createServer as createTcp, type Server, type Socket } from 'node:net'
import { createServer as createTls } from 'node:tls'
import { decodeMultiStream, encode, type ExtData } from '@msgpack/msgpack'
import { ownPort } from '../../../test/ports.ts'

export interface HttpCall {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}
type Reply = { status: number; body?: unknown }
export interface HttpReceiver {
  readonly address: string
  readonly calls: HttpCall[]
  close(): Promise<void>
}
/** Where nobody comes in its place when it is closed. */
const listen = async (server: Server): Promise<number> => {
  const port = await ownPort()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return port
}

/** @param reply what it answers; a receiver's own rules */
export async function httpReceiver(reply: (call: HttpCall, nth: number) => Reply): Promise<HttpReceiver> {
  const calls: HttpCall[] = []
  const server = createHttp((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => { body += text }).on('end', () => {
      const call = { path: `${request.method} ${request.url}`, headers: request.headers, body }
      calls.push(call)
      const { status, body: answer } = reply(call, calls.length)
      response.writeHead(status, { 'content-type': 'application/json' }).end(answer === undefined ? '' : typeof answer === 'string' ? answer : JSON.stringify(answer))
    })
  })
  const port = await listen(server)
  return { address: `http://127.0.0.1:${port}`, calls, close: () => new Promise((resolve) => { server.close(() => resolve()); server.closeAllConnections() }) }
}

/** The bulk API: an index of documents by their ids; creating one again is a conflict. */
export function bulkIndex(fault: (doc: Record<string, unknown>, nth: number) => { status: number; type: string } | undefined = () => undefined) {
  const docs = new Map<string, Record<string, unknown>>()
  let nth = 0
  const reply = ({ path, headers, body }: HttpCall): Reply => {
    if (path !== 'POST /_bulk') return { status: 404, body: { error: 'no handler' } }
    if (headers['content-type'] !== 'application/x-ndjson') return { status: 406, body: { error: 'Content-Type is not supported' } }
    if (!body.endsWith('\n')) return { status: 400, body: { error: { type: 'illegal_argument_exception', reason: 'The bulk request must be terminated by a newline [\\n]' } } }
    const lines = body.slice(0, -1).split('\n').map((l) => JSON.parse(l) as Record<string, unknown>)
    const items: object[] = []
    for (let i = 0; i < lines.length; i += 2) {
      const { create } = lines[i] as { create: { _index: string; _id: string } }
      const doc = lines[i + 1] as Record<string, unknown>
      const wrong = fault(doc, ++nth)
      if (wrong) items.push({ create: { status: wrong.status, error: { type: wrong.type, reason: 'because' } } })
      else if (docs.has(create._id)) items.push({ create: { status: 409, error: { type: 'version_conflict_engine_exception', reason: 'document already exists' } } })
      else {
        docs.set(create._id, { ...doc, _index: create._index })
        items.push({ create: { status: 201 } })
      }
    }
    return { status: 200, body: { took: 1, errors: items.some((i) => (i as { create: { status: number } }).create.status >= 300), items } }
  }
  return { docs, reply }
}

export interface Forwarded {
  readonly tag: string
  readonly time: { seconds: number; nanos: number }
  readonly record: Record<string, unknown>
}
/** Fluentd's in_forward: forward mode, acknowledgements, and with a key its handshake. @param silent connections that are cut off without an acknowledgement */
export async function forwardReceiver(options: { key?: string; silent?: number } = {}) {
  const entries: Forwarded[] = []
  const sockets = new Set<Socket>()
  let { silent = 0 } = options
  const sha = (...parts: (string | Uint8Array)[]): string => { const h = createHash('sha512'); for (const p of parts) h.update(p); return h.digest('hex') }
  async function serve(socket: Socket): Promise<void> {
    const messages = decodeMultiStream(socket)[Symbol.asyncIterator]()
    if (options.key !== undefined) {
      const nonce = randomBytes(16)
      socket.write(encode(['HELO', { nonce, auth: '', keepalive: true }]))
      const [word, host, salt, digest] = (await messages.next()).value as [string, string, Uint8Array, string]
      const ok = word === 'PING' && digest === sha(salt, host, nonce, options.key)
      socket.write(encode(['PONG', ok, ok ? '' : 'shared_key mismatch', 'receiver', ok ? sha(salt, 'receiver', nonce, options.key) : '']))
      if (!ok) return void socket.end()
    }
    for (;;) {
      const { value, done } = await messages.next()
      if (done) return
      const [tag, list, option] = value as [string, [ExtData, Record<string, unknown>][], { chunk: string; size: number }]
      if (list.length !== option.size) throw new Error('size is not that of the entries')
      if (silent > 0) {
        silent--
        socket.destroy()
        return
      }
      for (const [time, record] of list) {
        if (time.type !== 0) throw new Error('not an EventTime')
        const view = Buffer.from(time.data as Uint8Array)
        entries.push({ tag, time: { seconds: view.readUInt32BE(0), nanos: view.readUInt32BE(4) }, record })
      }
      socket.write(encode({ ack: option.chunk }))
    }
  }
  const server = createTcp((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
    serve(socket).catch(() => socket.destroy())
  })
  const port = await listen(server)
  return { address: `127.0.0.1:${port}`, entries, close: () => new Promise<void>((resolve) => { server.close(() => resolve()); for (const s of sockets) s.destroy() }) }
}

export interface SyslogMessage {
  readonly priority: number
  readonly time: string
  readonly host: string
  readonly app: string
  readonly proc: string
  readonly id: string
  readonly data: string
  readonly text: string
}
/** RFC 5424's grammar, or an error. */
export function parseSyslog(text: string): SyslogMessage {
  const match = /^<(\d{1,3})>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,6}Z) ([!-~]{1,255}) ([!-~]{1,48}) ([!-~]{1,128}) ([!-~]{1,32}) (\[[!-~]+(?: [!-~]+?="(?:[^"\\\]]|\\["\\\]])*")*\]) \ufeff([\s\S]*)$/.exec(text)
  if (!match) throw new Error(`no message of RFC 5424: ${text}`)
  const [, priority, time, host, app, proc, id, data, message] = match as unknown as string[]
  return { priority: Number(priority), time: time ?? '', host: host ?? '', app: app ?? '', proc: proc ?? '', id: id ?? '', data: data ?? '', text: message ?? '' }
}
export async function syslogReceiver(kind: 'tcp' | 'udp' | 'tls', tls?: { key: string; cert: string }) {
  const messages: SyslogMessage[] = []
  const faults: Error[] = []
  const sockets = new Set<Socket>()
  let heard = (): void => undefined
  const take = (text: string): void => {
    try {
      messages.push(parseSyslog(text))
    } catch (e) {
      faults.push(e as Error)
    }
    heard()
  }
  const until = async (count: number): Promise<void> => { while (messages.length < count && !faults.length) await new Promise<void>((resolve) => { heard = resolve }) }
  if (kind === 'udp') {
    const socket = createSocket('udp4').on('message', (bytes) => take(bytes.toString('utf8')))
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
    return { address: `127.0.0.1:${socket.address().port}`, messages, faults, until, cut: () => undefined, close: () => new Promise<void>((resolve) => socket.close(() => resolve())) }
  }
  const serve = (socket: Socket): void => {
    let rest = Buffer.alloc(0)
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket)).on('data', (bytes: Buffer) => {
      rest = Buffer.concat([rest, bytes])
      for (;;) {
        const space = rest.indexOf(0x20)
        if (space < 0) return
        const length = Number(rest.toString('latin1', 0, space))
        if (!Number.isInteger(length)) return void faults.push(new Error('octets are not counted'))
        if (rest.length < space + 1 + length) return
        take(rest.toString('utf8', space + 1, space + 1 + length))
        rest = rest.subarray(space + 1 + length)
      }
    })
  }
  const server = kind === 'tls' && tls ? createTls(tls, serve) : createTcp(serve)
  const port = await listen(server)
  return { address: `127.0.0.1:${port}`, messages, faults, until, cut: () => { for (const s of sockets) s.destroy() }, close: () => new Promise<void>((resolve) => { server.close(() => resolve()); for (const s of sockets) s.destroy() }) }
}
