/** What comes to the HTTPS door and is no decent request: it is answered or closed, and the door stays open for the next. */
import { connect as connectTcp } from 'node:net'
import { request as httpsRequest } from 'node:https'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serveHttps, type ServeHandle } from './https.ts'
import { startWorld, type World } from './testing.ts'
import { authenticator, certificate } from './testing-door.ts'

const tls = certificate()
const WATCH = '/api/v1/namespaces/default/configmaps?watch=true&timeoutSeconds=1'
let world: World
let door: ServeHandle
beforeAll(async () => {
  world = await startWorld()
  door = await serveHttps({ server: world.server, tls, authenticator, port: 0, requestTimeoutMs: 1_000 })
})
afterAll(async () => {
  await door.close()
  await world.close()
})

/** All that comes back until the server closes; the caller neither closes nor says more. */
async function said(socket: Duplex, ...parts: (string | Uint8Array)[]): Promise<string> {
  let text = ''
  socket.on('data', (data: Buffer) => { text += data.toString('latin1') })
  // It may be reset in the middle of what is sent.
  socket.on('error', () => undefined)
  for (const part of parts) socket.write(part)
  if (!socket.destroyed) await once(socket, 'close')
  return text
}
const secure = async (): Promise<Duplex> => {
  const socket = connectTls({ host: '127.0.0.1', port: door.port, ca: tls.ca, ALPNProtocols: ['http/1.1'] })
  await once(socket, 'secureConnect')
  return socket
}
const head = (line: string, ...headers: string[]): string => [line, 'Host: x', 'Authorization: Bearer good', ...headers, '', ''].join('\r\n')
const alive = async (): Promise<number | undefined> => {
  const sent = httpsRequest({ host: '127.0.0.1', port: door.port, path: '/version', ca: tls.ca, agent: false, headers: { authorization: 'Bearer good' } }).end()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  response.resume()
  return response.statusCode
}
/** Where it has a body of JSON, and is a failure, that is a Status with the code of its head. */
function isDecent(text: string): boolean {
  if (text === '') return true
  const [, code = ''] = /^HTTP\/1\.1 (\d{3}) [^\r\n]*\r\n/.exec(text) ?? []
  const [headers = '', body = ''] = text.split('\r\n\r\n', 2)
  if (code === '' || code < '400' || !headers.toLowerCase().includes('content-type: application/json')) return code !== ''
  const status = JSON.parse(body.split('\r\nHTTP/1.1', 1)[0] ?? '') as { kind: string; code: number }
  return status.kind === 'Status' && String(status.code) === code
}

describe('malformed HTTP', () => {
  it.each<[string, string, RegExp]>([
    ['no HTTP', 'hello\r\n\r\n', /^HTTP\/1\.1 400 /], ['another version', 'GET / HTTP/9.9\r\n\r\n', /^HTTP\/1\.1 400 /], ['a method nobody knows', head('BREW /api HTTP/1.1'), /^HTTP\/1\.1 400 /],
    ['huge headers', head('GET /version HTTP/1.1', `X-Big: ${'x'.repeat(80_000)}`), /^HTTP\/1\.1 431 |^$/], ['a huge path', head(`GET /${'x'.repeat(80_000)} HTTP/1.1`), /^HTTP\/1\.1 431 |^$/],
    ['a header without a colon', head('GET /version HTTP/1.1', 'nonsense'), /^HTTP\/1\.1 400 /], ['two lengths', head('POST /api HTTP/1.1', 'Content-Length: 1', 'Content-Length: 2'), /^HTTP\/1\.1 400 /],
    ['a length that is none', head('POST /api HTTP/1.1', 'Content-Length: many'), /^HTTP\/1\.1 400 /], ['a length and chunks', `${head('POST /api HTTP/1.1', 'Content-Length: 5', 'Transfer-Encoding: chunked')}0\r\n\r\n`, /^HTTP\/1\.1 400 /],
    ['a chunk that is none', `${head('POST /api/v1/namespaces HTTP/1.1', 'Transfer-Encoding: chunked')}zz\r\n`, /^HTTP\/1\.1 \d{3} |^$/], ['a line break in a header', head('GET /version HTTP/1.1', 'X-A: a\nb: c\u0000'), /^HTTP\/1\.1 400 /],
    ['CONNECT', head('CONNECT example.com:443 HTTP/1.1'), /^$|^HTTP\/1\.1 4/], ['a body that does not come', head('POST /api/v1/namespaces HTTP/1.1', 'Content-Type: application/json', 'Content-Length: 100'), /^HTTP\/1\.1 408 |^$/],
    ['a head that does not end', 'GET /version HTTP/1.1\r\nHost: x\r\n', /^HTTP\/1\.1 408 |^$/],
  ])('%s', async (_name, text, answer) => {
    const got = await said(await secure(), text)
    expect(got).toMatch(answer)
    expect(isDecent(got)).toBe(true)
    expect(await alive()).toBe(200)
  })
})

describe('wishes to upgrade', () => {
  const wish = (path: string, ...headers: string[]): string => head(`GET ${path} HTTP/1.1`, 'Connection: Upgrade, close', ...headers)
  const WEBSOCKET = ['Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==']
  const POD = '/api/v1/namespaces/default/pods/none'
  it.each<[string, string, RegExp]>([
    // Old clients leave the header of an earlier request on the next.
    ['of what is no stream', wish('/api/v1/namespaces/default', 'Upgrade: SPDY/3.1'), /^HTTP\/1\.1 200 [\s\S]*"kind":"Namespace"/], ['to HTTP/2', wish('/version', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__'), /^HTTP\/1\.1 200 /],
    ['of what is not there', wish('/nothing', ...WEBSOCKET), /^HTTP\/1\.1 404 /], ['of a pod that is not there', wish(`${POD}/exec?command=x`, ...WEBSOCKET), /^HTTP\/1\.1 404 [\s\S]*"kind":"Status"/],
    ['to nothing known', wish(`${POD}/portforward`, 'Upgrade: gopher'), /^HTTP\/1\.1 4\d\d /], ['without a key', wish(WATCH, 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'), /^HTTP\/1\.1 (?:4\d\d|200) /],
    ['of another version', wish(WATCH, 'Upgrade: websocket', 'Sec-WebSocket-Version: 99', 'Sec-WebSocket-Key: x'), /^HTTP\/1\.1 (?:4\d\d|200) /], ['by somebody unknown', wish(`${POD}/exec`, ...WEBSOCKET).replace('good', 'bad'), /^HTTP\/1\.1 401 [\s\S]*"reason":"Unauthorized"/],
    ['with a body', `${head('POST /api/v1/namespaces/default/configmaps HTTP/1.1', 'Connection: Upgrade, close', 'Upgrade: h2c', 'Content-Type: application/json', 'Content-Length: 32')}{"metadata":{"name":"upgraded"}}`, /^HTTP\/1\.1 201 /],
    ['frames that are none', `${wish(WATCH, ...WEBSOCKET)}\xff\xff\xff\xff garbage`, /^HTTP\/1\.1 101 /],
  ])('%s', async (_name, text, answer) => {
    const socket = await secure()
    const got = await said(socket, Buffer.from(text, 'latin1'))
    expect(got).toMatch(answer)
    expect(isDecent(got)).toBe(true)
    expect(await alive()).toBe(200)
  })
})

describe('broken TLS', () => {
  it.each<[string, Uint8Array]>([
    ['plain HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')], ['nothing of TLS', Buffer.alloc(600, 0xaa)], ['half a greeting', Buffer.from('160301020001000100', 'hex')],
  ])('%s', async (_name, bytes) => {
    const socket = connectTcp(door.port, '127.0.0.1')
    await once(socket, 'connect')
    const ended = said(socket, bytes)
    // Who begins a handshake and does not go on is waited for; here it hangs up.
    socket.end()
    expect(await ended).not.toMatch(/HTTP/)
    expect(await alive()).toBe(200)
  })
  it('a client that goes away in the middle of a large answer, or of its own body', async () => {
    for (const text of [head('GET /openapi/v2 HTTP/1.1'), `${head('POST /api/v1/namespaces HTTP/1.1', 'Content-Length: 1000000')}{`, head(`GET ${WATCH} HTTP/1.1`)]) {
      const socket = await secure()
      socket.on('error', () => undefined)
      socket.write(text)
      await new Promise((resolve) => setImmediate(resolve))
      socket.destroy()
    }
    expect(await alive()).toBe(200)
  })
})

it('whatever bytes come, it answers decently or closes, and goes on', async () => {
  const lines = fc.constantFrom('GET /api/v1/pods HTTP/1.1', 'POST /api/v1/namespaces HTTP/1.1', `GET ${WATCH} HTTP/1.1`, 'PATCH /api/v1/namespaces/default HTTP/1.1', 'GET /%zz/%00 HTTP/1.1', 'GET http://evil/api HTTP/1.1', 'OPTIONS * HTTP/1.1')
  const fields = fc.array(fc.oneof(fc.constantFrom('Upgrade: websocket', 'Connection: Upgrade', 'Transfer-Encoding: chunked', 'Content-Length: 3', 'Expect: 100-continue', 'Accept: */*;q=x', 'Content-Type: application/json', 'Impersonate-User: x'), fc.tuple(fc.string({ maxLength: 12 }), fc.string({ maxLength: 40 })).map(([a, b]) => `${a}: ${b}`)), { maxLength: 5 })
  const message = fc.tuple(lines, fields, fc.uint8Array({ maxLength: 60 }), fc.option(fc.nat({ max: 200 }))).map(([line, more, tail, cut]) => {
    const bytes = Buffer.concat([Buffer.from(head(line, 'Connection: close', ...more), 'utf8'), tail])
    return cut === null ? bytes : bytes.subarray(0, cut)
  })
  await fc.assert(fc.asyncProperty(fc.array(message, { minLength: 8, maxLength: 8 }), async (messages) => {
    const answers = await Promise.all(messages.map(async (bytes) => {
      const socket = await secure()
      const answer = said(socket, bytes)
      socket.end()
      return answer
    }))
    expect(answers.filter((text) => !isDecent(text))).toEqual([])
  }), { numRuns: 25, interruptAfterTimeLimit: 60_000 })
  expect(await alive()).toBe(200)
})
