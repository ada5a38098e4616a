/**
 * Ports of 127.0.0.1 that this process holds for Services: so that nobody else's program is led astray by a rule, and so that
 * connections are passed on where rules cannot lead them (no route_localnet: an app that is not root). Then TCP only.
 */
import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { logger } from '../../shared/log.ts'
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
export function passOn(client: Socket, to: Endpoint | undefined, open: Set<Socket>): void {
  if (!to) return void client.resetAndDestroy()
  const server = connect({ host: to.ip, port: to.port, allowHalfOpen: true })
  const timer = setTimeout(() => server.destroy(new Error('connect timed out')), CONNECT_LIMIT_MS)
  const end = (): void => {
    clearTimeout(timer)
    open.delete(client)
    client.destroy()
    server.destroy()
  }
  open.add(client)
  server.once('connect', () => {
    clearTimeout(timer)
    client.pipe(server)
    server.pipe(client)
  })
  // Broken on one side, it is over on both; the other side sees it close.
  server.once('error', end).once('close', end)
  client.once('error', end).once('close', end)
}

export class LocalPorts {
  readonly #held = new Map<string, Held>()

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
      this.#held.set(key, { owner, ...(protocol === 'tcp' ? await holdTcp(port, endpoints) : await holdUdp(port)) })
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

async function holdTcp(port: number, endpoints: () => readonly Endpoint[]): Promise<Omit<Held, 'owner'>> {
  const sockets = new Set<Socket>()
  const server: Server = createServer({ allowHalfOpen: true }, (client) => {
    const all = endpoints()
    passOn(client, all[Math.floor(Math.random() * all.length)], sockets)
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
