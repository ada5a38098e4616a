/**
 * exec and attach over a WebSocket: the first byte of each message names a channel. Source: Kubernetes documentation of the
 * WebSocket remote command protocols (v5 adds the half-close of a channel).
 */
import type { Readable } from 'node:stream'
import type { RawData, WebSocket } from 'ws'
import { framingOf, type Framing } from './framing.ts'
import { logger } from '../../../shared/log.ts'
import type { ContainerSession } from '../types.ts'

export const channels = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const
const log = logger('kube-apiserver')

/** The last word on a command: a v1.Status, whose cause ExitCode kubectl exits with. */
export function exitStatus(code: number): object {
  if (code === 0) return { metadata: {}, status: 'Success' }
  return {
    metadata: {}, status: 'Failure', reason: 'NonZeroExitCode', message: `command terminated with non-zero exit code: exit status ${code}`,
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  }
}
export const failureStatus = (error: unknown): object =>
  ({ metadata: {}, status: 'Failure', reason: 'InternalError', message: `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`, code: 500 })

/** Resolves once the message is with the operating system, so that a slow reader holds up its source. */
const send = (ws: WebSocket, framing: Framing, channel: number, data: Uint8Array): Promise<void> =>
  new Promise((resolve, reject) => ws.send(framing.encode(channel, data), (error) => (error ? reject(error) : resolve())))

/** All of an output; one chunk is under way at a time. */
async function pump(ws: WebSocket, framing: Framing, channel: number, from: Readable): Promise<void> {
  for await (const chunk of from as AsyncIterable<Buffer>) if (chunk.length) await send(ws, framing, channel, chunk)
}

/** Takes what the client sends. While the process does not read, neither do we. */
function listen(ws: WebSocket, framing: Framing, session: ContainerSession): void {
  const { stdin } = session
  // A process that has ended, or closed its input, takes no more; its exit code says the rest.
  stdin?.on('error', (error: Error) => log.debug('the input of a command failed', { error }))
  stdin?.on('drain', () => ws.resume())
  stdin?.on('close', () => ws.resume())
  ws.on('message', (raw: RawData) => {
    const message = framing.decode(raw)
    if (!message) return
    const rest = message.data
    switch (message.channel) {
      case channels.stdin:
        if (rest.length && stdin?.writable && !stdin.write(rest)) ws.pause()
        return
      case channels.close:
        if (rest[0] === channels.stdin) stdin?.end()
        return
      case channels.resize:
        resizeSession(session, rest)
    }
  })
}

/** Takes a size as clients send it: `{"Width":80,"Height":24}`; nonsense is passed over. */
export function resizeSession(session: ContainerSession, data: Buffer): void {
  let size: { Width?: unknown; Height?: unknown } | null
  try {
    size = JSON.parse(data.toString('utf8')) as typeof size
  } catch (error) {
    log.debug('a terminal size could not be read', { error })
    return
  }
  const [width, height] = [Number(size?.Width), Number(size?.Height)]
  // kubectl without a terminal of its own says 0.
  if (!(width > 0 && width < 65_536 && height > 0 && height < 65_536)) return
  session.resize(width, height).catch((error: unknown) => log.debug('a terminal could not be resized', { error }))
}

/** Starts a session and serves it until it ends or the client goes; whichever side goes first takes the other with it. */
export function serveRemoteCommand(ws: WebSocket, start: () => Promise<ContainerSession>, protocol = 'v5.channel.k8s.io'): void {
  const framing = framingOf(protocol)
  let session: ContainerSession | undefined
  let gone = false
  ws.on('close', () => {
    gone = true
    session?.kill()
  })
  const run = async (): Promise<void> => {
    let status: object
    try {
      session = await start()
      if (gone) return session.kill()
      listen(ws, framing, session)
      ws.resume()
      const [code] = await Promise.all([session.exit, pump(ws, framing, channels.stdout, session.stdout), pump(ws, framing, channels.stderr, session.stderr)])
      status = exitStatus(code)
    } catch (error) {
      session?.kill()
      status = failureStatus(error)
    }
    if (gone) return
    ws.resume()
    const last = framing.last(status)
    if (last) await send(ws, framing, channels.error, last)
    ws.close(1000)
  }
  // Nothing is taken from the client before there is a process to give it to.
  ws.pause()
  run().catch((error: unknown) => {
    log.debug('a remote command could not be finished', { error })
    ws.terminate()
  })
}
