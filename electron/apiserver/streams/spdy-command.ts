/**
 * exec and attach over SPDY, for kubectl up to 1.30: a stream for each of error, stdin, stdout, stderr and, since the third version of
 * the protocol, resize. The last word is a Status since the fourth.
 */
import { finished } from 'node:stream/promises'
import { logger } from '../../../shared/log.ts'
import type { ContainerSession, SessionOptions } from '../types.ts'
import { framingOf } from './framing.ts'
import { exitStatus, failureStatus, resizeSession } from './remote-command.ts'
import type { SpdyConnection, SpdyStream } from './spdy.ts'

export const SPDY_COMMAND = ['v4.channel.k8s.io', 'v3.channel.k8s.io', 'v2.channel.k8s.io', 'channel.k8s.io'] as const
const RESIZING: readonly string[] = ['v4.channel.k8s.io', 'v3.channel.k8s.io']
/** How long the client may take to open its streams. */
const STREAMS_MS = 30_000
const log = logger('kube-apiserver')

type Kind = 'error' | 'stdin' | 'stdout' | 'stderr' | 'resize'
const expected = ({ stdin, stdout, stderr, tty }: SessionOptions, protocol: string): Kind[] => [
  'error', ...(stdin ? ['stdin' as const] : []), ...(stdout ? ['stdout' as const] : []), ...(stderr ? ['stderr' as const] : []), ...(tty && RESIZING.includes(protocol) ? ['resize' as const] : []),
]

/** The handler of a connection's streams: once all are there the command starts. `connection` answers the connection that they come from. */
export function spdyCommand(options: SessionOptions, start: () => Promise<ContainerSession>, connection: () => SpdyConnection, protocol = 'v4.channel.k8s.io'): (stream: SpdyStream) => void {
  const wanted = expected(options, protocol)
  const streams = new Map<string, SpdyStream>()
  let session: ContainerSession | undefined
  let gone = false
  const late = setTimeout(() => connection().close(), STREAMS_MS)

  async function run(): Promise<void> {
    const error = streams.get('error') as SpdyStream
    const [stdin, stdout, stderr, resize] = (['stdin', 'stdout', 'stderr', 'resize'] as const).map((kind) => streams.get(kind))
    let status: object
    try {
      session = await start()
      if (gone) return session.kill()
      const to = session.stdin
      to?.on('error', (fault: Error) => log.debug('the input of a command failed', { error: fault }))
      if (stdin && to) stdin.pipe(to)
      resize?.on('data', (data: Buffer) => resizeSession(session as ContainerSession, data))
      stdout?.resume()
      stderr?.resume()
      const outputs = ([[session.stdout, stdout], [session.stderr, stderr]] as const).map(async ([from, into]) => {
        if (!into) return void from.resume()
        from.pipe(into)
        await finished(into, { readable: false })
      })
      const [code] = await Promise.all([session.exit, ...outputs])
      status = exitStatus(code)
    } catch (fault) {
      session?.kill()
      status = failureStatus(fault)
    }
    if (gone) return
    error.end(framingOf(protocol).last(status))
    await finished(error, { readable: false })
    connection().end()
  }

  return (stream) => {
    const kind = stream.headers['streamtype'] ?? ''
    if (!(wanted as string[]).includes(kind) || streams.has(kind)) return void stream.destroy()
    streams.set(kind, stream)
    stream.on('close', () => {
      if (kind !== 'error') return
      clearTimeout(late)
      gone = true
      session?.kill()
    })
    if (streams.size < wanted.length) return
    clearTimeout(late)
    streams.get('error')?.resume()
    run().catch((fault: unknown) => {
      log.debug('a remote command could not be finished', { error: fault as Error })
      connection().close()
    })
  }
}
