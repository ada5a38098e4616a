/** The volumes whose files come from the API: which keys become which files. */
import type { Pod, Volume } from '../../../shared/api/types.ts'
import { writeAtomically, type Files } from './atomic-writer.ts'
import { safePath, VolumeError, type Place, type VolumeContext, type VolumePlugin } from './types.ts'

export interface Item { readonly key: string; readonly path: string; readonly mode?: number }
export const DEFAULT_MODE = 0o644

/** Puts the keys that are asked for (all, without items) into the files. `absent`: the sentence for a key that is not there. */
export function pick(into: Files, all: ReadonlyMap<string, Buffer>, items: readonly Item[] | undefined, mode: number, optional: boolean, absent: string): void {
  if (!items?.length) {
    for (const [key, bytes] of all) into.set(safePath(key), { bytes, mode })
    return
  }
  for (const item of items) {
    const bytes = all.get(item.key)
    if (bytes) into.set(safePath(item.path), { bytes, mode: item.mode ?? mode })
    else if (!optional) throw new VolumeError(`${absent}: ${item.key}`)
  }
}

export const decoded = (data: Record<string, string> | undefined, encoding: 'utf8' | 'base64'): [string, Buffer][] => Object.entries(data ?? {}).map(([k, v]) => [k, Buffer.from(v, encoding)])

/** The user that all containers of the pod run as; undefined when they differ or one says nothing. Source: kubernetes pkg/volume/util FsUserFrom. */
export function commonUser(pod: Pod): number | undefined {
  const users = new Set([...(pod.spec.initContainers ?? []), ...pod.spec.containers].map((c) => c.securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser))
  return users.size === 1 ? [...users][0] : undefined
}

/** A kind of volume that is nothing but its files. */
export const payloadVolume = (filesOf: (volume: Volume, context: VolumeContext, into: Files) => void | Promise<void>): VolumePlugin => ({
  async setUp(volume, context): Promise<Place> {
    const files: Files = new Map()
    await filesOf(volume, context, files)
    const path = context.folder(volume.name)
    await writeAtomically(path, files, (changes) => context.host.own(changes), context.pod.spec.securityContext?.fsGroup)
    return { path, readOnly: true }
  },
})
