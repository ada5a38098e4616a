/** Validation of names and metadata. Source: Kubernetes documentation, "Object Names and IDs", "Labels", "Annotations", "Finalizers", "Owners". */
import type { KubeObject, ObjectMeta } from '../../../shared/api/meta.ts'
import { field, type FieldError } from '../../../shared/errors.ts'
import { annotationKey, labelValue, MAX_ANNOTATION_BYTES, nameErrors, qualifiedName } from '../../../shared/labels.ts'
import { jsonEqual } from '../json.ts'
import type { KindDefinition } from '../resources/kind.ts'

export function validateLabels(labels: unknown, path: string): FieldError[] {
  const errors: FieldError[] = []
  for (const [key, value] of Object.entries((labels ?? {}) as Record<string, string>)) {
    for (const fault of qualifiedName(key)) errors.push(field.invalid(path, key, fault))
    for (const fault of labelValue(value)) errors.push(field.invalid(path, value, fault))
  }
  return errors
}

export function validateAnnotations(annotations: unknown, path: string): FieldError[] {
  const errors: FieldError[] = []
  let bytes = 0
  for (const [key, value] of Object.entries((annotations ?? {}) as Record<string, string>)) {
    for (const fault of annotationKey(key)) errors.push(field.invalid(path, key, fault))
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value)
  }
  if (bytes > MAX_ANNOTATION_BYTES) errors.push(field.tooLong(path, MAX_ANNOTATION_BYTES))
  return errors
}

const STANDARD_FINALIZERS = new Set(['kubernetes', 'orphan', 'foregroundDeletion'])

/** Kinds whose finalizers may be any qualified name: those of users, and those that define them. */
const isFree = (kind: KindDefinition): boolean => kind.decode !== undefined || kind.group === 'apiextensions.k8s.io' || kind.group === 'apiregistration.k8s.io'

function validateFinalizers(kind: KindDefinition, meta: ObjectMeta): FieldError[] {
  const errors: FieldError[] = []
  const finalizers = meta.finalizers ?? []
  finalizers.forEach((name, i) => {
    const faults = qualifiedName(name)
    for (const fault of faults) errors.push(field.invalid(`metadata.finalizers[${i}]`, name, fault))
    if (!faults.length && !isFree(kind) && !name.includes('/') && !STANDARD_FINALIZERS.has(name)) {
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
  if (meta.generateName) for (const fault of nameErrors(rule, meta.generateName, true)) errors.push(field.invalid('metadata.generateName', meta.generateName, fault))
  if (!meta.name) errors.push(field.required('metadata.name', 'name or generateName is required'))
  else for (const fault of nameErrors(rule, meta.name)) errors.push(field.invalid('metadata.name', meta.name, fault))
  if (meta.labels) errors.push(...validateLabels(meta.labels, 'metadata.labels'))
  if (meta.annotations) errors.push(...validateAnnotations(meta.annotations, 'metadata.annotations'))
  if (meta.finalizers?.length) errors.push(...validateFinalizers(kind, meta))
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
