/** The images that come with the app, built from resources/images: a first deployment needs no registry and no network. */
import { Readable } from 'node:stream'
import type Docker from 'dockerode'
import { labels } from '../runtime/types.ts'
import { imageArchive, type ImageSource } from './archive.ts'
import binaries from './binaries.json' with { type: 'json' }

export const PAUSE_IMAGE = 'pilothouse.dev/pause:1'
export const HELLO_IMAGE = 'pilothouse.dev/hello:1'
/** For engines of another machine only. */
export const GATEWAY_IMAGE = 'pilothouse.dev/gateway:1'

/** What each built-in image is made of, for one machine. */
export function builtinSources(architecture: 'amd64' | 'arm64'): readonly ImageSource[] {
  const program = (name: 'pause' | 'hello' | 'gateway'): ImageSource['files'] => [{ path: name, bytes: Buffer.from(binaries[name][architecture], 'base64') }]
  const own = { [labels.kind]: 'image' }
  return [
    { reference: PAUSE_IMAGE, architecture, files: program('pause'), entrypoint: ['/pause'], labels: own },
    { reference: HELLO_IMAGE, architecture, files: program('hello'), entrypoint: ['/hello'], exposedPorts: ['80/tcp'], labels: own },
    { reference: GATEWAY_IMAGE, architecture, files: program('gateway'), entrypoint: ['/gateway'], labels: own },
  ]
}

/** The engine's name of its machine, as images spell it. */
export function architectureOf(engine: string): 'amd64' | 'arm64' {
  if (engine === 'amd64' || engine === 'x86_64') return 'amd64'
  if (engine === 'arm64' || engine === 'aarch64') return 'arm64'
  throw new Error(`the engine runs on ${engine}; the built-in images exist for amd64 and arm64`)
}

const ended = (stream: NodeJS.ReadableStream): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = ''
    stream.on('data', (chunk: Buffer) => { if (text.length < 10_000) text += chunk.toString() })
    stream.on('end', () => resolve(text))
    stream.on('error', reject)
  })

async function present(docker: Docker, reference: string, id: string): Promise<boolean> {
  try {
    return (await docker.getImage(reference).inspect()).Id === id
  } catch (e) {
    if ((e as { statusCode?: number }).statusCode === 404) return false
    throw e
  }
}

/** Loads those built-in images that the engine does not have (or has under another content). Returns what was loaded. */
export async function ensureBuiltinImages(docker: Docker, wanted: readonly string[] = [PAUSE_IMAGE, HELLO_IMAGE]): Promise<readonly string[]> {
  const version = await docker.version()
  const loaded: string[] = []
  for (const source of builtinSources(architectureOf(version.Arch)).filter((s) => wanted.includes(s.reference))) {
    const { id, archive } = await imageArchive(source)
    if (await present(docker, source.reference, id)) continue
    const answer = await ended(await docker.loadImage(Readable.from([archive])))
    if (!(await present(docker, source.reference, id))) throw new Error(`the engine did not take the built-in image ${source.reference}: ${answer.trim()}`)
    loaded.push(source.reference)
  }
  return loaded
}
