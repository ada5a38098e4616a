/** PersistentVolumes. Source: core/v1 validation of Kubernetes. */
import type { PersistentVolume } from '../../../../shared/api/types.ts'
import type { FieldError } from '../../../../shared/errors.ts'
import { field } from '../../../../shared/errors.ts'
import { dns1123Label, dns1123Subdomain } from '../../../../shared/labels.ts'
import { parseQuantity, QUANTITY_SYNTAX } from '../../../../shared/quantity.ts'
import { changed } from './changes.ts'
import { equal, IMMUTABLE, noBacksteps, optionalOneOf, say, type Errors } from './common.ts'
import { nodeSelector } from './affinity.ts'
import { driverName, PV_SOURCES, sharedSource } from './volume-sources.ts'

export const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod']
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
  const given = PV_SOURCES.filter((name) => spec[name] != null)
  const [first] = given
  if (first === undefined) errors.push(field.required('spec', 'must specify a volume type'))
  else if (first === 'csi' && spec.csi) csi(errors, 'spec.csi', spec.csi)
  else if (first === 'local' && spec.local) {
    if (!spec.local.path) errors.push(field.required('spec.local.path'))
    else noBacksteps(errors, 'spec.local.path', spec.local.path)
    if (!spec.nodeAffinity) errors.push(field.required('spec.nodeAffinity', 'Local volume requires node affinity'))
  } else sharedSource(errors, `spec.${first}`, first, spec)
  for (const name of given.slice(1)) errors.push(field.forbidden(`spec.${name}`, 'may not specify more than 1 volume type'))
  if (spec.hostPath?.path === '/' && spec.persistentVolumeReclaimPolicy === 'Recycle') errors.push(field.forbidden('spec.persistentVolumeReclaimPolicy', "may not be 'recycle' for a hostPath mount of '/'"))
}

const SECRETS = ['controllerPublishSecretRef', 'controllerExpandSecretRef', 'nodePublishSecretRef', 'nodeExpandSecretRef'] as const

function csi(errors: Errors, path: string, given: NonNullable<PersistentVolume['spec']['csi']>): void {
  driverName(errors, `${path}.driver`, given.driver)
  if (!given.volumeHandle) errors.push(field.required(`${path}.volumeHandle`))
  for (const key of SECRETS) {
    const secret = given[key]
    if (!secret) continue
    if (!secret.name) errors.push(field.required(`${path}.${key}.name`))
    else say(errors, `${path}.${key}.name`, secret.name, dns1123Subdomain(secret.name))
    if (!secret.namespace) errors.push(field.required(`${path}.${key}.namespace`))
    else say(errors, `${path}.${key}.namespace`, secret.namespace, dns1123Label(secret.namespace))
  }
}

export function validatePersistentVolume(object: PersistentVolume): FieldError[] {
  const errors: Errors = []
  const spec = object.spec
  if (!spec) return [field.required('spec')]
  accessModeFaults(errors, 'spec.accessModes', spec.accessModes, '')
  const names = Object.keys(spec.capacity ?? {})
  if (names.length === 0) errors.push(field.required('spec.capacity'))
  if (names.length !== 1 || names[0] !== 'storage') errors.push(field.notSupported('spec.capacity', spec.capacity, ['storage']))
  for (const name of names) storage(errors, `spec.capacity[${name}]`, spec.capacity?.[name])
  optionalOneOf(errors, 'spec.persistentVolumeReclaimPolicy', spec.persistentVolumeReclaimPolicy, ['Delete', 'Recycle', 'Retain'])
  if (spec.nodeAffinity) {
    if (!spec.nodeAffinity.required) errors.push(field.required('spec.nodeAffinity.required', 'must specify required node constraints'))
    else nodeSelector(errors, 'spec.nodeAffinity.required', spec.nodeAffinity.required)
  }
  source(errors, spec)
  if (spec.storageClassName) say(errors, 'spec.storageClassName', spec.storageClassName, dns1123Subdomain(spec.storageClassName))
  optionalOneOf(errors, 'spec.volumeMode', spec.volumeMode, ['Block', 'Filesystem'])
  const attributes = spec.volumeAttributesClassName
  if (attributes === undefined) return errors
  if (attributes === '') errors.push(field.required('spec.volumeAttributesClassName', 'an empty string is disallowed'))
  else say(errors, 'spec.volumeAttributesClassName', attributes, dns1123Subdomain(attributes))
  if (!spec.csi) errors.push(field.required('spec.csi', 'has to be specified when using volumeAttributesClassName'))
  return errors
}

export function validatePersistentVolumeUpdate(object: PersistentVolume, old: PersistentVolume): FieldError[] {
  const errors: Errors = []
  if (!object.spec || !old.spec) return errors
  // What a driver needs to make it larger may be told later.
  const late = old.spec.csi && object.spec.csi && !old.spec.csi.controllerExpandSecretRef
  const sourceOf = ({ spec }: PersistentVolume): unknown => Object.fromEntries(PV_SOURCES.map((name) => [name, name === 'csi' && spec.csi && late ? { ...spec.csi, controllerExpandSecretRef: undefined } : spec[name]]))
  const changes = changed(sourceOf(object), sourceOf(old), 'spec')
  if (changes.length) errors.push(field.forbidden('spec.persistentvolumesource', `spec.persistentvolumesource is immutable after creation\n  ${changes.join('\n  ')}`))
  // The paths are upstream's: of these two it leaves out the spec.
  if (object.spec.volumeMode !== old.spec.volumeMode) errors.push(field.invalid('volumeMode', object.spec.volumeMode, IMMUTABLE))
  if (old.spec.nodeAffinity && !equal(object.spec.nodeAffinity, old.spec.nodeAffinity)) errors.push(field.invalid('nodeAffinity', object.spec.nodeAffinity ?? null, `${IMMUTABLE}, except for updating from beta label to GA`))
  if (old.spec.volumeAttributesClassName !== undefined && object.spec.volumeAttributesClassName === undefined) errors.push(field.forbidden('spec.volumeAttributesClassName', 'update from non-nil value to nil is forbidden'))
  return errors
}
