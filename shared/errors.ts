/**
 * Errors as the Kubernetes API knows them: a Status with a reason a program can read and a sentence a person can act on.
 * Wording follows what kubectl users know. Source of reasons and codes: Kubernetes API conventions, "Response Status Kind".
 */
import type { Status } from './api/meta.ts'

export interface GroupResource {
  group: string
  resource: string
}
/** `pods`, `deployments.apps`: how messages name a resource. */
export const qualified = (r: GroupResource): string => (r.group ? `${r.resource}.${r.group}` : r.resource)

/** The kind of a field error; decides its sentence and its `cause.reason`. */
export type FieldErrorType =
  | 'FieldValueRequired' | 'FieldValueInvalid' | 'FieldValueNotSupported' | 'FieldValueDuplicate'
  | 'FieldValueForbidden' | 'FieldValueTooLong' | 'FieldValueTooMany' | 'FieldValueNotFound' | 'FieldValueTypeInvalid'

/** One fault of one field: `field` is a path such as `spec.containers[0].image`. `message` is the whole sentence without the path. */
export interface FieldError {
  type: FieldErrorType
  field: string
  message: string
}

const show = (v: unknown): string => (typeof v === 'string' ? JSON.stringify(v) : v === undefined ? 'null' : JSON.stringify(v))

/** Builders for field errors, in the wording that kubectl users know. */
export const field = {
  required: (field: string, detail = ''): FieldError => ({ type: 'FieldValueRequired', field, message: detail ? `Required value: ${detail}` : 'Required value' }),
  invalid: (field: string, value: unknown, detail: string): FieldError => ({ type: 'FieldValueInvalid', field, message: `Invalid value: ${show(value)}: ${detail}` }),
  /** As invalid, where the value says nothing: a list of conditions, a rule as a whole. */
  invalidWhole: (field: string, detail: string): FieldError => ({ type: 'FieldValueInvalid', field, message: `Invalid value: ${detail}` }),
  typeInvalid: (field: string, value: unknown, detail: string): FieldError => ({ type: 'FieldValueTypeInvalid', field, message: `Invalid value: ${show(value)}: ${detail}` }),
  /** @param asGiven a schema's values come in the order of the schema; those of Go's sets are sorted */
  notSupported: (field: string, value: unknown, supported: readonly string[], asGiven = false): FieldError => ({
    type: 'FieldValueNotSupported', field, message: `Unsupported value: ${show(value)}: supported values: ${(asGiven ? [...supported] : [...supported].sort()).map((s) => JSON.stringify(s)).join(', ')}`,
  }),
  duplicate: (field: string, value: unknown): FieldError => ({ type: 'FieldValueDuplicate', field, message: `Duplicate value: ${show(value)}` }),
  forbidden: (field: string, detail: string): FieldError => ({ type: 'FieldValueForbidden', field, message: `Forbidden: ${detail}` }),
  tooLong: (field: string, max: number): FieldError => ({ type: 'FieldValueTooLong', field, message: `Too long: may not be more than ${max} bytes` }),
  tooMany: (field: string, actual: number, max: number): FieldError => ({ type: 'FieldValueTooMany', field, message: `Too many: ${actual}: must have at most ${max} items` }),
  notFound: (field: string, value: unknown, detail = ''): FieldError => ({ type: 'FieldValueNotFound', field, message: `Not found: ${show(value)}${detail && `: ${detail}`}` }),
}

/** An error that is a Kubernetes Status. The only error type that crosses the API. */
export class StatusError extends Error {
  readonly status: Status
  constructor(status: Status) {
    super(status.message ?? status.reason ?? 'unknown error')
    this.name = 'StatusError'
    this.status = status
  }
  get code(): number {
    return this.status.code ?? 500
  }
  get reason(): string {
    return this.status.reason ?? 'Unknown'
  }
}

/** Builds a Status of kind Failure. */
export function failure(code: number, reason: string, message: string, details?: Status['details']): StatusError {
  return new StatusError({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, ...(details ? { details } : {}), code } as Status)
}

const det = (r: GroupResource, name: string): NonNullable<Status['details']> => ({ ...(name ? { name } : {}), ...(r.group ? { group: r.group } : {}), kind: r.resource })

export const notFound = (r: GroupResource, name: string): StatusError => failure(404, 'NotFound', `${qualified(r)} ${JSON.stringify(name)} not found`, det(r, name))
export const pathNotFound = (): StatusError => failure(404, 'NotFound', 'the server could not find the requested resource', {})
export const alreadyExists = (r: GroupResource, name: string): StatusError => failure(409, 'AlreadyExists', `${qualified(r)} ${JSON.stringify(name)} already exists`, det(r, name))
export const conflict = (r: GroupResource, name: string, why = 'the object has been modified; please apply your changes to the latest version and try again'): StatusError =>
  failure(409, 'Conflict', `Operation cannot be fulfilled on ${qualified(r)} ${JSON.stringify(name)}: ${why}`, det(r, name))
export const badRequest = (message: string): StatusError => failure(400, 'BadRequest', message)
export const unauthorized = (message = 'Unauthorized'): StatusError => failure(401, 'Unauthorized', message)
export const forbidden = (r: GroupResource, name: string, why: string): StatusError =>
  failure(403, 'Forbidden', `${qualified(r)}${name ? ` ${JSON.stringify(name)}` : ''} is forbidden: ${why}`, det(r, name))
export const methodNotAllowed = (message = 'the server does not allow this method on the requested resource', of?: GroupResource): StatusError => failure(405, 'MethodNotAllowed', message, of ? det(of, '') : {})
export const notAcceptable = (accepted: string): StatusError => failure(406, 'NotAcceptable', `only the following media types are accepted: ${accepted}`)
export const unsupportedMediaType = (accepted: string): StatusError =>
  failure(415, 'UnsupportedMediaType', `the body of the request was in an unknown format - accepted media types include: ${accepted}`)
export const requestTooLarge = (message: string): StatusError => failure(413, 'RequestEntityTooLarge', message)
export const expired = (message = 'The resourceVersion for the provided watch is too old.'): StatusError => failure(410, 'Expired', message)
export const tooManyRequests = (message: string, retryAfterSeconds: number): StatusError => failure(429, 'TooManyRequests', message, { retryAfterSeconds })
export const timeout = (message: string, details?: Status['details']): StatusError => failure(504, 'Timeout', `Timeout: ${message}`, details)
export const serviceUnavailable = (message: string): StatusError => failure(503, 'ServiceUnavailable', message)
export const internalError = (e: unknown): StatusError => failure(500, 'InternalError', `Internal error occurred: ${e instanceof Error ? e.message : String(e)}`)

/** 422 with one cause for each field error; the sentence lists them as kubectl shows them. */
export function invalid(kind: { group: string; kind: string }, name: string, errors: readonly FieldError[]): StatusError {
  const lines = errors.map((e) => `${e.field}: ${e.message}`)
  // The sentence says each once; the causes are all there.
  const told = [...new Set(lines)]
  const list = told.length === 1 ? told[0] : `[${told.join(', ')}]`
  const what = kind.group ? `${kind.kind}.${kind.group}` : kind.kind
  return failure(422, 'Invalid', `${what} ${JSON.stringify(name)} is invalid: ${list}`, {
    ...(name ? { name } : {}), ...(kind.group ? { group: kind.group } : {}), kind: kind.kind,
    causes: errors.map((e) => ({ reason: e.type, message: e.message, field: e.field })),
  })
}

const is = (reason: string) => (e: unknown): e is StatusError => e instanceof StatusError && e.reason === reason
export const isNotFound = is('NotFound')
export const isConflict = is('Conflict')
export const isAlreadyExists = is('AlreadyExists')
export const isExpired = (e: unknown): e is StatusError => e instanceof StatusError && (e.reason === 'Expired' || e.reason === 'Gone')
/** Anything thrown, as a StatusError. */
export const toStatusError = (e: unknown): StatusError => (e instanceof StatusError ? e : internalError(e))
