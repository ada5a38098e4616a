/** PersistentVolumeClaims. Source: core/v1 validation of Kubernetes. */
import type { PersistentVolumeClaim } from '../../../../shared/api/types.ts'
import type { FieldError } from '../../../../shared/errors.ts'
import { field } from '../../../../shared/errors.ts'
import { dns1123Subdomain } from '../../../../shared/labels.ts'
import { parseQuantity } from '../../../../shared/quantity.ts'
import { changed } from './changes.ts'
import { equal, optionalOneOf, say, type Errors } from './common.ts'
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
    if (!source.name) errors.push(field.required(`${path}.${name}.name`))
    if (!source.kind) errors.push(field.required(`${path}.${name}.kind`))
    if (!source.apiGroup && source.kind !== 'PersistentVolumeClaim') errors.push(field.invalid(`${path}.${name}`, source.kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup"))
  }
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
  // A claim may well have more than it asked for; only what it asks for anew is held against that.
  else if (nanos(asked) < nanos(before) && nanos(asked) < nanos(old.status?.capacity?.['storage'] ?? before))
    errors.push(field.forbidden('spec.resources.requests.storage', 'field can not be less than status.capacity'))
  return errors
}
