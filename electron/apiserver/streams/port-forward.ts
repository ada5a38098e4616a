/**
 * pods/portforward: for each connection the client opens a pair of streams, one for data and one for what goes wrong.
 * Source: Kubernetes' portforward.k8s.io protocol; the streams are SPDY's, directly or inside a WebSocket.
 */
import type { Duplex } from 'node:stream'
import { logger } from '../../../shared/log.ts'
import type { SpdyStream } from './spdy.ts'

export const PORT_FORWARD = 'portforward.k8s.io'
/** SPDY frames in the binary messages of a WebSocket: kubectl 1.31 and later. */
export const PORT_FORWARD_TUNNEL = `SPDY/3.1+${PORT_FORWARD}`
/** How long a stream waits for the other one of its pair. */
const PAIR_MS = 30_000
const log = logger('kube-apiserver')

interface Pair {
  error?: SpdyStream
  data?: SpdyStream
  timer: NodeJS.Timeout
}

/** The handler of a connection's streams. `dial` opens a connection to a port of the pod. */
export function portForwarder(pod: string, dial: (port: number) => Promise<Duplex>): (stream: SpdyStream) => void {
  const pairs = new Map<string, Pair>()

  async function forward(data: SpdyStream, error: SpdyStream): Promise<void> {
    const port = Number(data.headers['port'])
    try {
      if (!(Number.isInteger(port) && port >= 1 && port <= 65_535)) throw new Error(`invalid port ${JSON.stringify(data.headers['port'] ?? '')}`)
      const socket = await dial(port)
      if (data.destroyed) return void socket.destroy()
      join(data, socket, error)
    } catch (fault) {
      error.end(`error forwarding port ${port} to pod ${pod}: ${fault instanceof Error ? fault.message : String(fault)}`)
      data.end()
      data.resume()
    }
  }

  return (stream) => {
    const type = stream.headers['streamtype']
    if (type !== 'error' && type !== 'data') return void stream.destroy()
    // Old clients do not number their requests: of theirs one is under way at a time.
    const id = stream.headers['requestid'] ?? `port ${stream.headers['port']}`
    let pair = pairs.get(id)
    if (!pair) {
      pair = { timer: setTimeout(() => {
        pairs.delete(id)
        stream.destroy()
      }, PAIR_MS) }
      pairs.set(id, pair)
    }
    pair[type] = stream
    if (!pair.error || !pair.data) return
    clearTimeout(pair.timer)
    pairs.delete(id)
    const { data, error } = pair
    error.resume()
    forward(data, error).catch((fault: unknown) => log.debug('a port could not be forwarded', { error: fault as Error }))
  }
}

/** Both ways, each with the other's pace; either side may close its half, and a side that breaks takes the other along. */
function join(stream: SpdyStream, socket: Duplex, error: SpdyStream): void {
  stream.pipe(socket)
  socket.pipe(stream)
  socket.on('error', (fault) => {
    log.debug('a forwarded connection failed', { error: fault })
    stream.destroy()
    error.end()
  })
  stream.on('close', () => socket.destroy())
  socket.on('close', () => {
    stream.end()
    error.end()
  })
}
