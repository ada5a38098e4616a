/** One run of the gateway's program: streams, listeners and datagrams over its input and output. When either ends, all of them do. */
import type { Readable, Writable } from 'node:stream'
import { logger } from '../../../../../shared/log.ts'
import * as f from './frames.ts'
import { TunnelSocket, type Carrier } from './socket.ts'

const log = logger('network')
/** The program has 1,024 places, for those that come as well. */
const MOST_STREAMS = 896
/** Bytes that wait to be written while datagrams are still sent; what UDP loses is asked for again. */
const DATAGRAM_ROOM = 1 << 20
const VERSION = Buffer.from([0x50, 0x48, 0x47, 0x57, 1, 0])

export interface TcpListener {
  readonly kind: 'tcp'
  /** Whether a connection stays open this way when the other has ended. */
  readonly allowHalfOpen: boolean
  accept(socket: TunnelSocket): void
}
export interface UdpListener {
  readonly kind: 'udp'
  receive(message: Buffer, from: f.Address): void
}
export type Listener = TcpListener | UdpListener

interface Pending {
  readonly at: f.Address
  readonly listener: Listener
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

export class Tunnel {
  readonly #output: Writable
  readonly #sockets = new Map<number, TunnelSocket>()
  readonly #listening = new Map<number, Listener>()
  readonly #pending = new Map<number, Pending>()
  /** Have something to send and wait for room; in turns. */
  readonly #waiting = new Set<TunnelSocket>()
  readonly #onClose: (error: Error) => void
  readonly #onHello: () => void
  #next = 1
  #full = false
  #greeted = false
  #heard = true
  #dead = false

  /** @param onHello it is there. @param onClose once: it has gone, and why */
  constructor(input: Readable, output: Writable, onHello: () => void, onClose: (error: Error) => void) {
    this.#output = output
    this.#onHello = onHello
    this.#onClose = onClose
    const reader = new f.FrameReader((frame) => this.#take(frame))
    input.on('data', (chunk: Buffer) => {
      if (this.#dead) return
      try {
        reader.push(chunk)
      } catch (error) {
        this.end(error as Error)
      }
    })
    const gone = (): void => this.end(new Error('the gateway has ended'))
    input.once('end', gone).once('close', gone).once('error', (error) => this.end(error))
    output.once('close', gone).once('error', (error) => this.end(error))
    output.on('drain', () => { this.#full = false; this.#turn() })
  }
  get streams(): number {
    return this.#sockets.size
  }

  /** A socket that is about to connect to an IPv4 address. */
  connect(to: f.Address, allowHalfOpen = false): TunnelSocket {
    const id = this.#id()
    const socket = new TunnelSocket(this.#carrier, id, to, { connecting: true, allowHalfOpen })
    if (this.#dead || this.#sockets.size >= MOST_STREAMS) {
      process.nextTick(() => socket.destroy(f.socketError('connect', this.#dead ? 104 : 24, to)))
      return socket
    }
    this.#sockets.set(id, socket)
    this.#send(f.frame(id, f.OPEN, f.encodeAddress(to)))
    return socket
  }
  /** Resolves with the listener's number; rejects as Node's listen does: EADDRINUSE, EADDRNOTAVAIL. */
  listen(at: f.Address, listener: Listener): Promise<number> {
    return new Promise((resolve, reject) => {
      if (this.#dead) return reject(f.socketError('listen', 104, at))
      const id = this.#id()
      this.#pending.set(id, { at, listener, reject, resolve: () => resolve(id) })
      this.#send(f.frame(id, listener.kind === 'tcp' ? f.LISTEN_TCP : f.LISTEN_UDP, f.encodeAddress(at)))
    })
  }
  unlisten(id: number): void {
    if (this.#listening.delete(id)) this.#send(f.frame(id, f.CLOSED, Buffer.of(0)))
  }
  /** From a UDP listener; lost when too much waits. */
  sendDatagram(id: number, to: f.Address, message: Buffer): void {
    if (message.length > f.CHUNK - f.ADDRESS || this.#output.writableLength > DATAGRAM_ROOM) return
    this.#send(f.frame(id, f.DATAGRAM, Buffer.concat([f.encodeAddress(to), message])))
  }
  /** Asks whether it is there; ends it when the question before has had no answer. */
  ping(): void {
    if (!this.#heard) return this.end(new Error('the gateway does not answer'))
    this.#heard = false
    this.#send(f.frame(0, f.PING))
  }
  end(error: Error): void {
    if (this.#dead) return
    this.#dead = true
    this.#waiting.clear()
    for (const socket of this.#sockets.values()) socket.destroy(Object.assign(new Error(`the way to the pods' network broke: ${error.message}`), { code: 'ECONNRESET' }))
    for (const { at, reject } of this.#pending.values()) reject(f.socketError('listen', 104, at))
    this.#sockets.clear()
    this.#pending.clear()
    this.#output.end()
    this.#onClose(error)
  }

  #id(): number {
    const taken = (id: number): boolean => this.#sockets.has(id) || this.#listening.has(id) || this.#pending.has(id)
    while (taken(this.#next)) this.#next = (this.#next + 2) % 2 ** 32
    const id = this.#next
    this.#next = (id + 2) % 2 ** 32
    return id
  }
  #send(bytes: Buffer): void {
    if (!this.#dead && !this.#output.write(bytes)) this.#full = true
  }
  /** A frame of each in turn. */
  #turn(): void {
    for (const socket of this.#waiting) {
      if (this.#full) return
      this.#waiting.delete(socket)
      const piece = socket.next()
      if (!piece) continue
      this.#send(f.frame(socket.id, f.DATA, piece))
      this.#waiting.add(socket)
    }
  }
  readonly #carrier: Carrier = {
    wake: (socket) => {
      this.#waiting.add(socket)
      if (!this.#full) this.#turn()
    },
    credit: (socket, bytes) => { if (this.#sockets.has(socket.id)) this.#send(f.numberFrame(socket.id, f.CREDIT, bytes)) },
    ended: (socket) => { if (this.#sockets.has(socket.id)) this.#send(f.frame(socket.id, f.ENDED)) },
    closed: (socket, broken) => {
      this.#waiting.delete(socket)
      if (this.#sockets.delete(socket.id)) this.#send(f.frame(socket.id, f.CLOSED, Buffer.of(broken ? 1 : 0)))
    },
  }

  #take({ id, type, payload }: f.Frame): void {
    this.#heard = true
    if (!this.#greeted) {
      if (type !== f.HELLO || !payload.equals(VERSION)) throw new Error('this is not the gateway, or one of another version')
      this.#greeted = true
      return this.#onHello()
    }
    const socket = this.#sockets.get(id)
    switch (type) {
      case f.OPENED:
        if (!this.#begun(id)) socket?.opened()
        break
      case f.DATA:
        socket?.came(payload)
        break
      case f.CREDIT: {
        const bytes = payload.length === 4 ? payload.readUInt32LE() : f.WINDOW + 1
        if (!socket) break
        if (socket.allowance + bytes > f.WINDOW) throw new Error('the gateway gives more credit than was used')
        socket.allowance += bytes
        this.#carrier.wake(socket)
        break
      }
      case f.ENDED:
        socket?.farEnded()
        break
      case f.CLOSED:
        this.#closed(id, socket, payload.length === 2 ? payload.readUInt16LE() : 22)
        break
      case f.ACCEPTED:
        this.#accepted(id, payload)
        break
      case f.DATAGRAM: {
        const listener = this.#listening.get(id)
        if (listener?.kind === 'udp' && payload.length >= f.ADDRESS) listener.receive(payload.subarray(f.ADDRESS), f.decodeAddress(payload))
        break
      }
      case f.PONG:
        break
      default:
        throw new Error('the gateway says what only the app may say')
    }
  }
  #begun(id: number): boolean {
    const pending = this.#pending.get(id)
    if (!pending) return false
    this.#pending.delete(id)
    this.#listening.set(id, pending.listener)
    pending.resolve()
    return true
  }
  #closed(id: number, socket: TunnelSocket | undefined, error: number): void {
    const pending = this.#pending.get(id)
    if (pending) {
      this.#pending.delete(id)
      pending.reject(f.socketError('listen', error, pending.at))
    }
    if (!socket) return
    // Gone on the other side: nothing is to be said there any more.
    this.#sockets.delete(id)
    this.#waiting.delete(socket)
    const remote = { host: socket.remoteAddress, port: socket.remotePort }
    if (error) socket.destroy(f.socketError(socket.connecting ? 'connect' : 'read', error, remote))
    // What has come is still to be read; it goes by itself when that is done, since both sides have ended.
  }
  #accepted(id: number, payload: Buffer): void {
    if (payload.length !== 4 + f.ADDRESS) throw new Error('the gateway does not say who has connected')
    const listener = this.#listening.get(payload.readUInt32LE())
    if (listener?.kind !== 'tcp') return this.#send(f.frame(id, f.CLOSED, Buffer.of(1)))
    const socket = new TunnelSocket(this.#carrier, id, f.decodeAddress(payload.subarray(4)), { connecting: false, allowHalfOpen: listener.allowHalfOpen })
    this.#sockets.set(id, socket)
    try {
      listener.accept(socket)
    } catch (error) {
      log.error('a connection of a pod could not be taken', { error: error as Error })
      socket.destroy()
    }
  }
}
