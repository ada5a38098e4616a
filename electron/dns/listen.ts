/** The sockets: UDP and TCP on one address under one port. */
import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { logger } from '../../shared/log.ts'
import { frame, readFrames } from './frames.ts'
import type { Respond } from './respond.ts'

const PORTS_TRIED = 50
const MOST_CONNECTIONS = 256
/** Questions of one connection that are answered at the same time. */
const MOST_AT_ONCE = 32
const IDLE_MS = 10_000
const log = logger('kube-dns')

export interface Listening {
  readonly address: string
  readonly port: number
  close(): Promise<void>
}

async function bindUdp(address: string, port: number): Promise<UdpSocket> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 })
  socket.bind({ address, port, exclusive: true })
  try {
    await once(socket, 'listening')
    return socket
  } catch (error) {
    socket.close()
    throw error
  }
}

/** A connection whose silence can be noticed. */
export type Connection = Duplex & Pick<Socket, 'setTimeout'>

export function serveConnection(socket: Connection, respond: Respond): void {
  let atOnce = 0
  socket.setTimeout(IDLE_MS, () => socket.destroy())
  socket.on('error', (error) => log.debug('a connection failed', { error }))
  const done = (answer: Buffer | undefined): void => {
    atOnce--
    if (socket.isPaused() && atOnce < MOST_AT_ONCE) socket.resume()
    if (!socket.writable) return
    if (answer) socket.write(frame(answer))
    else socket.destroy()
  }
  readFrames(socket, (message) => {
    if (++atOnce >= MOST_AT_ONCE) socket.pause()
    const answer = respond(message, 'tcp')
    if (answer instanceof Promise) void answer.then(done)
    else done(answer)
  })
}

async function bindTcp(address: string, port: number, respond: Respond, sockets: Set<Socket>): Promise<Server> {
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    serveConnection(socket, respond)
  })
  server.maxConnections = MOST_CONNECTIONS
  server.listen({ host: address, port, exclusive: true })
  await once(server, 'listening')
  return server
}

/** Listens at the first port from `port` on that is free for both. 0: any. Rejects with EADDRNOTAVAIL while the address is not there. */
export async function listen(address: string, port: number, respond: Respond): Promise<Listening> {
  for (let attempt = 0; ; attempt++) {
    const udp = await bindUdp(address, port === 0 ? 0 : port + attempt).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE' || port === 0 || attempt + 1 >= PORTS_TRIED) throw error
      return undefined
    })
    if (!udp) continue
    const bound = udp.address().port
    const sockets = new Set<Socket>()
    let tcp: Server
    try {
      tcp = await bindTcp(address, bound, respond, sockets)
    } catch (error) {
      udp.close()
      if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE' && attempt + 1 < PORTS_TRIED) continue
      throw error
    }
    udp.on('message', (message, from) => {
      const send = (answer: Buffer | undefined): void => {
        if (answer) udp.send(answer, from.port, from.address, (error) => { if (error) log.debug('an answer could not be sent', { error }) })
      }
      const answer = respond(message, 'udp')
      if (answer instanceof Promise) void answer.then(send)
      else send(answer)
    })
    udp.on('error', (error) => log.warning('the UDP socket failed', { error }))
    tcp.on('error', (error) => log.warning('the TCP socket failed', { error }))
    return {
      address, port: bound,
      async close() {
        const closed = [once(udp, 'close'), once(tcp, 'close')]
        udp.close()
        tcp.close()
        for (const socket of sockets) socket.destroy()
        await Promise.all(closed)
      },
    }
  }
}
