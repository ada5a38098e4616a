/**
 * The frames between the app and its program on the engine's machine (resources/images/gateway/tunnel.h says the same): a head of eight
 * bytes (stream, type, zero, size of the payload; little-endian) and a payload of at most 16 KiB.
 */
export const HEAD = 8
export const CHUNK = 16_384
/** Bytes of a direction of a stream that may be under way. */
export const WINDOW = 262_144

export const HELLO = 0
/** The app opens a stream to an address (6 bytes). */
export const OPEN = 1
/** It is open; or: it listens. */
export const OPENED = 2
export const DATA = 3
/** So many bytes more may be sent. */
export const CREDIT = 4
/** No more data comes from this side. */
export const ENDED = 5
/** From the program: with its error, 0 is none. From the app: whether it breaks off. */
export const CLOSED = 6
export const LISTEN_TCP = 7
export const LISTEN_UDP = 8
/** Somebody has connected: the listener (4 bytes) and the address. */
export const ACCEPTED = 9
/** An address and what came from there or goes to it. */
export const DATAGRAM = 10
export const PING = 11
export const PONG = 12

export interface Frame {
  readonly id: number
  readonly type: number
  readonly payload: Buffer
}
export interface Address {
  readonly host: string
  readonly port: number
}

export function frame(id: number, type: number, payload?: Uint8Array): Buffer {
  const size = payload?.length ?? 0
  const bytes = Buffer.allocUnsafe(HEAD + size)
  bytes.writeUInt32LE(id, 0)
  bytes.writeUInt16LE(type, 4)
  bytes.writeUInt16LE(size, 6)
  if (payload) bytes.set(payload, HEAD)
  return bytes
}

export function numberFrame(id: number, type: number, value: number): Buffer {
  const payload = Buffer.allocUnsafe(4)
  payload.writeUInt32LE(value)
  return frame(id, type, payload)
}

export const ADDRESS = 6
/** @param host IPv4 */
export function encodeAddress({ host, port }: Address): Buffer {
  const bytes = Buffer.alloc(ADDRESS)
  bytes.set(host.split('.').map(Number))
  bytes.writeUInt16BE(port, 4)
  return bytes
}
export const decodeAddress = (bytes: Buffer): Address => ({ host: bytes.subarray(0, 4).join('.'), port: bytes.readUInt16BE(4) })

/** Takes bytes in pieces of any size; calls back with each frame. Payloads are views of what was given. Throws at the first byte that cannot be one. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0)
  readonly #take: (frame: Frame) => void
  constructor(take: (frame: Frame) => void) {
    this.#take = take
  }
  push(chunk: Buffer): void {
    let bytes = this.#rest.length ? Buffer.concat([this.#rest, chunk]) : chunk
    while (bytes.length >= HEAD) {
      const type = bytes.readUInt16LE(4)
      const size = bytes.readUInt16LE(6)
      if (type > PONG || size > CHUNK) throw new Error('the gateway says what is no frame')
      if (bytes.length < HEAD + size) break
      const taken = bytes
      bytes = bytes.subarray(HEAD + size)
      this.#rest = bytes
      this.#take({ id: taken.readUInt32LE(0), type, payload: taken.subarray(HEAD, HEAD + size) })
    }
    this.#rest = bytes
  }
}

/** The numbers of Linux, whatever system the app runs on. */
const ERRORS: Readonly<Record<number, string>> = {
  1: 'EPERM', 13: 'EACCES', 22: 'EINVAL', 24: 'EMFILE', 32: 'EPIPE', 98: 'EADDRINUSE', 99: 'EADDRNOTAVAIL', 100: 'ENETDOWN', 101: 'ENETUNREACH', 103: 'ECONNABORTED', 104: 'ECONNRESET', 105: 'ENOBUFS', 110: 'ETIMEDOUT',
  111: 'ECONNREFUSED', 112: 'EHOSTDOWN', 113: 'EHOSTUNREACH',
}
/** As Node says it: `connect ECONNREFUSED 10.244.0.7:80`. */
export function socketError(call: string, number: number, { host, port }: Address): NodeJS.ErrnoException {
  const code = ERRORS[number] ?? `E${number}`
  return Object.assign(new Error(`${call} ${code} ${host}:${port}`), { code, syscall: call, address: host, port })
}
