import { createHash, randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import http from 'node:http'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { PassThrough, type Duplex } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ownPort } from '../../../../../test/ports.ts'
import { WINDOW } from './frames.ts'
import type { TunnelSocket } from './socket.ts'
import { GatewayProgram, runsHere } from './testing.ts'
import { Tunnel } from './tunnel.ts'

const HOST = '127.0.0.1'
const portOf = (server: Server): number => (server.address() as AddressInfo).port
async function serve(handle: (socket: Socket) => void, allowHalfOpen = true): Promise<Server> {
  const server = createServer({ allowHalfOpen }, (socket) => { socket.on('error', () => undefined); handle(socket) })
  server.listen(0, HOST)
  await once(server, 'listening')
  return server
}

describe.runIf(runsHere)('the tunnel and its program', () => {
  let program: GatewayProgram
  let tunnel: Tunnel
  let child: ReturnType<GatewayProgram['begin']>
  let ended: Error | undefined
  const servers: Server[] = []
  beforeAll(() => { program = new GatewayProgram() })
  afterAll(() => program.dispose())
  beforeEach(async () => {
    ended = undefined
    child = program.begin('tunnel')
    await new Promise<void>((resolve, reject) => { tunnel = new Tunnel(child.stdout, child.stdin, resolve, (e) => { ended = e; reject(e) }) })
  })
  afterEach(() => {
    tunnel.end(new Error('the test is over'))
    for (const server of servers.splice(0)) server.close()
  })
  const to = async (handle: (socket: Socket) => void, allowHalfOpen = true): Promise<TunnelSocket> => {
    const server = await serve(handle, allowHalfOpen)
    servers.push(server)
    return tunnel.connect({ host: HOST, port: portOf(server) }, true)
  }

  it('carries what is said, both ways, and each end', async () => {
    const socket = await to((s) => { s.write('hello '); s.pipe(s) })
    await once(socket, 'connect')
    expect(socket.connecting).toBe(false)
    socket.end('world')
    expect(await text(socket)).toBe('hello world')
    if (!socket.closed) await once(socket, 'close')
    expect(tunnel.streams).toBe(0)
  })
  it('says why a connection fails, as Node does', async () => {
    const port = await ownPort()
    const [error] = await once(tunnel.connect({ host: HOST, port }), 'error') as [NodeJS.ErrnoException]
    expect(error).toMatchObject({ code: 'ECONNREFUSED', syscall: 'connect', message: `connect ECONNREFUSED ${HOST}:${port}` })
    expect(tunnel.streams).toBe(0)
  })
  it('loses nothing of megabytes both ways, while one that nobody reads and small ones go on', async () => {
    const bytes = randomBytes(8 << 20)
    const hash = (b: Uint8Array): string => createHash('sha256').update(b).digest('hex')
    let stuck: Socket | undefined
    const slow = await to((s) => { s.pause(); stuck = s })
    // More than all buffers take: it stands still, and is alone with that.
    slow.write(Buffer.alloc(32 << 20))
    const deaf = await to((s) => { s.write(Buffer.alloc(32 << 20)) })
    deaf.pause()
    const big = await to((s) => s.pipe(s))
    const chunks: Buffer[] = []
    big.on('data', (c: Buffer) => chunks.push(c))
    big.end(bytes)
    const small = Array.from({ length: 50 }, async (_, i) => {
      const socket = await to((s) => s.pipe(s))
      socket.end(`small ${i}`)
      return text(socket)
    })
    expect(await Promise.all(small)).toEqual(Array.from({ length: 50 }, (_, i) => `small ${i}`))
    await once(big, 'close')
    expect(hash(Buffer.concat(chunks))).toBe(hash(bytes))
    expect(deaf.bytesRead).toBeLessThanOrEqual(WINDOW)
    expect(slow.bytesWritten).toBeLessThan(32 << 20)
    // When it is read again, the rest comes.
    const all = new Promise<number>((resolve) => { let n = 0; stuck?.on('data', (c: Buffer) => { if ((n += c.length) === 32 << 20) resolve(n) }) })
    stuck?.resume()
    expect(await all).toBe(32 << 20)
    deaf.destroy()
    slow.destroy()
  })
  it('what was sent before a graceful end arrives; a break is seen as one', async () => {
    const got: string[] = []
    const done = (s: Socket): Promise<unknown> => once(s, 'close')
    let closed: Promise<unknown> | undefined
    const soon = await to((s) => { s.on('data', (c: Buffer) => got.push(c.toString())); closed = done(s); s.on('end', () => s.end()) })
    soon.write('last words')
    soon.destroySoon()
    await expect.poll(() => closed !== undefined).toBe(true)
    await closed
    expect(got.join('')).toBe('last words')
    let reset: Promise<[NodeJS.ErrnoException]> | undefined
    const broken = await to((s) => { reset = once(s, 'error') as Promise<[NodeJS.ErrnoException]> })
    await once(broken, 'connect')
    await expect.poll(() => reset !== undefined).toBe(true)
    broken.resetAndDestroy()
    expect((await reset)?.[0].code).toBe('ECONNRESET')
    const far = await to((s) => s.resetAndDestroy())
    expect(((await once(far, 'error')) as [NodeJS.ErrnoException])[0].code).toBe('ECONNRESET')
  })
  it('listens: whoever connects is here, with the address', async () => {
    const port = await ownPort()
    const sockets: Duplex[] = []
    const id = await tunnel.listen({ host: HOST, port }, { kind: 'tcp', allowHalfOpen: true, accept(s) { sockets.push(s); s.pipe(s) } })
    const client = connect({ host: HOST, port })
    client.end('from a pod')
    expect(await text(client)).toBe('from a pod')
    expect((sockets[0] as TunnelSocket).remoteAddress).toBe(HOST)
    await expect(tunnel.listen({ host: HOST, port }, { kind: 'tcp', allowHalfOpen: true, accept: () => undefined })).rejects.toMatchObject({ code: 'EADDRINUSE', syscall: 'listen' })
    await expect(tunnel.listen({ host: '192.0.2.1', port }, { kind: 'udp', receive: () => undefined })).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' })
    tunnel.unlisten(id)
    await expect.poll(() => new Promise((resolve) => { const s = connect({ host: HOST, port }); s.once('error', (e: NodeJS.ErrnoException) => resolve(e.code)); s.once('connect', () => { s.destroy(); resolve('open') }) })).toBe('ECONNREFUSED')
  })
  it('datagrams come with their sender and answers go there', async () => {
    const port = await ownPort()
    const id: number = await tunnel.listen({ host: HOST, port }, { kind: 'udp', receive: (message, from) => tunnel.sendDatagram(id, from, Buffer.from(`${message.toString()}!`)) })
    const client = createSocket('udp4')
    client.send('question', port, HOST)
    expect(String((await once(client, 'message'))[0])).toBe('question!')
    client.close()
  })
  it('serves HTTP both ways: a client of Node over a stream, a server of Node on what was accepted', async () => {
    const port = await ownPort()
    const server = http.createServer((q, r) => r.end(`${q.url} of ${q.headers.host}`))
    await tunnel.listen({ host: HOST, port }, { kind: 'tcp', allowHalfOpen: true, accept: (s) => void server.emit('connection', s) })
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
    Object.assign(agent, { createConnection: () => tunnel.connect({ host: HOST, port }) })
    const get = (path: string): Promise<string> => new Promise((resolve, reject) => { http.get({ host: 'web', path, agent }, (r) => void text(r).then(resolve, reject)).on('error', reject) })
    expect(await get('/a')).toBe('/a of web')
    expect(await get('/b')).toBe('/b of web')
    expect(tunnel.streams).toBe(2) // One connection, kept: it comes back in as another.
    agent.destroy()
    await expect.poll(() => tunnel.streams).toBe(0)
  })
  it('ends all when the program ends, and the program ends with the app', async () => {
    const socket = await to(() => undefined)
    await once(socket, 'connect')
    const failed = once(socket, 'error') as Promise<[NodeJS.ErrnoException]>
    child.kill('SIGKILL')
    expect((await failed)[0].code).toBe('ECONNRESET')
    expect(ended?.message).toContain('the gateway has ended')
    await expect(tunnel.listen({ host: HOST, port: 1 }, { kind: 'udp', receive: () => undefined })).rejects.toThrow('ECONNRESET')
    expect(((await once(tunnel.connect({ host: HOST, port: 1 }), 'error')) as [NodeJS.ErrnoException])[0].code).toBe('ECONNRESET')
    const other = program.begin('tunnel')
    const exit = once(other, 'exit')
    await once(other.stdout, 'data')
    other.stdin.end()
    expect((await exit)[0]).toBe(0)
  })
  it('answers pings; silence ends it', async () => {
    for (let i = 0; i < 3; i++) {
      tunnel.ping()
      // An answer to what was said later has come behind that to the ping.
      await tunnel.listen({ host: HOST, port: await ownPort() }, { kind: 'udp', receive: () => undefined })
    }
    expect(ended).toBeUndefined()
    child.kill('SIGSTOP')
    tunnel.ping()
    await expect.poll(() => { tunnel.ping(); return ended?.message }).toBe('the gateway does not answer')
    child.kill('SIGCONT')
  })
  it('nothing but the gateway is taken for it', async () => {
    const input = new PassThrough()
    const failure = new Promise<Error>((resolve) => { void new Tunnel(input, new PassThrough(), () => undefined, resolve) })
    input.write('HTTP/1.1 200 OK\r\n\r\n')
    expect((await failure).message).toMatch(/no frame|not the gateway/)
  })
})
