/** One connection to the engine: keep-alive agent, a timeout on every call, at most four starts at once. */
import http from 'node:http'
import { inspect } from 'node:util'
import type { Readable } from 'node:stream'
import type Docker from 'dockerode'
import { RuntimeError, type RuntimeErrorReason } from '../types.ts'
import { toRuntimeError } from './errors.ts'
import { loadDockerode } from './load.ts'

/** Starting is the engine's slowest call; more than four at once take longer in total. */
const STARTS = 4

export interface Engine {
  readonly docker: Docker
  /** Runs one call; rejects with RuntimeError, `Timeout` after `timeoutMs`. */
  call<T>(what: string, reason: RuntimeErrorReason, run: (docker: Docker, signal: AbortSignal) => Promise<T>, timeoutMs?: number): Promise<T>
  /** As call, but waits for one of the few places for starts. */
  start<T>(run: () => Promise<T>): Promise<T>
  /** A GET whose body is read as it comes. */
  stream(path: string, query: Record<string, string>, signal: AbortSignal): Promise<Readable>
  close(): void
}

/** Rejects when the engine does not answer at all: also a busy one does so at once. */
export async function ping(engine: Pick<Engine, 'call'>, limitMs: number): Promise<void> {
  await engine.call('answer a ping', 'EngineUnavailable', (d, abortSignal) => d.ping({ abortSignal } as never) as unknown as Promise<unknown>, limitMs)
}

/** An agent that dockerode's debug output does not walk through: it formats its options on every call, sockets and all. */
function createAgent(): http.Agent {
  const agent = new http.Agent({ keepAlive: true, maxFreeSockets: 8 })
  return Object.assign(agent, { [inspect.custom]: () => '[agent]' })
}

export function createEngine(options: { socketPath?: string; docker?: Docker }): Engine {
  const agent = createAgent()
  let docker = options.docker
  const get = (): Docker => (docker ??= new (loadDockerode())({ ...(options.socketPath ? { socketPath: options.socketPath, host: undefined } : {}), agent } as Docker.DockerOptions))
  let running = 0
  const waiting: (() => void)[] = []

  const call: Engine['call'] = async (what, reason, run, timeoutMs = 120_000) => {
    const abort = new AbortController()
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new RuntimeError('Timeout', `the Docker engine took longer than ${timeoutMs / 1000} s to ${what}`))
        abort.abort()
      }, timeoutMs)
      timer.unref()
    })
    try {
      return await Promise.race([run(get(), abort.signal), late])
    } catch (e) {
      throw toRuntimeError(e, reason)
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    get docker() { return get() },
    call,
    async start(run) {
      if (running >= STARTS) await new Promise<void>((resolve) => waiting.push(resolve))
      else running++
      try {
        return await run()
      } finally {
        // The place goes to the next in line without being given up in between.
        const next = waiting.shift()
        if (next) next()
        else running--
      }
    },
    async stream(path, query, signal) {
      const stream = await call('open a stream', 'Unknown', (d, late) => new Promise<Readable>((resolve, reject) => {
        // Given up, the request goes too: an engine that hangs must not collect them, nor open what nobody waits for.
        d.modem.dial({ path: `${path}?`, method: 'GET', isStream: true, abortSignal: late, options: { ...query }, statusCodes: { 200: true, 404: 'no such container', 500: 'server error' } } as never,
          (e: unknown, s: unknown) => (e ? reject(e as Error) : resolve(s as Readable)))
      }), 30_000)
      const end = (): void => void stream.destroy()
      // An aborted answer ends with an error by design; readers see it, and where there is none, it is nobody's.
      stream.on('error', () => undefined)
      if (signal.aborted) end()
      else {
        signal.addEventListener('abort', end, { once: true })
        stream.once('close', () => signal.removeEventListener('abort', end))
      }
      return stream
    },
    close: () => agent.destroy(),
  }
}
