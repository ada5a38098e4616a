/**
 * The dashboard's door: the messages of shared/ipc.ts in, answers out. It does not know what carries them (Electron IPC or a
 * WebSocket). Every payload is checked here, once; a connection owns its calls and subscriptions, and closing it ends them.
 */
import { badRequest, failure, toStatusError } from '../../shared/errors.ts'
import type { CallName, ClientMessage, ServerMessage, SubscriptionName } from '../../shared/ipc.ts'
import { logger } from '../../shared/log.ts'

const log = logger('dashboard')
/** More at once than any screen needs; a runaway page is stopped here. */
const MAX_OPEN = 500

export type CallHandlers = { [N in CallName]: (request: unknown, signal: AbortSignal) => Promise<unknown> }
/** `emit` sends one message; the promise settles when the subscription ends by itself. */
export type SubscriptionHandlers = { [N in SubscriptionName]: (request: unknown, emit: (value: unknown) => void, signal: AbortSignal) => Promise<void> }

export interface Connection {
  /** Anything the other side sent. Never throws. */
  receive(message: unknown): void
  /** Ends every call and subscription of this connection. */
  close(): void
}

export interface Endpoint {
  connect(send: (message: ServerMessage) => void): Connection
}

const object = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v)

/** The message, if it is one; else why not. */
export function checkMessage(message: unknown): ClientMessage | string {
  if (!object(message)) return 'a message must be an object'
  const { verb, id } = message
  if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0) return 'id must be a whole number'
  if (verb === 'cancel' || verb === 'unsubscribe') return { verb, id }
  if (verb !== 'call' && verb !== 'subscribe') return 'verb must be call, cancel, subscribe or unsubscribe'
  if (typeof message['name'] !== 'string') return 'name must be a string'
  if (!object(message['request'])) return 'request must be an object'
  return { verb, id, name: message['name'], request: message['request'] } as ClientMessage
}

export function createEndpoint(calls: CallHandlers, subscriptions: SubscriptionHandlers): Endpoint {
  return {
    connect(send) {
      const open = new Map<number, AbortController>()
      let closed = false
      const answer = (message: ServerMessage): void => { if (!closed) send(message) }
      const run = (id: number, work: (signal: AbortSignal) => Promise<void>, failed: (e: unknown) => void): void => {
        const controller = new AbortController()
        open.set(id, controller)
        work(controller.signal)
          .catch((e: unknown) => { if (!controller.signal.aborted) failed(e) })
          .finally(() => { if (open.get(id) === controller) open.delete(id) })
      }
      const receive = (raw: unknown): void => {
        if (closed) return
        const m = checkMessage(raw)
        if (typeof m === 'string') return log.warning('Ignored a malformed message from the dashboard', { why: m })
        if (m.verb === 'cancel' || m.verb === 'unsubscribe') {
          open.get(m.id)?.abort()
          open.delete(m.id)
          return
        }
        const refuse = (e: unknown): void => answer({ type: 'error', id: m.id, status: toStatusError(e).status })
        if (open.has(m.id)) return refuse(badRequest(`id ${m.id} is in use`))
        if (open.size >= MAX_OPEN) return refuse(failure(429, 'TooManyRequests', `too many requests at once (${MAX_OPEN})`))
        if (m.verb === 'call') {
          if (!Object.hasOwn(calls, m.name)) return refuse(badRequest(`unknown call ${JSON.stringify(m.name)}`))
          return run(m.id, async (signal) => {
            const value = await calls[m.name](m.request, signal)
            if (!signal.aborted) answer({ type: 'result', id: m.id, value })
          }, refuse)
        }
        if (!Object.hasOwn(subscriptions, m.name)) return refuse(badRequest(`unknown subscription ${JSON.stringify(m.name)}`))
        run(m.id, async (signal) => {
          await subscriptions[m.name](m.request, (value) => { if (!signal.aborted) answer({ type: 'message', id: m.id, value }) }, signal)
          if (!signal.aborted) answer({ type: 'end', id: m.id })
        }, (e) => answer({ type: 'end', id: m.id, status: toStatusError(e).status }))
      }
      return {
        receive,
        close() {
          closed = true
          for (const controller of open.values()) controller.abort()
          open.clear()
        },
      }
    },
  }
}
