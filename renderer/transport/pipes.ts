/** The two pipes: the desktop app's bridge, and a WebSocket to the page's own origin. */
import type { Bridge, ClientMessage, ServerMessage } from '../../shared/ipc.ts'
import { parseJson } from '../../shared/numbers.ts'
import { Value } from '../lib/value.ts'
import { MessageClient } from './client.ts'
import type { Connection, Pipe, Transport } from './transport.ts'

declare global {
  interface Window {
    pilothouse?: Bridge
  }
}

/** The bridge lives as long as its window, so its connection is always open. */
export class BridgePipe implements Pipe {
  readonly connection = new Value<Connection>({ state: 'open', since: Date.now(), epoch: 1 })
  readonly #bridge: Bridge
  readonly #removals = new Set<() => void>()

  constructor(bridge: Bridge) {
    this.#bridge = bridge
  }

  send(message: ClientMessage): void {
    this.#bridge.send(message)
  }

  onMessage(listener: (message: ServerMessage) => void): () => void {
    const remove = this.#bridge.onMessage(listener)
    this.#removals.add(remove)
    return () => {
      this.#removals.delete(remove)
      remove()
    }
  }

  close(): void {
    for (const remove of this.#removals) remove()
    this.#removals.clear()
  }
}

/** First and longest pause before another attempt, in milliseconds; it doubles in between. */
export const FIRST_PAUSE = 250
export const LONGEST_PAUSE = 5_000

/** Opens again whenever it closes, until `close()`. */
export class WebSocketPipe implements Pipe {
  readonly connection = new Value<Connection>({ state: 'connecting', since: Date.now(), epoch: 0 })
  readonly #open: () => WebSocket
  readonly #listeners = new Set<(message: ServerMessage) => void>()
  #socket: WebSocket | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #pause = FIRST_PAUSE
  #closed = false

  constructor(open: () => WebSocket) {
    this.#open = open
    this.#connect()
  }

  send(message: ClientMessage): void {
    this.#socket?.send(JSON.stringify(message))
  }

  onMessage(listener: (message: ServerMessage) => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    this.#socket?.close()
  }

  #connect(): void {
    const socket = this.#open()
    this.#socket = socket
    socket.addEventListener('open', () => {
      this.#pause = FIRST_PAUSE
      this.connection.set({ state: 'open', since: Date.now(), epoch: this.connection.get().epoch + 1 })
    })
    socket.addEventListener('message', (event: MessageEvent) => {
      const message = parseJson(String(event.data)) as ServerMessage
      for (const listener of this.#listeners) listener(message)
    })
    // 'close' follows every 'error', so one handler suffices.
    socket.addEventListener('close', () => this.#lost())
  }

  #lost(): void {
    if (this.#closed) return
    const was = this.connection.get()
    if (was.state !== 'lost') this.connection.set({ state: 'lost', since: Date.now(), epoch: was.epoch })
    this.#timer = setTimeout(() => this.#connect(), this.#pause)
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE)
  }
}

/** The desktop's bridge where there is one, else a WebSocket to `/ipc`. */
export function openTransport(window: Window): Transport {
  const { protocol, host } = window.location
  const url = `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/ipc`
  return new MessageClient(window.pilothouse ? new BridgePipe(window.pilothouse) : new WebSocketPipe(() => new WebSocket(url)))
}
