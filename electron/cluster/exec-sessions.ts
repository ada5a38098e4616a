/**
 * Terminals of the dashboard: each is a subscription, which owns its process, and calls that bring its input. Output waits in
 * the container when the page does not say that it has shown what it got.
 */
import { randomUUID } from 'node:crypto'
import { StringDecoder } from 'node:string_decoder'
import type { RawData, WebSocket } from 'ws'
import type { ApiServer, UserInfo } from '../apiserver/types.ts'
import { CHANNEL_PROTOCOLS } from '../apiserver/streams/framing.ts'
import { channels } from '../apiserver/streams/remote-command.ts'
import { pathOf, Pods } from '../../shared/api/resources.ts'
import type { Status } from '../../shared/api/meta.ts'
import { badRequest, failure, tooManyRequests } from '../../shared/errors.ts'
import type { ExecMessage } from '../../shared/ipc.ts'
import { flag, optionalText, text, texts, whole } from './checks.ts'
import { openWebSocket } from './upgrade.ts'

/** Characters that may be on their way to a page before it has said that they are shown. */
export const WINDOW = 512 * 1024
const MOST_SESSIONS = 32
const MOST_INPUT = 1 << 20
/** Bytes of input that a process has not taken yet. */
const MOST_WAITING = 8 << 20
const MOST_SIDE = 10_000

interface Session {
  ws: WebSocket
  unshown: number
}

export interface ExecSessions {
  /** The subscription `exec`: settles when the process has ended or `signal` aborts. */
  run(request: unknown, emit: (message: ExecMessage) => void, signal: AbortSignal): Promise<void>
  input(request: unknown): void
  resize(request: unknown): void
  /** So many characters of output are on the screen. */
  shown(request: unknown): void
}

/** The path of pods/exec or pods/attach, with its query. */
export function pathFor(request: unknown): string {
  const attach = flag(request, 'attach')
  const query = new URLSearchParams({ stdin: 'true', stdout: 'true', stderr: flag(request, 'tty') ? 'false' : 'true', tty: String(flag(request, 'tty')) })
  const container = optionalText(request, 'container')
  if (container) query.set('container', container)
  if (!attach) {
    const command = texts(request, 'command', 100)
    if (command.length === 0) throw badRequest('command must name a program')
    for (const word of command) query.append('command', word)
  }
  return `${pathOf(Pods, text(request, 'namespace'), text(request, 'pod'), attach ? 'attach' : 'exec')}?${query}`
}

/** How a process ended: its exit code, or why there is none. */
export function endOf(status: Status): Pick<Extract<ExecMessage, { type: 'exit' }>, 'code' | 'message'> {
  if (status.status === 'Success') return { code: 0, message: '' }
  const code = status.details?.causes?.find((c) => c.reason === 'ExitCode')?.message
  return code === undefined ? { code: undefined, message: status.message ?? '' } : { code: Number(code), message: '' }
}

const bytesOf = (data: RawData): Buffer => (Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer))
const frame = (channel: number, data: string): Buffer => Buffer.concat([Buffer.of(channel), Buffer.from(data)])

export function createExecSessions(api: () => ApiServer, user: UserInfo): ExecSessions {
  const sessions = new Map<string, Session>()
  const of = (request: unknown): Session => {
    const session = sessions.get(text(request, 'session'))
    if (!session) throw failure(404, 'NotFound', 'the session has ended')
    return session
  }
  return {
    async run(request, emit, signal) {
      const path = pathFor(request)
      if (sessions.size >= MOST_SESSIONS) throw tooManyRequests(`too many terminals at once (${MOST_SESSIONS})`, 1)
      const ws = await openWebSocket(api(), user, path, CHANNEL_PROTOCOLS)
      const id = randomUUID()
      const session: Session = { ws, unshown: 0 }
      const decoders: Record<number, StringDecoder | undefined> = { [channels.stdout]: new StringDecoder('utf8'), [channels.stderr]: new StringDecoder('utf8') }
      sessions.set(id, session)
      const stop = (): void => ws.terminate()
      try {
        await new Promise<void>((resolve) => {
          let ended: Pick<Extract<ExecMessage, { type: 'exit' }>, 'code' | 'message'> | undefined
          ws.on('message', (data: RawData) => {
            const bytes = bytesOf(data)
            const channel = bytes[0] ?? -1
            const decoder = decoders[channel]
            if (decoder) {
              const output = decoder.write(bytes.subarray(1))
              if (output === '') return
              session.unshown += output.length
              if (session.unshown > WINDOW) ws.pause()
              emit({ type: 'output', output })
            } else if (channel === channels.error) ended = endOf(JSON.parse(bytes.subarray(1).toString()) as Status)
          })
          ws.on('error', (e) => { ended ??= { code: undefined, message: e.message } })
          ws.on('close', () => {
            if (!signal.aborted) emit({ type: 'exit', ...(ended ?? { code: undefined, message: 'the connection to the container was lost' }) })
            resolve()
          })
          if (signal.aborted) return stop()
          signal.addEventListener('abort', stop, { once: true })
          emit({ type: 'started', session: id })
          if (flag(request, 'tty')) resize(session, request)
        })
      } finally {
        signal.removeEventListener('abort', stop)
        sessions.delete(id)
        ws.terminate()
      }
    },
    input(request) {
      const { ws } = of(request)
      const input = text(request, 'input')
      if (input.length > MOST_INPUT) throw badRequest(`input must be at most ${MOST_INPUT} characters`)
      if (ws.bufferedAmount > MOST_WAITING) throw tooManyRequests('the process does not read its input', 1)
      ws.send(frame(channels.stdin, input))
    },
    resize(request) {
      resize(of(request), request)
    },
    shown(request) {
      const session = of(request)
      session.unshown = Math.max(0, session.unshown - whole(request, 'count', 0, WINDOW * 16))
      if (session.unshown <= WINDOW / 2 && session.ws.isPaused) session.ws.resume()
    },
  }
}

function resize({ ws }: Session, request: unknown): void {
  ws.send(frame(channels.resize, JSON.stringify({ Width: whole(request, 'width', 1, MOST_SIDE), Height: whole(request, 'height', 1, MOST_SIDE) })))
}
