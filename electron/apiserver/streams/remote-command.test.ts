import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { ADMIN } from '../testing.ts'
import type { ContainerSession } from '../types.ts'
import { CHANNEL_PROTOCOLS } from './framing.ts'
import { serveRemoteCommand } from './remote-command.ts'
import { acceptWebSocket, chooseProtocol } from './websocket.ts'

class FakeSession implements ContainerSession {
  readonly stdin = new PassThrough({ highWaterMark: 1000 })
  readonly stdout = new PassThrough({ highWaterMark: 1000 })
  readonly stderr = new PassThrough()
  readonly sizes: number[][] = []
  killed = false
  end: (code: number) => void = () => undefined
  readonly exit = new Promise<number>((resolve) => { this.end = (code) => { this.stdout.end(); this.stderr.end(); resolve(code) } })
  async resize(width: number, height: number): Promise<void> { this.sizes.push([width, height]) }
  kill(): void { this.killed = true; this.end(-1) }
}

let server: Server
let session: FakeSession
let start: () => Promise<ContainerSession>
beforeEach(async () => {
  session = new FakeSession()
  start = async () => session
  server = createServer()
  server.on('upgrade', (message, socket, head) => {
    const request = { method: 'GET' as const, path: message.url ?? '', query: new URLSearchParams(), headers: message.headers as Record<string, string>, signal: new AbortController().signal, user: ADMIN }
    acceptWebSocket(request, socket, head, chooseProtocol(request.headers, CHANNEL_PROTOCOLS) ?? '', (ws) => serveRemoteCommand(ws, start))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterEach(() => void server.close())

interface Client { ws: WebSocket; text(channel: number): string; status(): { status?: string }; closed: Promise<number> }
async function connect(protocols: readonly string[] = CHANNEL_PROTOCOLS): Promise<Client> {
  const ws = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`, [...protocols])
  const got: Buffer[][] = []
  ws.on('message', (data: Buffer) => void (got[data[0] ?? 0] ??= []).push(data.subarray(1)))
  const closed = once(ws, 'close').then(([code]) => code as number)
  await once(ws, 'open')
  const text = (channel: number): string => Buffer.concat(got[channel] ?? []).toString()
  return { ws, closed, text, status: () => JSON.parse(text(3)) as { status?: string } }
}
const frame = (channel: number, data: string | Uint8Array): Buffer => Buffer.concat([Uint8Array.of(channel), Buffer.from(data)])

describe('a remote command', () => {
  it.each([[['v5.channel.k8s.io'], 'v5.channel.k8s.io'], [['v4.channel.k8s.io'], 'v4.channel.k8s.io'], [['v3.channel.k8s.io', 'v4.channel.k8s.io', 'v5.channel.k8s.io'], 'v4.channel.k8s.io']])('offered %j speaks %s', async (offered, chosen) => {
    const { ws } = await connect(offered)
    expect(ws.protocol).toBe(chosen)
    ws.terminate()
  })
  it.each([[0, { status: 'Success' }], [7, { status: 'Failure', reason: 'NonZeroExitCode', details: { causes: [{ reason: 'ExitCode', message: '7' }] } }]])('that exits with %d says so after all its output', async (code, status) => {
    const client = await connect()
    session.stdout.write('out')
    session.stderr.write('err')
    session.end(code)
    expect(await client.closed).toBe(1000)
    expect([client.text(1), client.text(2)]).toEqual(['out', 'err'])
    expect(client.status()).toMatchObject(status)
  })
  it('that cannot start says why', async () => {
    start = () => Promise.reject(new Error('no such program'))
    const client = await connect()
    expect(await client.closed).toBe(1000)
    expect(client.status()).toMatchObject({ status: 'Failure', reason: 'InternalError', message: 'Internal error occurred: no such program' })
  })
  it('gets its input, the end of it, and the size of the terminal; nonsense is passed over', async () => {
    const client = await connect()
    for (const bytes of ['{"Width":80,"Height":24}\n', '{"Width":0,"Height":0}', 'nonsense', 'null', '{"Width":99999999,"Height":1}']) client.ws.send(frame(4, bytes))
    client.ws.send('text')
    client.ws.send(frame(9, 'unknown channel'))
    client.ws.send(frame(0, 'in'))
    client.ws.send(frame(255, Uint8Array.of(0)))
    client.ws.send(frame(0, 'too late'))
    expect(Buffer.concat(await session.stdin.toArray() as Buffer[]).toString()).toBe('in')
    expect(session.sizes).toEqual([[80, 24]])
    session.end(0)
    expect(await client.closed).toBe(1000)
  })
  it('is killed when its client goes', async () => {
    const client = await connect()
    client.ws.terminate()
    await expect.poll(() => session.killed).toBe(true)
  })
  it('that starts after its client has gone is killed too', async () => {
    let go = (): void => undefined
    start = () => new Promise((resolve) => { go = () => resolve(session) })
    const client = await connect()
    client.ws.terminate()
    await client.closed
    // The server hears of it no later than it would answer another connection.
    const other = await connect()
    other.ws.terminate()
    go()
    await expect.poll(() => session.killed).toBe(true)
  })
  it('that does not read holds up its client, and no input is lost', async () => {
    const client = await connect()
    const total = 64
    const chunk = Buffer.alloc(1 << 20, 'x')
    for (let i = 0; i < total; i++) client.ws.send(frame(0, chunk))
    await expect.poll(() => session.stdin.writableNeedDrain).toBe(true)
    expect(session.stdin.writableLength + session.stdin.readableLength).toBeLessThanOrEqual(2 << 20)
    let size = 0
    session.stdin.on('data', (data: Buffer) => { size += data.length })
    await expect.poll(() => size).toBe(total << 20)
    session.end(0)
    await client.closed
  })
  it('whose client does not read is held up', async () => {
    const client = await connect()
    client.ws.pause()
    const chunk = Buffer.alloc(1 << 20)
    let sent = 0
    while (session.stdout.write(chunk) || await Promise.race([once(session.stdout, 'drain').then(() => true), new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 300))])) if (++sent > 200) break
    expect(sent).toBeLessThan(200)
    client.ws.resume()
    session.end(0)
    expect(await client.closed).toBe(1000)
  })
})
