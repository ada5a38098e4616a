/** Fluentd's and Fluent Bit's forward protocol, version 1, with acknowledgements, and with a shared key where there is one. Source: Fluentd's "Forward Protocol Specification v1". */
import { createHash, randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import type { Socket } from 'node:net'
import { decodeMultiStream, encode, ExtData } from '@msgpack/msgpack'
import { plainText } from '../../../../shared/logs/ansi.ts'
import { shipFault } from '../../../../shared/shipping-faults.ts'
import { dial, write } from '../socket.ts'
import { DELIVERED, type Sender, type SenderOptions, type ShipLine } from '../types.ts'

export const TAG = 'pilothouse'
const ANSWER_MS = 30_000
const MILLION = 1_000_000

/** EventTime: seconds and nanoseconds. */
export function eventTime({ record }: ShipLine): ExtData {
  const bytes = new Uint8Array(8)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, Math.floor(record.time / 1000))
  view.setUint32(4, (record.time % 1000) * MILLION + record.nanos)
  return new ExtData(0, bytes)
}
const recordOf = ({ record, source }: ShipLine): object => ({
  log: plainText(record.text), ...(record.level ? { level: record.level } : {}), stream: source.stream, id: record.id,
  kubernetes: { namespace_name: source.namespace, pod_name: source.pod, pod_id: source.podUid, container_name: source.container, host: source.node, workload: source.workload, labels: source.labels },
})
const digest = (...parts: (string | Uint8Array)[]): string => { const hash = createHash('sha512'); for (const part of parts) hash.update(part); return hash.digest('hex') }
/** A binary or a text of msgpack, as bytes. */
const bytesOf = (value: unknown): Uint8Array => (typeof value === 'string' ? Buffer.from(value) : value instanceof Uint8Array ? value : new Uint8Array())

interface Connection {
  readonly socket: Socket
  readonly messages: AsyncIterator<unknown>
}

export function fluentd({ address, target, secret }: SenderOptions): Sender {
  let open: Connection | undefined
  const drop = (): void => {
    open?.socket.destroy()
    open = undefined
  }
  async function next({ socket, messages }: Connection): Promise<unknown> {
    const limit = setTimeout(() => socket.destroy(new Error(shipFault('noAcknowledgement', { seconds: ANSWER_MS / 1000 }))), ANSWER_MS)
    try {
      const { value, done } = await messages.next()
      if (done) throw new Error(shipFault('closedEarly'))
      return value as unknown
    } finally {
      clearTimeout(limit)
    }
  }
  async function connection(signal: AbortSignal): Promise<Connection> {
    if (open && !open.socket.destroyed) return open
    const socket = await dial(address, undefined, signal)
    socket.on('error', () => undefined) // whoever reads or writes hears of it
    const made: Connection = { socket, messages: decodeMultiStream(socket)[Symbol.asyncIterator]() }
    if (secret) await greet(made)
    return (open = made)
  }
  async function greet(made: Connection): Promise<void> {
    const [word, options] = (await next(made)) as [string, { nonce?: unknown }]
    if (word !== 'HELO') throw new Error(shipFault('noKey'))
    const [name, salt, nonce] = [hostname(), randomBytes(16), bytesOf(options.nonce)]
    await write(made.socket, encode(['PING', name, salt, digest(salt, name, nonce, secret), '', '']))
    const [pong, ok, reason, server, theirs] = (await next(made)) as [string, boolean, string, string, string]
    if (pong !== 'PONG' || !ok) throw new Error(reason ? shipFault('keyRefusedWhy', { why: String(reason) }) : shipFault('keyRefused'))
    if (theirs !== digest(salt, server, nonce, secret)) throw new Error(shipFault('keyUnknown'))
  }
  return {
    async send(lines, signal) {
      const abort = (): void => drop()
      signal.addEventListener('abort', abort, { once: true })
      try {
        const own = await connection(signal)
        const chunk = randomBytes(16).toString('base64')
        await write(own.socket, encode([target || TAG, lines.map((l) => [eventTime(l), recordOf(l)]), { chunk, size: lines.length }]))
        const answer = (await next(own)) as { ack?: string }
        if (answer?.ack !== chunk) throw new Error(shipFault('otherAcknowledged'))
        return DELIVERED
      } catch (error) {
        drop()
        throw error
      } finally {
        signal.removeEventListener('abort', abort)
      }
    },
    close: async () => drop(),
  }
}
