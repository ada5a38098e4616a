/**
 * An object's JSON bytes are made when somebody outside the process first asks for them, and stay with it for as long as it
 * lives (a WeakMap): the answer to the writer, every list and every watcher share them. A list joins the bytes of its items.
 */
import type { KubeObject, Status, WatchEvent } from '../../shared/api/meta.ts'
import { StatusError } from '../../shared/errors.ts'
import { canBeProtobuf, encodeProtobuf } from './codec/protobuf/encode.ts'
import { encodeYaml } from './codec/yaml.ts'
import { mediaOf, TYPES, type Media } from './negotiate.ts'
import { createBreathe } from './breathe.ts'
import { parseJson } from '../../shared/numbers.ts'
import type { Codec } from '../etcd/types.ts'

const cache = new WeakMap<object, Buffer>()
const eventCache = new WeakMap<object, Buffer>()
const LARGE = 64 * 1024
/** Bytes that etcd takes in one request (--max-request-bytes). Upstream answers 500 beyond them, without a reason. */
const MAX_REQUEST = 1.5 * 1024 * 1024
const COMMA = Buffer.from(',')
const END_OF_LIST = Buffer.from(']}')
const END_OF_EVENT = Buffer.from('}\n')

/**
 * The texts of what was written last, for who wrote it and who watches are about to be told. No more than those: most objects that are
 * written inside the process are never asked for as bytes.
 */
const written = new Map<object, string>()
const WRITTEN = 128
function remember(value: object, text: string): void {
  const [oldest] = written.size < WRITTEN ? [] : written.keys()
  if (oldest) written.delete(oldest)
  written.set(value, text)
}

/** Objects whose text is long. */
const large = new WeakSet<object>()
export const isLarge = (value: object): boolean => large.has(value)

/** Freezes a JSON value and everything in it. Stops at what is frozen already, so sharing parts is cheap. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  Object.freeze(value)
  for (const part of Object.values(value)) deepFreeze(part)
  return value
}

/** Is this a list as the server makes them: `items` last, so that its bytes can be joined? */
const isList = (value: object): value is { items: object[] } =>
  Array.isArray((value as { items?: unknown }).items) && (value as { kind?: string }).kind?.endsWith('List') === true

/** A list's JSON in pieces, each made when it is asked for. */
function* piecesOf({ items, ...head }: { items: object[] }): Generator<Buffer, void> {
  yield Buffer.from(`${JSON.stringify(head).slice(0, -1)},"items":[`)
  let first = true
  for (const item of items) {
    if (!first) yield COMMA
    first = false
    yield encodeJson(item)
  }
  yield END_OF_LIST
}

/** The JSON of a value in UTF-8. The value must not change afterwards: the bytes are kept with it. */
export function encodeJson(value: object): Buffer {
  const known = cache.get(value)
  if (known) return known
  // A list is not kept: its items are.
  if (isList(value)) return Buffer.concat([...piecesOf(value)])
  const bytes = Buffer.from(written.get(value) ?? JSON.stringify(value))
  written.delete(value)
  cache.set(value, bytes)
  return bytes
}

const NO_PROTOBUF: readonly Media[] = ['json', 'yaml']
const EVERY: readonly Media[] = ['json', 'yaml', 'protobuf']

/** The form that the caller likes best. JSON is what all but a few ask for, so it is looked at first. */
function mediaFor(accept: string | undefined, value: object): Media {
  const plain = accept === undefined || accept === '' || accept === TYPES.json || accept === '*/*'
  return plain ? 'json' : mediaOf(accept, (value as { kind?: string }).kind, canBeProtobuf(value) ? EVERY : NO_PROTOBUF)
}

/** A value as the caller likes it best. */
export function encodeFor(accept: string | undefined, value: object): { bytes: Buffer; contentType: string } {
  const media = mediaFor(accept, value)
  const bytes = media === 'protobuf' ? encodeProtobuf(value) : media === 'yaml' ? Buffer.from(encodeYaml(value)) : encodeJson(value)
  return { bytes, contentType: TYPES[media] }
}

/** The pieces of a list that the caller wants as JSON. undefined: it is something else. */
export const piecesFor = (accept: string | undefined, value: object): Generator<Buffer, void> | undefined => (isList(value) && mediaFor(accept, value) === 'json' ? piecesOf(value) : undefined)

/** YAML takes most of a millisecond for an object: a list is written one after the other, and others have their turn between. undefined: the answer is no such list. */
export function encodeSlowly(accept: string | undefined, value: object): Promise<{ bytes: Buffer; contentType: string }> | undefined {
  if (!accept?.includes('yaml') || !isList(value) || mediaFor(accept, value) !== 'yaml') return undefined
  return yamlOf(value)
}
async function yamlOf({ items, ...head }: { items: object[] }): Promise<{ bytes: Buffer; contentType: string }> {
  const breathe = createBreathe()
  const parts: string[] = []
  for (const item of items) {
    parts.push(encodeYaml([item]))
    await breathe()
  }
  // Keys are in their order: what is not the list's own stands before and behind its items.
  const [before, after] = [Object.entries(head).filter(([key]) => key < 'items'), Object.entries(head).filter(([key]) => key > 'items')]
  const text = (entries: [string, unknown][]): string => (entries.length ? encodeYaml(Object.fromEntries(entries)) : '')
  return { bytes: Buffer.from([text(before), items.length ? 'items:\n' : 'items: []\n', ...parts, text(after)].join('')), contentType: TYPES.yaml }
}

/** One line of a watch over HTTP. Shared by all watchers who are sent the same event object. */
export function encodeEvent(event: WatchEvent): Buffer {
  const known = eventCache.get(event)
  if (known) return known
  const bytes = Buffer.concat([Buffer.from(`{"type":"${event.type}","object":`), encodeJson(event.object), END_OF_EVENT])
  eventCache.set(event, bytes)
  return bytes
}

/** How the API server's objects become records of the store's log. Their text is not kept, but of large ones: most objects are never asked for as bytes. */
export const storeCodec: Codec<KubeObject> = {
  encode(value) {
    const known = cache.get(value)
    if (known) {
      if (known.byteLength > LARGE) large.add(value)
      return known.toString('utf8')
    }
    const text = JSON.stringify(value)
    // Of a large one it would be long work to make it twice, and who wrote it is about to be answered.
    if (text.length > LARGE) {
      cache.set(value, Buffer.from(text))
      large.add(value)
    } else remember(value, text)
    return text
  },
  accept(value, text) {
    // What is short in characters cannot be long in bytes; and built-in kinds are held to their protobuf, which is what etcd would be sent.
    if (text.length <= MAX_REQUEST / 3 || (cache.get(value)?.byteLength ?? Buffer.byteLength(text)) <= MAX_REQUEST) return
    if (!canBeProtobuf(value) || encodeProtobuf(value).byteLength > MAX_REQUEST) throw new StatusError({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: 'etcdserver: request is too large', code: 500 } as Status)
  },
  decode(text, modRevision) {
    const value = parseJson(text) as KubeObject
    value.metadata.resourceVersion = String(modRevision)
    if (text.length > LARGE) large.add(value)
    return value
  },
}
