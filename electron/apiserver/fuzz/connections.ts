/** What the requests connect to: a kubelet with processes, pods that answer HTTP or serve a group of their own, and clients that say anything once they are connected. */
import { createServer } from 'node:http'
import { createServer as createSecure } from 'node:https'
import { duplexPair, PassThrough, Readable, type Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FakeClock } from '../../../shared/clock.ts'
import type { ApiRequest, ContainerSession, KubeletDoor, SessionOptions, UpgradeHandler } from '../types.ts'
import { certificate } from '../testing-door.ts'
import type { Tape } from './tape.ts'

/** The group of a server in a pod. */
export const SERVED = 'served.example.com'
/** Where that server listens. */
const SECURE_PORT = 8443
const THINGS = { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: `${SERVED}/v1`, resources: [{ name: 'things', singularName: 'thing', namespaced: true, kind: 'Thing', verbs: ['create', 'get', 'list', 'watch', 'update', 'patch', 'delete'] }] }

/** For what never comes, in turns of a millisecond or more. */
const NEVER_TURNS = 60_000

export interface Machine {
  readonly door: KubeletDoor
  /** Processes and connections that somebody has still to end. */
  readonly open: ReadonlySet<object>
  close(): void
}

export function createMachine(): Machine {
  const open = new Set<object>()
  const pages = createServer((message, response) => {
    message.resume()
    response.on('error', () => undefined)
    if (message.url?.includes('x')) return void response.writeHead(302, { location: '/y' }).end()
    response.setHeader('content-type', message.url?.endsWith('/') ? 'text/html' : 'application/json')
    response.end('<a href="/x">a</a>')
  })
  const { cert, key } = certificate()
  /** Answers as it likes, and not always like an API server. */
  const served = createSecure({ cert, key }, (message, response) => {
    message.resume()
    response.on('error', () => undefined)
    const path = message.url?.split('?')[0] ?? ''
    const known = path === `/apis/${SERVED}/v1`
    response.writeHead(known || path.endsWith('/a') ? 200 : path.endsWith('/b') ? 500 : 404, { 'content-type': path.endsWith('/b') ? 'text/html' : 'application/json' })
    response.end(known ? JSON.stringify(THINGS) : path.endsWith('/things') ? '{' : '{"kind":"Thing"}')
  })
  served.on('tlsClientError', () => undefined)
  pages.on('clientError', (_, socket) => socket.destroy())
  // A pod that is asked to upgrade does, and repeats what it hears.
  pages.on('upgrade', (_, socket) => {
    socket.on('error', () => undefined)
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\r\n')
    socket.pipe(socket)
  })
  /** With input it repeats it until that ends; without, it says a word and ends. */
  function session({ stdin, tty }: SessionOptions): ContainerSession {
    const input = stdin ? new PassThrough() : undefined
    const output = new PassThrough()
    const errors = tty ? Readable.from([]) : Readable.from([Buffer.from('e')])
    if (input) input.pipe(output)
    else output.end('o')
    const self = {}
    open.add(self)
    let exited: (code: number) => void = () => undefined
    const exit = new Promise<number>((resolve) => { exited = resolve })
    const end = (code: number): void => {
      open.delete(self)
      exited(code)
    }
    output.on('end', () => end(0))
    return { stdin: input, stdout: output, stderr: errors, resize: async () => undefined, exit, kill: () => { output.destroy(); end(137) } }
  }
  const start = (options: SessionOptions) => Promise.resolve(async () => session(options))
  return {
    open,
    close() {
      pages.close()
      served.close()
    },
    door: {
      containerLogs: async (_node, _pod, { follow }, signal) => {
        const stream = follow ? new PassThrough() : Readable.from(['a line\n'])
        if (stream instanceof PassThrough) stream.write('a line\n')
        signal.addEventListener('abort', () => stream.destroy(), { once: true })
        return stream
      },
      exec: (_node, _pod, options) => start(options),
      attach: (_node, _pod, options) => start(options),
      async portForward(_node, _pod, port) {
        if (port % 7 === 0) throw new Error('connect ECONNREFUSED')
        const [ours, theirs] = duplexPair()
        for (const side of [ours, theirs]) side.on('error', () => undefined)
        open.add(ours)
        ours.on('close', () => {
          open.delete(ours)
          theirs.destroy()
        })
        ;(port === SECURE_PORT ? served : pages).emit('connection', theirs)
        return ours
      },
      page: async (_node, path) => (path.includes('x') ? undefined : { status: 200, contentType: 'text/plain', text: path }),
    },
  }
}

const frame = (opcode: number, payload: Uint8Array): Buffer => Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | payload.length, 0, 0, 0, 0]), payload])
const bytes = (tape: Tape, most: number): Buffer => Buffer.from(tape.several(most, () => tape.below(256)))

/** What a client says on its connection: frames of a WebSocket, of SPDY, or neither. */
export function frames(tape: Tape): Buffer[] {
  return tape.several(6, () => {
    switch (tape.below(7)) {
      case 0: return frame(2, Buffer.concat([Buffer.from([tape.pick([0, 4, 255, 1, 2, 3, 5, 128])]), tape.chance(2) ? bytes(tape, 8) : Buffer.from(tape.pick(['ls\n', '', '{"Width":80,"Height":24}', '{"Width":-1}', '\0', 'null']))]))
      case 1: return frame(1, Buffer.from(tape.pick(['0bHM=', '0', '4eyJXaWR0aCI6MX0=', 'x', '', '\u00e4', '0====']), 'latin1'))
      case 2: return frame(tape.pick([8, 9, 10, 0, 3, 15]), bytes(tape, 4))
      case 3: return bytes(tape, 40)
      // A control frame of SPDY: version 3, a type, flags, a length, and what it says.
      case 4: {
        const body = bytes(tape, 30)
        return Buffer.concat([Buffer.from([0x80, tape.pick([3, 2, 9]), 0, tape.pick([1, 2, 3, 4, 6, 7, 8, 9, 99]), tape.below(4), 0, 0, tape.chance(3) ? tape.below(256) : body.length]), body])
      }
      // Data of a stream.
      case 5: {
        const body = bytes(tape, 10)
        return Buffer.concat([Buffer.from([0, 0, 0, tape.below(6), tape.below(2), 0, 0, body.length]), body])
      }
      default: return frame(2, Buffer.alloc(100, tape.below(256)))
    }
  })
}

/**
 * Upgrades a connection as the door does, says what there is to say, and goes. Rejects when the server does not end its side
 * although the client has gone.
 */
export async function converse(handler: UpgradeHandler, request: ApiRequest, said: readonly Uint8Array[], clock: FakeClock): Promise<void> {
  const [client, server] = duplexPair() as [Duplex, Duplex]
  for (const side of [client, server]) side.on('error', () => undefined)
  client.resume()
  handler(request, server, said[0] ?? new Uint8Array())
  for (const part of said.slice(1)) {
    client.write(part)
    await new Promise(setImmediate)
  }
  client.end()
  client.on('end', () => client.destroy())
  for (let turns = 0; !(server.destroyed || server.writableFinished); turns++) {
    if (turns > NEVER_TURNS) throw new Error('the server keeps a connection whose client has gone')
    await (turns < 20 ? new Promise(setImmediate) : sleep(1))
    if (turns > 50) await clock.advance(1000)
  }
  client.destroy()
  server.destroy()
}
