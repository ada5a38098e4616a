/**
 * A connection that the gateway carries, with as much of net.Socket as Node's own clients and servers use of one that is not a file
 * of the system.
 */
import { Duplex } from 'node:stream'
import { CHUNK, WINDOW, type Address } from './frames.ts'

/** What a socket asks of the tunnel that it is in. */
export interface Carrier {
  /** Sends as much of what it has as may go, now or when there is room. */
  wake(socket: TunnelSocket): void
  credit(socket: TunnelSocket, bytes: number): void
  ended(socket: TunnelSocket): void
  /** The socket has gone; `broken`: with an error, or without having ended. */
  closed(socket: TunnelSocket, broken: boolean): void
}

export class TunnelSocket extends Duplex {
  readonly id: number
  readonly remoteAddress: string
  readonly remotePort: number
  readonly remoteFamily = 'IPv4'
  connecting: boolean
  bytesRead = 0
  bytesWritten = 0
  /** What the other side still takes. */
  allowance = WINDOW
  readonly #carrier: Carrier
  #waiting: { readonly bytes: Buffer; readonly done: (error?: Error | null) => void } | undefined
  #sent = 0
  /** Came, and was not given back as credit. */
  #owed = 0
  #idle: NodeJS.Timeout | undefined
  #broken = false

  constructor(carrier: Carrier, id: number, remote: Address, options: { readonly connecting: boolean; readonly allowHalfOpen: boolean }) {
    super({ allowHalfOpen: options.allowHalfOpen })
    this.#carrier = carrier
    this.id = id
    this.remoteAddress = remote.host
    this.remotePort = remote.port
    this.connecting = options.connecting
  }

  /** The next piece that may be sent, at most a frame. */
  next(): Buffer | undefined {
    if (!this.#waiting || this.allowance === 0) return undefined
    const piece = this.#waiting.bytes.subarray(this.#sent, this.#sent + Math.min(CHUNK, this.allowance))
    this.#sent += piece.length
    this.allowance -= piece.length
    this.bytesWritten += piece.length
    if (this.#sent === this.#waiting.bytes.length) {
      const { done } = this.#waiting
      this.#waiting = undefined
      this.#sent = 0
      // The frame goes first; whoever writes more comes behind it.
      queueMicrotask(done)
    }
    return piece
  }
  opened(): void {
    this.connecting = false
    this.emit('connect')
    this.emit('ready')
  }
  came(bytes: Buffer): void {
    this.#idle?.refresh()
    this.bytesRead += bytes.length
    this.#owed += bytes.length
    if (this.push(bytes)) this.#giveBack()
  }
  /** No more comes from the other side. */
  farEnded(): void {
    this.push(null)
  }
  #giveBack(): void {
    if (this.#owed < WINDOW / 4) return
    const bytes = this.#owed
    this.#owed = 0
    this.#carrier.credit(this, bytes)
  }

  override _read(): void {
    this.#giveBack()
  }
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#idle?.refresh()
    if (!chunk.length) return done()
    this.#waiting = { bytes: chunk, done }
    this.#carrier.wake(this)
  }
  override _final(done: (error?: Error | null) => void): void {
    this.#carrier.ended(this)
    done()
  }
  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#idle)
    this.#waiting = undefined
    this.#carrier.closed(this, this.#broken || error !== null)
    done(error)
  }

  setTimeout(milliseconds: number, listener?: () => void): this {
    clearTimeout(this.#idle)
    this.#idle = milliseconds > 0 ? setTimeout(() => this.emit('timeout'), milliseconds).unref() : undefined
    if (listener) this.once('timeout', listener)
    return this
  }
  /** Ends, and goes when all has been sent. */
  destroySoon(): void {
    if (this.writable) this.end()
    if (this.writableFinished) this.destroy()
    else this.once('finish', () => this.destroy())
  }
  /** The other side sees it break. */
  resetAndDestroy(): this {
    this.#broken = true
    return this.destroy()
  }
  /** The other end is a file of another machine: these it has already, or they mean nothing here. */
  setNoDelay(): this { return this }
  setKeepAlive(): this { return this }
  ref(): this { return this }
  unref(): this { return this }
}
