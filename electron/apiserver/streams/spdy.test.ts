import { once } from 'node:events'
import { duplexPair, PassThrough, type Duplex } from 'node:stream'
import { constants, createDeflate, createInflate } from 'node:zlib'
import { describe, expect, it, vi } from 'vitest'
import type { ContainerSession, SessionOptions } from '../types.ts'
import { portForwarder } from './port-forward.ts'
import { IDLE_MS } from './idle.ts'
import { SpdyConnection, type SpdyStream } from './spdy.ts'
import { spdyCommand } from './spdy-command.ts'
import { DICTIONARY } from './spdy-dictionary.ts'

/** The client's side: opens streams, and keeps what comes for each. */
class Client {
  readonly socket: Duplex
  readonly got = new Map<number, string>()
  readonly ended = new Set<number>()
  readonly other: { type: number; body: Buffer }[] = []
  readonly #deflate = createDeflate({ dictionary: DICTIONARY })
  readonly #inflate = createInflate({ dictionary: DICTIONARY, finishFlush: constants.Z_SYNC_FLUSH })
  readonly headers: Buffer[] = []
  #rest = Buffer.alloc(0)
  constructor(socket: Duplex) {
    this.socket = socket
    this.#inflate.on('data', (chunk: Buffer) => this.headers.push(chunk))
    socket.on('data', (chunk: Buffer) => this.#read(chunk))
  }
  #read(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk])
    while (this.#rest.length >= 8) {
      const length = this.#rest.readUInt32BE(4) & 0xffffff
      if (this.#rest.length < 8 + length) return
      const frame = this.#rest.subarray(0, 8 + length)
      this.#rest = Buffer.from(this.#rest.subarray(8 + length))
      if (frame[0]! & 0x80) {
        this.other.push({ type: frame.readUInt16BE(2), body: Buffer.from(frame.subarray(8)) })
        if (frame.readUInt16BE(2) === 2) this.#inflate.write(frame.subarray(12))
      } else {
        const id = frame.readUInt32BE(0)
        this.got.set(id, (this.got.get(id) ?? '') + frame.toString('utf8', 8))
        if (frame[4]! & 1) this.ended.add(id)
      }
    }
  }
  control(type: number, flags: number, body: Buffer): void {
    const head = Buffer.alloc(8)
    head.writeUInt16BE(0x8003, 0)
    head.writeUInt16BE(type, 2)
    head.writeUInt32BE(body.length, 4)
    head[4] = flags
    this.socket.write(Buffer.concat([head, body]))
  }
  async open(id: number, headers: Record<string, string>): Promise<void> {
    const text = (value: string): Buffer => Buffer.concat([Buffer.from([0, 0, 0, value.length]), Buffer.from(value)])
    const entries = Object.entries(headers)
    this.#deflate.write(Buffer.concat([Buffer.from([0, 0, 0, entries.length]), ...entries.flatMap(([k, v]) => [text(k), text(v)])]))
    const chunks: Buffer[] = []
    const keep = (chunk: Buffer): void => void chunks.push(chunk)
    this.#deflate.on('data', keep)
    await new Promise<void>((resolve) => this.#deflate.flush(constants.Z_SYNC_FLUSH, () => setImmediate(resolve)))
    this.#deflate.off('data', keep)
    const head = Buffer.alloc(10)
    head.writeUInt32BE(id, 0)
    this.control(1, 0, Buffer.concat([head, ...chunks]))
  }
  send(id: number, data: string, last = false): void {
    const head = Buffer.alloc(8)
    head.writeUInt32BE(id, 0)
    head.writeUInt32BE(Buffer.byteLength(data), 4)
    if (last) head[4] = 1
    // In pieces: frames do not come whole.
    const bytes = Buffer.concat([head, Buffer.from(data)])
    this.socket.write(bytes.subarray(0, 5))
    this.socket.write(bytes.subarray(5))
  }
}
function connect(onStream: (stream: SpdyStream) => void): { client: Client; connection: SpdyConnection } {
  const [near, far] = duplexPair()
  const client = new Client(near)
  return { client, connection: new SpdyConnection(far, onStream) }
}

describe('a SPDY connection', () => {
  it('reads headers, which share one compressed stream, replies, and answers pings', async () => {
    const streams: SpdyStream[] = []
    const { client } = connect((stream) => void streams.push(stream))
    await client.open(1, { streamType: 'error', port: '80' })
    await client.open(3, { streamType: 'data', port: '80', 'content-type': 'text/plain' })
    client.control(6, 0, Buffer.from([0, 0, 0, 9]))
    await vi.waitFor(() => expect(client.other.map((f) => f.type)).toEqual([2, 2, 6]))
    expect(streams.map((s) => s.headers)).toEqual([{ streamtype: 'error', port: '80' }, { streamtype: 'data', port: '80', 'content-type': 'text/plain' }])
    await vi.waitFor(() => expect(Buffer.concat(client.headers)).toEqual(Buffer.alloc(8)))
    client.socket.destroy()
  })
  it('does not take more than a stream takes', async () => {
    let stream: SpdyStream | undefined
    const { client } = connect((given) => { stream = given })
    await client.open(1, {})
    const chunk = 'x'.repeat(100_000)
    for (let i = 0; i < 20; i++) client.send(1, chunk)
    client.send(1, '', true)
    await vi.waitFor(() => expect(stream?.readableLength).toBeGreaterThan(0))
    expect(stream?.readableLength).toBeLessThan(400_000)
    let size = 0
    for await (const data of stream as AsyncIterable<Buffer>) size += data.length
    expect(size).toBe(2_000_000)
    client.socket.destroy()
  })
  it('is closed when nothing was said for four hours but pings', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const streams: SpdyStream[] = []
      const { client } = connect((stream) => void streams.push(stream))
      await client.open(1, { streamtype: 'data' })
      while (!streams.length) await new Promise(setImmediate)
      await vi.advanceTimersByTimeAsync(IDLE_MS - 1)
      streams[0]!.write('said')
      while (client.got.get(1) !== 'said') await new Promise(setImmediate)
      await vi.advanceTimersByTimeAsync(IDLE_MS - 1)
      expect(streams[0]!.destroyed).toBe(false)
      await vi.advanceTimersByTimeAsync(1)
      expect(streams[0]!.destroyed).toBe(true)
      client.socket.destroy()
    } finally {
      vi.useRealTimers()
    }
  })
  it('ends where a few bytes would become many', async () => {
    const [near, far] = duplexPair()
    const client = new Client(near)
    const connection = new SpdyConnection(far, () => { throw new Error('there is no stream') })
    const bomb = createDeflate({ dictionary: DICTIONARY })
    const chunks: Buffer[] = []
    bomb.on('data', (chunk: Buffer) => void chunks.push(chunk))
    bomb.end(Buffer.alloc(50_000_000))
    await once(bomb, 'end')
    const block = Buffer.concat([Buffer.alloc(10), ...chunks])
    expect(block.length).toBeLessThan(100_000)
    const ended = once(far, 'close')
    const before = process.memoryUsage().arrayBuffers
    client.control(1, 0, block)
    await ended
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000)
    expect(() => connection.close()).not.toThrow()
  })
  it('ends where headers cannot be read', async () => {
    const [near, far] = duplexPair()
    const client = new Client(near)
    void new SpdyConnection(far, () => { throw new Error('there is no stream') })
    const ended = once(far, 'close')
    client.control(1, 0, Buffer.alloc(22))
    await ended
    expect(far.destroyed).toBe(true)
  })
  it('ends its streams when it breaks', async () => {
    let stream: SpdyStream | undefined
    const { client } = connect((given) => { stream = given })
    await client.open(1, {})
    await vi.waitFor(() => expect(stream).toBeDefined())
    const closed = once(stream as SpdyStream, 'close')
    client.socket.end()
    await closed
  })
})

describe('a port forward', () => {
  const pair = async (client: Client, id: number, port: string, requestID: string): Promise<void> => {
    await client.open(id, { streamtype: 'error', port, requestID })
    await client.open(id + 2, { streamtype: 'data', port, requestID })
  }
  it('carries connections of their own, both ways, half by half', async () => {
    const dialled: number[] = []
    const pods: Duplex[] = []
    const ours: Duplex[] = []
    const { client } = connect(portForwarder('p', async (port) => {
      dialled.push(port)
      const [near, far] = duplexPair()
      pods.push(far)
      ours.push(near)
      return near
    }))
    await pair(client, 1, '80', '0')
    await pair(client, 5, '81', '1')
    await vi.waitFor(() => expect(pods).toHaveLength(2))
    expect(dialled).toEqual([80, 81])
    client.send(3, 'to 80', true)
    client.send(7, 'to 81')
    expect(String((await once(pods[0] as Duplex, 'data'))[0])).toBe('to 80')
    await once(pods[0] as Duplex, 'end')
    pods[0]?.end('from 80')
    await vi.waitFor(() => expect(client.got.get(3)).toBe('from 80'))
    await vi.waitFor(() => expect([...client.ended]).toEqual(expect.arrayContaining([1, 3])))
    expect(client.ended.has(7)).toBe(false)
    // The client goes, and its connections with it.
    client.socket.end()
    await vi.waitFor(() => expect(ours[1]?.destroyed).toBe(true))
  })
  it('says on the error stream why a port cannot be reached', async () => {
    const { client } = connect(portForwarder('p', () => Promise.reject(new Error('connection refused'))))
    await pair(client, 1, '80', '0')
    await vi.waitFor(() => expect(client.got.get(1)).toBe('error forwarding port 80 to pod p: connection refused'))
    await vi.waitFor(() => expect([...client.ended].toSorted()).toEqual([1, 3]))
    client.socket.destroy()
  })
})

describe('a command', () => {
  /** All its streams are open: the client with the session's ends, and what was started. */
  async function command(options: Partial<SessionOptions>, protocol?: string) {
    let end: (code: number) => void = () => undefined
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
    const sizes: number[][] = []
    const session: ContainerSession = { stdin, stdout, stderr, resize: async (width, height) => void sizes.push([width, height]), kill: vi.fn<() => void>(), exit: new Promise((resolve) => { end = resolve }) }
    const started = vi.fn<() => Promise<ContainerSession>>(async () => session)
    const { client, connection } = connect((stream) => handle(stream))
    const handle = spdyCommand({ container: 'c', stdin: true, stdout: true, stderr: true, tty: false, ...options }, started, () => connection, protocol)
    return { client, started, session, sizes, finish(code: number) { stdout.end('out'); stderr.end('err'); end(code) } }
  }
  const open = async (client: Client, ...types: string[]): Promise<void> => { for (const [i, type] of types.entries()) await client.open(2 * i + 1, { streamtype: type }) }

  it('starts when all its streams are there, and says its exit code at last', async () => {
    const { client, started, session, finish } = await command({})
    await open(client, 'error', 'stdin', 'stdout')
    expect(started).not.toHaveBeenCalled()
    await client.open(7, { streamtype: 'stderr' })
    await vi.waitFor(() => expect(started).toHaveBeenCalled())
    client.send(3, 'in', true)
    expect(String((await (session.stdin as PassThrough).toArray())[0])).toBe('in')
    finish(7)
    await vi.waitFor(() => expect(client.ended.has(1)).toBe(true))
    expect([client.got.get(5), client.got.get(7)]).toEqual(['out', 'err'])
    expect(JSON.parse(client.got.get(1) ?? '')).toMatchObject({ status: 'Failure', reason: 'NonZeroExitCode', details: { causes: [{ message: '7' }] } })
  })
  it('has a terminal whose size changes, since the third version', async () => {
    const { client, started, sizes } = await command({ stderr: false, tty: true }, 'v3.channel.k8s.io')
    await open(client, 'error', 'stdin', 'stdout')
    expect(started).not.toHaveBeenCalled()
    await client.open(7, { streamtype: 'resize' })
    client.send(7, '{"Width":80,"Height":24}')
    await vi.waitFor(() => expect(sizes).toEqual([[80, 24]]))
    client.socket.destroy()
  })
  it.each([['v3.channel.k8s.io', 7, 'command terminated with non-zero exit code: exit status 7'], ['v2.channel.k8s.io', 0, ''], ['channel.k8s.io', 7, 'command terminated with non-zero exit code: exit status 7']])('says its last word as text up to the third version: %s, exit code %d', async (protocol, code, said) => {
    const { client, finish } = await command({}, protocol)
    await open(client, 'error', 'stdin', 'stdout', 'stderr')
    finish(code)
    await vi.waitFor(() => expect(client.ended.has(1)).toBe(true))
    expect(client.got.get(1)).toBe(said)
  })
  it('is killed when its client goes', async () => {
    const { client, started, session } = await command({})
    await open(client, 'error', 'stdin', 'stdout', 'stderr')
    await vi.waitFor(() => expect(started).toHaveBeenCalled())
    client.socket.destroy()
    await vi.waitFor(() => expect(session.kill).toHaveBeenCalled())
  })
})
