/** A container's mounts, from its volumeMounts and where the volumes are. */
import { mkdir, realpath, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Container, Pod } from '../../../shared/api/types.ts'
import { ContainerConfigError } from '../env.ts'
import type { Mount } from '../runtime/types.ts'
import type { Host } from './host.ts'
import { openBelow } from './subpath.ts'
import { safePath, VolumeError, type Place } from './types.ts'

export interface ContainerMounts {
  readonly mounts: readonly Mount[]
  /** To be called when the container has started, or will not: the engine holds what it has mounted by itself. */
  release(): Promise<void>
}
type VolumeMount = NonNullable<Container['volumeMounts']>[number]

const PROPAGATION = { None: 'private', HostToContainer: 'slave', Bidirectional: 'shared' } as const

/** Throws ContainerConfigError, in the sentences of kubernetes pkg/kubelet makeMounts. */
function subPathOf(m: VolumeMount, expandPath: (text: string) => { text: string; missing?: string }): string | undefined {
  let sub = m.subPath
  if (m.subPathExpr) {
    const { text, missing } = expandPath(m.subPathExpr)
    if (missing !== undefined) throw new ContainerConfigError(`missing value for ${JSON.stringify(missing)}`)
    sub = text
  }
  if (!sub) return undefined
  if (sub.startsWith('/')) throw new ContainerConfigError(`error SubPath \`${sub}\` must not be an absolute path`)
  if (sub.split('/').includes('..')) throw new ContainerConfigError(`unable to provision SubPath \`${sub}\`: must not contain '..'`)
  return sub.split('/').every((p) => p === '' || p === '.') ? undefined : safePath(sub)
}

/** What only the node writes has no links of a container's: the path is looked up, and stays what it is now when the files change. */
async function fixedPath(place: Place, sub: string): Promise<string> {
  const [root, path] = await Promise.all([realpath(place.path), realpath(join(place.path, sub)).catch((e: unknown) => { throw new VolumeError(`subPath ${JSON.stringify(sub)} does not exist`, { cause: e }) })])
  if (path !== root && !path.startsWith(`${root}/`)) throw new VolumeError(`subPath ${JSON.stringify(sub)} leads out of its volume`)
  return path
}

/**
 * Rejects with ContainerConfigError; so it does for a volume that must be read-only with all that is mounted below it, which no runtime here promises. `folder`: where what subPaths lead to is held until `release`.
 * A machine on which the app cannot mount trusts the path it has looked up, for the moment until the engine mounts it.
 */
export async function containerMounts(pod: Pod, container: Container, places: ReadonlyMap<string, Place>, expandPath: (text: string) => { text: string; missing?: string }, host: Host, folder: string): Promise<ContainerMounts> {
  const held: string[] = []
  const release = async (): Promise<void> => { for (const target of held.splice(0)) await host.unmount(target) }
  const hold = async (root: string, sub: string, index: number): Promise<string> => {
    const opened = await openBelow(root, sub)
    try {
      if (!host.mounts) return await fixedPath({ path: root }, sub)
      const target = join(folder, container.name, String(index))
      await mkdir(dirname(target), { recursive: true })
      await host.remove(target)
      await (opened.folder ? mkdir(target) : writeFile(target, ''))
      await host.bind(opened.handle.fd, target)
      held.push(target)
      return target
    } finally {
      await opened.handle.close()
    }
  }
  const mounts: Mount[] = []
  try {
    for (const [index, m] of (container.volumeMounts ?? []).entries()) {
      const place = places.get(m.name)
      if (place === undefined) throw new VolumeError(`volume ${JSON.stringify(m.name)} of container ${container.name} does not exist`)
      if (m.recursiveReadOnly === 'Enabled') throw new VolumeError(`volume ${JSON.stringify(m.name)} requested recursive read-only mode, but it is not supported by the runtime`)
      const sub = subPathOf(m, expandPath)
      const common = { containerPath: m.mountPath, readOnly: [m.readOnly, place.readOnly, place.containersReadOnly].includes(true), ...(m.mountPropagation && m.mountPropagation !== 'None' ? { propagation: PROPAGATION[m.mountPropagation as keyof typeof PROPAGATION] } : {}) }
      if (place.engineVolume !== undefined) {
        if (sub !== undefined) throw new VolumeError(`subPath ${JSON.stringify(sub)}: the engine keeps volume ${JSON.stringify(m.name)} in memory, and mounts it only as a whole`)
        mounts.push({ ...common, hostPath: '', engineVolume: place.engineVolume })
      } else mounts.push({ ...common, hostPath: sub === undefined ? place.path : place.readOnly ? await fixedPath(place, sub) : await hold(place.path, sub, index) })
    }
    return { mounts, release }
  } catch (e) {
    await release()
    throw e instanceof VolumeError ? new ContainerConfigError(e.message, { cause: e }) : e
  }
}
