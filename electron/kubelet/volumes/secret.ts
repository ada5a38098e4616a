/** secret: a file for each key. */
import type { Files } from './atomic-writer.ts'
import { decoded, DEFAULT_MODE, payloadVolume, pick, type Item } from './payload.ts'
import { VolumeError, type VolumeContext } from './types.ts'

/** A volume of its own says `secretName`, a projected source `name`. */
export interface SecretSource { readonly secretName?: string; readonly name?: string; readonly items?: readonly Item[]; readonly optional?: boolean }

export function addSecret(source: SecretSource, mode: number, context: VolumeContext, into: Files): void {
  const name = source.secretName ?? source.name ?? ''
  const found = context.source.secret(context.pod.metadata.namespace ?? '', name)
  if (!found && !source.optional) throw new VolumeError(`secret ${JSON.stringify(name)} not found`)
  if (found) pick(into, new Map(decoded(found.data, 'base64')), source.items, mode, source.optional ?? false, 'references non-existent secret key')
}

export const secret = payloadVolume((volume, context, into) => addSecret(volume.secret as SecretSource, volume.secret?.defaultMode ?? DEFAULT_MODE, context, into))
