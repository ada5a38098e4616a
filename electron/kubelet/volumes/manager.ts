/** The volumes of a node's pods: made before containers start, kept current while they run, removed with the pod. */
import { access, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Container, Pod, Volume } from '../../../shared/api/types.ts'
import type { Client } from '../../client/types.ts'
import { expand, type ConfigSource, type PodFacts } from '../env.ts'
import type { TokenManager } from '../tokens.ts'
import type { Host } from './host.ts'
import { containerMounts, type ContainerMounts } from './mounts.ts'
import { plugins } from './plugins.ts'
import { holdsImages } from './of-runtime.ts'
import { VolumeError, type ImageSource, type Place, type VolumeContext } from './types.ts'

export interface VolumeManager {
  /** Makes the pod's volumes be there and current. Rejects with VolumeError. */
  prepare(pod: Pod, facts: PodFacts): Promise<ReadonlyMap<string, Place>>
  /** When a file of the pod (a token) grows old, in ms since 1970; undefined: never. */
  renewAt(podUid: string): number | undefined
  /** Rejects with ContainerConfigError. */
  mounts(pod: Pod, container: Container, places: ReadonlyMap<string, Place>, env: ReadonlyMap<string, string>): Promise<ContainerMounts>
  /** What the pod's sandbox holds for its containers: volumes that the engine would empty when none of these runs. */
  held(pod: Pod, facts: PodFacts): Promise<readonly Place[]>
  /** Volumes of claims that can be asked how full they are, of the pods that are here; each once. */
  claims(): readonly ClaimPlace[]
  /** Everything of a pod that is on disk or in memory. */
  remove(podUid: string): Promise<void>
}

export interface ClaimPlace {
  readonly namespace: string
  readonly name: string
  readonly path: string
}

export interface VolumeManagerOptions {
  readonly dataDir: string
  readonly nodeName: string
  readonly source: ConfigSource
  readonly tokens: TokenManager
  readonly client: Pick<Client, 'get'>
  readonly host: Host
  readonly images?: ImageSource
  /** Lets go of the images that a pod's volumes are. */
  readonly releaseImages?: (podUid: string) => Promise<void>
  /** Ends the volumes that the engine keeps for a pod. */
  readonly removeEngineVolumes?: (podUid: string) => Promise<void>
}

export const podFolder = (dataDir: string, uid: string): string => join(dataDir, 'pods', uid)

/** `$(NAME)` of a subPathExpr; the first name that has no value is told. */
export function expandSubPath(text: string, env: ReadonlyMap<string, string>): { text: string; missing?: string } {
  let missing: string | undefined
  const result = expand(text, { get: (name) => { const v = env.get(name); if (v === undefined) missing ??= name; return v } })
  return missing === undefined ? { text: result } : { text: result, missing }
}

export function createVolumeManager(o: VolumeManagerOptions): VolumeManager {
  const claims = new Map<string, readonly ClaimPlace[]>()
  const exists = (path: string): Promise<boolean> => access(path).then(() => true, () => false)

  const setUp = async (pod: Pod, volume: Volume, facts: PodFacts): Promise<Place> => {
    const uid = pod.metadata.uid ?? ''
    const of = podFolder(o.dataDir, uid)
    // Once a volume has been whole, its owners and modes are its containers' business.
    const marker = join(of, 'ready', volume.name)
    const first = !(await exists(marker))
    const context: VolumeContext = {
      pod, images: o.images, facts, nodeName: o.nodeName, source: o.source, client: o.client, host: o.host, first,
      token: (source) => o.tokens.token(pod, source), folder: (name) => join(of, 'volumes', name),
    }
    const kind = Object.keys(volume).find((k) => k !== 'name' && volume[k as keyof Volume] !== undefined) ?? ''
    const plugin = plugins[kind]
    if (!plugin) throw new VolumeError(kind ? `volumes of kind ${kind} are not supported by this node` : 'it has no source')
    const place = await plugin.setUp(volume, context)
    if (first) {
      const gid = pod.spec.securityContext?.fsGroup
      if (place.fsGroup && gid !== undefined) await giveToGroup(o.host, place.path, gid, pod.spec.securityContext?.fsGroupChangePolicy)
      await mkdir(join(of, 'ready'), { recursive: true })
      await writeFile(marker, '')
    }
    return place
  }
  const named = async <T>(volume: Volume, run: () => Promise<T>): Promise<T> => {
    try {
      return await run()
    } catch (e) {
      throw new VolumeError(`MountVolume.SetUp failed for volume ${JSON.stringify(volume.name)} : ${(e as Error).message}`, { cause: e })
    }
  }

  return {
    async prepare(pod, facts) {
      const places = new Map<string, Place>()
      for (const volume of pod.spec.volumes ?? []) places.set(volume.name, await named(volume, () => setUp(pod, volume, facts)))
      const claimed = [...places.values()].flatMap(({ claim, path }) => (claim ? [{ ...claim, path }] : []))
      if (claimed.length) claims.set(pod.metadata.uid ?? '', claimed)
      return places
    },
    claims: () => [...new Map([...claims.values()].flat().map((c) => [`${c.namespace}/${c.name}`, c])).values()],
    renewAt: (uid) => o.tokens.renewAt(uid),
    mounts: (pod, container, places, env) => containerMounts(pod, container, places, (text) => expandSubPath(text, env), o.host, join(podFolder(o.dataDir, pod.metadata.uid ?? ''), 'subpaths')),
    async held(pod, facts) {
      if (o.host.mounts) return []
      const inMemory = (pod.spec.volumes ?? []).filter((v) => v.emptyDir?.medium === 'Memory')
      return Promise.all(inMemory.map((v) => named(v, () => setUp(pod, v, facts))))
    },
    async remove(uid) {
      claims.delete(uid)
      if (!o.host.mounts) await o.removeEngineVolumes?.(uid)
      const images = await holdsImages(o.dataDir, uid)
      await o.host.remove(podFolder(o.dataDir, uid))
      if (images) await o.releaseImages?.(uid)
    },
  }
}

/** With OnRootMismatch only where the root says that it is not so yet. Source: kubernetes pkg/volume/volume_linux.go requiresPermissionChange. */
async function giveToGroup(host: Host, path: string, gid: number, policy: string | undefined): Promise<void> {
  if (policy === 'OnRootMismatch' && (await host.belongsToGroup(path, gid))) return
  await host.giveToGroup(path, gid)
}
