/** downwardAPI: fields of the pod and resources of its containers as files. */
import type { Volume } from '../../../shared/api/types.ts'
import { fieldOf, resourceOf } from '../env.ts'
import type { Files } from './atomic-writer.ts'
import { DEFAULT_MODE, payloadVolume } from './payload.ts'
import { safePath, VolumeError, type VolumeContext } from './types.ts'

export type DownwardItems = NonNullable<Volume['downwardAPI']>['items']

export function addDownward(items: DownwardItems, mode: number, { pod, facts }: VolumeContext, into: Files): void {
  for (const item of items ?? []) {
    const resource = item.resourceFieldRef
    const container = resource && [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find((c) => c.name === resource.containerName)
    const value = item.fieldRef ? fieldOf(pod, item.fieldRef.fieldPath, facts) : resource && container ? resourceOf(container, resource.resource, resource.divisor, facts) : undefined
    if (value === undefined) throw new VolumeError(`downwardAPI item ${JSON.stringify(item.path)} refers to a field that does not exist`)
    into.set(safePath(item.path), { bytes: Buffer.from(value), mode: item.mode ?? mode })
  }
}

export const downwardAPI = payloadVolume((volume, context, into) => addDownward(volume.downwardAPI?.items, volume.downwardAPI?.defaultMode ?? DEFAULT_MODE, context, into))
