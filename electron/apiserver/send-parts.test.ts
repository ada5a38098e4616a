import { once } from 'node:events'
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { expect, it, onTestFinished } from 'vitest'
import { PART_BYTES, sendBytesInParts, sendPieces } from './send-parts.ts'

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>): Promise<number> {
  const server = createServer((request, response) => void answer(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => { server.closeAllConnections(); server.close() })
  return (server.address() as AddressInfo).port
}
async function ask(port: number, path = '/'): Promise<Buffer> {
  const [response] = await once(get({ port, path, host: '127.0.0.1' }), 'response') as [IncomingMessage]
  return buffer(response)
}
/** Pieces of many lengths, some longer than a part. */
const pieces = (letter: string): Buffer[] => Array.from({ length: 400 }, (_, i) => Buffer.alloc(i % 100 === 99 ? PART_BYTES * 2 + i : (i * 37) % 5000, letter))

it.each(['bytes', 'pieces'])('sends all of it, also to several at once: %s', async (way) => {
  const port = await serve((request, response) => {
    const all = pieces(request.url!.slice(1))
    return way === 'bytes' ? sendBytesInParts(Buffer.concat(all), response) : sendPieces(all, response)
  })
  for (let round = 0; round < 2; round++) {
    const got = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => ask(port, `/${letter}`)))
    for (const [i, letter] of ['a', 'b', 'c', 'd', 'e', 'f'].entries()) expect(got[i]!.equals(Buffer.concat(pieces(letter)))).toBe(true)
  }
})
it('sends nothing at all, and pieces of no length', async () => {
  const port = await serve((request, response) => sendPieces(request.url === '/none' ? [] : [Buffer.alloc(0), Buffer.from('x'), Buffer.alloc(0)], response))
  expect([await ask(port, '/none'), await ask(port)].map(String)).toEqual(['', 'x'])
})
it('makes no more than what leaves, and ends when the reader has gone or takes nothing', async () => {
  const made: number[] = [0, 0]
  const done: Promise<void>[] = []
  const port = await serve((request, response) => {
    const which = Number(request.url!.slice(1))
    const sent = sendPieces((function* () { for (; made[which]! < 100_000; made[which]!++) yield Buffer.alloc(PART_BYTES) })(), response, which ? 300 : undefined)
    done.push(sent)
    return sent
  })
  const sockets = [0, 1].map((which) => {
    const socket = connect(port, '127.0.0.1').pause()
    socket.on('error', () => undefined).write(`GET /${which} HTTP/1.1\r\nhost: x\r\n\r\n`)
    return socket
  })
  await expect.poll(() => made.every((n) => n > 0)).toBe(true)
  await done[1]
  expect(made[1]).toBeLessThan(1000)
  sockets[0]!.destroy()
  await done[0]
  expect(made[0]).toBeLessThan(1000)
})
