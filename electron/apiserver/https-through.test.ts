/** The door where connections come through something else than a socket of this machine, as from pods on another one. */
import { once } from 'node:events'
import { Agent, request } from 'node:https'
import { connect, createServer, type AddressInfo } from 'node:net'
import { Duplex } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, expect, it } from 'vitest'
import { serveHttps } from './https.ts'
import { authenticator, certificate } from './testing-door.ts'
import type { ApiRequest, ApiServer } from './types.ts'

const ends: (() => unknown)[] = []
afterAll(async () => { for (const end of ends.splice(0).reverse()) await end() })

it('serves them under TLS of its own, knows from where they come, and ends them', async () => {
  const seen: ApiRequest[] = []
  const server = { handle: async (r: ApiRequest) => { seen.push(r); return { status: 200, body: { type: 'bytes', bytes: Buffer.from(`hello ${r.user.name}`), contentType: 'text/plain' } } } } as unknown as ApiServer
  const tls = certificate()
  let closed = false
  const streams: Duplex[] = []
  const listener = createServer()
  const door = await serveHttps({
    server, port: 6443, tls, authenticator,
    through: async (accept) => {
      listener.on('connection', (socket) => {
        // No socket any more, only a stream.
        const stream = Duplex.from({ readable: socket, writable: socket })
        streams.push(stream)
        socket.on('error', () => stream.destroy())
        accept(Object.assign(stream, { remoteAddress: '10.244.0.7' }))
      }).listen(0, '127.0.0.1')
      await once(listener, 'listening')
      return { close: async () => { closed = true; listener.close() } }
    },
  })
  ends.push(() => door.close())
  expect(door.port).toBe(6443)
  const { port } = listener.address() as AddressInfo
  const ask = (agent: Agent | false = false): Promise<string> => new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: '/version', ca: tls.ca, headers: { authorization: 'Bearer good' }, agent }, (r) => void text(r).then((t) => resolve(`${r.statusCode} ${t}`), reject)).on('error', reject).end()
  })
  expect(await ask()).toMatch(/^200 hello \w+/)
  expect(seen[0]?.remote).toBe('10.244.0.7')
  // A way that breaks, in the middle of a handshake and behind it, is the caller's affair alone.
  const agent = new Agent({ keepAlive: true })
  ends.push(() => agent.destroy())
  expect(await ask(agent)).toMatch(/^200/)
  const half = connect({ host: '127.0.0.1', port })
  half.on('error', () => undefined)
  await expect.poll(() => streams.length).toBe(3)
  for (const stream of streams) stream.destroy(new Error('the way broke'))
  await once(half, 'close')
  // One that says nothing is ended as well.
  const silent = connect({ host: '127.0.0.1', port })
  await once(silent, 'connect')
  const ended = once(silent, 'close')
  silent.on('error', () => undefined)
  await expect.poll(() => streams.length).toBe(4)
  await door.close()
  await ended
  expect(closed).toBe(true)
  await expect(ask()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
})
