/** A terminal's session over the transport: from its first word to its last, with what comes between in order. */
import type { Status } from '../../../shared/api/meta.ts'
import { toStatusError } from '../../../shared/errors.ts'
import type { Subscriptions } from '../../../shared/ipc.ts'
import type { Transport } from '../../transport/transport.ts'

export type End = { code: number; why: '' } | { code: undefined; why: string }
export interface SessionEvents {
  /** `shown` is to be called when the output is on the screen. */
  output(text: string, shown: () => void): void
  end(end: End): void
}
export interface Session {
  input(text: string): void
  resize(width: number, height: number): void
  close(): void
}

/** Input is sent in pieces of at most this many characters. */
export const PIECE = 64 * 1024

export function openSession(transport: Transport, request: Subscriptions['exec']['request'], events: SessionEvents): Session {
  let id: string | undefined
  let over = false
  /** What was typed before the session had begun. */
  let early = ''
  let sending: Promise<unknown> = Promise.resolve()

  const finish = (end: End): void => {
    if (over) return
    over = true
    events.end(end)
  }
  // A call for a session that has just ended says nothing new: its end is on the way.
  const quietly = (call: Promise<unknown>): Promise<unknown> => call.catch((e: unknown) => { if (!over && toStatusError(e).reason !== 'NotFound') finish({ code: undefined, why: toStatusError(e).message }) })
  const send = (text: string): void => {
    const session = id
    if (session === undefined || over) return
    for (let at = 0; at < text.length; at += PIECE) {
      const input = text.slice(at, at + PIECE)
      sending = sending.then(() => quietly(transport.call('exec.input', { session, input })))
    }
  }
  const stop = transport.subscribe('exec', request, (m) => {
    if (m.type === 'started') {
      id = m.session
      send(early)
      early = ''
    } else if (m.type === 'output') {
      events.output(m.output, () => { if (id !== undefined && !over) void quietly(transport.call('exec.shown', { session: id, count: m.output.length })) })
    } else finish(m.code === undefined ? { code: undefined, why: m.message } : { code: m.code, why: '' })
  }, (status?: Status) => finish({ code: undefined, why: status?.message ?? '' }))
  return {
    input(text) {
      if (over) return
      if (id === undefined) early += text
      else send(text)
    },
    resize(width, height) {
      if (id !== undefined && !over) void quietly(transport.call('exec.resize', { session: id, width, height }))
    },
    close() {
      over = true
      stop()
    },
  }
}
