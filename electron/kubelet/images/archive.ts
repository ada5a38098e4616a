/**
 * Images from nothing: a docker-archive in memory (docker save's format) with one layer, reproducible to the byte, so that
 * the image id (the SHA-256 of its configuration) is the same on every machine.
 */
import { createHash } from 'node:crypto'
import { pack } from 'tar-stream'

export interface ImageSource {
  /** `repo:tag` */
  readonly reference: string
  readonly architecture: 'amd64' | 'arm64'
  /** Path in the image and its bytes; always executable, owned by root. */
  readonly files: readonly { readonly path: string; readonly bytes: Uint8Array }[]
  readonly entrypoint: readonly string[]
  readonly exposedPorts?: readonly string[]
  readonly labels: Readonly<Record<string, string>>
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const EPOCH = new Date(0)

async function tarOf(files: readonly { path: string; bytes: Uint8Array; mode: number }[]): Promise<Buffer> {
  const tar = pack()
  for (const f of files) tar.entry({ name: f.path, mode: f.mode, mtime: EPOCH, uid: 0, gid: 0 }, Buffer.from(f.bytes))
  tar.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of tar) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** The archive for the engine's image load, and the id (`sha256:…`) that the image will have. */
export async function imageArchive(source: ImageSource): Promise<{ id: string; archive: Buffer }> {
  const layer = await tarOf(source.files.map((f) => ({ ...f, mode: 0o755 })))
  const diffId = sha256(layer)
  const config = Buffer.from(JSON.stringify({
    architecture: source.architecture, os: 'linux', created: EPOCH.toISOString(),
    config: {
      Env: ['PATH=/'], Entrypoint: source.entrypoint, WorkingDir: '/', Labels: source.labels,
      ...(source.exposedPorts ? { ExposedPorts: Object.fromEntries(source.exposedPorts.map((p) => [p, {}])) } : {}),
    },
    rootfs: { type: 'layers', diff_ids: [`sha256:${diffId}`] },
    history: [{ created: EPOCH.toISOString(), created_by: 'pilothouse' }],
  }))
  const id = sha256(config)
  const manifest = Buffer.from(JSON.stringify([{ Config: `${id}.json`, RepoTags: [source.reference], Layers: [`${diffId}/layer.tar`] }]))
  const archive = await tarOf([
    { path: `${id}.json`, bytes: config, mode: 0o644 },
    { path: `${diffId}/layer.tar`, bytes: layer, mode: 0o644 },
    { path: 'manifest.json', bytes: manifest, mode: 0o644 },
  ])
  return { id: `sha256:${id}`, archive }
}
