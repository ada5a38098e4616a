/** Projected volumes: files of several sources in one directory. Source: core/v1 validation of Kubernetes. */
import type { Volume } from '../../../../shared/api/types.ts'
import { field } from '../../../../shared/errors.ts'
import type { Errors } from './common.ts'
import { nonReservedPath } from './common.ts'
import { labelSelector } from './metadata.ts'
import { signerName } from './signer-name.ts'
import { downwardFiles, files, mode } from './volume-files.ts'

type Projected = NonNullable<Volume['projected']>
type Source = NonNullable<Projected['sources']>[number]
const MIN_TOKEN_SECONDS = 600
const MAX_TOKEN_SECONDS = 2 ** 32

export function projected(errors: Errors, path: string, given: Projected): void {
  mode(errors, `${path}.defaultMode`, given.defaultMode)
  const taken = new Set<string>()
  const take = (file: string | undefined, value: string): void => {
    if (!file) return
    if (taken.has(file)) errors.push(field.invalid(path, value, 'conflicting duplicate paths'))
    taken.add(file)
  }
  given.sources?.forEach((source, i) => {
    const at = `${path}.sources[${i}]`
    for (const key of ['secret', 'configMap'] as const) {
      const named = source[key]
      if (!named) continue
      if (!named.name) errors.push(field.required(`${at}.${key}.name`))
      files(errors, `${at}.${key}`, named)
      for (const item of named.items ?? []) take(item.path, named.name ?? '')
    }
    if (source.downwardAPI) {
      downwardFiles(errors, `${at}.downwardAPI`, source.downwardAPI.items)
      for (const item of source.downwardAPI.items ?? []) take(item.path, item.path)
    }
    token(errors, path, `${at}.serviceAccountToken`, source)
    if (source.clusterTrustBundle) {
      bundle(errors, `${at}.clusterTrustBundle`, source.clusterTrustBundle)
      take(source.clusterTrustBundle.path, source.clusterTrustBundle.path)
    }
    const set = Object.values(source).filter((value) => value != null).length
    if (set > 1) errors.push(field.forbidden(at, 'may not specify more than 1 volume type per source'))
  })
}

/** Upstream tells the path of the file as the volume's. */
function token(errors: Errors, volume: string, path: string, { serviceAccountToken: given }: Source): void {
  if (!given) return
  const { expirationSeconds: seconds = MIN_TOKEN_SECONDS } = given
  if (seconds < MIN_TOKEN_SECONDS) errors.push(field.invalid(`${path}.expirationSeconds`, seconds, 'may not specify a duration less than 10 minutes'))
  if (seconds > MAX_TOKEN_SECONDS) errors.push(field.invalid(`${path}.expirationSeconds`, seconds, 'may not specify a duration larger than 2^32 seconds'))
  if (!given.path) errors.push(field.required(`${volume}.path`))
  else nonReservedPath(errors, `${volume}.path`, given.path)
}

function bundle(errors: Errors, path: string, given: NonNullable<Source['clusterTrustBundle']>): void {
  const { name, signerName: signer } = given
  if (name !== undefined && signer !== undefined) errors.push(field.invalid(path, given, 'only one of name and signerName may be used'))
  else if (name !== undefined) {
    if (name === '') errors.push(field.required(`${path}.name`, 'must be a valid object name'))
    if (given.labelSelector) errors.push(field.invalid(`${path}.labelSelector`, given.labelSelector, 'labelSelector must be unset if name is specified'))
  } else if (signer !== undefined) {
    if (signer === '') errors.push(field.required(`${path}.signerName`, 'must be a valid signer name'))
    signerName(errors, `${path}.signerName`, signer)
    labelSelector(errors, `${path}.labelSelector`, given.labelSelector)
  } else errors.push(field.required(path, 'either name or signerName must be specified'))
  if (!given.path) errors.push(field.required(`${path}.path`))
  else nonReservedPath(errors, `${path}.path`, given.path)
}
