/** PersistentVolumeClaims. Source: core/v1 validation of Kubernetes. */
import type { PersistentVolumeClaim } from '../../../../shared/api/types.ts'
import type { FieldError } from '../../../../shared/errors.ts'
import { field } from '../../../../shared/errors.ts'
import { dns1123Label, dns1123Subdomain } from '../../../../shared/labels.ts'
import { parseQuantity, QUANTITY_SYNTAX } from '../../../../shared/quantity.ts'
import { changed } from './changes.ts'
import { equal, IMMUTABLE, optionalOneOf, say, type Errors } from './common.ts'
import { labelSelector } from './metadata.ts'
import { accessModeFaults, storage } from './persistentvolume.ts'

type ClaimSpec = PersistentVolumeClaim['spec']

export function claimSpec(errors: Errors, path: string, spec: ClaimSpec): void {
  accessModeFaults(errors, `${path}.accessModes`, spec.accessModes, 'at least 1 access mode is required')
  labelSelector(errors, `${path}.selector`, spec.selector)
  storage(errors, `${path}.resources[storage]`, spec.resources?.requests?.['storage'])
  if (spec.storageClassName) say(errors, `${path}.storageClassName`, spec.storageClassName, dns1123Subdomain(spec.storageClassName))
  optionalOneOf(errors, `${path}.volumeMode`, spec.volumeMode, ['Block', 'Filesystem'])
  for (const name of ['dataSource', 'dataSourceRef'] as const) {
    const source = spec[name]
    if (!source) continue
    const at = `${path}.${name}`
    if (!source.name) errors.push(field.required(`${at}.name`))
    if (!source.kind) errors.push(field.required(`${at}.kind`))
    if (!source.apiGroup && source.kind !== 'PersistentVolumeClaim') errors.push(field.invalid(at, source.kind ?? '', "must be 'PersistentVolumeClaim' when referencing the default apiGroup"))
    if (source.apiGroup) say(errors, `${at}.apiGroup`, source.apiGroup, dns1123Subdomain(source.apiGroup))
  }
  const { dataSource: source, dataSourceRef: reference } = spec
  if (reference?.namespace) say(errors, `${path}.dataSourceRef.namespace`, reference.namespace, dns1123Label(reference.namespace))
  if (source && reference?.namespace) errors.push(field.invalid(path, `${path}.dataSource`, 'may not be specified when dataSourceRef.namespace is specified'))
  else if (source && reference && (source.apiGroup !== reference.apiGroup || source.kind !== reference.kind || source.name !== reference.name)) errors.push(field.invalid(path, `${path}.dataSource`, 'must match dataSourceRef'))
  if (spec.volumeAttributesClassName) say(errors, `${path}.volumeAttributesClassName`, spec.volumeAttributesClassName, dns1123Subdomain(spec.volumeAttributesClassName))
}

export function validateClaim(object: PersistentVolumeClaim): FieldError[] {
  const errors: Errors = []
  if (!object.spec) return [field.required('spec')]
  claimSpec(errors, 'spec', object.spec)
  return errors
}

const nanos = (text: string | undefined): bigint => parseQuantity(text ?? '0')?.nanos ?? 0n
const FROZEN = 'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims'

/** What may not change, of a spec whose volume has just been bound, or whose class has just been chosen, or which has grown. */
function fixedPart(spec: ClaimSpec, old: ClaimSpec): unknown {
  const { resources, volumeName, storageClassName, volumeAttributesClassName: _class, ...rest } = spec
  const { requests: _requests, ...other } = resources ?? {}
  return { ...rest, other, volumeName: old.volumeName ? volumeName : undefined, storageClassName: old.storageClassName === undefined ? undefined : storageClassName }
}

export function validateClaimUpdate(object: PersistentVolumeClaim, old: PersistentVolumeClaim): FieldError[] {
  const errors: Errors = []
  if (!object.spec || !old.spec) return errors
  const bound = old.status?.phase === 'Bound'
  const asked = object.spec.resources?.requests?.['storage']
  const before = old.spec.resources?.requests?.['storage']
  if (!equal(fixedPart(object.spec, old.spec), fixedPart(old.spec, old.spec)) || (!bound && !equal(object.spec.resources?.requests, old.spec.resources?.requests)))
    errors.push(field.forbidden('spec', `${FROZEN}\n  ${changed(object.spec, old.spec, 'spec').join('\n  ')}`))
  // One that could not grow may ask for less again, but for no less than it has.
  if (nanos(asked) < nanos(before) && nanos(asked) <= nanos(old.status?.capacity?.['storage'])) errors.push(field.forbidden('spec.resources.requests.storage', 'field can not be less than status.capacity'))
  // The path is upstream's, which leaves out the spec.
  if (object.spec.volumeMode !== old.spec.volumeMode) errors.push(field.invalid('volumeMode', object.spec.volumeMode, IMMUTABLE))
  const [now, then] = [object.spec.volumeAttributesClassName, old.spec.volumeAttributesClassName]
  if (then !== undefined && now === undefined) errors.push(field.forbidden('spec.volumeAttributesClassName', 'update from non-nil value to nil is forbidden'))
  else if (then !== undefined && now === '') errors.push(field.forbidden('spec.volumeAttributesClassName', 'update from non-nil value to an empty string is forbidden'))
  return errors
}

/** What it got: amounts that are none are told as numbers, as upstream does. */
export function validateClaimStatus(object: PersistentVolumeClaim): FieldError[] {
  const errors: Errors = []
  for (const list of ['capacity', 'allocatedResources'] as const) for (const [name, text] of Object.entries(object.status?.[list] ?? {})) {
    const q = parseQuantity(text)
    if (!q) errors.push(field.invalid(`status.${list}[${name}]`, text, QUANTITY_SYNTAX))
    else if (q.nanos < 0n) errors.push(field.invalid(`status.${list}[${name}]`, Number(q.nanos / 1_000_000_000n), 'must be a valid resource quantity'))
  }
  return errors
}
