/** The dashboard's work with images: what is there, remove, tag, pull, build, push. Failures become Statuses with the engine's own sentence. */
import { isAbsolute } from 'node:path'
import type { ImageBuildRequest, ImageEntry, ImageList, ImageProgress, RegistryAccess } from '../../shared/images.ts'
import type { Pod, Secret } from '../../shared/api/types.ts'
import { badRequest, conflict, failure, forbidden, notFound, serviceUnavailable, type StatusError } from '../../shared/errors.ts'
import { pullCredentials } from '../kubelet/pull-secrets.ts'
import { hasImageWorks, type ImageWorks } from '../kubelet/runtime/capabilities.ts'
import { familiarImageReference, parseImageReference } from '../kubelet/runtime/image-reference.ts'
import { RuntimeError, type ContainerRuntime, type ImageInfo, type RegistryCredentials } from '../kubelet/runtime/types.ts'

const IMAGES = { group: '', resource: 'images' }
/** Messages come at most so often. */
const QUIET_MS = 100
const MOST_LINES = 500

/** Folders that may be built from. The page cannot name any folder of the machine that the user has not. */
export interface BuildFolders {
  /** Absent where there is no dialog: then the path is typed by whoever holds the dashboard's token. */
  choose?: () => Promise<string | null>
}
export interface ImageParts {
  runtime(): ContainerRuntime | undefined
  nodes(): readonly string[]
  pods(): readonly Pod[]
  secret(namespace: string, name: string): Promise<Secret>
  readonly folders: BuildFolders
}
type Emit = (message: ImageProgress) => void

/** A failure of the engine as a Status. */
export function toImageStatus(error: unknown, image: string): StatusError {
  if (!(error instanceof RuntimeError)) throw error
  switch (error.reason) {
    case 'EngineUnavailable': return serviceUnavailable(error.message)
    case 'InvalidImageName': return badRequest(error.message)
    case 'ImageNotFound': case 'NotFound': return error.message.startsWith('failed to') ? failure(404, 'NotFound', error.message) : notFound(IMAGES, image)
    case 'Conflict': return conflict(IMAGES, image, error.message)
    case 'Timeout': return failure(504, 'Timeout', error.message)
    default: return failure(500, 'InternalError', error.message)
  }
}

const familiar = (image: string): string => { try { return familiarImageReference(image) } catch { return image } }
/** Pure. */
export function usersOf(info: Pick<ImageInfo, 'id' | 'names'>, pods: readonly Pod[]): ImageEntry['usedBy'] {
  const names = new Set(info.names.map(familiar))
  return pods.filter((p) => p.spec.nodeName && [...(p.spec.initContainers ?? []), ...p.spec.containers].some((c) => {
    const status = [...(p.status?.containerStatuses ?? []), ...(p.status?.initContainerStatuses ?? [])].find((s) => s.name === c.name)
    return status?.imageID ? status.imageID.endsWith(info.id) || names.has(familiar(status.imageID.replace(/^\w[\w-]*:\/\//, ''))) : names.has(familiar(c.image ?? ''))
  })).map((p) => ({ namespace: p.metadata.namespace ?? '', pod: p.metadata.name, node: p.spec.nodeName ?? '' }))
}

/** Gathers lines into few messages. */
function gather(emit: Emit): { say(line: string, currentBytes?: number, totalBytes?: number): void; end(done: NonNullable<ImageProgress['done']>): void; flush(): void; close(): void } {
  let lines: string[] = []
  let bytes = { currentBytes: 0, totalBytes: 0 }
  let timer: NodeJS.Timeout | undefined
  const send = (more: Partial<ImageProgress> = {}): void => {
    clearTimeout(timer)
    timer = undefined
    emit({ lines, ...bytes, ...more })
    lines = []
  }
  return {
    say(line, currentBytes = 0, totalBytes = 0) {
      bytes = { currentBytes, totalBytes }
      if (line && line !== lines.at(-1)) lines.push(line)
      if (lines.length >= MOST_LINES) send()
      else timer ??= setTimeout(send, QUIET_MS)
    },
    end: (done) => send({ done }),
    /** What was said last is often why it failed. */
    flush: () => { if (lines.length) send() },
    close: () => clearTimeout(timer),
  }
}

export function createImages(parts: ImageParts) {
  const chosen = new Set<string>()
  const runtime = (): ContainerRuntime => {
    const r = parts.runtime()
    if (!r) throw serviceUnavailable('The kubelet has not started yet; try again in a moment')
    return r
  }
  const works = (): ContainerRuntime & ImageWorks => {
    const r = runtime()
    if (!hasImageWorks(r)) throw failure(501, 'NotImplemented', 'hollow nodes run nothing: there is no engine that could build, tag or push an image')
    return r
  }
  const checked = (image: unknown, key: string): string => {
    if (typeof image !== 'string') throw badRequest(`${key} must be a string`)
    try {
      parseImageReference(image)
    } catch (e) {
      throw badRequest((e as Error).message)
    }
    return image
  }
  /** Bad input gets a Status before anything is done. */
  const access = async (request: RegistryAccess, image: string): Promise<RegistryCredentials | undefined> => {
    const { username, password, secret } = request
    if (username !== undefined || password !== undefined) {
      if (typeof username !== 'string' || typeof password !== 'string') throw badRequest('username and password must be strings, and come together')
      return { username, password, serverAddress: parseImageReference(image).registry }
    }
    if (!secret) return undefined
    if (typeof secret.namespace !== 'string' || typeof secret.name !== 'string') throw badRequest('secret must name a namespace and a name')
    const found = await parts.secret(secret.namespace, secret.name)
    const asked = { metadata: { name: '', namespace: secret.namespace }, spec: { imagePullSecrets: [{ name: secret.name }], containers: [] } } as unknown as Pod
    const [fits] = pullCredentials(asked, image, () => found as never)
    if (!fits) throw badRequest(`secret ${secret.namespace}/${secret.name} has no credentials for ${parseImageReference(image).registry}`)
    return fits
  }
  /** Runs one piece of work and tells it. */
  const tell = async (image: string, emit: Emit, work: (say: (line: string, currentBytes?: number, totalBytes?: number) => void) => Promise<{ id: string; digest: string }>): Promise<void> => {
    const messages = gather(emit)
    try {
      messages.end({ image, ...(await work(messages.say)) })
    } catch (e) {
      messages.flush()
      throw toImageStatus(e, image)
    } finally {
      messages.close()
    }
  }
  const builds = (request: unknown): ImageBuildRequest & { dockerfile: string } => {
    const r = request as Partial<ImageBuildRequest>
    if (typeof r.folder !== 'string' || !isAbsolute(r.folder)) throw badRequest('folder must be an absolute path')
    if (parts.folders.choose && !chosen.has(r.folder)) throw forbidden(IMAGES, String(r.tag), 'the folder was not chosen in the dialog')
    const dockerfile = r.dockerfile ?? 'Dockerfile'
    if (typeof dockerfile !== 'string' || dockerfile.startsWith('/') || dockerfile.split('/').includes('..')) throw badRequest('dockerfile must be a path in the folder')
    const args = r.buildArgs ?? {}
    if (typeof args !== 'object' || Object.values(args).some((v) => typeof v !== 'string')) throw badRequest('buildArgs must be strings by name')
    if (r.target !== undefined && typeof r.target !== 'string') throw badRequest('target must be a string')
    return { ...r, folder: r.folder, tag: checked(r.tag, 'tag'), dockerfile, buildArgs: args, noCache: r.noCache === true }
  }

  return {
    async list(): Promise<ImageList> {
      const found = await runtime().listImages().catch((e: unknown) => { throw toImageStatus(e, '') })
      const pods = parts.pods()
      const images = found.map((i): ImageEntry => ({ id: i.id, names: [...i.names], sizeBytes: i.sizeBytes, ...(i.createdAt === undefined ? {} : { createdAt: i.createdAt }), usedBy: usersOf(i, pods) }))
      return { nodes: [...parts.nodes()], images: images.sort((a, b) => Number(!a.names.length) - Number(!b.names.length) || (a.names[0] ?? a.id).localeCompare(b.names[0] ?? b.id)) }
    },
    async remove(request: unknown): Promise<null> {
      const { image, force } = request as { image?: unknown; force?: unknown }
      if (typeof image !== 'string' || !image) throw badRequest('image must be a string')
      const info = (await runtime().listImages()).find((i) => i.id === image || i.names.some((n) => familiar(n) === familiar(image)))
      if (!info) throw notFound(IMAGES, image)
      const users = usersOf(info, parts.pods())
      const last = info.id === image || info.names.filter((n) => !n.includes('@')).length <= 1
      if (users.length && last && force !== true) throw conflict(IMAGES, image, `it is used by ${users.slice(0, 3).map((u) => `${u.namespace}/${u.pod}`).join(', ')}${users.length > 3 ? ` and ${users.length - 3} more` : ''}`)
      await runtime().removeImage(info.id === image ? image : familiar(image), force === true || info.id === image).catch((e: unknown) => { throw toImageStatus(e, image) })
      return null
    },
    async tag(request: unknown): Promise<null> {
      const { image, name } = request as { image?: unknown; name?: unknown }
      if (typeof image !== 'string' || !image) throw badRequest('image must be a string')
      await works().tagImage(image.startsWith('sha256:') ? image : familiar(image), checked(name, 'name')).catch((e: unknown) => { throw toImageStatus(e, image) })
      return null
    },
    async chooseFolder(): Promise<{ typed: boolean; folder: string | null }> {
      if (!parts.folders.choose) return { typed: true, folder: null }
      const folder = await parts.folders.choose()
      if (folder !== null) chosen.add(folder)
      return { typed: false, folder }
    },
    async pull(request: unknown, emit: Emit, signal: AbortSignal): Promise<void> {
      const image = checked((request as { image?: unknown }).image, 'image')
      const credentials = await access(request as RegistryAccess, image)
      await tell(image, emit, async (say) => {
        const info = await runtime().pullImage(image, credentials, (p) => say(p.status, p.currentBytes, p.totalBytes), signal)
        return { id: info.id, digest: '' }
      })
    },
    async build(request: unknown, emit: Emit, signal: AbortSignal): Promise<void> {
      const r = builds(request)
      const engine = works()
      const { buildContext } = await import('../kubelet/images/build-context.ts')
      await tell(r.tag, emit, async (say) => {
        const context = await buildContext(r.folder, r.dockerfile, signal).catch((e: Error) => { throw badRequest(e.message) })
        const id = await engine.buildImage(context, { tag: familiar(r.tag), dockerfile: r.dockerfile, ...(r.buildArgs ? { buildArgs: r.buildArgs } : {}), ...(r.target ? { target: r.target } : {}), ...(r.noCache ? { noCache: true } : {}) }, say, signal)
        return { id, digest: '' }
      })
    },
    async push(request: unknown, emit: Emit, signal: AbortSignal): Promise<void> {
      const image = checked((request as { image?: unknown }).image, 'image')
      const engine = works()
      const credentials = await access(request as RegistryAccess, image)
      const info = await engine.imageStatus(image).catch((e: unknown) => { throw toImageStatus(e, image) })
      if (!info) throw notFound(IMAGES, image)
      await tell(image, emit, async (say) => ({ id: info.id, digest: await engine.pushImage(image, credentials, (p) => say(p.line, p.currentBytes, p.totalBytes), signal) }))
    },
  }
}
export type Images = ReturnType<typeof createImages>
