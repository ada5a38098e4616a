/** Where containers mount the volumes of their pod. Paths are upstream's: of some faults it tells the list, not the mount. */
import type { Container, Volume, VolumeMount } from '../../../../shared/api/types.ts'
import { field } from '../../../../shared/errors.ts'
import type { Errors } from './common.ts'
import { localPath, optionalOneOf } from './common.ts'

const PROPAGATIONS = ['Bidirectional', 'HostToContainer', 'None']

/** Source: kubernetes pkg/apis/core/validation, ValidateVolumeMounts. */
function recursiveReadOnly(errors: Errors, path: string, { recursiveReadOnly: mode, readOnly, mountPropagation }: VolumeMount): void {
  if (mode === undefined || mode === 'Disabled') return
  if (mode !== 'Enabled' && mode !== 'IfPossible') return void errors.push(field.notSupported(path, mode, ['Disabled', 'Enabled', 'IfPossible']))
  if (!readOnly) errors.push(field.forbidden(path, 'may only be specified when readOnly is true'))
  if (mountPropagation !== undefined && mountPropagation !== 'None') errors.push(field.forbidden(path, 'may only be specified when mountPropagation is None or not specified'))
}

type Volumes = ReadonlyMap<string, Volume>

export function volumeMounts(errors: Errors, path: string, container: Container, volumes: Volumes): void {
  if (!container.volumeMounts) return
  const taken = new Set<string>()
  container.volumeMounts.forEach((mount, i) => {
    const at = `${path}[${i}]`
    if (!mount.name) errors.push(field.required(`${at}.name`))
    if (!volumes.has(mount.name)) errors.push(field.notFound(`${at}.name`, mount.name ?? ''))
    if (!mount.mountPath) errors.push(field.required(`${at}.mountPath`))
    if (taken.has(mount.mountPath)) errors.push(field.invalid(`${at}.mountPath`, mount.mountPath, 'must be unique'))
    taken.add(mount.mountPath)
    for (const device of container.volumeDevices ?? []) {
      if (device.name === mount.name) errors.push(field.invalid(`${at}.name`, mount.name, 'must not already exist in volumeDevices'))
      if (device.devicePath === mount.mountPath) errors.push(field.invalid(`${at}.mountPath`, mount.mountPath, 'must not already exist as a path in volumeDevices'))
    }
    if (mount.subPath && mount.subPathExpr) errors.push(field.invalid(`${at}.subPathExpr`, mount.subPathExpr, 'subPathExpr and subPath are mutually exclusive'))
    for (const key of ['subPath', 'subPathExpr'] as const) if (mount[key]) localPath(errors, `${path}.${key}`, mount[key])
    optionalOneOf(errors, `${path}.mountPropagation`, mount.mountPropagation, PROPAGATIONS)
    if (mount.mountPropagation === 'Bidirectional' && !container.securityContext?.privileged)
      errors.push(field.forbidden(`${path}.mountPropagation`, 'Bidirectional mount propagation is available only to privileged containers'))
    recursiveReadOnly(errors, `${path}.recursiveReadOnly`, mount)
  })
}

/** Block devices: only a claim's. */
export function volumeDevices(errors: Errors, path: string, container: Container, volumes: Volumes): void {
  if (!container.volumeDevices) return
  const names = new Set<string>()
  const paths = new Set<string>()
  container.volumeDevices.forEach(({ name, devicePath }, i) => {
    const at = `${path}[${i}]`
    const volume = volumes.get(name)
    if (!name) errors.push(field.required(`${at}.name`))
    if (names.has(name)) errors.push(field.invalid(`${at}.name`, name, 'must be unique'))
    if (!volume) errors.push(field.notFound(`${at}.name`, name ?? ''))
    else if (!volume.persistentVolumeClaim && !volume.ephemeral) errors.push(field.invalid(`${at}.name`, name, 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode'))
    if (!devicePath) errors.push(field.required(`${at}.devicePath`))
    if (paths.has(devicePath)) errors.push(field.invalid(`${at}.devicePath`, devicePath, 'must be unique'))
    if (devicePath?.split('/').includes('..')) errors.push(field.invalid(`${at}.devicePath`, devicePath, "can not contain backsteps ('..')"))
    else paths.add(devicePath)
    for (const mount of container.volumeMounts ?? []) {
      if (mount.name === name) errors.push(field.invalid(`${at}.name`, name, 'must not already exist in volumeMounts'))
      if (mount.mountPath === devicePath) errors.push(field.invalid(`${at}.devicePath`, devicePath, 'must not already exist as a path in volumeMounts'))
    }
    names.add(name)
  })
}
