/** From a request's body to a checked object: decode, compare the kind, prune, and say what was unknown. */
import { badRequest, field, invalid, type StatusError } from '../../shared/errors.ts'
import { BodyError, decodeBody } from './codec/decode.ts'
import { hasProtobuf } from './codec/protobuf/encode.ts'
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
  /** API versions of earlier releases that it may still be written in, with the same fields. */
  readonly formerly?: readonly string[]
}
export type FieldValidation = 'Ignore' | 'Warn' | 'Strict'

const VALIDATIONS = ['Ignore', 'Strict', 'Warn']
const OPTIONS: Readonly<Record<string, string>> = { PATCH: 'PatchOptions', PUT: 'UpdateOptions' }

export function fieldValidationOf({ query, method }: Pick<ApiRequest, 'query' | 'method'>): FieldValidation {
  const text = query.get('fieldValidation')
  if (!text) return 'Warn'
  if (!VALIDATIONS.includes(text)) throw invalid({ group: 'meta.k8s.io', kind: OPTIONS[method] ?? 'CreateOptions' }, '', [field.notSupported('fieldValidation', text, ['', ...VALIDATIONS])])
  return text as FieldValidation
}

/** The body as plain data, read by its content type. In process it is the object itself: not ours to change. */
export function rawBody(request: ApiRequest, decode: typeof decodeBody = decodeBody): { object: unknown; duplicates: string[] } {
  const { body } = request
  if (body === undefined) return { object: undefined, duplicates: [] }
  return body instanceof Uint8Array ? decode(body, request.headers['content-type']) : { object: body, duplicates: [] }
}

const TYPE_META = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'
const SCHEME = 'pkg/api/legacyscheme/scheme.go:30'
const SHOWN_BYTES = 30

const unrecognized = (kind: BodyKind, why: string): string => `the object provided is unrecognized (must be of type ${kind.kind}): ${why}`

/** How a body begins that nobody could read: as text where it looks like JSON, else in hexadecimal. */
function beginning(bytes: Uint8Array): string {
  if (bytes.length === 0) return '<empty>'
  const shown = Buffer.from(bytes.subarray(0, SHOWN_BYTES)).toString(bytes[0] === 0x7b ? 'utf8' : 'hex')
  return bytes.length > SHOWN_BYTES ? `${shown} ...` : shown
}

/** Go's package of the internal types of a group. */
export const packageOf = (group: string): string => (group === '' || group === 'events.k8s.io' ? 'core' : (group.split('.')[0] as string))

/** What is said of a body that names another kind or version than the path; undefined: it names none, or the right one. */
function otherKind(data: Readonly<Record<string, unknown>>, kind: BodyKind): StatusError | undefined {
  const expected = kind.group ? `${kind.group}/${kind.version}` : kind.version
  const given = typeof data['apiVersion'] === 'string' && data['apiVersion'] !== '' ? data['apiVersion'] : expected
  const named = typeof data['kind'] === 'string' && data['kind'] !== '' ? data['kind'] : kind.kind
  if (named === kind.kind && (given === expected || kind.formerly?.includes(given))) return undefined
  const version = given.slice(given.lastIndexOf('/') + 1)
  const foreign = `${named} in version ${JSON.stringify(version)} cannot be handled as a ${kind.kind}: `
  if (kind.decode) {
    if (given !== expected) return badRequest(`the API version in the data (${given}) does not match the expected API version (${expected})`)
    return invalid(kind, '', [field.invalid('kind', named, `must be ${kind.kind}`)])
  }
  if (!hasProtobuf(given, named)) return badRequest(`${foreign}no kind ${JSON.stringify(named)} is registered for version ${JSON.stringify(given)} in scheme ${JSON.stringify(SCHEME)}`)
  if (named === kind.kind && given.slice(0, given.lastIndexOf('/')) === kind.group) return badRequest(`the API version in the data (${given}) does not match the expected API version (${expected})`)
  return badRequest(`${foreign}converting (${version}.${named}) to (${packageOf(kind.group)}.${kind.kind}): unknown conversion`)
}

/** Repeated keys of YAML are told in lines, under one head. */
const together = (duplicates: readonly string[]): readonly string[] =>
  duplicates[0]?.startsWith('line ') ? [['yaml: unmarshal errors:', ...duplicates.map((d) => `  ${d}`)].join('\n')] : duplicates

/** Unknown and duplicate fields: an error, warnings, or nothing. */
function report(unknown: readonly string[], duplicates: readonly string[], mode: FieldValidation, where: string, warn: (message: string) => void): void {
  if (mode === 'Ignore' || unknown.length + duplicates.length === 0) return
  const strange = unknown.map((f) => `unknown field ${JSON.stringify(f)}`)
  if (mode === 'Strict') throw badRequest(`${where}strict decoding error: ${[...together(duplicates), ...strange].join(', ')}`)
  for (const sentence of [...duplicates, ...strange]) warn(sentence)
}

/** What an apply does with keys that appear twice. */
function reportApplied(duplicates: readonly string[], mode: FieldValidation, warn: (message: string) => void): void {
  if (mode === 'Ignore' || !duplicates.length) return
  if (mode === 'Strict') throw badRequest(`error strict decoding YAML: error converting YAML to JSON: ${together(duplicates).join(', ')}`)
  for (const sentence of duplicates) warn(sentence)
}

/**
 * Checks plain data against a kind and returns a fresh, mutable object.
 * @param applied of what is applied: how it is refused for what does not fit its type, which it must not have whatever the mode; undefined: Go finds the fault
 * @throws StatusError BadRequest
 */
export function checkBody(data: unknown, duplicates: readonly string[], kind: BodyKind, schemas: Schemas, mode: FieldValidation, warn: (message: string) => void, applied?: (unknown: readonly string[]) => StatusError | undefined): Stored {
  if (!isRecord(data)) throw badRequest(unrecognized(kind, `couldn't get version/kind; json parse error: json: cannot unmarshal ${Array.isArray(data) ? 'array' : typeof data} into Go value of type ${TYPE_META}`))
  const mistaken = otherKind(data, kind)
  if (mistaken) throw mistaken
  const where = `${kind.kind} in version ${JSON.stringify(kind.version)} cannot be handled as a ${kind.kind}: `
  const { object, unknown, errors } = kind.decode ? kind.decode(data) : checkObject(data, kind.schema, schemas)
  const refusal = unknown.length || errors.length ? applied?.(unknown) : undefined
  if (refusal) throw refusal
  if (applied) reportApplied(duplicates, mode, warn)
  if (errors.length) throw badRequest(where + errors.join(', '))
  if (!applied) report(unknown, duplicates, mode, where, warn)
  object.metadata ??= { name: '' }
  return object as Stored
}

/** decode + check of a POST or PUT. */
export function decodeObject(request: ApiRequest, kind: BodyKind, schemas: Schemas, warn: (message: string) => void): Stored {
  const mode = fieldValidationOf(request)
  let raw: ReturnType<typeof rawBody>
  try {
    raw = rawBody(request)
    // No body at all is read as an empty one.
    if (raw.object === undefined) decodeBody(new Uint8Array(), undefined)
  } catch (error) {
    throw error instanceof BodyError ? badRequest(unrecognized(kind, `${error.message} (${beginning(error.bytes)})`)) : error
  }
  // JSON's null says nothing, as an empty object does.
  return checkBody(raw.object === null ? {} : raw.object, raw.duplicates, kind, schemas, mode, warn)
}
