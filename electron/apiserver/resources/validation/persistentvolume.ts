/** PersistentVolumes. Source: core/v1 validation of Kubernetes. */
import type { PersistentVolume } from '../../../../shared/api/types.ts'
import type { FieldError } from '../../../../shared/errors.ts'
import { field } from '../../../../shared/errors.ts'
import { dns1123Subdomain } from '../../../../shared/labels.ts'
import { parseQuantity, QUANTITY_SYNTAX } from '../../../../shared/quantity.ts'
import { changed } from './changes.ts'
import { equal, IMMUTABLE, noBacksteps, optionalOneOf, say, type Errors } from './common.ts'
import { nodeSelector } from './affinity.ts'

export const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod']
const SOURCES = [
  'awsElasticBlockStore', 'azureDisk', 'azureFile', 'cephfs', 'cinder', 'csi', 'fc', 'flexVolume', 'flocker', 'gcePersistentDisk', 'glusterfs', 'hostPath', 'iscsi', 'local', 'nfs',
  'photonPersistentDisk', 'portworxVolume', 'quobyte', 'rbd', 'scaleIO', 'storageos', 'vsphereVolume',
] as const

export function accessModeFaults(errors: Errors, path: string, modes: readonly string[] | undefined, why: string): void {
  if (!modes?.length) {
    errors.push(field.required(path, why))
    return
  }
  for (const mode of modes) if (!ACCESS_MODES.includes(mode)) errors.push(field.notSupported(path, mode, ACCESS_MODES))
  if (modes.includes('ReadWriteOncePod') && modes.length > 1) errors.push(field.forbidden(path, 'may not use ReadWriteOncePod with other access modes'))
}

/** A quantity of storage that is more than nothing. */
export function storage(errors: Errors, path: string, given: string | undefined): void {
  const q = given === undefined ? undefined : parseQuantity(given)
  if (given === undefined) errors.push(field.required(path))
  else if (!q) errors.push(field.invalid(path, given, QUANTITY_SYNTAX))
  else if (q.nanos <= 0n) errors.push(field.invalid(path, given, 'must be greater than zero'))
}

function source(errors: Errors, spec: PersistentVolume['spec']): void {
  const given = SOURCES.filter((name) => spec[name] != null)
  if (given.length === 0) errors.push(field.required('spec', 'must specify a volume type'))
  for (const name of given.slice(1)) errors.push(field.forbidden(`spec.${name}`, 'may not specify more than 1 volume type'))
  if (spec.hostPath) {
    if (!spec.hostPath.path) errors.push(field.required('spec.hostPath.path'))
    else noBacksteps(errors, 'spec.hostPath.path', spec.hostPath.path)
    if (spec.hostPath.path === '/' && spec.persistentVolumeReclaimPolicy === 'Recycle') errors.push(field.forbidden('spec.persistentVolumeReclaimPolicy', "may not be 'recycle' for a hostPath mount of '/'"))
  }
  if (spec.local) {
    if (!spec.local.path) errors.push(field.required('spec.local.path'))
    else noBacksteps(errors, 'spec.local.path', spec.local.path)
    if (!spec.nodeAffinity) errors.push(field.required('spec.nodeAffinity', 'Local volume requires node affinity'))
  }
  if (spec.csi) {
    if (!spec.csi.driver) errors.push(field.required('spec.csi.driver'))
    if (!spec.csi.volumeHandle) errors.push(field.required('spec.csi.volumeHandle'))
  }
  if (spec.nfs) {
    if (!spec.nfs.server) errors.push(field.required('spec.nfs.server'))
    if (!spec.nfs.path) errors.push(field.required('spec.nfs.path'))
    else if (!spec.nfs.path.startsWith('/')) errors.push(field.invalid('spec.nfs.path', spec.nfs.path, 'must be an absolute path'))
  }
}

export function validatePersistentVolume(object: PersistentVolume): FieldError[] {
  const errors: Errors = []
  const spec = object.spec
  if (!spec) return [field.required('spec')]
  accessModeFaults(errors, 'spec.accessModes', spec.accessModes, '')
  const names = Object.keys(spec.capacity ?? {})
  if (names.length === 0) errors.push(field.required('spec.capacity'))
  else if (names.length > 1 || names[0] !== 'storage') errors.push(field.notSupported('spec.capacity', Object.keys(spec.capacity ?? {}).join(','), ['storage']))
  for (const name of names) storage(errors, `spec.capacity[${name}]`, spec.capacity?.[name])
  optionalOneOf(errors, 'spec.persistentVolumeReclaimPolicy', spec.persistentVolumeReclaimPolicy, ['Delete', 'Recycle', 'Retain'])
  if (spec.nodeAffinity) {
    if (!spec.nodeAffinity.required) errors.push(field.required('spec.nodeAffinity.required', 'must specify required node constraints'))
    else nodeSelector(errors, 'spec.nodeAffinity.required', spec.nodeAffinity.required)
  }
  source(errors, spec)
  if (spec.storageClassName) say(errors, 'spec.storageClassName', spec.storageClassName, dns1123Subdomain(spec.storageClassName))
  optionalOneOf(errors, 'spec.volumeMode', spec.volumeMode, ['Block', 'Filesystem'])
  return errors
}

export function validatePersistentVolumeUpdate(object: PersistentVolume, old: PersistentVolume): FieldError[] {
  const errors: Errors = []
  if (!object.spec || !old.spec) return errors
  const sourceOf = (o: PersistentVolume): unknown => Object.fromEntries(SOURCES.map((name) => [name, o.spec[name]]))
  const changes = changed(sourceOf(object), sourceOf(old), 'spec')
  if (changes.length) errors.push(field.forbidden('spec.persistentvolumesource', `spec.persistentvolumesource is immutable after creation\n  ${changes.join('\n  ')}`))
  if (object.spec.volumeMode !== old.spec.volumeMode) errors.push(field.invalid('spec.volumeMode', object.spec.volumeMode, IMMUTABLE))
  if (old.spec.nodeAffinity && !equal(object.spec.nodeAffinity, old.spec.nodeAffinity)) errors.push(field.invalid('spec.nodeAffinity', object.spec.nodeAffinity ?? null, IMMUTABLE))
  return errors
}
