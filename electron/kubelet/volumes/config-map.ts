/** configMap: a file for each key. */
import type { Files } from './atomic-writer.ts'
import { decoded, DEFAULT_MODE, payloadVolume, pick, type Item } from './payload.ts'
import { VolumeError, type VolumeContext } from './types.ts'

export interface ConfigMapSource { readonly name?: string; readonly items?: readonly Item[]; readonly optional?: boolean }

export function addConfigMap(source: ConfigMapSource, mode: number, context: VolumeContext, into: Files): void {
  const name = source.name ?? ''
  const found = context.source.configMap(context.pod.metadata.namespace ?? '', name)
  if (!found && !source.optional) throw new VolumeError(`configmap ${JSON.stringify(name)} not found`)
  if (found) pick(into, new Map([...decoded(found.data, 'utf8'), ...decoded(found.binaryData, 'base64')]), source.items, mode, source.optional ?? false, 'configmap references non-existent config key')
}

export const configMap = payloadVolume((volume, context, into) => addConfigMap(volume.configMap as ConfigMapSource, volume.configMap?.defaultMode ?? DEFAULT_MODE, context, into))
