/** Bodies of requests: JSON, YAML, and Kubernetes' protobuf. */
import { failure, StatusError, unsupportedMediaType } from '../../../shared/errors.ts'
import { atOnce, type Steps } from '../stretch.ts'
import { setKey } from '../json.ts'
import { duplicateSteps, TOO_DEEP } from './duplicates.ts'
import { jsonFault } from './json-fault.ts'
import { parseJson } from '../../../shared/numbers.ts'
import { decodeProtobuf, ProtobufError } from './protobuf/decode.ts'
import { readAhead, type Decoded } from './read-ahead.ts'
import { decodeYaml } from './yaml.ts'

export const PROTOBUF = 'application/vnd.kubernetes.protobuf'
/** What a POST, PUT or DELETE may carry. */
export const ACCEPTED = ['application/json', 'application/yaml', PROTOBUF] as const

/** `application/json; charset=utf-8` → `application/json`. */
export const mediaType = (contentType: string | undefined): string => (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''

/** A body that cannot be read. Who knows which kind was expected says so, and shows how the body begins. */
export class BodyError extends StatusError {
  readonly bytes: Uint8Array
  constructor(message: string, bytes: Uint8Array) {
    super(badRequest(message).status)
    this.bytes = bytes
  }
}

const badRequest = (message: string) => failure(400, 'BadRequest', message)
/** Go's parsers, too, follow a nesting only so far; ours end where the stack does, or before. */
const sentence = (error: unknown): string => (error instanceof RangeError ? TOO_DEEP : error instanceof Error ? error.message : String(error))

/**
 * @param contentType as in the header; absent: JSON
 * @throws StatusError 415 for another media type, 400 for a malformed body
 */
export function decodeBody(bytes: Uint8Array, contentType: string | undefined): Decoded {
  switch (mediaType(contentType)) {
    case '':
    case 'application/json':
    case 'text/json':
      return json(bytes)
    case 'application/yaml':
      return yaml(bytes)
    case PROTOBUF:
      return protobuf(bytes)
    default:
      throw unsupportedMediaType(ACCEPTED.join(', '))
  }
}

export const PATCH_TYPES = ['application/json-patch+json', 'application/merge-patch+json', 'application/strategic-merge-patch+json', 'application/apply-patch+yaml'] as const

/** As decodeBody, for the body of a PATCH. */
export function decodePatch(bytes: Uint8Array, contentType: string | undefined): Decoded {
  const type = mediaType(contentType)
  if (type === 'application/apply-patch+yaml') return yaml(bytes, 'error decoding YAML: ')
  if ((PATCH_TYPES as readonly string[]).includes(type)) return jsonOf(bytes, (fault) => badRequest(type === MERGE_PATCH ? 'Invalid JSON Patch' : fault))
  throw unsupportedMediaType(PATCH_TYPES.join(', '))
}

const MERGE_PATCH = 'application/merge-patch+json'
const utf8 = new TextDecoder('utf-8')

const json = (bytes: Uint8Array): Decoded => jsonOf(bytes, (fault) => new BodyError(`couldn't get version/kind; json parse error: ${fault}`, bytes))

const SURROGATE = /\\u[dD][89a-fA-F]/
const LONE = /\p{Surrogate}/gu

/** With U+FFFD for each half of a surrogate pair that stands alone, as Go reads it: UTF-8 has no form for it. */
function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll(LONE, '\ufffd')
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(wellFormed)
  const out: Record<string, unknown> = {}
  for (const key in value) setKey(out, key.replaceAll(LONE, '\ufffd'), wellFormed((value as Record<string, unknown>)[key]))
  return out
}

/** @throws SyntaxError no JSON; RangeError nested too deeply */
function* parsed(text: string): Steps<Decoded> {
  const parsedText = parseJson(text)
  const object = SURROGATE.test(text) ? wellFormed(parsedText) : parsedText
  yield
  const repeated = yield* duplicateSteps(text, object)
  return { object, duplicates: repeated.map((path) => `duplicate field ${JSON.stringify(path)}`) }
}

/** @param refusal of a text that is not JSON, by what is wrong with it */
function jsonOf(bytes: Uint8Array, refusal: (fault: string) => StatusError): Decoded {
  const ahead = readAhead.get(bytes)
  if (ahead && 'decoded' in ahead) return ahead.decoded
  const text = utf8.decode(bytes)
  try {
    return atOnce(parsed(text))
  } catch (error) {
    if (error instanceof RangeError) throw refusal(TOO_DEEP)
    if (!(error instanceof SyntaxError)) throw error
    throw refusal(jsonFault(text))
  }
}

/** kubectl sends JSON under YAML's name, and JSON is quicker to read. undefined: it is none; a YAML flow mapping is not always JSON. */
const jsonAsYaml = (bytes: Uint8Array): Decoded | undefined => withoutRepeats(atOnce(jsonSteps(bytes, '{')))
/** What is said of keys that repeat is said in lines, which YAML's reader knows. */
export const withoutRepeats = (decoded: Decoded | undefined): Decoded | undefined => (decoded?.duplicates.length ? undefined : decoded)

/** What a text says that is JSON and begins so; undefined: it is none. */
export function* jsonSteps(bytes: Uint8Array, begin = ''): Steps<Decoded | undefined> {
  const text = utf8.decode(bytes)
  if (!text.trimStart().startsWith(begin)) return undefined
  try {
    return yield* parsed(text)
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined
    throw error
  }
}

function yaml(bytes: Uint8Array, prefix?: string): Decoded {
  const refusal = (fault: string): StatusError => (prefix === undefined ? new BodyError(`yaml: ${fault}`, bytes) : badRequest(`${prefix}error converting YAML to JSON: yaml: ${fault}`))
  const ahead = readAhead.get(bytes)
  if (ahead && 'fault' in ahead) throw refusal(ahead.fault)
  const known = ahead?.decoded ?? jsonAsYaml(bytes)
  if (known) return known
  try {
    return decodeYaml(utf8.decode(bytes))
  } catch (error) {
    throw refusal(sentence(error))
  }
}

function protobuf(bytes: Uint8Array): Decoded {
  try {
    return { object: decodeProtobuf(bytes), duplicates: [] }
  } catch (error) {
    if (error instanceof ProtobufError || error instanceof RangeError) throw new BodyError(sentence(error), bytes)
    throw error
  }
}
