/** CertificateSigningRequests. Source: certificates/v1 validation of Kubernetes. */
import { X509Certificate } from 'node:crypto'
import type { CertificateSigningRequest } from '../../../../shared/api/types.ts'
import type { FieldError } from '../../../../shared/errors.ts'
import { field } from '../../../../shared/errors.ts'
import { equal, type Errors } from './common.ts'
import { signerName } from './signer-name.ts'

const LEGACY_SIGNER = 'kubernetes.io/legacy-unknown'
const USAGES = [
  'any', 'cert sign', 'client auth', 'code signing', 'content commitment', 'crl sign', 'data encipherment', 'decipher only', 'digital signature', 'email protection', 'encipher only',
  'ipsec end system', 'ipsec tunnel', 'ipsec user', 'key agreement', 'key encipherment', 'microsoft sgc', 'netscape sgc', 'ocsp signing', 's/mime', 'server auth', 'signing', 'timestamping',
]
const MIN_SECONDS = 600
const PEM = /^-----BEGIN CERTIFICATE REQUEST-----\r?\n[A-Za-z0-9+/=\r\n]+-----END CERTIFICATE REQUEST-----\s*$/
const CERTIFICATES = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\r\n]+-----END CERTIFICATE-----/g
const STATUSES = ['False', 'True', 'Unknown']

type Conditions = NonNullable<CertificateSigningRequest['status']>['conditions']
const withTypes = (list: Conditions, types: readonly string[]): unknown[] => (list ?? []).filter((c) => types.includes(c.type))

export function validateRequest(object: CertificateSigningRequest): FieldError[] {
  const errors: Errors = []
  const spec = object.spec
  if (!spec) return [field.required('spec')]
  if (!PEM.test(Buffer.from(spec.request ?? '', 'base64').toString('latin1').trimStart())) errors.push(field.invalid('spec.request', spec.request ?? '', 'PEM block type must be CERTIFICATE REQUEST'))
  if (!spec.usages?.length) errors.push(field.required('spec.usages'))
  const seen = new Set<string>()
  spec.usages?.forEach((usage, i) => {
    if (!USAGES.includes(usage)) errors.push(field.notSupported(`spec.usages[${i}]`, usage, USAGES))
    if (seen.has(usage)) errors.push(field.duplicate(`spec.usages[${i}]`, usage))
    seen.add(usage)
  })
  signerName(errors, 'spec.signerName', spec.signerName)
  // It stands for requests of the API's first version, which named no signer.
  if (spec.signerName === LEGACY_SIGNER) errors.push(field.invalid('spec.signerName', spec.signerName, 'the legacy signerName is not allowed via this API version'))
  if (spec.expirationSeconds !== undefined && spec.expirationSeconds < MIN_SECONDS) errors.push(field.invalid('spec.expirationSeconds', spec.expirationSeconds, 'may not specify a duration less than 600 seconds (10 minutes)'))
  return errors
}

function conditions(errors: Errors, list: Conditions): void {
  const seen = new Set<string>()
  list?.forEach((c, i) => {
    const at = `status.conditions[${i}]`
    if (!c.type) errors.push(field.required(`${at}.type`))
    if (!c.status) errors.push(field.required(`${at}.status`))
    else if (!STATUSES.includes(c.status)) errors.push(field.notSupported(`${at}.status`, c.status, STATUSES))
    else if (['Approved', 'Denied', 'Failed'].includes(c.type) && c.status !== 'True') errors.push(field.notSupported(`${at}.status`, c.status, ['True']))
    if (seen.has(c.type)) errors.push(field.duplicate(`${at}.type`, c.type))
    seen.add(c.type)
  })
  if (seen.has('Approved') && seen.has('Denied')) errors.push(field.invalid('status.conditions', [...seen], 'Approved and Denied conditions are mutually exclusive'))
}

/** Decisions are for /approval alone, and nobody takes one back. */
export function validateRequestUpdate(object: CertificateSigningRequest, old: CertificateSigningRequest): FieldError[] {
  const errors: Errors = []
  if (!equal(object.spec, old.spec)) errors.push(field.invalid('spec', object.spec, 'field is immutable'))
  return errors
}

export function validateApproval(object: CertificateSigningRequest, old: CertificateSigningRequest): FieldError[] {
  const errors: Errors = []
  conditions(errors, object.status?.conditions)
  for (const type of ['Approved', 'Denied', 'Failed']) {
    if (withTypes(old.status?.conditions, [type]).length && !withTypes(object.status?.conditions, [type]).length) errors.push(field.forbidden('status.conditions', `updates may not remove a condition of type "${type}"`))
  }
  return errors
}

export function validateRequestStatus(object: CertificateSigningRequest, old: CertificateSigningRequest): FieldError[] {
  const errors = validateApproval(object, old)
  for (const type of ['Approved', 'Denied']) {
    if (!equal(withTypes(object.status?.conditions, [type]), withTypes(old.status?.conditions, [type]))) errors.push(field.forbidden('status.conditions', `updates may not add or modify a condition of type "${type}"`))
  }
  const given = object.status?.certificate
  if (old.status?.certificate && given !== old.status.certificate) errors.push(field.forbidden('status.certificate', 'updates may not modify a certificate that has been issued'))
  else if (given && !isCertificate(given)) errors.push(field.invalid('status.certificate', '<certificate data>', 'must contain at least one CERTIFICATE PEM block'))
  return errors
}

function isCertificate(base64: string): boolean {
  const blocks = Buffer.from(base64, 'base64').toString('latin1').match(CERTIFICATES) ?? []
  try {
    for (const block of blocks) void new X509Certificate(block)
    return blocks.length > 0
  } catch {
    return false
  }
}
