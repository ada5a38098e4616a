/** Volumes of a pod, and the places where containers mount them. */
import { isAbsolute } from 'node:path/posix'
import type { Container, Volume, VolumeMount } from '../../../../shared/api/types.ts'
import { field } from '../../../../shared/errors.ts'
import { dns1123Label, dns1123Subdomain } from '../../../../shared/labels.ts'
import { parseQuantity, QUANTITY_SYNTAX } from '../../../../shared/quantity.ts'
import type { Errors } from './common.ts'
import { localPath, noBacksteps, optionalOneOf, say } from './common.ts'
import { fieldRef, resourceFieldRef } from './env.ts'

const MODE = 'must be a number between 0 and 0777 (octal), both inclusive'
const MAX_MODE = 0o777
const HOST_PATH_TYPES = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket']
const DOWNWARD_FIELDS = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid']
const MIN_TOKEN_SECONDS = 600

/** Checks the volumes and answers their names. */
export function volumes(errors: Errors, path: string, list: readonly Volume[] | undefined): ReadonlySet<string> {
  const names = new Set<string>()
  list?.forEach((volume, i) => {
    const at = `${path}[${i}]`
    if (!volume.name) errors.push(field.required(`${at}.name`))
    else {
      say(errors, `${at}.name`, volume.name, dns1123Label(volume.name))
      if (names.has(volume.name)) errors.push(field.duplicate(`${at}.name`, volume.name))
    }
    names.add(volume.name)
    source(errors, at, volume)
  })
  return names
}

function source(errors: Errors, path: string, volume: Volume): void {
  let found = 0
  for (const key in volume) {
    if (key === 'name' || volume[key as keyof Volume] == null) continue
    if (found++ > 0) errors.push(field.forbidden(`${path}.${key}`, 'may not specify more than 1 volume type'))
    else details(errors, `${path}.${key}`, volume)
  }
  if (found === 0) errors.push(field.required(path, 'must specify a volume type'))
}

function details(errors: Errors, path: string, v: Volume): void {
  if (v.emptyDir?.sizeLimit !== undefined) {
    const q = parseQuantity(v.emptyDir.sizeLimit)
    if (!q) errors.push(field.invalid(`${path}.sizeLimit`, v.emptyDir.sizeLimit, QUANTITY_SYNTAX))
    else if (q.nanos < 0n) errors.push(field.forbidden(`${path}.sizeLimit`, 'SizeLimit field must be a valid resource quantity'))
  } else if (v.hostPath) {
    if (!v.hostPath.path) errors.push(field.required(`${path}.path`))
    else noBacksteps(errors, `${path}.path`, v.hostPath.path)
    optionalOneOf(errors, `${path}.type`, v.hostPath.type, HOST_PATH_TYPES)
  } else if (v.configMap) {
    if (!v.configMap.name) errors.push(field.required(`${path}.name`))
    files(errors, path, v.configMap)
  } else if (v.secret) {
    if (!v.secret.secretName) errors.push(field.required(`${path}.secretName`))
    files(errors, path, v.secret)
  } else if (v.persistentVolumeClaim) {
    if (!v.persistentVolumeClaim.claimName) errors.push(field.required(`${path}.claimName`))
    else say(errors, `${path}.claimName`, v.persistentVolumeClaim.claimName, dns1123Subdomain(v.persistentVolumeClaim.claimName))
  } else if (v.downwardAPI) downward(errors, path, v.downwardAPI)
  else if (v.projected) projected(errors, path, v.projected)
  else if (v.image) {
    if (!v.image.reference) errors.push(field.required(`${path}.reference`))
    optionalOneOf(errors, `${path}.pullPolicy`, v.image.pullPolicy, ['Always', 'IfNotPresent', 'Never'])
  }
}

function mode(errors: Errors, path: string, value: number | undefined): void {
  if (value !== undefined && (value < 0 || value > MAX_MODE)) errors.push(field.invalid(path, value, MODE))
}

interface Files { defaultMode?: number; items?: readonly { key: string; path: string; mode?: number }[] }
function files(errors: Errors, path: string, given: Files): void {
  mode(errors, `${path}.defaultMode`, given.defaultMode)
  given.items?.forEach((item, i) => {
    const at = `${path}.items[${i}]`
    if (!item.key) errors.push(field.required(`${at}.key`))
    if (!item.path) errors.push(field.required(`${at}.path`))
    else localPath(errors, `${at}.path`, item.path)
    mode(errors, `${at}.mode`, item.mode)
  })
}

type Downward = NonNullable<Volume['downwardAPI']>
function downward(errors: Errors, path: string, given: Downward): void {
  mode(errors, `${path}.defaultMode`, given.defaultMode)
  given.items?.forEach((item, i) => {
    const at = `${path}.items[${i}]`
    if (!item.path) errors.push(field.required(`${at}.path`))
    else localPath(errors, `${at}.path`, item.path)
    if (item.fieldRef) {
      fieldRef(errors, `${at}.fieldRef`, item.fieldRef, DOWNWARD_FIELDS)
      if (item.resourceFieldRef) errors.push(field.invalid(at, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'))
    } else if (item.resourceFieldRef) {
      if (!item.resourceFieldRef.containerName) errors.push(field.required(`${at}.resourceFieldRef.containerName`))
      resourceFieldRef(errors, `${at}.resourceFieldRef`, item.resourceFieldRef)
    } else errors.push(field.required(at, 'one of fieldRef and resourceFieldRef is required'))
    mode(errors, `${at}.mode`, item.mode)
  })
}

type Projected = NonNullable<Volume['projected']>
function projected(errors: Errors, path: string, given: Projected): void {
  mode(errors, `${path}.defaultMode`, given.defaultMode)
  given.sources?.forEach((entry, i) => {
    const at = `${path}.sources[${i}]`
    let found = 0
    for (const key in entry) {
      if (entry[key as keyof typeof entry] == null) continue
      if (found++ > 0) errors.push(field.forbidden(`${at}.${key}`, 'may not specify more than 1 volume type per source'))
    }
    if (found === 0) errors.push(field.required(at, 'must specify a volume source'))
    for (const key of ['configMap', 'secret'] as const) {
      const named = entry[key]
      if (!named) continue
      if (!named.name) errors.push(field.required(`${at}.${key}.name`))
      files(errors, `${at}.${key}`, named)
    }
    if (entry.downwardAPI) downward(errors, `${at}.downwardAPI`, entry.downwardAPI)
    const token = entry.serviceAccountToken
    if (token) {
      if (!token.path) errors.push(field.required(`${at}.serviceAccountToken.path`))
      else localPath(errors, `${at}.serviceAccountToken.path`, token.path)
      if (token.expirationSeconds !== undefined && token.expirationSeconds < MIN_TOKEN_SECONDS)
        errors.push(field.invalid(`${at}.serviceAccountToken.expirationSeconds`, token.expirationSeconds, 'may not specify a duration less than 10 minutes'))
    }
  })
}

/** Source: kubernetes pkg/apis/core/validation, ValidateVolumeMounts. */
function recursiveReadOnly(errors: Errors, path: string, { recursiveReadOnly: mode, readOnly, mountPropagation }: VolumeMount): void {
  if (mode === undefined || mode === 'Disabled') return
  if (mode !== 'Enabled' && mode !== 'IfPossible') return void errors.push(field.notSupported(path, mode, ['Disabled', 'Enabled', 'IfPossible']))
  if (!readOnly) errors.push(field.forbidden(path, 'may only be specified when readOnly is true'))
  if (mountPropagation !== undefined && mountPropagation !== 'None') errors.push(field.forbidden(path, 'may only be specified when mountPropagation is None or not specified'))
}

export function volumeMounts(errors: Errors, path: string, container: Container, names: ReadonlySet<string>): void {
  const taken = new Set<string>()
  container.volumeMounts?.forEach((mount, i) => {
    const at = `${path}.volumeMounts[${i}]`
    if (!mount.name) errors.push(field.required(`${at}.name`))
    else if (!names.has(mount.name)) errors.push(field.notFound(`${at}.name`, mount.name))
    if (!mount.mountPath) errors.push(field.required(`${at}.mountPath`))
    if (taken.has(mount.mountPath)) errors.push(field.invalid(`${at}.mountPath`, mount.mountPath, 'must be unique'))
    taken.add(mount.mountPath)
    if (mount.subPath && mount.subPathExpr) errors.push(field.invalid(`${at}.subPathExpr`, mount.subPathExpr, 'subPathExpr and subPath are mutually exclusive'))
    for (const key of ['subPath', 'subPathExpr'] as const) {
      const value = mount[key]
      if (!value) continue
      if (isAbsolute(value)) errors.push(field.invalid(`${at}.${key}`, value, 'must be a relative path'))
      noBacksteps(errors, `${at}.${key}`, value)
    }
    optionalOneOf(errors, `${at}.mountPropagation`, mount.mountPropagation, ['Bidirectional', 'HostToContainer', 'None'])
    if (mount.mountPropagation === 'Bidirectional' && !container.securityContext?.privileged)
      errors.push(field.forbidden(`${at}.mountPropagation`, 'Bidirectional mount propagation is available only to privileged containers'))
    recursiveReadOnly(errors, `${at}.recursiveReadOnly`, mount)
  })
}
