/** What a CustomResourceDefinition must say, its schemas apart. Source: Kubernetes documentation, "Extend the Kubernetes API with CustomResourceDefinitions". */
import type { CustomResourceDefinition } from '../../../../shared/api/types.ts'
import { field, type FieldError } from '../../../../shared/errors.ts'
import { dns1035Label, dns1123Subdomain } from '../../../../shared/labels.ts'
import { equal, IMMUTABLE, oneOf, say, type Errors } from './common.ts'
import { APPROVAL, approvalOf } from '../../extensions/crd-approval.ts'
import { places, shown } from './customresourcedefinition-places.ts'
import { caBundleFault, clientConfig } from './webhooks.ts'

type Spec = CustomResourceDefinition['spec']
type Names = Spec['names']
const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string']
const COLUMN_FORMATS = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password']
/** Versions of ConversionReview that are spoken here. */
const REVIEWS = ['v1', 'v1beta1']
const WARNING_LENGTH = 256

/** The names that are given, of a specification or of those that were accepted. */
function validateNames(errors: Errors, path: string, names: Partial<Names>): void {
  for (const name of ['plural', 'singular'] as const) if (names[name]) say(errors, `${path}.${name}`, names[name], dns1035Label(names[name]))
  for (const name of ['kind', 'listKind'] as const) {
    const value = names[name]
    const faults = value ? dns1035Label(value.toLowerCase()) : []
    if (faults.length) errors.push(field.invalid(`${path}.${name}`, value, `may have mixed case, but should otherwise match: ${faults.join(',')}`))
  }
  names.shortNames?.forEach((name, i) => say(errors, `${path}.shortNames[${i}]`, name, dns1035Label(name)))
  if (names.kind && names.kind === names.listKind) errors.push(field.invalid(`${path}.listKind`, names.listKind, 'kind and listKind may not be the same'))
  names.categories?.forEach((name, i) => say(errors, `${path}.categories[${i}]`, name, dns1035Label(name)))
}

/** Paths are of the internal form, in which the client's configuration stands beside the versions. */
function validateConversion(errors: Errors, conversion: NonNullable<Spec['conversion']>, anyBundle: boolean): void {
  const path = 'spec.conversion'
  const { webhook } = conversion
  const { clientConfig: given, conversionReviewVersions = [] } = (webhook ?? {}) as Partial<NonNullable<typeof webhook>>
  oneOf(errors, `${path}.strategy`, conversion.strategy, ['None', 'Webhook'])
  if (conversion.strategy !== 'Webhook') {
    const detail = 'should not be set when strategy is not set to Webhook'
    if (given) errors.push(field.forbidden(`${path}.webhookClientConfig`, detail))
    if (conversionReviewVersions.length) errors.push(field.forbidden(`${path}.conversionReviewVersions`, detail))
    return
  }
  if (!given) errors.push(field.required(`${path}.webhookClientConfig`, 'required when strategy is set to Webhook'))
  else {
    clientConfig(errors, `${path}.webhookClientConfig`, given)
    const fault = given.caBundle && !anyBundle ? caBundleFault(given.caBundle) : undefined
    if (fault !== undefined) errors.push(field.invalid(`${path}.webhookClientConfig.caBundle`, given.caBundle, fault))
  }
  if (!conversionReviewVersions.length) return void errors.push(field.required(`${path}.conversionReviewVersions`))
  conversionReviewVersions.forEach((version, i) => {
    if (conversionReviewVersions.indexOf(version) !== i) errors.push(field.invalid(`${path}.conversionReviewVersions[${i}]`, version, 'duplicate version'))
    else say(errors, `${path}.conversionReviewVersions[${i}]`, version, dns1035Label(version))
  })
  if (!conversionReviewVersions.some((v) => REVIEWS.includes(v))) errors.push(field.invalid(`${path}.conversionReviewVersions`, conversionReviewVersions, `must include at least one of ${REVIEWS.join(', ')}`))
}

function validateWarning(errors: Errors, path: string, { deprecated, deprecationWarning: text }: Spec['versions'][number]): void {
  const say = (why: string): void => void errors.push(field.invalid(`${path}.deprecationWarning`, text, why))
  if (text === undefined) return
  if (!deprecated) return say('can only be set for deprecated versions')
  if (Buffer.byteLength(text) > WARNING_LENGTH) say(`must be <= ${WARNING_LENGTH} characters long`)
  if (!text) say('must not be an empty string')
  // Of spaces, the plain one alone can be printed.
  const odd = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u.exec(text)
  if (odd) say(`must only contain printable UTF-8 characters; non-printable character found at index ${Buffer.byteLength(text.slice(0, odd.index))}`)
}

function validateColumns(errors: Errors, path: string, version: Spec['versions'][number]): void {
  version.additionalPrinterColumns?.forEach((column, c) => {
    const at = `${path}[${c}]`
    if (!column.name) errors.push(field.required(`${at}.name`))
    const types = `must be one of ${COLUMN_TYPES.join(',')}`
    if (!column.type) errors.push(field.required(`${at}.type`, types))
    else if (!COLUMN_TYPES.includes(column.type)) errors.push(field.invalid(`${at}.type`, column.type, types))
    if (column.format && !COLUMN_FORMATS.includes(column.format)) errors.push(field.invalid(`${at}.format`, column.format, `must be one of ${COLUMN_FORMATS.join(',')}`))
    if (!column.jsonPath) errors.push(field.required(`${at}.JSONPath`))
    else if (!column.jsonPath.startsWith('.')) errors.push(field.invalid(`${at}.JSONPath`, column.jsonPath, 'must be a simple json path starting with .'))
  })
}

function validateVersions(errors: Errors, spec: Spec): void {
  const versions = spec.versions ?? []
  versions.forEach((version, i) => {
    say(errors, `spec.versions[${i}].name`, version.name, dns1035Label(version.name))
    validateWarning(errors, `spec.versions[${i}]`, version)
  })
  if (new Set(versions.map((v) => v.name)).size !== versions.length) errors.push(field.invalid('spec.versions', shown(spec.versions), 'must contain unique version names'))
  if (versions.filter((v) => v.storage).length !== 1) errors.push(field.invalid('spec.versions', shown(spec.versions), 'must have exactly one version marked as storage version'))
  // The internal form has the first version's name once more.
  const first = versions[0]?.name
  if (first) say(errors, 'spec.version', first, dns1035Label(first))
  for (const { version, path } of places(versions, 'additionalPrinterColumns')) validateColumns(errors, path, version)
}

/** @param old what is replaced */
export function validateDefinition(object: CustomResourceDefinition, old?: CustomResourceDefinition): FieldError[] {
  const errors: Errors = []
  const spec = object.spec
  const { group = '', names = {} as Names } = spec
  const wanted = `${names.plural ?? ''}.${group}`
  // Later neither can change.
  if (!old && object.metadata.name !== wanted) errors.push(field.invalid('metadata.name', object.metadata.name, 'must be spec.names.plural+"."+spec.group'))
  if (!group) errors.push(field.required('spec.group'))
  else if (dns1123Subdomain(group).length) say(errors, 'spec.group', group, dns1123Subdomain(group))
  else if (!group.includes('.')) errors.push(field.invalid('spec.group', group, 'should be a domain with at least one dot'))
  oneOf(errors, 'spec.scope', spec.scope, ['Cluster', 'Namespaced'])
  validateVersions(errors, spec)
  for (const name of ['plural', 'singular', 'kind', 'listKind'] as const) if (!names[name]) errors.push(field.required(`spec.names.${name}`))
  validateNames(errors, 'spec.names', names)
  if (spec.conversion) validateConversion(errors, spec.conversion, !old || !isEstablished(old) || hasBadBundle(old))
  errors.push(...acceptedNames(object), ...storedVersions(object))
  const approval = approvalOf(object)
  const at = `metadata.annotations[${APPROVAL}]`
  if (approval?.state === 'missing') errors.push(field.required(at, approval.message))
  else if (approval?.state === 'invalid') errors.push(field.invalid(at, object.metadata.annotations?.[APPROVAL], approval.message))
  if (spec.preserveUnknownFields) errors.push(field.invalid('spec.preserveUnknownFields', true, 'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead'))
  return errors
}

const hasBadBundle = ({ spec }: CustomResourceDefinition): boolean => {
  const bundle = spec.conversion?.webhook?.clientConfig?.caBundle
  return Boolean(bundle && caBundleFault(bundle) !== undefined)
}

/** Of a status, the names alone are looked at. */
export function acceptedNames({ status }: CustomResourceDefinition): FieldError[] {
  const errors: Errors = []
  if (status?.acceptedNames) validateNames(errors, 'status.acceptedNames', status.acceptedNames)
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
  const unchanged = (path: string, now: unknown, before: unknown): void => {
    if (!equal(now, before)) errors.push(field.invalid(path, now, IMMUTABLE))
  }
  // What is absent is required, and `validateDefinition` says so.
  const { kind, plural } = object.spec.names ?? ({} as Partial<Names>)
  if (isEstablished(old)) {
    unchanged('spec.scope', object.spec.scope, old.spec.scope)
    unchanged('spec.names.kind', kind, old.spec.names?.kind)
  }
  // The name of the definition itself is made of these.
  unchanged('spec.group', object.spec.group, old.spec.group)
  unchanged('spec.names.plural', plural, old.spec.names?.plural)
  return errors
}
