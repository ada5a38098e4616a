/**
 * Kubernetes' protobuf envelope and the messages in it, as JSON objects. Table-driven: see fields.ts. Source of the
 * envelope: Kubernetes API concepts, "Protobuf encoding" (magic `k8s\0`, then runtime.Unknown).
 */
import { messageOf, type Field, type Message, type Scalar } from './fields.ts'
import { parseJson } from '../../../../shared/numbers.ts'
import { ProtobufError, Reader } from './reader.ts'

export { ProtobufError } from './reader.ts'

const MAGIC = [0x6b, 0x38, 0x73, 0x00]
const MAX_DEPTH = 100

/** Whether bytes start as a Kubernetes protobuf body does. */
export const hasMagic = (bytes: Uint8Array): boolean => MAGIC.every((b, i) => bytes[i] === b)

/** Kinds that every group serves, but that are defined with the API machinery. */
const META_KINDS = new Set(['DeleteOptions', 'CreateOptions', 'UpdateOptions', 'PatchOptions', 'ListOptions', 'GetOptions', 'Status', 'WatchEvent', 'PartialObjectMetadata', 'PartialObjectMetadataList', 'APIGroup', 'APIGroupList', 'APIResourceList', 'APIVersions', 'List'])

/** `apps/v1`, `Deployment` → `apps/v1.Deployment`; `rbac.authorization.k8s.io/v1` → `rbac/v1`. */
export function messageName(apiVersion: string, kind: string): string {
  const slash = apiVersion.indexOf('/')
  const group = slash < 0 ? 'core' : (apiVersion.slice(0, slash).split('.')[0] as string)
  return META_KINDS.has(kind) ? `meta/v1.${kind}` : `${group}/${apiVersion.slice(slash + 1)}.${kind}`
}

/** A body in Kubernetes' protobuf. Throws ProtobufError when it is malformed or of a kind without a table. */
export function decodeProtobuf(bytes: Uint8Array): Record<string, unknown> {
  if (!hasMagic(bytes)) throw new ProtobufError('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]')
  const reader = new Reader(bytes, MAGIC.length)
  let apiVersion = ''
  let kind = ''
  let raw: Uint8Array = new Uint8Array()
  while (!reader.done) {
    const tag = reader.uint32()
    if (tag === 10) {
      const inner = new Reader(reader.slice())
      while (!inner.done) {
        const t = inner.uint32()
        if (t === 10) apiVersion = inner.string()
        else if (t === 18) kind = inner.string()
        else inner.skip(t & 7)
      }
    } else if (tag === 18) raw = reader.slice()
    else reader.skip(tag & 7)
  }
  const message = messageOf(messageName(apiVersion, kind))
  if (!message) throw new ProtobufError(`no kind "${kind}" is registered for version "${apiVersion}" in protobuf`)
  return { kind, apiVersion, ...readMessage(new Reader(raw), message, {}, 0) }
}

function readMessage(reader: Reader, message: Message, out: Record<string, unknown>, depth: number): Record<string, unknown> {
  if (depth > MAX_DEPTH) throw new ProtobufError('proto: messages are nested too deeply')
  while (!reader.done) {
    const tag = reader.uint32()
    const field = message[tag >>> 3]
    if (!field) reader.skip(tag & 7)
    else readField(reader, field, tag & 7, out, depth)
  }
  return out
}

function readField(reader: Reader, field: Field, wireType: number, out: Record<string, unknown>, depth: number): void {
  if (wireType !== wireTypeOf(field)) {
    throw new ProtobufError(`proto: wrong wireType = ${wireType} for field ${field.name}`)
  }
  if (field.shape === 'map') {
    const entry = readEntry(new Reader(reader.slice()), field, depth)
    const map = (out[field.name] ??= {}) as Record<string, unknown>
    Object.defineProperty(map, entry[0], { value: entry[1], enumerable: true, configurable: true, writable: true })
    return
  }
  if (field.shape === 'inline') {
    readMessage(new Reader(reader.slice()), (field.message as () => Message)(), out, depth + 1)
    return
  }
  const value = readValue(reader, field, depth)
  if (field.shape === 'list') ((out[field.name] ??= []) as unknown[]).push(value ?? null)
  else if (value !== undefined && (field.keepZero || field.message || !isZero(value))) out[field.name] = value
}

const isZero = (value: unknown): boolean => value === '' || value === 0 || value === false

function wireTypeOf(field: Field): number {
  if (field.shape === 'map' || field.message) return 2
  switch (field.scalar) {
    case 'b':
    case 'i':
    case 'l':
      return 0
    case 'd':
      return 1
    default:
      return 2
  }
}

function readEntry(reader: Reader, field: Field, depth: number): [string, unknown] {
  let key = ''
  let value: unknown
  while (!reader.done) {
    const tag = reader.uint32()
    if (tag === 10) key = reader.string()
    else if (tag >>> 3 === 2) value = readValue(reader, field, depth)
    else reader.skip(tag & 7)
  }
  return [key, value ?? (field.message ? {} : field.scalar === 'x' ? [] : field.scalar === 't' ? null : '')]
}

function readValue(reader: Reader, field: Field, depth: number): unknown {
  if (field.message) {
    const end = reader.limit()
    const inner = new Reader(reader.bytes, reader.at, end)
    reader.at = end
    const value = readMessage(inner, field.message(), {}, depth + 1)
    return field.union ? (value['schema'] ?? value['list'] ?? value['bool'] ?? {}) : value
  }
  return readScalar(reader, field.scalar as Scalar)
}

function readScalar(reader: Reader, type: Scalar): unknown {
  switch (type) {
    case 's':
      return reader.string()
    case 'b':
      return reader.int64() !== 0
    case 'i':
      return reader.int64()
    case 'l':
      return reader.exactInt64()
    case 'd':
      return reader.double()
    case 'y':
      return Buffer.from(reader.slice()).toString('base64')
    case 'q':
      return firstString(reader.slice()) ?? '0'
    case 't':
    case 'u':
      return readTime(reader.slice(), type)
    case 'o':
      return readIntOrString(reader.slice())
    case 'x':
      return allStrings(reader.slice())
    case 'r':
    case 'f':
      return readJson(reader.slice())
  }
}

function readTime(bytes: Uint8Array, type: 't' | 'u'): string | undefined {
  // No bytes at all: the zero time, which JSON writes as null.
  if (bytes.length === 0) return undefined
  const reader = new Reader(bytes)
  let seconds = 0
  let nanos = 0
  while (!reader.done) {
    const tag = reader.uint32()
    if (tag === 8) seconds = reader.int64()
    else if (tag === 16) nanos = reader.int64()
    else reader.skip(tag & 7)
  }
  const date = new Date(seconds * 1000)
  if (Number.isNaN(date.getTime())) throw new ProtobufError('proto: a time is out of range')
  const text = date.toISOString().slice(0, 19)
  return type === 't' ? `${text}Z` : `${text}.${String(Math.floor(nanos / 1000)).padStart(6, '0')}Z`
}

function readIntOrString(bytes: Uint8Array): number | string {
  const reader = new Reader(bytes)
  let isText = false
  let number = 0
  let text = ''
  while (!reader.done) {
    const tag = reader.uint32()
    if (tag === 8) isText = reader.int64() === 1
    else if (tag === 16) number = reader.int64()
    else if (tag === 26) text = reader.string()
    else reader.skip(tag & 7)
  }
  return isText ? text : number
}

function allStrings(bytes: Uint8Array): string[] {
  const reader = new Reader(bytes)
  const out: string[] = []
  while (!reader.done) {
    const tag = reader.uint32()
    if (tag === 10) out.push(reader.string())
    else reader.skip(tag & 7)
  }
  return out
}
const firstString = (bytes: Uint8Array): string | undefined => allStrings(bytes)[0]

/** RawExtension and FieldsV1 carry JSON in their first field; a RawExtension may carry a whole protobuf body instead. */
function readJson(bytes: Uint8Array): unknown {
  const reader = new Reader(bytes)
  let raw: Uint8Array = new Uint8Array()
  while (!reader.done) {
    const tag = reader.uint32()
    if (tag === 10) raw = reader.slice()
    else reader.skip(tag & 7)
  }
  if (raw.length === 0) return undefined
  if (hasMagic(raw)) return decodeProtobuf(raw)
  try {
    return parseJson(new TextDecoder().decode(raw))
  } catch {
    throw new ProtobufError('an embedded object is not valid JSON')
  }
}
