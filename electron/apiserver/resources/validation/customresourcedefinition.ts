/** What a CustomResourceDefinition must say, its schemas apart. Source: Kubernetes documentation, "Extend the Kubernetes API with CustomResourceDefinitions". */
import type { CustomResourceDefinition } from '../../../../shared/api/types.ts'
import { field, type FieldError } from '../../../../shared/errors.ts'
import { dns1035Label, dns1123Subdomain } from '../../../../shared/labels.ts'
import { equal, IMMUTABLE, oneOf, say, type Errors } from './common.ts'
import { APPROVAL, approvalOf } from '../../extensions/crd-approval.ts'
import { clientConfig } from './webhooks.ts'

type Spec = CustomResourceDefinition['spec']
type Names = Spec['names']
const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string']
const COLUMN_FORMATS = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password']
/** Versions of ConversionReview that are spoken here. */
const REVIEWS = ['v1', 'v1beta1']
const WARNING_LENGTH = 256
const SELECTABLE_LIMIT = 8

function label(errors: Errors, path: string, value: string | undefined): void {
  if (!value) errors.push(field.required(path))
  else say(errors, path, value, dns1035Label(value))
}

function validateNames(errors: Errors, path: string, names: Partial<Names>): void {
  label(errors, `${path}.plural`, names.plural)
  if (names.singular) label(errors, `${path}.singular`, names.singular)
  for (const name of ['kind', 'listKind'] as const) {
    const value = names[name]
    if (!value) errors.push(field.required(`${path}.${name}`))
    else if (dns1035Label(value.toLowerCase()).length) errors.push(field.invalid(`${path}.${name}`, value, `may have mixed case, but should otherwise match: ${dns1035Label(value.toLowerCase()).join(',')}`))
  }
  names.shortNames?.forEach((name, i) => say(errors, `${path}.shortNames[${i}]`, name, dns1035Label(name)))
  if (names.kind && names.kind === names.listKind) errors.push(field.invalid(`${path}.listKind`, names.listKind, 'kind and listKind may not be the same'))
  names.categories?.forEach((name, i) => say(errors, `${path}.categories[${i}]`, name, dns1035Label(name)))
}

function validateConversion(errors: Errors, conversion: NonNullable<Spec['conversion']>): void {
  const path = 'spec.conversion'
  oneOf(errors, `${path}.strategy`, conversion.strategy, ['None', 'Webhook'])
  const { webhook } = conversion
  if (conversion.strategy === 'None' && webhook) errors.push(field.forbidden(`${path}.webhook`, 'should not be set when strategy is not set to Webhook'))
  if (conversion.strategy !== 'Webhook') return
  if (!webhook) return void errors.push(field.required(`${path}.webhook`, 'required when strategy is set to Webhook'))
  const { clientConfig: given, conversionReviewVersions } = webhook
  if (!given) errors.push(field.required(`${path}.webhook.clientConfig`, 'required when strategy is set to Webhook'))
  else clientConfig(errors, `${path}.webhook.clientConfig`, given)
  if (!conversionReviewVersions?.length) errors.push(field.required(`${path}.webhook.conversionReviewVersions`))
  else {
    conversionReviewVersions.forEach((version, i) => {
      if (conversionReviewVersions.indexOf(version) !== i) errors.push(field.invalid(`${path}.webhook.conversionReviewVersions[${i}]`, version, 'duplicate version'))
      else say(errors, `${path}.webhook.conversionReviewVersions[${i}]`, version, dns1035Label(version))
    })
    if (!conversionReviewVersions.some((v) => REVIEWS.includes(v))) errors.push(field.invalid(`${path}.webhook.conversionReviewVersions`, conversionReviewVersions, `must include at least one of ${REVIEWS.join(', ')}`))
  }
}

function validateWarning(errors: Errors, path: string, { deprecated, deprecationWarning: text }: Spec['versions'][number]): void {
  const say = (why: string): void => void errors.push(field.invalid(`${path}.deprecationWarning`, text, why))
  if (text === undefined) return
  if (!deprecated) return say('can only be set for deprecated versions')
  if (Buffer.byteLength(text) > WARNING_LENGTH) say(`must be <= ${WARNING_LENGTH} characters long`)
  if (!text) say('must not be an empty string')
  const odd = [...text].findIndex((char) => /[\p{C}\p{Zl}\p{Zp}]/u.test(char))
  if (odd >= 0) say(`must only contain printable UTF-8 characters; non-printable character found at index ${odd}`)
}

function validateVersions(errors: Errors, spec: Spec): void {
  const versions = spec.versions ?? []
  if (!versions.length) errors.push(field.required('spec.versions'))
  const seen = new Set<string>()
  versions.forEach((version, i) => {
    const path = `spec.versions[${i}]`
    label(errors, `${path}.name`, version.name)
    if (seen.has(version.name)) errors.push(field.invalid('spec.versions', version.name, 'must contain unique version names'))
    seen.add(version.name)
    validateWarning(errors, path, version)
    version.additionalPrinterColumns?.forEach((column, c) => {
      const at = `${path}.additionalPrinterColumns[${c}]`
      if (!column.name) errors.push(field.required(`${at}.name`))
      const types = `must be one of ${COLUMN_TYPES.join(',')}`
      if (!column.type) errors.push(field.required(`${at}.type`, types))
      else if (!COLUMN_TYPES.includes(column.type)) errors.push(field.invalid(`${at}.type`, column.type, types))
      if (column.format && !COLUMN_FORMATS.includes(column.format)) errors.push(field.invalid(`${at}.format`, column.format, `must be one of ${COLUMN_FORMATS.join(',')}`))
      if (!column.jsonPath) errors.push(field.required(`${at}.JSONPath`))
      else if (!column.jsonPath.startsWith('.')) errors.push(field.invalid(`${at}.JSONPath`, column.jsonPath, 'must be a simple json path starting with .'))
    })
    if ((version.selectableFields?.length ?? 0) > SELECTABLE_LIMIT) errors.push(field.tooMany(`${path}.selectableFields`, version.selectableFields?.length ?? 0, SELECTABLE_LIMIT))
  })
  const storage = versions.filter((v) => v.storage).length
  if (versions.length && storage !== 1) errors.push(field.invalid('spec.versions', versions.map((v) => v.name), 'must have exactly one version marked as storage version'))
}

export function validateDefinition(object: CustomResourceDefinition): FieldError[] {
  const errors: Errors = []
  const spec = object.spec
  const { group = '', names = {} as Names } = spec
  if (!group) errors.push(field.required('spec.group'))
  else if (dns1123Subdomain(group).length) say(errors, 'spec.group', group, dns1123Subdomain(group))
  else if (!group.includes('.')) errors.push(field.invalid('spec.group', group, 'should be a domain with at least one dot'))
  const approval = approvalOf(object)
  const at = `metadata.annotations[${APPROVAL}]`
  if (approval?.state === 'missing') errors.push(field.required(at, approval.message))
  else if (approval?.state === 'invalid') errors.push(field.invalid(at, object.metadata.annotations?.[APPROVAL], approval.message))
  oneOf(errors, 'spec.scope', spec.scope, ['Cluster', 'Namespaced'])
  if (spec.preserveUnknownFields) errors.push(field.invalid('spec.preserveUnknownFields', true, 'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead'))
  validateNames(errors, 'spec.names', names)
  const wanted = `${names.plural}.${group}`
  if (names.plural && group && object.metadata.name !== wanted) errors.push(field.invalid('metadata.name', object.metadata.name, 'must be spec.names.plural+"."+spec.group'))
  validateVersions(errors, spec)
  if (spec.conversion) validateConversion(errors, spec.conversion)
  errors.push(...storedVersions(object))
  return errors
}

/** Versions in which objects may still be stored. */
export function storedVersions({ spec, status }: CustomResourceDefinition): FieldError[] {
  const names = new Set((spec.versions ?? []).map((v) => v.name))
  const stored = status?.storedVersions ?? []
  const path = 'status.storedVersions'
  if (!stored.length) return [field.invalid(path, stored, 'must have at least one stored version')]
  const current = spec.versions?.find((v) => v.storage)?.name
  const missing = current !== undefined && !stored.includes(current) ? [field.invalid(path, stored, `must have the storage version ${current}`)] : []
  return [...missing, ...stored.flatMap((version, i) => (names.has(version) ? [] : [field.invalid(`status.storedVersions[${i}]`, version, `missing from spec.versions; ${version} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${version} and removes ${version} from status.storedVersions`)]))]
}

export const isEstablished = (object: CustomResourceDefinition): boolean => object.status?.conditions?.some((c) => c.type === 'Established' && c.status === 'True') ?? false

export function validateDefinitionUpdate(object: CustomResourceDefinition, old: CustomResourceDefinition): FieldError[] {
  const errors: Errors = []
  if (!isEstablished(old)) return errors
  const unchanged = (path: string, now: unknown, before: unknown): void => {
    if (!equal(now, before)) errors.push(field.invalid(path, now, IMMUTABLE))
  }
  unchanged('spec.group', object.spec.group, old.spec.group)
  unchanged('spec.scope', object.spec.scope, old.spec.scope)
  // What is absent is required, and `validateDefinition` says so.
  const { kind, plural } = object.spec.names ?? ({} as Partial<Names>)
  unchanged('spec.names.kind', kind, old.spec.names.kind)
  unchanged('spec.names.plural', plural, old.spec.names.plural)
  return errors
}
