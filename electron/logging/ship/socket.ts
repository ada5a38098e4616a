/** Connections to `HOST:PORT`, plain or over TLS. */
import { connect, isIP, type Socket } from 'node:net'
import { connect as tlsConnect } from 'node:tls'
import { shipFault } from '../../../shared/shipping-faults.ts'

const CONNECT_MS = 10_000

/** `[::1]:514`, `logs.example.com:6514`. */
export function hostAndPort(address: string): { host: string; port: number } | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]/\s]+)):(\d{1,5})$/.exec(address)
  const port = Number(match?.[3])
  return match && port > 0 && port < 65_536 ? { host: (match[1] ?? match[2]) as string, port } : undefined
}

export function dial(address: string, tls: { insecure: boolean } | undefined, signal: AbortSignal): Promise<Socket> {
  const to = hostAndPort(address)
  if (!to) return Promise.reject(new Error(`${JSON.stringify(address)} is no HOST:PORT`))
  return new Promise((resolve, reject) => {
    const socket = tls ? tlsConnect({ ...to, rejectUnauthorized: !tls.insecure, ...(isIP(to.host) ? {} : { servername: to.host }) }) : connect(to)
    const limit = setTimeout(() => socket.destroy(new Error(shipFault('noConnection', { seconds: CONNECT_MS / 1000 }))), CONNECT_MS)
    const abort = (): void => void socket.destroy(signal.reason as Error)
    signal.addEventListener('abort', abort, { once: true })
    const done = (): void => {
      clearTimeout(limit)
      signal.removeEventListener('abort', abort)
    }
    socket.once(tls ? 'secureConnect' : 'connect', () => { done(); socket.off('error', reject); resolve(socket) })
    socket.once('error', reject)
    socket.once('close', () => { done(); reject(new Error(shipFault('closed'))) })
  })
}
export const write = (socket: Socket, bytes: Buffer | Uint8Array): Promise<void> =>
  new Promise((resolve, reject) => void socket.write(bytes, (error) => (error ? reject(error) : resolve())))
