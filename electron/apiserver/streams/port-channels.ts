/**
 * pods/portforward over the channels of a WebSocket, for clients without SPDY: the ports stand in the query, and each has a
 * channel for data (twice its index) and one for what goes wrong (the next); the first message of each is the port, two
 * bytes, the lower one first. Source: the kubelet's streaming server, pkg/kubelet streaming portforward/websocket.
 */
import type { Duplex } from 'node:stream'
import type { RawData, WebSocket } from 'ws'
import { badRequest } from '../../../shared/errors.ts'
import { logger } from '../../../shared/log.ts'
import { framingOf, type Framing } from './framing.ts'

export const PORT_CHANNELS = ['v4.channel.k8s.io', 'v4.base64.channel.k8s.io'] as const
/** A channel is one byte, or one digit. */
const PORTS_LIMIT = 16
const log = logger('kube-apiserver')

/** Throws BadRequest. */
export function portsOf(query: URLSearchParams, parameter: 'port' | 'ports' = 'ports'): number[] {
  const texts = query.getAll(parameter).flatMap((t) => t.split(','))
  if (!texts.length) throw badRequest(`query parameter "${parameter}" is required`)
  if (texts.length > PORTS_LIMIT) throw badRequest(`at most ${PORTS_LIMIT} ports are forwarded over one connection`)
  return texts.map((text) => {
    const port = /^\d+$/.test(text) ? Number(text) : Number.NaN
    if (!(port >= 1 && port <= 65_535)) throw badRequest(`unable to parse ${JSON.stringify(text)} as a port: it must be from 1 to 65535`)
    return port
  })
}

const send = (ws: WebSocket, framing: Framing, channel: number, data: Uint8Array): Promise<void> =>
  new Promise((resolve, reject) => ws.send(framing.encode(channel, data), (error) => (error ? reject(error) : resolve())))

/** One port: dialled at once, and then its data to the client, each chunk at the client's pace. Resolves when it has ended. */
async function forward(ws: WebSocket, framing: Framing, index: number, port: number, pod: string, opened: Promise<Duplex>): Promise<void> {
  const number = Buffer.alloc(2)
  number.writeUInt16LE(port)
  await send(ws, framing, index * 2, number)
  await send(ws, framing, index * 2 + 1, number)
  try {
    for await (const chunk of (await opened) as AsyncIterable<Buffer>) await send(ws, framing, index * 2, chunk)
  } catch (fault) {
    if (ws.readyState !== ws.OPEN) return
    await send(ws, framing, index * 2 + 1, Buffer.from(`error forwarding port ${port} to pod ${pod}: ${fault instanceof Error ? fault.message : String(fault)}`))
  }
}

/** Serves until the client has gone or no port is left. `dial` opens a connection to a port of the pod. */
export function servePorts(ws: WebSocket, protocol: string, pod: string, ports: readonly number[], dial: (port: number) => Promise<Duplex>): void {
  const framing = framingOf(protocol)
  const sockets = new Map<number, Duplex>()
  const opened = ports.map(async (port, index) => {
    const socket = await dial(port)
    if (ws.readyState !== ws.OPEN) socket.destroy()
    socket.on('error', (error) => log.debug('a forwarded connection failed', { error }))
    socket.on('drain', () => ws.resume())
    socket.on('close', () => ws.resume())
    sockets.set(index, socket)
    return socket
  })
  ws.on('message', (raw: RawData) => {
    const message = framing.decode(raw)
    const socket = message && message.channel % 2 === 0 ? sockets.get(message.channel / 2) : undefined
    if (message?.data.length && socket?.writable && !socket.write(message.data)) ws.pause()
  })
  ws.on('close', () => { for (const socket of sockets.values()) socket.destroy() })
  // What the client sends before the pod has answered waits.
  ws.pause()
  void Promise.allSettled(opened).then(() => ws.resume())
  Promise.all(ports.map((port, index) => forward(ws, framing, index, port, pod, opened[index] as Promise<Duplex>))).then(
    () => ws.close(1000),
    (error: unknown) => {
      log.debug('a port could not be forwarded', { error })
      ws.terminate()
    })
}
