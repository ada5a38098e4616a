/**
 * OpenAPI version 2 in its protobuf form, which is the only one that kubectl asks for when it validates by version 2.
 * Only the fields that our documents have. Source of the field numbers: gnostic's openapi.v2 messages.
 */
import type { Breathe } from '../breathe.ts'
import type { Json } from './components.ts'

const text = new TextEncoder()

/** One message: fields are appended in any order; nothing is written for what is absent. */
class Message {
  readonly #parts: Uint8Array[] = []
  size = 0

  #push(part: Uint8Array): void {
    this.#parts.push(part)
    this.size += part.length
  }
  #varint(value: number): void {
    const bytes: number[] = []
    let rest = value
    for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80)
    bytes.push(rest)
    this.#push(Uint8Array.from(bytes))
  }
  #bytes(number: number, bytes: Uint8Array): this {
    this.#varint(number * 8 + 2)
    this.#varint(bytes.length)
    this.#push(bytes)
    return this
  }

  string(number: number, value: unknown): this {
    return typeof value === 'string' && value !== '' ? this.#bytes(number, text.encode(value)) : this
  }
  strings(number: number, values: unknown): this {
    if (Array.isArray(values)) for (const value of values) this.#bytes(number, text.encode(String(value)))
    return this
  }
  bool(number: number, value: unknown): this {
    if (value !== true) return this
    this.#varint(number * 8)
    this.#varint(1)
    return this
  }
  count(number: number, value: unknown): this {
    if (typeof value !== 'number') return this
    this.#varint(number * 8)
    this.#varint(value)
    return this
  }
  double(number: number, value: unknown): this {
    if (typeof value !== 'number') return this
    this.#varint(number * 8 + 1)
    const bytes = Buffer.alloc(8)
    bytes.writeDoubleLE(value)
    this.#push(bytes)
    return this
  }
  /** Values of any kind: their YAML, which JSON is. */
  anys(number: number, values: unknown): this {
    if (Array.isArray(values)) for (const value of values) this.message(number, new Message().string(2, JSON.stringify(value)))
    return this
  }
  message(number: number, value: Message | undefined): this {
    return value ? this.#bytes(number, value.done()) : this
  }
  /** Each entry of an object as a message of name and value. */
  named(number: number, object: unknown, value: (part: Json) => Message): this {
    for (const [name, part] of Object.entries((object ?? {}) as Json)) this.message(number, new Message().string(1, name).message(2, value(part as Json)))
    return this
  }
  /** As `named`, of an object that may be large. */
  async namedSlowly(number: number, object: unknown, value: (part: Json) => Message, breathe: Breathe): Promise<this> {
    for (const [name, part] of Object.entries((object ?? {}) as Json)) {
      this.named(number, { [name]: part }, value)
      await breathe()
    }
    return this
  }
  /** The fields that begin with `x-`. */
  extensions(number: number, object: Json): this {
    for (const [name, value] of Object.entries(object)) {
      if (name.startsWith('x-')) this.message(number, new Message().string(1, name).message(2, new Message().string(2, JSON.stringify(value))))
    }
    return this
  }
  done(): Uint8Array {
    const out = new Uint8Array(this.size)
    let at = 0
    for (const part of this.#parts) {
      out.set(part, at)
      at += part.length
    }
    return out
  }
}

const wrap = (number: number, inner: Message): Message => new Message().message(number, inner)
const part = (object: Json, key: string, write: (value: Json) => Message): Message | undefined => (object[key] === undefined ? undefined : write(object[key] as Json))

function schema(s: Json): Message {
  const out = new Message()
    .string(1, s['$ref']).string(2, s['format']).string(3, s['title']).string(4, s['description'])
    .double(6, s['multipleOf']).double(7, s['maximum']).bool(8, s['exclusiveMaximum']).double(9, s['minimum']).bool(10, s['exclusiveMinimum'])
    .count(11, s['maxLength']).count(12, s['minLength']).string(13, s['pattern']).count(14, s['maxItems']).count(15, s['minItems']).bool(16, s['uniqueItems'])
    .count(17, s['maxProperties']).count(18, s['minProperties']).strings(19, s['required']).anys(20, s['enum'])
    .message(21, part(s, 'additionalProperties', (a) => wrap(1, schema(a))))
    .message(22, s['type'] === undefined ? undefined : new Message().strings(1, [s['type']]))
    .message(23, part(s, 'items', (i) => wrap(1, schema(i))))
    .message(25, part(s, 'properties', (p) => new Message().named(1, p, schema)))
  if (s['default'] !== undefined) out.message(5, new Message().string(2, JSON.stringify(s['default'])))
  return out.extensions(31, s)
}

/** Where the fields of a parameter are, by its place. */
const PLACES: Readonly<Record<string, { number: number; type: number; unique: number }>> = { header: { number: 1, type: 5, unique: 19 }, formData: { number: 2, type: 6, unique: 20 }, query: { number: 3, type: 6, unique: 20 }, path: { number: 4, type: 5, unique: 19 } }

function parameter(p: Json): Message {
  if (p['in'] === 'body') {
    return wrap(1, wrap(1, new Message().string(1, p['description']).string(2, p['name']).string(3, p['in']).bool(4, p['required']).message(5, part(p, 'schema', schema))))
  }
  const place = PLACES[p['in'] as string]
  if (!place) throw new Error(`no form for a parameter in ${String(p['in'])}`)
  const fields = new Message().bool(1, p['required']).string(2, p['in']).string(3, p['description']).string(4, p['name']).string(place.type, p['type']).bool(place.unique, p['uniqueItems'])
  return wrap(1, wrap(2, wrap(place.number, fields)))
}

function parameters(number: number, out: Message, list: unknown): Message {
  for (const p of (list ?? []) as Json[]) out.message(number, parameter(p))
  return out
}

const response = (r: Json): Message => wrap(1, new Message().string(1, r['description']).message(2, part(r, 'schema', (s) => wrap(1, schema(s)))))

const operation = (o: Json): Message =>
  parameters(8, new Message().strings(1, o['tags']).string(3, o['description']).string(5, o['operationId']).strings(6, o['produces']).strings(7, o['consumes']), o['parameters'])
    .message(9, new Message().named(1, o['responses'], response)).strings(10, o['schemes']).extensions(13, o)

const METHODS: readonly (readonly [string, number])[] = [['get', 2], ['put', 3], ['post', 4], ['delete', 5], ['options', 6], ['head', 7], ['patch', 8]]

function pathItem(item: Json): Message {
  const out = new Message()
  for (const [method, number] of METHODS) out.message(number, part(item, method, operation))
  return parameters(9, out, item['parameters']).extensions(10, item)
}

/** A key in a header is the only way in that our documents name. */
const apiKey = (d: Json): Message => wrap(2, new Message().string(1, d['type']).string(2, d['name']).string(3, d['in']).string(4, d['description']))
function requirement(names: Json): Message {
  return new Message().named(1, names, (scopes) => new Message().strings(1, scopes))
}

/** @param document version 2, as parsed JSON @param breathe awaited between its parts */
export async function encodeOpenApiV2(document: Json, breathe: Breathe = () => undefined): Promise<Uint8Array> {
  const info = (document['info'] ?? {}) as Json
  const out = new Message()
    .string(1, document['swagger']).message(2, new Message().string(1, info['title']).string(2, info['version']))
    .message(8, await new Message().namedSlowly(2, document['paths'], pathItem, breathe))
    .message(9, await new Message().namedSlowly(1, document['definitions'], schema, breathe))
    .message(12, part(document, 'securityDefinitions', (d) => new Message().named(1, d, apiKey)))
  for (const one of (document['security'] ?? []) as Json[]) out.message(13, requirement(one))
  return out.done()
}
