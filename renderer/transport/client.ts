/** The Transport over any Pipe: numbers requests, matches answers, survives a lost connection. */
import type { Status } from '../../shared/api/meta.ts'
import { StatusError, serviceUnavailable, timeout, tooManyRequests } from '../../shared/errors.ts'
import type { CallName, Calls, ServerMessage, SubscriptionName, Subscriptions } from '../../shared/ipc.ts'
import type { Observable } from '../lib/value.ts'
import type { Connection, Pipe, Transport } from './transport.ts'

/** How long a call waits for a connection, and for its answer, in milliseconds. */
export const CONNECT_TIMEOUT = 10_000
export const ANSWER_TIMEOUT = 60_000
/** Most calls under way at once; more is a fault of the page. */
export const MAX_CALLS = 512

interface PendingCall {
  name: CallName
  request: unknown
  sent: boolean
  resolve(value: unknown): void
  reject(error: unknown): void
}
interface OpenSubscription {
  name: SubscriptionName
  request: unknown
  onMessage(message: unknown): void
  onEnd(status?: Status): void
}

const resumable = new Set<SubscriptionName>(['cluster.state', 'audit.tail', 'api.counts', 'api.requests', 'portforward.list'])

export class MessageClient implements Transport {
  readonly connection: Observable<Connection>
  readonly #pipe: Pipe
  readonly #calls = new Map<number, PendingCall>()
  readonly #subscriptions = new Map<number, OpenSubscription>()
  readonly #stop: (() => void)[]
  #lastId = 0

  constructor(pipe: Pipe) {
    this.#pipe = pipe
    this.connection = pipe.connection
    this.#stop = [pipe.onMessage((message) => this.#receive(message)), pipe.connection.subscribe(() => this.#connectionChanged())]
  }

  call<N extends CallName>(name: N, request: Calls[N]['request'], signal?: AbortSignal): Promise<Calls[N]['response']> {
    if (signal?.aborted) return Promise.reject(signal.reason)
    if (this.#calls.size >= MAX_CALLS) return Promise.reject(tooManyRequests('too many requests under way', 1))
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      const settle = (): boolean => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', aborted)
        return this.#calls.delete(id)
      }
      const cancel = (reason: unknown): void => {
        if (settle()) {
          if (pending.sent && this.#isOpen()) this.#pipe.send({ verb: 'cancel', id })
          reject(reason)
        }
      }
      const aborted = (): void => cancel(signal?.reason)
      const expire = (): void => cancel(pending.sent ? timeout(`no answer within ${ANSWER_TIMEOUT / 1000} s`) : serviceUnavailable('no connection to the cluster'))
      const pending: PendingCall = {
        name, request, sent: false,
        resolve: (value) => void (settle() && resolve(value as Calls[N]['response'])),
        reject: (error) => void (settle() && reject(error)),
      }
      const timer = setTimeout(expire, this.#isOpen() ? ANSWER_TIMEOUT : CONNECT_TIMEOUT)
      signal?.addEventListener('abort', aborted, { once: true })
      this.#calls.set(id, pending)
      if (this.#isOpen()) this.#sendCall(id, pending)
    })
  }

  subscribe<N extends SubscriptionName>(
    name: N,
    request: Subscriptions[N]['request'],
    onMessage: (message: Subscriptions[N]['message']) => void,
    onEnd: (status?: Status) => void,
  ): () => void {
    const id = ++this.#lastId
    this.#subscriptions.set(id, { name, request, onMessage: onMessage as (message: unknown) => void, onEnd })
    if (this.#isOpen()) this.#pipe.send({ verb: 'subscribe', id, name, request })
    return () => {
      if (this.#subscriptions.delete(id) && this.#isOpen()) this.#pipe.send({ verb: 'unsubscribe', id })
    }
  }

  close(): void {
    for (const stop of this.#stop) stop()
    this.#drop(true)
    this.#pipe.close()
  }

  #isOpen(): boolean {
    return this.#pipe.connection.get().state === 'open'
  }

  #sendCall(id: number, call: PendingCall): void {
    call.sent = true
    this.#pipe.send({ verb: 'call', id, name: call.name, request: call.request })
  }

  #receive(message: ServerMessage): void {
    if (message.type === 'result') this.#calls.get(message.id)?.resolve(message.value)
    else if (message.type === 'error') this.#calls.get(message.id)?.reject(new StatusError(message.status))
    else if (message.type === 'message') this.#subscriptions.get(message.id)?.onMessage(message.value)
    else {
      const ended = this.#subscriptions.get(message.id)
      this.#subscriptions.delete(message.id)
      ended?.onEnd(message.status)
    }
  }

  #connectionChanged(): void {
    if (!this.#isOpen()) return this.#drop(false)
    for (const [id, s] of this.#subscriptions) this.#pipe.send({ verb: 'subscribe', id, name: s.name, request: s.request })
    for (const [id, call] of this.#calls) if (!call.sent) this.#sendCall(id, call)
  }

  /** What was under way when the connection went: calls fail (their outcome is unknown), watches end. */
  #drop(everything: boolean): void {
    const gone = serviceUnavailable('the connection to the cluster was lost')
    for (const call of this.#calls.values()) if (call.sent || everything) call.reject(gone)
    for (const [id, s] of this.#subscriptions) {
      if (!everything && resumable.has(s.name)) continue
      this.#subscriptions.delete(id)
      s.onEnd(gone.status)
    }
  }
}
