/** From a request's body to a checked object: decode, compare the kind, prune, and say what was unknown. */
import { badRequest, failure } from '../../shared/errors.ts'
import { decodeBody } from './codec/decode.ts'
import { isRecord } from './json.ts'
import type { Stored } from './registry/env.ts'
import { checkObject, type Checked } from './schema/check.ts'
import type { Schemas } from './schema.ts'
import type { ApiRequest } from './types.ts'

export interface BodyKind {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly schema: string
  readonly decode?: (body: Readonly<Record<string, unknown>>) => Checked
}
export type FieldValidation = 'Ignore' | 'Warn' | 'Strict'

const VALIDATIONS = ['Ignore', 'Warn', 'Strict']

export function fieldValidationOf(query: URLSearchParams): FieldValidation {
  const text = query.get('fieldValidation')
  if (!text) return 'Warn'
  if (!VALIDATIONS.includes(text)) throw failure(422, 'Invalid', `CreateOptions.meta.k8s.io "" is invalid: fieldValidation: Invalid value: ${JSON.stringify(text)}: fieldValidation parameter must be one of ${VALIDATIONS.join(', ')}`)
  return text as FieldValidation
}

/** The body as plain data, read by its content type. In process it is the object itself: not ours to change. */
export function rawBody(request: ApiRequest, decode: typeof decodeBody = decodeBody): { object: unknown; duplicates: string[] } {
  const { body } = request
  if (body === undefined) return { object: undefined, duplicates: [] }
  return body instanceof Uint8Array ? decode(body, request.headers['content-type']) : { object: body, duplicates: [] }
}

/** Unknown and duplicate fields: an error, warnings, or nothing. */
function report(unknown: readonly string[], duplicates: readonly string[], mode: FieldValidation, where: string, warn: (message: string) => void): void {
  if (mode === 'Ignore' || unknown.length + duplicates.length === 0) return
  const sentences = [...duplicates.map((f) => `duplicate field ${JSON.stringify(f)}`), ...unknown.map((f) => `unknown field ${JSON.stringify(f)}`)]
  if (mode === 'Strict') throw badRequest(`${where}strict decoding error: ${sentences.join(', ')}`)
  for (const sentence of sentences) warn(sentence)
}

/**
 * Checks plain data against a kind and returns a fresh, mutable object.
 * @throws StatusError BadRequest
 */
export function checkBody(data: unknown, duplicates: readonly string[], kind: BodyKind, schemas: Schemas, mode: FieldValidation, warn: (message: string) => void): Stored {
  if (!isRecord(data)) throw badRequest(`the body must be an object of kind ${kind.kind}`)
  const expected = kind.group ? `${kind.group}/${kind.version}` : kind.version
  const given = data['apiVersion']
  if (given !== undefined && given !== '' && given !== expected) throw badRequest(`the API version in the data (${String(given)}) does not match the expected API version (${expected})`)
  const named = data['kind']
  const where = `${kind.kind} in version ${JSON.stringify(kind.version)} cannot be handled as a ${kind.kind}: `
  if (named !== undefined && named !== '' && named !== kind.kind) {
    throw badRequest(`${String(named)} in version ${JSON.stringify(kind.version)} cannot be handled as a ${kind.kind}: the kind in the data (${String(named)}) does not match the expected kind (${kind.kind})`)
  }
  const { object, unknown, errors } = kind.decode ? kind.decode(data) : checkObject(data, kind.schema, schemas)
  if (errors.length) throw badRequest(where + errors.join(', '))
  report(unknown, duplicates, mode, where, warn)
  object.metadata ??= { name: '' }
  return object as Stored
}

/** decode + check of a POST or PUT. */
export function decodeObject(request: ApiRequest, kind: BodyKind, schemas: Schemas, warn: (message: string) => void): Stored {
  const mode = fieldValidationOf(request.query)
  const { object, duplicates } = rawBody(request)
  return checkBody(object, duplicates, kind, schemas, mode, warn)
}
