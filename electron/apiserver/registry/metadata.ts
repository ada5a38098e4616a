/** Validation of names and metadata. Source: Kubernetes documentation, "Object Names and IDs", "Labels", "Annotations", "Finalizers", "Owners". */
import type { KubeObject, ObjectMeta } from '../../../shared/api/meta.ts'
import { field, type FieldError } from '../../../shared/errors.ts'
import { labelKeyFault, labelValueFault } from '../../../shared/selectors.ts'
import { jsonEqual } from '../json.ts'
import type { KindDefinition } from '../resources/kind.ts'

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
const LABEL_1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const ANNOTATIONS_LIMIT = 256 * 1024

const SUBDOMAIN_TEXT = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
const LABEL_TEXT = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
const LABEL_1035_TEXT = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"

type NameRule = NonNullable<KindDefinition['nameRule']>

/** Why this is no name under the rule; empty: it is one. */
export function nameFaults(name: string, rule: NameRule): string[] {
  const faults: string[] = []
  switch (rule) {
    case 'subdomain':
      if (name.length > 253) faults.push('must be no more than 253 bytes')
      if (!SUBDOMAIN.test(name)) faults.push(SUBDOMAIN_TEXT)
      break
    case 'label':
      if (name.length > 63) faults.push('must be no more than 63 bytes')
      if (!LABEL.test(name)) faults.push(LABEL_TEXT)
      break
    case 'label1035':
      if (name.length > 63) faults.push('must be no more than 63 bytes')
      if (!LABEL_1035.test(name)) faults.push(LABEL_1035_TEXT)
      break
    case 'path':
      if (name === '.' || name === '..') faults.push(`may not be '${name}'`)
      else for (const bad of ['/', '%']) if (name.includes(bad)) faults.push(`may not contain '${bad}'`)
      break
  }
  return faults
}

export function validateLabels(labels: unknown, path: string): FieldError[] {
  const errors: FieldError[] = []
  for (const [key, value] of Object.entries((labels ?? {}) as Record<string, string>)) {
    const keyFault = labelKeyFault(key)
    if (keyFault) errors.push(field.invalid(path, key, keyFault))
    const valueFault = labelValueFault(value)
    if (valueFault) errors.push(field.invalid(path, value, valueFault))
  }
  return errors
}

export function validateAnnotations(annotations: unknown, path: string): FieldError[] {
  const errors: FieldError[] = []
  let bytes = 0
  for (const [key, value] of Object.entries((annotations ?? {}) as Record<string, string>)) {
    const fault = labelKeyFault(key.toLowerCase())
    if (fault) errors.push(field.invalid(path, key, fault))
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value)
  }
  if (bytes > ANNOTATIONS_LIMIT) errors.push(field.tooLong(path, ANNOTATIONS_LIMIT))
  return errors
}

const STANDARD_FINALIZERS = new Set(['kubernetes', 'orphan', 'foregroundDeletion'])

function validateFinalizers(meta: ObjectMeta): FieldError[] {
  const errors: FieldError[] = []
  const finalizers = meta.finalizers ?? []
  finalizers.forEach((name, i) => {
    const fault = labelKeyFault(name)
    if (fault) errors.push(field.invalid(`metadata.finalizers[${i}]`, name, fault))
    else if (!name.includes('/') && !STANDARD_FINALIZERS.has(name)) {
      errors.push(field.invalid(`metadata.finalizers[${i}]`, name, 'name is neither a standard finalizer name nor is it fully qualified'))
    }
  })
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    errors.push(field.invalid('metadata.finalizers', finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'))
  }
  return errors
}

function validateOwners(meta: ObjectMeta): FieldError[] {
  const errors: FieldError[] = []
  let controller: string | undefined
  ;(meta.ownerReferences ?? []).forEach((owner, i) => {
    const path = `metadata.ownerReferences[${i}]`
    if (!owner.apiVersion) errors.push(field.invalid(`${path}.apiVersion`, owner.apiVersion ?? '', 'version must not be empty'))
    if (!owner.kind) errors.push(field.invalid(`${path}.kind`, owner.kind ?? '', 'must not be empty'))
    if (!owner.name) errors.push(field.invalid(`${path}.name`, owner.name ?? '', 'must not be empty'))
    if (!owner.uid) errors.push(field.invalid(`${path}.uid`, owner.uid ?? '', 'must not be empty'))
    if (owner.controller) {
      if (controller !== undefined) {
        errors.push(field.invalid('metadata.ownerReferences', meta.ownerReferences, `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${owner.name}`))
      }
      controller = owner.name
    }
  })
  return errors
}

export function validateMetadata(kind: KindDefinition, meta: ObjectMeta): FieldError[] {
  const errors: FieldError[] = []
  const rule = kind.nameRule ?? 'subdomain'
  if (!meta.name) errors.push(field.required('metadata.name', 'name or generateName is required'))
  else for (const fault of nameFaults(meta.name, rule)) errors.push(field.invalid('metadata.name', meta.name, fault))
  if (meta.labels) errors.push(...validateLabels(meta.labels, 'metadata.labels'))
  if (meta.annotations) errors.push(...validateAnnotations(meta.annotations, 'metadata.annotations'))
  if (meta.finalizers?.length) errors.push(...validateFinalizers(meta))
  if (meta.ownerReferences?.length) errors.push(...validateOwners(meta))
  return errors
}

const IMMUTABLE = ['name', 'namespace', 'uid', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const

/** What an update may not change. The caller has filled in what the body left out. */
export function validateMetadataUpdate(draft: KubeObject, old: KubeObject): FieldError[] {
  const errors: FieldError[] = []
  for (const name of IMMUTABLE) {
    if (!jsonEqual(draft.metadata[name], old.metadata[name])) errors.push(field.invalid(`metadata.${name}`, draft.metadata[name], 'field is immutable'))
  }
  if (old.metadata.deletionTimestamp) {
    const before = new Set(old.metadata.finalizers)
    const added = (draft.metadata.finalizers ?? []).filter((f) => !before.has(f))
    if (added.length) {
      errors.push(field.forbidden('metadata.finalizers', `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((f) => JSON.stringify(f)).join(', ')}}`))
    }
  }
  return errors
}
