/** Listening where the pods' bridge is not this machine's: whoever leads there listens, and brings what comes. */
import type { Duplex } from 'node:stream'
import { logger } from '../../shared/log.ts'
import { serveConnection, type Connection, type Listening } from './listen.ts'
import type { Respond } from './respond.ts'

const PORTS_TRIED = 50
const MOST_CONNECTIONS = 256
const log = logger('kube-dns')

interface At { readonly host: string; readonly port: number }
interface Closing { close(): Promise<void> }
/** Rejects as node:net does: EADDRINUSE, EADDRNOTAVAIL. */
export interface FarDoor {
  listenTcp(at: At, accept: (socket: Duplex) => void): Promise<Closing>
  listenUdp(at: At, receive: (message: Buffer, answer: (message: Buffer) => void) => void): Promise<Closing>
}

async function open(door: FarDoor, at: At, respond: Respond): Promise<Closing[]> {
  const sockets = new Set<Duplex>()
  const udp = await door.listenUdp(at, (message, send) => {
    const answer = respond(message, 'udp')
    if (answer instanceof Promise) void answer.then((a) => { if (a) send(a) })
    else if (answer) send(answer)
  })
  try {
    const tcp = await door.listenTcp(at, (socket) => {
      if (sockets.size >= MOST_CONNECTIONS) {
        socket.on('error', (error) => log.debug('a connection too many', { error }))
        return void socket.destroy()
      }
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
      serveConnection(socket as Connection, respond)
    })
    return [udp, tcp, { close: async () => { for (const socket of sockets) socket.destroy() } }]
  } catch (error) {
    await udp.close()
    throw error
  }
}

/** As listen: at the first port from `port` on that is free for both. */
export async function listenThrough(door: FarDoor, address: string, port: number, respond: Respond): Promise<Listening> {
  for (let attempt = 0; ; attempt++) {
    try {
      const opened = await open(door, { host: address, port: port + attempt }, respond)
      return { address, port: port + attempt, close: async () => { for (const part of opened) await part.close() } }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || attempt + 1 >= PORTS_TRIED) throw error
    }
  }
}
