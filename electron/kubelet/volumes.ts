/**
 * Pod volumes as host directories under `pods/<uid>/volumes`. Files of configMap, secret, downwardAPI and projected volumes
 * change all at once: they are written to a fresh directory, and the link `..data` is swapped. Source: kubernetes pkg/volume/util/atomic_writer.go.
 */
import { createHash } from 'node:crypto'
import { chmod, lstat, mkdir, readlink, readdir, realpath, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Container, Pod, Volume } from '../../shared/api/types.ts'
import { fieldOf, resourceOf, type ConfigSource, type PodFacts } from './env.ts'
import type { Mount } from './runtime/types.ts'

/** Event FailedMount; the pod waits. */
export class VolumeError extends Error {}

interface File {
  readonly bytes: Buffer
  readonly mode: number
}
type Files = Map<string, File>
type Item = { key: string; path: string; mode?: number }

/** A path of a volume item: relative, without `..`. */
function safe(path: string): string {
  if (!path || path.startsWith('/') || path.split('/').some((p) => p === '..' || p === '')) throw new VolumeError(`invalid path ${JSON.stringify(path)}: must be relative and without '..'`)
  return path
}

function pick(into: Files, all: ReadonlyMap<string, Buffer>, items: readonly Item[] | undefined, mode: number, optional: boolean, what: string): void {
  if (!items?.length) {
    for (const [k, bytes] of all) into.set(safe(k), { bytes, mode })
    return
  }
  for (const item of items) {
    const bytes = all.get(item.key)
    if (bytes) into.set(safe(item.path), { bytes, mode: item.mode ?? mode })
    else if (!optional) throw new VolumeError(`${what} references non-existent config key: ${item.key}`)
  }
}

interface SourceRef { configMap?: Volume['configMap']; secret?: { secretName?: string; name?: string; items?: Item[]; optional?: boolean } | undefined; downwardAPI?: Volume['downwardAPI'] }

/** Asks for a service account token of the pod. */
export type TokenOf = (source: { audience?: string; expirationSeconds?: number }) => Promise<string>

function collect(pod: Pod, ref: SourceRef, into: Files, mode: number, source: ConfigSource, facts: PodFacts): void {
  const namespace = pod.metadata.namespace ?? ''
  if (ref.configMap) {
    const name = ref.configMap.name ?? ''
    const map = source.configMap(namespace, name)
    if (!map && !ref.configMap.optional) throw new VolumeError(`configmap ${JSON.stringify(name)} not found`)
    const all = new Map([...Object.entries(map?.data ?? {}).map(([k, v]) => [k, Buffer.from(v)] as const), ...Object.entries(map?.binaryData ?? {}).map(([k, v]) => [k, Buffer.from(v, 'base64')] as const)])
    if (map) pick(into, all, ref.configMap.items as Item[] | undefined, mode, ref.configMap.optional ?? false, 'configmap')
  }
  if (ref.secret) {
    const name = ref.secret.secretName ?? ref.secret.name ?? ''
    const secret = source.secret(namespace, name)
    if (!secret && !ref.secret.optional) throw new VolumeError(`secret ${JSON.stringify(name)} not found`)
    const all = new Map(Object.entries(secret?.data ?? {}).map(([k, v]) => [k, Buffer.from(v, 'base64')] as const))
    if (secret) pick(into, all, ref.secret.items, mode, ref.secret.optional ?? false, 'secret')
  }
  for (const item of ref.downwardAPI?.items ?? []) {
    const r = item.resourceFieldRef
    const container = r && [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find((c) => c.name === r.containerName)
    const value = item.fieldRef ? fieldOf(pod, item.fieldRef.fieldPath, facts) : r && container ? resourceOf(container, r.resource, r.divisor, facts) : undefined
    if (value === undefined) throw new VolumeError(`downwardAPI item ${JSON.stringify(item.path)} refers to a field that does not exist`)
    into.set(safe(item.path), { bytes: Buffer.from(value), mode: item.mode ?? mode })
  }
}

/** The files of a volume that has any; undefined for other kinds. */
async function filesOf(pod: Pod, volume: Volume, source: ConfigSource, facts: PodFacts, token: TokenOf): Promise<Files | undefined> {
  const files: Files = new Map()
  if (volume.configMap) collect(pod, { configMap: volume.configMap }, files, volume.configMap.defaultMode ?? 0o644, source, facts)
  else if (volume.secret) collect(pod, { secret: volume.secret as SourceRef['secret'] }, files, volume.secret.defaultMode ?? 0o644, source, facts)
  else if (volume.downwardAPI) collect(pod, { downwardAPI: volume.downwardAPI }, files, volume.downwardAPI.defaultMode ?? 0o644, source, facts)
  else if (volume.projected) {
    const mode = volume.projected.defaultMode ?? 0o644
    for (const s of volume.projected.sources ?? []) {
      if (s.serviceAccountToken) files.set(safe(s.serviceAccountToken.path), { bytes: Buffer.from(await token(s.serviceAccountToken)), mode })
      else if (s.clusterTrustBundle || s.podCertificate) throw new VolumeError('this kind of projected source is not supported by this node')
      else collect(pod, s as SourceRef, files, mode, source, facts)
    }
  } else return undefined
  return files
}

const DATA = '..data'

/** Writes the files of a volume, all at once; does nothing when they are as they should be. True: changed. */
export async function writeAtomically(folder: string, files: Files): Promise<boolean> {
  const hash = createHash('sha256')
  for (const [path, f] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) hash.update(`${path}\0${f.mode}\0${f.bytes.length}\0`).update(f.bytes)
  const version = `..${hash.digest('hex').slice(0, 32)}`
  await mkdir(folder, { recursive: true, mode: 0o755 })
  const current = await readlink(join(folder, DATA)).catch(() => undefined)
  if (current === version) return false
  const fresh = join(folder, version)
  await rm(fresh, { recursive: true, force: true })
  await mkdir(fresh, { mode: 0o755 })
  for (const [path, f] of files) {
    const target = join(fresh, path)
    await mkdir(dirname(target), { recursive: true, mode: 0o755 })
    await writeFile(target, f.bytes)
    await chmod(target, f.mode)
  }
  const link = join(folder, '..data_tmp')
  await rm(link, { force: true })
  await symlink(version, link)
  await rename(link, join(folder, DATA))
  const tops = new Set([...files.keys()].map((p) => p.split('/')[0]!))
  for (const top of tops) {
    const at = join(folder, top)
    if (!(await lstat(at).catch(() => undefined))) await symlink(join(DATA, top), at)
  }
  for (const name of await readdir(folder)) if (name !== DATA && name !== version && !tops.has(name)) await rm(join(folder, name), { recursive: true, force: true })
  return true
}

async function hostPath(volume: Volume): Promise<string> {
  const path = volume.hostPath?.path ?? ''
  const type = volume.hostPath?.type ?? ''
  const found = await stat(path).catch(() => undefined)
  if (type === 'DirectoryOrCreate' || (type === '' && !found)) await mkdir(path, { recursive: true, mode: 0o755 })
  else if (type === 'FileOrCreate' && !found) await writeFile(path, '', { mode: 0o644 })
  else if (type === 'Directory' && !found?.isDirectory()) throw new VolumeError(`hostPath type check failed: ${path} is not a directory`)
  else if (type === 'File' && !found?.isFile()) throw new VolumeError(`hostPath type check failed: ${path} is not a file`)
  return path
}

export const podFolder = (dataDir: string, uid: string): string => join(dataDir, 'pods', uid)

/** Makes the pod's volumes be there and current. Returns where each is. Throws VolumeError. */
export async function prepareVolumes(dataDir: string, pod: Pod, source: ConfigSource, facts: PodFacts, token: TokenOf): Promise<Map<string, string>> {
  const places = new Map<string, string>()
  for (const volume of pod.spec.volumes ?? []) {
    try {
      if (volume.hostPath) {
        places.set(volume.name, await hostPath(volume))
        continue
      }
      const folder = join(podFolder(dataDir, pod.metadata.uid ?? ''), 'volumes', volume.name)
      if (volume.emptyDir) {
        await mkdir(folder, { recursive: true })
        await chmod(folder, 0o777)
      } else {
        const files = await filesOf(pod, volume, source, facts, token)
        if (!files) throw new VolumeError('this kind of volume is not supported by this node')
        await writeAtomically(folder, files)
      }
      places.set(volume.name, folder)
    } catch (e) {
      throw new VolumeError(`MountVolume.SetUp failed for volume ${JSON.stringify(volume.name)} : ${(e as Error).message}`, { cause: e })
    }
  }
  return places
}

const READ_ONLY = (v: Volume | undefined): boolean => !!(v?.configMap || v?.secret || v?.downwardAPI || v?.projected)

/** A container's mounts. Throws VolumeError for a subPath that leaves its volume. */
export async function containerMounts(pod: Pod, container: Container, places: ReadonlyMap<string, string>, expandPath: (text: string) => string): Promise<Mount[]> {
  const mounts: Mount[] = []
  for (const m of container.volumeMounts ?? []) {
    const place = places.get(m.name)
    if (place === undefined) throw new VolumeError(`volume ${JSON.stringify(m.name)} of container ${container.name} does not exist`)
    const sub = m.subPathExpr ? expandPath(m.subPathExpr) : m.subPath
    const volume = pod.spec.volumes?.find((v) => v.name === m.name)
    let path = place
    if (sub) {
      path = join(place, safe(sub))
      if (!READ_ONLY(volume) && !(await lstat(path).catch(() => undefined))) await mkdir(path, { recursive: true })
      // The container may have written a link there that leads out of the volume; what is mounted is where it leads now.
      const real = await realpath(path).catch((e: unknown) => { throw new VolumeError(`subPath ${JSON.stringify(sub)} of volume ${JSON.stringify(m.name)} does not exist`, { cause: e }) })
      const root = await realpath(place)
      if (real !== root && !real.startsWith(`${root}/`)) throw new VolumeError(`subPath ${JSON.stringify(sub)} of volume ${JSON.stringify(m.name)} leads out of it`)
      path = real
    }
    mounts.push({ hostPath: path, containerPath: m.mountPath, readOnly: (m.readOnly ?? false) || READ_ONLY(volume) })
  }
  return mounts
}

export const removePodFolder = (dataDir: string, uid: string): Promise<void> => rm(podFolder(dataDir, uid), { recursive: true, force: true })
