import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Duplex, PassThrough } from 'node:stream'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { portsOf, servePorts } from './port-channels.ts'

let server: WebSocketServer | undefined
afterEach(() => { server?.close() })

/** A client of a server whose ports are these. Answers what the client has heard, by channel. */
async function connect(ports: number[], dial: (port: number) => Promise<Duplex>): Promise<{ client: WebSocket; heard: Map<number, string>; closed: Promise<unknown> }> {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  server.on('connection', (ws) => servePorts(ws, 'v4.channel.k8s.io', 'one', ports, dial))
  await once(server, 'listening')
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const heard = new Map<number, string>()
  client.on('message', (data: Buffer) => heard.set(data[0] as number, (heard.get(data[0] as number) ?? '') + data.subarray(1).toString('latin1')))
  const closed = once(client, 'close')
  await once(client, 'open')
  return { client, heard, closed }
}

describe('ports', () => {
  it.each([['ports=80', [80]], ['ports=80&ports=81', [80, 81]], ['ports=80,81', [80, 81]]])('%s', (query, ports) => {
    expect(portsOf(new URLSearchParams(query))).toEqual(ports)
  })
  it.each([['', 'query parameter "ports" is required'], ['ports=', 'unable to parse ""'], ['ports=x', 'unable to parse "x"'], ['ports=0', 'unable to parse "0"'], ['ports=65536', 'unable to parse "65536"'], [`ports=${'1,'.repeat(20)}1`, 'at most 16 ports']])('%s is refused', (query, message) => {
    expect(() => portsOf(new URLSearchParams(query))).toThrow(message)
  })
})

it('each port has its channels, which begin with its number', async () => {
  const { client, heard, closed } = await connect([80, 0x1234], async (port) => (port === 80 ? new PassThrough() : Duplex.from((async function* () { yield Buffer.from('bye') })())))
  client.send(Buffer.from('\0hello'))
  await expect.poll(() => [...heard].sort(([a], [b]) => a - b)).toEqual([[0, 'P\0hello'], [1, 'P\0'], [2, '\x34\x12bye'], [3, '\x34\x12']])
  client.close()
  await closed
})
it('what goes wrong is said, and the connection ends when no port is left', async () => {
  const { heard, closed } = await connect([81], async () => { throw new Error('nobody listens') })
  await closed
  expect(heard).toEqual(new Map([[0, 'Q\0'], [1, 'Q\0error forwarding port 81 to pod one: nobody listens']]))
})
