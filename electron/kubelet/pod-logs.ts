/** pods/log: the lines of a container as kubectl asks for them. Source: Kubernetes API, PodLogOptions; kubernetes pkg/kubelet GetKubeletContainerLogs. */
import { Readable } from 'node:stream'
import type { Pod } from '../../shared/api/types.ts'
import { badRequest, internalError, notFound, serviceUnavailable } from '../../shared/errors.ts'
import { latest } from './compute-actions.ts'
import { containerNamed, statusOf } from './container-path.ts'
import { RuntimeError, type ContainerRuntime, type ContainerState, type LogLine } from './runtime/types.ts'

export interface ContainerLogOptions {
  container: string
  follow: boolean
  previous: boolean
  timestamps: boolean
  /** Milliseconds since 1970. */
  sinceTime?: number
  tailLines?: number
  limitBytes?: number
  /** Absent: both. */
  stream?: 'stdout' | 'stderr'
}

/** Which container's log is meant. Throws BadRequest in the words kubectl shows. */
export function chooseContainer(pod: Pod, containers: readonly ContainerState[], options: Pick<ContainerLogOptions, 'container' | 'previous'>): ContainerState {
  const name = options.container
  if (!containerNamed(pod, name)) throw badRequest(`container ${name} is not valid for pod ${pod.metadata.name}`)
  const newest = latest(containers, name)
  if (options.previous) {
    // While it waits in back-off the newest try is the previous one, as its status says.
    const status = statusOf(pod.status, name)
    const before = newest?.state === 'exited' && status?.state?.waiting ? newest : latest(containers.filter((c) => c.name === name && c.attempt < (newest?.attempt ?? 0)), name)
    if (!before) throw badRequest(`previous terminated container ${JSON.stringify(name)} in pod ${JSON.stringify(pod.metadata.name)} not found`)
    return before
  }
  if (!newest || newest.state === 'created') {
    const status = statusOf(pod.status, name)
    const w = status?.state?.waiting
    const why = w?.reason ?? 'ContainerCreating'
    if (why === 'ErrImagePull' || why === 'ImagePullBackOff') throw badRequest(`container ${JSON.stringify(name)} in pod ${JSON.stringify(pod.metadata.name)} is waiting to start: ${why === 'ErrImagePull' ? 'image can\'t be pulled' : 'trying and failing to pull image'}`)
    throw badRequest(`container ${JSON.stringify(name)} in pod ${JSON.stringify(pod.metadata.name)} is waiting to start: ${why}`)
  }
  return newest
}

/** Lines, of one stream where one is named, as bytes, cut at limitBytes. */
export async function* encodeLines(lines: AsyncIterable<readonly LogLine[]>, options: Pick<ContainerLogOptions, 'timestamps' | 'limitBytes' | 'stream'>): AsyncGenerator<Buffer> {
  let left = options.limitBytes ?? Infinity
  for await (const some of lines) {
    const wanted = options.stream ? some.filter((line) => line.stream === options.stream) : some
    if (!wanted.length) continue
    const bytes = Buffer.from(wanted.map((line) => `${options.timestamps ? `${line.timestamp} ` : ''}${line.text}\n`).join(''))
    if (bytes.length >= left) {
      yield bytes.subarray(0, left)
      return
    }
    left -= bytes.length
    yield bytes
  }
}

export function containerLogs(runtime: ContainerRuntime, pod: Pod, containers: readonly ContainerState[], options: ContainerLogOptions, signal: AbortSignal): Readable {
  const c = chooseContainer(pod, containers, options)
  const abort = new AbortController()
  const stop = (): void => abort.abort()
  if (signal.aborted) stop()
  else signal.addEventListener('abort', stop, { once: true })
  const lines = runtime.logs(c.id, {
    follow: options.follow && c.state === 'running', ...(options.sinceTime === undefined ? {} : { since: options.sinceTime }), ...(options.tailLines === undefined ? {} : { tail: options.tailLines }),
  }, abort.signal)
  const stream = Readable.from(encodeLines(lines, options), { objectMode: false })
  stream.once('close', () => { stop(); signal.removeEventListener('abort', stop) })
  return stream
}

/** A runtime's failure as the API says it. */
export function toApiError(e: unknown, pod: string): unknown {
  if (!(e instanceof RuntimeError)) return e
  if (e.reason === 'NotFound') return notFound({ group: '', resource: 'pods' }, pod)
  return e.reason === 'EngineUnavailable' ? serviceUnavailable(e.message) : internalError(e)
}
