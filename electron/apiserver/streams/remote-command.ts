/**
 * exec and attach over a WebSocket: the first byte of each binary message names a channel. Source: Kubernetes documentation
 * of the WebSocket remote command protocols v4.channel.k8s.io and v5.channel.k8s.io (v5 adds the half-close of a channel).
 */
import type { Readable } from 'node:stream'
import type { RawData, WebSocket } from 'ws'
import { logger } from '../../../shared/log.ts'
import type { ContainerSession } from '../types.ts'

export const CHANNEL_PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'] as const
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
const send = (ws: WebSocket, channel: number, data: Uint8Array): Promise<void> =>
  new Promise((resolve, reject) => ws.send(Buffer.concat([Uint8Array.of(channel), data]), (error) => (error ? reject(error) : resolve())))

/** All of an output; one chunk is under way at a time. */
async function pump(ws: WebSocket, channel: number, from: Readable): Promise<void> {
  for await (const chunk of from as AsyncIterable<Buffer>) if (chunk.length) await send(ws, channel, chunk)
}

/** Takes what the client sends. While the process does not read, neither do we. */
function listen(ws: WebSocket, session: ContainerSession): void {
  const { stdin } = session
  // A process that has ended, or closed its input, takes no more; its exit code says the rest.
  stdin?.on('error', (error: Error) => log.debug('the input of a command failed', { error }))
  stdin?.on('drain', () => ws.resume())
  stdin?.on('close', () => ws.resume())
  ws.on('message', (raw: RawData, isBinary: boolean) => {
    // Never an array: binaryType is nodebuffer.
    const data = raw as Buffer
    if (!isBinary || !data.length) return
    const rest = data.subarray(1)
    switch (data[0]) {
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
export function serveRemoteCommand(ws: WebSocket, start: () => Promise<ContainerSession>): void {
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
      listen(ws, session)
      ws.resume()
      const [code] = await Promise.all([session.exit, pump(ws, channels.stdout, session.stdout), pump(ws, channels.stderr, session.stderr)])
      status = exitStatus(code)
    } catch (error) {
      session?.kill()
      status = failureStatus(error)
    }
    if (gone) return
    ws.resume()
    await send(ws, channels.error, Buffer.from(JSON.stringify(status)))
    ws.close(1000)
  }
  // Nothing is taken from the client before there is a process to give it to.
  ws.pause()
  run().catch((error: unknown) => {
    log.debug('a remote command could not be finished', { error })
    ws.terminate()
  })
}
