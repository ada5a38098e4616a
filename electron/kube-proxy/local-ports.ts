/**
 * Ports of 127.0.0.1 that this process holds for Services: so that nobody else's program is led astray by a rule, and so that
 * connections are passed on where rules cannot lead them (no route_localnet: an app that is not root). Then TCP only.
 */
import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { createServer, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { logger } from '../../shared/log.ts'
import { dialDirect, type Dial } from '../client/dial.ts'
import type { Endpoint } from './model.ts'

const log = logger('kube-proxy')
const LOCALHOST = '127.0.0.1'
const CONNECT_LIMIT_MS = 5_000
const CONNECTIONS = 1_000

export interface LocalPort {
  readonly protocol: 'tcp' | 'udp' | 'sctp'
  readonly port: number
}
interface Held {
  readonly owner: string
  readonly sockets: Set<Socket>
  readonly close: () => Promise<void>
}

/** Why a port cannot be held, in words for the user. */
export function refusal(port: number, error: NodeJS.ErrnoException): string {
  if (error.code === 'EADDRINUSE') return `port ${port} of localhost is in use by another program`
  if (error.code === 'EACCES') return `port ${port} of localhost may be opened by root only; choose a port from 1024 on`
  return `port ${port} of localhost cannot be opened: ${error.message}`
}

/** Passes a connection on, until both sides have ended. */
export async function passOn(client: Socket, to: Endpoint | undefined, open: Set<Socket>, dial: Dial): Promise<void> {
  if (!to) return void client.resetAndDestroy()
  let server: Duplex | undefined
  // Broken on one side, it is over on both; the other side sees it close.
  const end = (): void => {
    open.delete(client)
    client.destroy()
    server?.destroy()
  }
  open.add(client)
  client.once('error', end).once('close', end)
  try {
    server = await dial({ host: to.ip, port: to.port, timeoutMs: CONNECT_LIMIT_MS, allowHalfOpen: true })
  } catch (error) {
    log.debug('a connection could not be passed on', { error: error as Error, to: `${to.ip}:${to.port}` })
    return end()
  }
  // What it has said last may still be on its way to the client.
  server.once('error', end).once('close', () => client.destroySoon())
  if (client.destroyed) return end()
  client.pipe(server)
  server.pipe(client)
}

export class LocalPorts {
  readonly #held = new Map<string, Held>()
  readonly #dial: Dial
  constructor(dial: Dial = dialDirect) {
    this.#dial = dial
  }

  /**
   * Holds a port for an owner; one that it holds already stays. Resolves with why not, or undefined.
   * @param endpoints asked for each connection
   */
  async hold(owner: string, { protocol, port }: LocalPort, endpoints: () => readonly Endpoint[]): Promise<string | undefined> {
    const key = `${protocol}:${port}`
    const before = this.#held.get(key)
    if (before) return before.owner === owner ? undefined : `port ${port} of localhost is used by Service ${before.owner}`
    if (protocol === 'sctp') return 'SCTP cannot be answered on localhost'
    try {
      this.#held.set(key, { owner, ...(protocol === 'tcp' ? await holdTcp(port, endpoints, this.#dial) : await holdUdp(port)) })
      return undefined
    } catch (error) {
      return refusal(port, error as NodeJS.ErrnoException)
    }
  }
  /** Lets go of what the owner holds, but for `keep`. */
  async release(owner: string, keep: readonly LocalPort[] = []): Promise<void> {
    const kept = new Set(keep.map(({ protocol, port }) => `${protocol}:${port}`))
    for (const [key, held] of this.#held) {
      if (held.owner !== owner || kept.has(key)) continue
      this.#held.delete(key)
      await held.close()
    }
  }
  owners(): ReadonlySet<string> {
    return new Set([...this.#held.values()].map((h) => h.owner))
  }
  async close(): Promise<void> {
    await Promise.all([...this.#held.values()].map((h) => h.close()))
    this.#held.clear()
  }
}

async function holdTcp(port: number, endpoints: () => readonly Endpoint[], dial: Dial): Promise<Omit<Held, 'owner'>> {
  const sockets = new Set<Socket>()
  const server: Server = createServer({ allowHalfOpen: true }, (client) => {
    const all = endpoints()
    void passOn(client, all[Math.floor(Math.random() * all.length)], sockets, dial)
  })
  server.maxConnections = CONNECTIONS
  await new Promise<void>((resolve, reject) => { server.once('error', reject).listen({ host: LOCALHOST, port }, resolve) })
  server.on('error', (error) => log.warning('a port of localhost has failed', { port, error }))
  return {
    sockets,
    close: () => new Promise((resolve) => {
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    }),
  }
}
async function holdUdp(port: number): Promise<Omit<Held, 'owner'>> {
  const socket: UdpSocket = createSocket('udp4')
  await new Promise<void>((resolve, reject) => { socket.once('error', reject).bind({ address: LOCALHOST, port, exclusive: true }, resolve) })
  socket.on('error', (error) => log.warning('a port of localhost has failed', { port, error }))
  return { sockets: new Set(), close: () => new Promise((resolve) => { socket.close(() => resolve()) }) }
}
