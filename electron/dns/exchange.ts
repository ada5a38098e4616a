/** One question to one resolver, over UDP or TCP. Resolves with the answer under the question's id; rejects when none comes. */
import { createSocket } from 'node:dgram'
import { randomInt } from 'node:crypto'
import { connect, isIP } from 'node:net'
import { frame, readFrames } from './frames.ts'

export interface Upstream {
  readonly address: string
  readonly port: number
}
export type Exchange = (question: Buffer, to: Upstream, transport: 'udp' | 'tcp', signal: AbortSignal) => Promise<Buffer>

/** `10.0.0.2`, `10.0.0.2:5353`, `[fd00::1]:53`: as the system lists its resolvers. undefined: not an address. */
export function parseUpstream(text: string): Upstream | undefined {
  if (isIP(text)) return { address: text, port: 53 }
  const match = /^\[?([^\]]+?)\]?:(\d+)$/.exec(text)
  return match?.[1] && isIP(match[1]) ? { address: match[1], port: Number(match[2]) } : undefined
}

/** A copy under another id, so that an answer can be guessed only by who sees the question. */
const withId = (bytes: Buffer, id: number): Buffer => {
  const copy = Buffer.from(bytes)
  copy.writeUInt16BE(id, 0)
  return copy
}

/** The same id and the same question as were sent. */
function answers(message: Buffer, question: Buffer, id: number): boolean {
  if (message.length < 12 || message.readUInt16BE(0) !== id || !((message[2] ?? 0) & 0x80)) return false
  if (message.readUInt16BE(4) === 0) return true
  let end = 12
  while (end < question.length && question[end]) end += (question[end] ?? 0) + 1
  return message.toString('latin1', 12, end + 5).toLowerCase() === question.toString('latin1', 12, end + 5).toLowerCase()
}

export const exchange: Exchange = (question, to, transport, signal) => {
  const id = randomInt(0x10000)
  const sent = withId(question, id)
  const back = (message: Buffer): Buffer => withId(message, question.readUInt16BE(0))
  return transport === 'udp' ? overUdp(sent, to, id, signal).then(back) : overTcp(sent, to, id, signal).then(back)
}

function overUdp(question: Buffer, to: Upstream, id: number, signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // A socket of its own for each question has a source port of its own.
    const socket = createSocket(isIP(to.address) === 6 ? 'udp6' : 'udp4')
    let over = false
    const once = (act: () => void): void => {
      if (over) return
      over = true
      signal.removeEventListener('abort', aborted)
      socket.close()
      act()
    }
    const aborted = (): void => once(() => reject(signal.reason))
    signal.addEventListener('abort', aborted, { once: true })
    socket.on('error', (error) => once(() => reject(error)))
    socket.on('message', (message) => { if (answers(message, question, id)) once(() => resolve(message)) })
    // Connected, so that a closed port is said at once and strangers are not heard.
    socket.connect(to.port, to.address, () => { if (!over) socket.send(question) })
    if (signal.aborted) aborted()
  })
}

function overTcp(question: Buffer, to: Upstream, id: number, signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: to.address, port: to.port, signal })
    socket.on('error', reject)
    socket.on('close', () => reject(new Error(`${to.address} closed the connection without an answer`)))
    socket.on('connect', () => socket.write(frame(question)))
    readFrames(socket, (message) => {
      if (!answers(message, question, id)) return
      resolve(message)
      socket.destroy()
    })
  })
}
