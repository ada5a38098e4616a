/** emptyDir: a folder of the pod's own, or memory that all its containers share. Source: kubernetes pkg/volume/emptydir. */
import { chmod, mkdir } from 'node:fs/promises'
import type { Pod, Volume } from '../../../shared/api/types.ts'
import { bytes } from '../../../shared/quantity.ts'
import type { PodFacts } from '../env.ts'
import { VolumeError, type VolumePlugin } from './types.ts'

const MODE = 0o777

/** Bytes that a volume in memory may hold: the least of its sizeLimit, what the pod's containers may use, what the node has. */
export function memorySize(pod: Pod, volume: Volume, facts: Pick<PodFacts, 'memoryBytes'>): number {
  const limits = pod.spec.containers.map((c) => c.resources?.limits?.['memory'])
  const ofPod = limits.every((l) => l !== undefined) ? limits.reduce<number>((sum, l) => sum + bytes(l!), 0) : Infinity
  const own = volume.emptyDir?.sizeLimit ? bytes(String(volume.emptyDir.sizeLimit)) : 0
  return Math.min(own > 0 ? own : Infinity, ofPod, facts.memoryBytes || Infinity)
}

export const emptyDir: VolumePlugin = {
  async setUp(volume, context) {
    const medium = volume.emptyDir?.medium ?? ''
    const path = context.folder(volume.name)
    if (medium === 'Memory') {
      const size = memorySize(context.pod, volume, context.facts)
      const gid = context.pod.spec.securityContext?.fsGroup
      return context.host.memory(path, { of: { podUid: context.pod.metadata.uid ?? '', volume: volume.name }, ...(Number.isFinite(size) ? { sizeBytes: size } : {}), ...(gid === undefined ? {} : { gid }), mode: MODE })
    }
    if (medium !== '') throw new VolumeError(`the storage medium ${JSON.stringify(medium)} is not supported by this node`)
    await mkdir(path, { recursive: true })
    // Later the mode is what the containers have made of it.
    if (context.first) await chmod(path, MODE)
    return { path, fsGroup: true }
  },
}
