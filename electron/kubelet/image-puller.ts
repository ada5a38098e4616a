/** Makes an image present: pull policy, two pulls at a time, back-off, events. Source: kubernetes pkg/kubelet/images/image_manager.go. */
import type { Container, Pod } from '../../shared/api/types.ts'
import type { Clock, Timer } from '../../shared/clock.ts'
import type { EventRecorder } from '../client/types.ts'
import { goDuration, KeyedBackoff } from './backoff.ts'
import { containerPath } from './container-path.ts'
import type { ConfigSource } from './env.ts'
import { pullCredentials } from './pull-secrets.ts'
import { parseImageReference } from './runtime/image-reference.ts'
import { RuntimeError, type ContainerRuntime, type ImageInfo, type PullProgress, type RegistryCredentials } from './runtime/types.ts'

/** A container's reason to wait; `retryAt`: when to look again. */
export class WaitingError extends Error {
  readonly reason: string
  readonly retryAt: number | undefined
  constructor(reason: string, message: string, retryAt?: number) {
    super(message)
    this.reason = reason
    this.retryAt = retryAt
  }
}

/** Images that come with the app. */
const BUILTIN = 'pilothouse.dev/'
const PARALLEL_PULLS = 2
const PROGRESS_MS = 1_000
/** How often the events tell how far a pull is. */
const EVENT_MS = 10_000

/** `Pulling image "x": 42% of 31.2 MB`. */
export function progressMessage(image: string, p: PullProgress): string {
  if (!p.totalBytes) return `Pulling image ${JSON.stringify(image)}: ${p.status}`
  return `Pulling image ${JSON.stringify(image)}: ${Math.floor((100 * p.currentBytes) / p.totalBytes)}% of ${(p.totalBytes / 1e6).toFixed(1)} MB`
}

/** Tells the newest of what it hears, at most once a second; it is the newest also when nothing more is heard. */
function teller(clock: Clock, begin: number, tell: (p: PullProgress, alsoEvent: boolean) => void): { hear(p: PullProgress): void; stop(): void } {
  let told = -Infinity
  let recorded = begin
  let newest: PullProgress | undefined
  let timer: Timer | undefined
  const now = (): void => {
    timer = undefined
    told = clock.now()
    const alsoEvent = told - recorded >= EVENT_MS
    if (alsoEvent) recorded = told
    if (newest) tell(newest, alsoEvent)
  }
  return {
    hear(p) {
      newest = p
      if (timer) return
      const wait = told + PROGRESS_MS - clock.now()
      if (wait <= 0) now()
      else timer = clock.after(wait, now)
    },
    stop: () => timer?.cancel(),
  }
}

const policyOf = (c: Container): string => {
  if (c.imagePullPolicy) return c.imagePullPolicy
  try {
    const r = parseImageReference(c.image ?? '')
    return !r.digest && r.tag === 'latest' ? 'Always' : 'IfNotPresent'
  } catch {
    return 'IfNotPresent' // The name is refused below, with its reason.
  }
}

/** Tries each of the credentials that fit, or none at all where none fits. Rejects with the last refusal. */
async function pullWith<T>(all: readonly RegistryCredentials[], pull: (c: RegistryCredentials | undefined) => Promise<T>): Promise<T> {
  let refusal: unknown
  for (const c of all.length ? all : [undefined]) {
    try {
      return await pull(c)
    } catch (e) {
      if (!(e instanceof RuntimeError) || !['PullFailed', 'ImageNotFound'].includes(e.reason)) throw e
      refusal = e
    }
  }
  throw refusal
}

/** `pulled`: told of what was not there before. */
export function createImagePuller(runtime: ContainerRuntime, clock: Clock, recorder: EventRecorder, secret: ConfigSource['secret'] = () => undefined, pulled: (reference: string, image: ImageInfo) => Promise<void> = async () => undefined): {
  ensure(pod: Pod, container: Container, onProgress: (message: string) => void, signal: AbortSignal): Promise<ImageInfo>
  forget(podUid: string): void
} {
  const backoff = new KeyedBackoff(clock)
  const lastFailure = new Map<string, number>()
  const lastMessage = new Map<string, string>()
  let running = 0
  const queue: (() => void)[] = []
  const inPlace = async <T>(run: () => Promise<T>): Promise<T> => {
    if (running >= PARALLEL_PULLS) await new Promise<void>((r) => queue.push(r))
    else running++
    try {
      return await run()
    } finally {
      const next = queue.shift()
      if (next) next()
      else running--
    }
  }
  return {
    async ensure(pod, container, onProgress, signal) {
      const image = container.image ?? ''
      const path = containerPath(pod, container.name)
      try {
        parseImageReference(image)
      } catch (e) {
        const message = `Failed to apply default image tag ${JSON.stringify(image)}: ${(e as Error).message}`
        recorder.event(pod, 'Warning', 'InspectFailed', message, path)
        throw new WaitingError('InvalidImageName', message)
      }
      const policy = policyOf(container)
      const present = await runtime.imageStatus(image)
      if (present && policy !== 'Always') {
        recorder.event(pod, 'Normal', 'Pulled', `Container image ${JSON.stringify(image)} already present on machine and can be accessed by the pod`, path)
        return present
      }
      if (policy === 'Never') {
        const message = `Container image ${JSON.stringify(image)} is not present with pull policy of Never`
        recorder.event(pod, 'Warning', 'ErrImageNeverPull', message, path)
        throw new WaitingError('ErrImageNeverPull', message)
      }
      const key = `${pod.metadata.uid}_${image}`
      const until = backoff.until(key, lastFailure.get(key) ?? 0)
      if (until !== undefined) {
        const message = `Back-off pulling image ${JSON.stringify(image)}: ${lastMessage.get(key) ?? ''}`
        recorder.event(pod, 'Normal', 'BackOff', `Back-off pulling image ${JSON.stringify(image)}`, path)
        throw new WaitingError('ImagePullBackOff', message, until)
      }
      recorder.event(pod, 'Normal', 'Pulling', `Pulling image ${JSON.stringify(image)}`, path)
      const begin = clock.now()
      try {
        const info = await inPlace(async () => {
          signal.throwIfAborted()
          const pulling = clock.now()
          const said = teller(clock, pulling, (p, alsoEvent) => {
            onProgress(progressMessage(image, p))
            if (alsoEvent) recorder.event(pod, 'Normal', 'Pulling', progressMessage(image, p), path)
          })
          const result = await pullWith(pullCredentials(pod, image, secret), (credentials) => runtime.pullImage(image, credentials, said.hear, signal)).finally(said.stop)
          const end = clock.now()
          recorder.event(pod, 'Normal', 'Pulled',
            `Successfully pulled image ${JSON.stringify(image)} in ${goDuration(end - pulling)} (${goDuration(end - begin)} including waiting). Image size: ${result.sizeBytes} bytes.`, path)
          return result
        })
        if (!present && !image.startsWith(BUILTIN)) await pulled(image, info)
        backoff.forget(key)
        lastFailure.delete(key)
        lastMessage.delete(key)
        return info
      } catch (e) {
        if (signal.aborted || (e instanceof RuntimeError && e.reason === 'EngineUnavailable')) throw e
        const message = (e as Error).message
        const now = clock.now()
        backoff.next(key, now)
        lastFailure.set(key, now)
        lastMessage.set(key, `ErrImagePull: ${message}`)
        recorder.event(pod, 'Warning', 'Failed', `Failed to pull image ${JSON.stringify(image)}: ${message}`, path)
        recorder.event(pod, 'Warning', 'Failed', 'Error: ErrImagePull', path)
        throw new WaitingError('ErrImagePull', message, now + 1_000)
      }
    },
    forget(podUid) {
      backoff.forget(`${podUid}_`)
      for (const key of lastFailure.keys()) if (key.startsWith(`${podUid}_`)) { lastFailure.delete(key); lastMessage.delete(key) }
    },
  }
}
