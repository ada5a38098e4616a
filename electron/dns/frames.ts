/** Messages on a TCP connection: each has its length, two bytes, before it. Source: RFC 1035, section 4.2.2. */
import type { Readable } from 'node:stream'

/** Calls back for each whole message that arrives. At most one message is held back. */
export function readFrames(socket: Readable, onMessage: (message: Buffer) => void): void {
  let held: Buffer[] = []
  let size = 0
  socket.on('data', (chunk: Buffer) => {
    held.push(chunk)
    size += chunk.length
    if (size < 2) return
    let bytes = held.length === 1 ? chunk : Buffer.concat(held)
    while (bytes.length >= 2 && bytes.length >= 2 + bytes.readUInt16BE(0)) {
      const end = 2 + bytes.readUInt16BE(0)
      onMessage(bytes.subarray(2, end))
      bytes = bytes.subarray(end)
    }
    held = bytes.length ? [bytes] : []
    size = bytes.length
  })
}

export function frame(message: Buffer): Buffer {
  const head = Buffer.alloc(2)
  head.writeUInt16BE(message.length)
  return Buffer.concat([head, message])
}
