/** What the dashboard needs of whatever carries its messages: calls with one answer, and subscriptions. */
import type { Status } from '../../shared/api/meta.ts'
import type { CallName, Calls, ClientMessage, ServerMessage, SubscriptionName, Subscriptions } from '../../shared/ipc.ts'
import type { Observable } from '../lib/value.ts'

/** `since` is in milliseconds since 1970; `epoch` rises by one each time the connection opens. */
export interface Connection {
  state: 'connecting' | 'open' | 'lost'
  since: number
  epoch: number
}

/** Carries messages; knows nothing of what they mean. `send` is only called while the connection is open. */
export interface Pipe {
  readonly connection: Observable<Connection>
  send(message: ClientMessage): void
  onMessage(listener: (message: ServerMessage) => void): () => void
  close(): void
}

export interface Transport {
  readonly connection: Observable<Connection>
  /** Rejects with a StatusError; with an AbortError when the signal fires first. Waits for a connection at most CONNECT_TIMEOUT. */
  call<N extends CallName>(name: N, request: Calls[N]['request'], signal?: AbortSignal): Promise<Calls[N]['response']>
  /**
   * `cluster.state`, `api.counts`, `api.requests`, `portforward.list` and `audit.tail` are taken up again after a lost connection; an `api.watch` and what reads logs end then,
   * since only their owner knows where to go on from. Returns the end of the subscription; `onEnd` is not called for that.
   */
  subscribe<N extends SubscriptionName>(
    name: N,
    request: Subscriptions[N]['request'],
    onMessage: (message: Subscriptions[N]['message']) => void,
    onEnd: (status?: Status) => void,
  ): () => void
  close(): void
}
