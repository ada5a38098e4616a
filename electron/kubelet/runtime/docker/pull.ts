/** Pulls an image, adding up the layers' bytes. */
import type { Readable } from 'node:stream'
import type { PullProgress, RegistryCredentials } from '../types.ts'
import { RuntimeError } from '../types.ts'
import { normalizeImageReference } from '../image-reference.ts'
import type { Engine } from './engine.ts'
import { toPullError } from './errors.ts'
import { jsonLines } from './events.ts'

interface PullMessage {
  status?: string
  id?: string
  progressDetail?: { current?: number; total?: number }
  error?: string
}

/** No byte for this long: the registry hangs. */
const IDLE_MS = 120_000

export async function pull(engine: Engine, reference: string, credentials: RegistryCredentials | undefined, onProgress: (p: PullProgress) => void, signal: AbortSignal): Promise<void> {
  const name = normalizeImageReference(reference)
  let stream: Readable | undefined
  const stop = (): void => void stream?.destroy(new RuntimeError('Timeout', `pulling image ${JSON.stringify(reference)} was cancelled`))
  let idle: NodeJS.Timeout | undefined
  try {
    signal.throwIfAborted()
    stream = (await engine.call('begin to pull an image', 'PullFailed', (d) => d.pull(name, credentials
      ? { authconfig: { username: credentials.username, password: credentials.password, serveraddress: credentials.serverAddress } } : {}))) as Readable
    signal.addEventListener('abort', stop, { once: true })
    idle = setTimeout(() => stream?.destroy(new RuntimeError('Timeout', `pulling image ${JSON.stringify(reference)}: no progress for ${IDLE_MS / 1000} s`)), IDLE_MS)
    idle.unref()
    const layers = new Map<string, { current: number; total: number }>()
    for await (const raw of jsonLines(stream as AsyncIterable<Buffer>)) {
      const message = raw as PullMessage
      idle.refresh()
      if (message.error) throw new Error(message.error)
      const total = message.progressDetail?.total
      if (message.id && message.status === 'Downloading' && total) layers.set(message.id, { current: message.progressDetail?.current ?? 0, total })
      else if (message.id && message.status === 'Download complete') { const l = layers.get(message.id); if (l) l.current = l.total }
      let currentBytes = 0
      let totalBytes = 0
      for (const l of layers.values()) { currentBytes += l.current; totalBytes += l.total }
      onProgress({ status: message.status ?? '', currentBytes, totalBytes })
    }
  } catch (e) {
    throw e instanceof RuntimeError && (e.reason === 'Timeout' || e.reason === 'EngineUnavailable') ? e : toPullError(reference, e instanceof RuntimeError && e.cause ? e.cause : e)
  } finally {
    clearTimeout(idle)
    signal.removeEventListener('abort', stop)
  }
}
