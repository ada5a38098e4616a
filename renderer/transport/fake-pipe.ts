/** A Pipe for tests: keeps what is sent, says what it is told, opens and closes by hand. */
import type { ClientMessage, ServerMessage } from '../../shared/ipc.ts'
import { Value } from '../lib/value.ts'
import type { Connection, Pipe } from './transport.ts'

export class FakePipe implements Pipe {
  readonly connection = new Value<Connection>({ state: 'open', since: 0, epoch: 1 })
  readonly sent: ClientMessage[] = []
  readonly #listeners = new Set<(message: ServerMessage) => void>()
  send(message: ClientMessage): void {
    this.sent.push(message)
  }
  onMessage(listener: (message: ServerMessage) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }
  close(): void {
    this.#listeners.clear()
  }
  say(message: ServerMessage): void {
    for (const listener of this.#listeners) listener(message)
  }
  set(state: Connection['state']): void {
    const { epoch } = this.connection.get()
    this.connection.set({ state, since: 0, epoch: state === 'open' ? epoch + 1 : epoch })
  }
}
