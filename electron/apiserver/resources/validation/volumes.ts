/** Volumes of a pod. */
import type { PersistentVolumeClaim, Volume } from '../../../../shared/api/types.ts'
import { field } from '../../../../shared/errors.ts'
import { dns1123Label, dns1123Subdomain } from '../../../../shared/labels.ts'
import { parseQuantity, QUANTITY_SYNTAX } from '../../../../shared/quantity.ts'
import type { Errors } from './common.ts'
import { localPath, oneOf, say } from './common.ts'
import { annotations, labels } from './metadata.ts'
import { claimSpec } from './persistentvolumeclaim.ts'
import { projected } from './projected.ts'
import { downwardFiles, files, mode } from './volume-files.ts'
import { driverName, sharedSource, VOLUME_SOURCES } from './volume-sources.ts'

/** Checks the volumes and answers those that are in order. `pod`: its name, where it is one and no template. */
export function volumes(errors: Errors, path: string, list: readonly Volume[] | undefined, pod?: string): ReadonlyMap<string, Volume> {
  const good = new Map<string, Volume>()
  list?.forEach((volume, i) => {
    const at = `${path}[${i}]`
    const before = errors.length
    source(errors, at, volume, pod)
    if (!volume.name) errors.push(field.required(`${at}.name`))
    else say(errors, `${at}.name`, volume.name, dns1123Label(volume.name))
    if (good.has(volume.name)) errors.push(field.duplicate(`${at}.name`, volume.name))
    if (errors.length === before) good.set(volume.name, volume)
    const claim = volume.persistentVolumeClaim?.claimName
    if (claim && pod && list.some((v) => v.ephemeral && claim === `${pod}-${v.name}`)) errors.push(field.invalid(`${at}.persistentVolumeClaim.claimName`, claim, 'must not reference a PVC that gets created for an ephemeral volume'))
  })
  return good
}

function source(errors: Errors, path: string, volume: Volume, pod: string | undefined): void {
  let found = 0
  for (const key of VOLUME_SOURCES) {
    if (volume[key] == null) continue
    if (found++ > 0) errors.push(field.forbidden(`${path}.${key}`, 'may not specify more than 1 volume type'))
    else details(errors, `${path}.${key}`, key, volume)
  }
  if (found === 0) errors.push(field.required(path, 'must specify a volume type'))
  if (volume.ephemeral && pod && volume.name) for (const fault of dns1123Subdomain(`${pod}-${volume.name}`)) errors.push(field.invalid(`${path}.name`, volume.name, `PVC name ${JSON.stringify(`${pod}-${volume.name}`)}: ${fault}`))
}

function details(errors: Errors, path: string, key: (typeof VOLUME_SOURCES)[number], v: Volume): void {
  if (v.emptyDir) {
    const q = v.emptyDir.sizeLimit === undefined ? undefined : parseQuantity(v.emptyDir.sizeLimit)
    if (v.emptyDir.sizeLimit !== undefined && !q) errors.push(field.invalid(`${path}.sizeLimit`, v.emptyDir.sizeLimit, QUANTITY_SYNTAX))
    else if (q && q.nanos < 0n) errors.push(field.forbidden(`${path}.sizeLimit`, 'SizeLimit field must be a valid resource quantity'))
  } else if (v.configMap) {
    if (!v.configMap.name) errors.push(field.required(`${path}.name`))
    files(errors, path, v.configMap)
  } else if (v.secret) {
    if (!v.secret.secretName) errors.push(field.required(`${path}.secretName`))
    files(errors, path, v.secret)
  } else if (v.persistentVolumeClaim) {
    if (!v.persistentVolumeClaim.claimName) errors.push(field.required(`${path}.claimName`))
  } else if (v.downwardAPI) {
    mode(errors, `${path}.defaultMode`, v.downwardAPI.defaultMode)
    downwardFiles(errors, path, v.downwardAPI.items)
  } else if (v.projected) projected(errors, path, v.projected)
  else if (v.image) oneOf(errors, `${path}.pullPolicy`, v.image.pullPolicy, ['Always', 'IfNotPresent', 'Never'])
  else if (v.csi) {
    driverName(errors, `${path}.driver`, v.csi.driver)
    const secret = v.csi.nodePublishSecretRef
    if (secret && !secret.name) errors.push(field.required(`${path}.nodePublishSecretRef.name`))
    else if (secret?.name) say(errors, `${path}.name`, secret.name, dns1123Subdomain(secret.name))
  } else if (v.ephemeral) ephemeral(errors, path, v.ephemeral)
  else {
    sharedSource(errors, path, key, v)
    if (v.gitRepo?.directory) localPath(errors, `${path}.directory`, v.gitRepo.directory)
  }
}

function ephemeral(errors: Errors, path: string, { volumeClaimTemplate: template }: NonNullable<Volume['ephemeral']>): void {
  const at = `${path}.volumeClaimTemplate`
  if (!template) return void errors.push(field.required(at))
  annotations(errors, `${at}.metadata.annotations`, template.metadata?.annotations)
  labels(errors, `${at}.metadata.labels`, template.metadata?.labels)
  for (const [key, value] of Object.entries(template.metadata ?? {})) if (value != null && key !== 'labels' && key !== 'annotations') errors.push(field.forbidden(`${at}.metadata.${key}`, 'cannot be set'))
  claimSpec(errors, `${at}.spec`, (template.spec ?? {}) as PersistentVolumeClaim['spec'])
}
