import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { decode, encode } from 'dns-packet'
import { afterEach, describe, expect, test } from 'vitest'
import { FakeClock, realClock } from '../../shared/clock.ts'
import { ownPort } from '../../test/ports.ts'
import { exchange as realExchange, parseUpstream, type Exchange } from './exchange.ts'
import { createForwarder } from './forward.ts'
import { frame, readFrames } from './frames.ts'
import { lifetimes } from './ttl.ts'
import { question } from './testing.ts'

const answerTo = (bytes: Buffer, ttl = 300): Buffer => {
  const { id = 0, questions = [] } = decode(bytes)
  return encode({ type: 'response', id, flags: 0x0180, questions, answers: [{ name: questions[0]?.name ?? '', type: 'A', ttl, data: '192.0.2.1' }] })
}
const ends: (() => void)[] = []
afterEach(() => { for (const end of ends.splice(0)) end() })
const ttlOf = (bytes: Buffer): number | undefined => (decode(bytes).answers as { ttl?: number }[])[0]?.ttl

describe('forwarding', () => {
  test('keeps answers for at most 30 s, a little older each time, under whatever id is asked', async () => {
    const clock = new FakeClock()
    let asked = 0
    const forwarder = createForwarder({ clock, resolvers: () => ['192.0.2.53'], own: () => [], exchange: async (bytes) => { asked++; return answerTo(bytes) } })
    expect(ttlOf(await forwarder.ask(question('example.org'), 'udp'))).toBe(300)
    await clock.advance(10_000)
    const again = await forwarder.ask(question('EXAMPLE.org', 'A', { id: 7 }), 'udp')
    expect([decode(again).id, ttlOf(again), asked]).toEqual([7, 290, 1])
    await clock.advance(20_000)
    await forwarder.ask(question('example.org'), 'udp')
    expect(asked).toBe(2)
  })
  test('a resolver that is silent is left for the next, which then is asked first', async () => {
    const clock = new FakeClock()
    const asked: string[] = []
    const exchange: Exchange = (bytes, to, _transport, signal) => {
      asked.push(to.address)
      if (to.address === '192.0.2.2') return Promise.resolve(answerTo(bytes, 0))
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    }
    const forwarder = createForwarder({ clock, resolvers: () => ['192.0.2.1', '192.0.2.2'], own: () => [], exchange })
    const first = forwarder.ask(question('example.org'), 'udp')
    await clock.advance(2000)
    await first
    await forwarder.ask(question('example.org'), 'udp')
    expect(asked).toEqual(['192.0.2.1', '192.0.2.2', '192.0.2.2'])
  })
  test('equal questions are asked once, and different ones are bounded', async () => {
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => { release = resolve })
    let asked = 0
    const forwarder = createForwarder({ clock: new FakeClock(), resolvers: () => ['192.0.2.1'], own: () => [], mostUnderWay: 1, exchange: async (bytes) => { asked++; await held; return answerTo(bytes) } })
    const both = [forwarder.ask(question('a.example'), 'udp'), forwarder.ask(question('a.example', 'A', { id: 1 }), 'udp')]
    expect(forwarder.underWay).toBe(1)
    await expect(forwarder.ask(question('b.example'), 'udp')).rejects.toThrow('too many')
    release()
    expect((await Promise.all(both)).map((b) => decode(b).id)).toEqual([4711, 1])
    expect([asked, forwarder.underWay]).toEqual([1, 0])
  })
  test('never asks itself; without anybody else it says so', async () => {
    const forwarder = createForwarder({ clock: new FakeClock(), resolvers: () => ['10.244.0.1', 'junk'], own: () => ['10.244.0.1'], exchange: () => { throw new Error('asked') } })
    await expect(forwarder.ask(question('example.org'), 'udp')).rejects.toThrow('no resolver')
  })
  test('stopping ends what is under way', async () => {
    const forwarder = createForwarder({ clock: realClock, resolvers: () => ['192.0.2.1'], own: () => [], exchange: (_b, _t, _p, signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))) })
    const asking = forwarder.ask(question('example.org'), 'udp')
    forwarder.stop()
    await expect(asking).rejects.toThrow('stopping')
    await expect(forwarder.ask(question('example.org'), 'udp')).rejects.toThrow('stopping')
  })
})

describe('one exchange', () => {
  test('UDP: an answer to another question or under another id is not taken', async () => {
    const server = createSocket('udp4')
    ends.push(() => server.close())
    server.on('message', (message, from) => {
      const wrongId = answerTo(message)
      wrongId.writeUInt16BE((wrongId.readUInt16BE(0) + 1) & 0xffff, 0)
      const wrongName = answerTo(question('evil.example', 'A', { id: message.readUInt16BE(0) }))
      for (const bytes of [wrongId, wrongName, answerTo(message, 5)]) server.send(bytes, from.port, from.address)
    })
    server.bind(0, '127.0.0.1')
    await once(server, 'listening')
    const answer = await realExchange(question('example.org'), { address: '127.0.0.1', port: server.address().port }, 'udp', AbortSignal.timeout(30_000))
    expect([decode(answer).id, ttlOf(answer)]).toEqual([4711, 5])
  })
  test('UDP: nobody there is said at once', async () => {
    const port = await ownPort()
    await expect(realExchange(question('example.org'), { address: '127.0.0.1', port }, 'udp', AbortSignal.timeout(30_000))).rejects.toThrow('ECONNREFUSED')
  })
  test('TCP, in pieces', async () => {
    const server = createServer((socket) => readFrames(socket, (message) => {
      const bytes = frame(answerTo(message))
      socket.write(bytes.subarray(0, 1))
      setImmediate(() => socket.write(bytes.subarray(1)))
    })).listen(0, '127.0.0.1')
    ends.push(() => server.close())
    await once(server, 'listening')
    const answer = await realExchange(question('example.org'), { address: '127.0.0.1', port: (server.address() as AddressInfo).port }, 'tcp', AbortSignal.timeout(30_000))
    expect(decode(answer).answers).toHaveLength(1)
  })
})

test.each([
  ['10.0.0.2', { address: '10.0.0.2', port: 53 }], ['10.0.0.2:5353', { address: '10.0.0.2', port: 5353 }], ['fd00::1', { address: 'fd00::1', port: 53 }],
  ['[fd00::1]:54', { address: 'fd00::1', port: 54 }], ['localhost', undefined],
])('a resolver as the system lists it: %s', (text, expected) => expect(parseUpstream(text)).toEqual(expected))

test('how long an answer may be kept: the least of its records, or what its SOA says of nothing', () => {
  const soa = { mname: 'a', rname: 'b', serial: 1, refresh: 1, retry: 1, expire: 1, minimum: 7 }
  expect(lifetimes(encode({ type: 'response', questions: [{ name: 'x', type: 'A' }], answers: [{ name: 'x', type: 'A', ttl: 9, data: '1.2.3.4' }, { name: 'x', type: 'A', ttl: 4, data: '1.2.3.5' }] })).seconds).toBe(4)
  expect(lifetimes(encode({ type: 'response', questions: [{ name: 'x', type: 'A' }], authorities: [{ name: 'x', type: 'SOA', ttl: 60, data: soa }] })).seconds).toBe(7)
  expect(() => lifetimes(encode({ type: 'response', questions: [], answers: [{ name: 'x', type: 'A', ttl: 9, data: '1.2.3.4' }] }).subarray(0, 18))).toThrow(RangeError)
})
