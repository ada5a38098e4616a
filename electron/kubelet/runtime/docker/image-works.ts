/** Building, pushing and tagging images. Sentences of the engine are told as they come. */
import type { Readable } from 'node:stream'
import type { BuildOptions, ImageWorks, PushProgress } from '../capabilities.ts'
import { familiarImageReference, parseImageReference } from '../image-reference.ts'
import { RuntimeError, type RegistryCredentials } from '../types.ts'
import type { Engine } from './engine.ts'
import { engineMessage, toRuntimeError } from './errors.ts'
import { jsonLines } from './events.ts'

interface Message {
  stream?: string
  status?: string
  id?: string
  progressDetail?: { current?: number; total?: number }
  aux?: { ID?: string; Digest?: string }
  error?: string
}
/** No word for this long: it hangs. A build step may well be silent for long. */
const BUILD_IDLE_MS = 30 * 60_000
const PUSH_IDLE_MS = 120_000

/** Reads what the engine says until it ends. Rejects with its error, after silence, or when the signal aborts; the engine then stops. */
async function listen(what: string, stream: Readable, idleMs: number, signal: AbortSignal, on: (message: Message) => void): Promise<void> {
  const stop = (): void => void stream.destroy(new RuntimeError('Timeout', `${what} was cancelled`))
  const idle = setTimeout(() => stream.destroy(new RuntimeError('Timeout', `${what}: no progress for ${idleMs / 1000} s`)), idleMs)
  idle.unref()
  signal.addEventListener('abort', stop, { once: true })
  try {
    if (signal.aborted) stop()
    for await (const raw of jsonLines(stream as AsyncIterable<Buffer>)) {
      idle.refresh()
      const message = raw as Message
      if (message.error) throw new RuntimeError('Unknown', message.error)
      on(message)
    }
  } finally {
    clearTimeout(idle)
    signal.removeEventListener('abort', stop)
    stream.destroy()
  }
}

async function build(engine: Engine, context: Readable, o: BuildOptions, onLine: (line: string) => void, signal: AbortSignal): Promise<string> {
  const broken = new Promise<never>((_, reject) => context.once('error', reject))
  let id = ''
  let rest = ''
  const say = (text: string): void => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(line)
  }
  const run = async (): Promise<void> => {
    const stream = (await engine.call('begin to build an image', 'Unknown', (d) => d.buildImage(context as never, {
      t: o.tag, dockerfile: o.dockerfile, rm: true, forcerm: true, ...(o.noCache ? { nocache: true } : {}), ...(o.target ? { target: o.target } : {}), ...(o.buildArgs ? { buildargs: o.buildArgs as never } : {}),
    }), BUILD_IDLE_MS)) as Readable
    await listen(`building image ${JSON.stringify(o.tag)}`, stream, BUILD_IDLE_MS, signal, (m) => {
      if (m.aux?.ID) id = m.aux.ID
      if (m.stream) say(m.stream)
      else if (m.status) onLine(m.id ? `${m.id}: ${m.status}` : m.status)
    })
  }
  const running = run()
  try {
    await Promise.race([running, broken])
  } catch (e) {
    context.destroy()
    running.catch(() => undefined)
    if (rest) onLine(rest)
    const error = toRuntimeError(e, 'Unknown')
    throw error.reason === 'Timeout' || error.reason === 'EngineUnavailable' ? error : new RuntimeError('Unknown', `failed to build image ${JSON.stringify(o.tag)}: ${engineMessage(e)}`, { cause: e })
  }
  if (rest) onLine(rest)
  if (!id) throw new RuntimeError('Unknown', `failed to build image ${JSON.stringify(o.tag)}: the engine ended without an image`)
  return id
}

async function push(engine: Engine, reference: string, credentials: RegistryCredentials | undefined, onProgress: (p: PushProgress) => void, signal: AbortSignal): Promise<string> {
  parseImageReference(reference)
  const name = familiarImageReference(reference)
  const layers = new Map<string, { current: number; total: number }>()
  let digest = ''
  try {
    signal.throwIfAborted()
    const stream = (await engine.call('begin to push an image', 'Unknown', (d) => d.getImage(name).push({
      authconfig: { username: credentials?.username ?? '', password: credentials?.password ?? '', serveraddress: credentials?.serverAddress ?? parseImageReference(reference).registry },
    }))) as unknown as Readable
    await listen(`pushing image ${JSON.stringify(reference)}`, stream, PUSH_IDLE_MS, signal, (m) => {
      if (m.aux?.Digest) digest = m.aux.Digest
      const { current, total } = m.progressDetail ?? {}
      if (m.id && total) layers.set(m.id, { current: Math.min(current ?? 0, total), total })
      let currentBytes = 0
      let totalBytes = 0
      for (const l of layers.values()) { currentBytes += l.current; totalBytes += l.total }
      if (m.status) onProgress({ line: m.id ? `${m.id}: ${m.status}` : m.status, currentBytes, totalBytes })
    })
  } catch (e) {
    const error = toRuntimeError(e, 'Unknown')
    throw error.reason === 'Timeout' || error.reason === 'EngineUnavailable' ? error : new RuntimeError(error.reason, `failed to push image ${JSON.stringify(reference)}: ${engineMessage(e)}`, { cause: e })
  }
  return digest
}

export const imageWorks = (engine: Engine): ImageWorks => ({
  buildImage: (context, o, onLine, signal) => build(engine, context, o, onLine, signal),
  pushImage: (reference, credentials, onProgress, signal) => push(engine, reference, credentials, onProgress, signal),
  async tagImage(image, reference) {
    const { registry, repository, tag, digest } = parseImageReference(reference)
    if (digest || !tag) throw new RuntimeError('InvalidImageName', `an image cannot be given the name ${JSON.stringify(reference)}: a digest is not chosen`)
    const repo = familiarImageReference(`${registry}/${repository}:${tag}`)
    await engine.call('tag an image', 'Unknown', (d) => d.getImage(image).tag({ repo: repo.slice(0, repo.lastIndexOf(':')), tag }))
  },
})
