/** Connections to addresses of the pods' network. */
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'

export interface DialTarget {
  /** An address as the engine's machine knows it, or a name. */
  readonly host: string
  readonly port: number
  readonly timeoutMs: number
  /** The connection stays open this way when the other has ended. */
  readonly allowHalfOpen?: boolean
}
/** Resolves with a connection that is open; rejects as node:net does (ECONNREFUSED, ETIMEDOUT). */
export type Dial = (to: DialTarget) => Promise<Duplex>

/** From this machine: where the engine's network is its own. */
export const dialDirect: Dial = ({ host, port, timeoutMs, allowHalfOpen = false }) => new Promise((resolve, reject) => {
  const socket = connect({ host, port, allowHalfOpen })
  const timer = setTimeout(() => socket.destroy(Object.assign(new Error(`connect ETIMEDOUT ${host}:${port}`), { code: 'ETIMEDOUT' })), timeoutMs)
  const failed = (error: Error): void => {
    clearTimeout(timer)
    reject(error)
  }
  socket.once('error', failed)
  socket.once('connect', () => {
    clearTimeout(timer)
    socket.off('error', failed)
    resolve(socket)
  })
})
