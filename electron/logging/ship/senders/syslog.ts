/**
 * Syslog: RFC 5424 over UDP (RFC 5426, a datagram each), TCP (RFC 6587, counted octets) and TLS (RFC 5425). It knows no
 * acknowledgement: lines count as delivered when the connection has taken them, and those of the last batch are sent again
 * when the connection breaks behind it.
 */
import { createSocket, type Socket as Datagrams } from 'node:dgram'
import { isIPv6, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { plainText } from '../../../../shared/logs/ansi.ts'
import type { LogLevel } from '../../../../shared/logs/types.ts'
import { formatNanos } from '../../../../shared/logs/time.ts'
import { shipFault } from '../../../../shared/shipping-faults.ts'
import { dial, hostAndPort, write } from '../socket.ts'
import { DELIVERED, type Sender, type SenderOptions, type ShipLine } from '../types.ts'

const FACILITY = 1 // user-level messages
const SEVERITIES: Readonly<Record<LogLevel, number>> = { fatal: 2, error: 3, warn: 4, '': 6, info: 6, debug: 7, trace: 7 }
/** What one datagram can take, less its headers. */
const MOST_DATAGRAM = 65_000
const WRITE_MS = 30_000
/** So many datagrams go out together, and then none for a moment: what a receiver's system has no room for it drops, and tells nobody. */
const BURST = 32
const BURST_PAUSE_MS = 1
/** PRINTUSASCII without spaces, as long as the field may be; `-` for nothing. */
const word = (text: string, most: number): string => text.replace(/[^!-~]/g, '_').slice(0, most) || '-'
const parameter = (text: string): string => text.replace(/[\\"\]]/g, (c) => `\\${c}`)

/** The enterprise number is the one that RFC 5612 sets aside for documentation: this project has none. */
export function message({ record, source }: ShipLine): string {
  const priority = FACILITY * 8 + SEVERITIES[record.level]
  // Microseconds are the finest that the format takes.
  const time = formatNanos(record.time, record.nanos).replace(/(\.\d{6})\d*Z$/, '$1Z')
  const facts = Object.entries({ namespace: source.namespace, pod: source.pod, container: source.container, workload: source.workload, stream: source.stream, id: String(record.id) }).filter(([, v]) => v).map(([k, v]) => `${k}="${parameter(v)}"`).join(' ')
  return `<${priority}>1 ${time} ${word(source.node || 'pilothouse', 255)} ${word(source.container || source.pod, 48)} ${word(source.pod, 128)} ${word(source.stream, 32)} [pilothouse@32473 ${facts}] \ufeff${plainText(record.text)}`
}
const counted = (line: ShipLine): Buffer => {
  const bytes = Buffer.from(message(line))
  return Buffer.concat([Buffer.from(`${bytes.length} `), bytes])
}

function overDatagrams({ address }: SenderOptions): Sender {
  const to = hostAndPort(address)
  let socket: Datagrams | undefined
  return {
    async send(lines) {
      if (!to) throw new Error(`${JSON.stringify(address)} is no HOST:PORT`)
      if (!socket) {
        socket = createSocket(isIPv6(to.host) ? 'udp6' : 'udp4')
        // That nobody listens there is heard of by no one: so it is with datagrams.
        socket.on('error', () => undefined)
        socket.unref()
      }
      const own = socket
      for (const [i, line] of lines.entries()) {
        if (i > 0 && i % BURST === 0) await pause(BURST_PAUSE_MS)
        await new Promise<void>((resolve, reject) => own.send(Buffer.from(message(line)).subarray(0, MOST_DATAGRAM), to.port, to.host, (error) => (error ? reject(error) : resolve())))
      }
      return DELIVERED
    },
    close: async () => void socket?.close(),
  }
}

function overConnection({ address, transport, insecure }: SenderOptions): Sender {
  let socket: Socket | undefined
  let broken: Error | undefined
  /** Of the last batch nobody knows whether it was read. */
  let last: readonly ShipLine[] = []
  async function connection(signal: AbortSignal): Promise<{ socket: Socket; fresh: boolean }> {
    if (socket && !broken) return { socket, fresh: false }
    socket?.destroy()
    broken = undefined
    const made = await dial(address, transport === 'tls' ? { insecure } : undefined, signal)
    made.unref()
    made.resume()
    made.on('error', (error) => { if (socket === made) broken = error })
    made.on('close', () => { if (socket === made) broken ??= new Error(shipFault('closed')) })
    made.on('end', () => made.end())
    socket = made
    return { socket: made, fresh: true }
  }
  return {
    async send(lines, signal) {
      const { socket: own, fresh } = await connection(signal)
      const again = fresh ? last : []
      const limit = setTimeout(() => own.destroy(new Error(shipFault('stuck', { seconds: WRITE_MS / 1000 }))), WRITE_MS)
      try {
        await write(own, Buffer.concat([...again, ...lines].map(counted)))
      } finally {
        clearTimeout(limit)
      }
      last = lines
      return DELIVERED
    },
    async close() {
      const own = socket
      if (!own || own.destroyed) return
      await new Promise<void>((resolve) => {
        const limit = setTimeout(() => own.destroy(), 1000)
        own.once('close', () => { clearTimeout(limit); resolve() })
        own.end()
      })
    },
  }
}

export const syslog = (options: SenderOptions): Sender => (options.transport === 'udp' ? overDatagrams(options) : overConnection(options))
