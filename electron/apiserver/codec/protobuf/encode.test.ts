/** Every built-in kind with every field of its schema set, there and back: what a table lacks or mistakes is lost on the way. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { WatchEvent } from '../../../../shared/api/meta.ts'
import { kinds } from '../../resources/index.ts'
import { reviews } from '../../reviews/reviews.ts'
import type { Schema } from '../../schema.ts'
import { loadSchemas } from '../../schema/load.ts'
import { decodeProtobuf } from './decode.ts'
import { canBeProtobuf, encodeProtobuf, encodeProtobufEvent, hasProtobuf } from './encode.ts'
import { messageOf } from './fields.ts'
import { recorded } from './recorded.fixture.ts'

const schemas = loadSchemas(join(import.meta.dirname, '../../../../resources'))
const DEEPEST = 20
/** Fields of JSONSchemaProps that JSON writes in one of several forms. */
const UNIONS: Readonly<Record<string, unknown>> = { items: [{ type: 'string' }, { type: 'integer' }], additionalProperties: false, additionalItems: { type: 'string' }, default: 0, example: null, status: {}, enum: [{ a: 1 }, 'b', 2] }
const SCALARS: Readonly<Record<string, unknown>> = {
  'date-time': '2023-11-14T22:13:20Z', 'micro-time': '2023-11-14T22:13:20.001002Z', quantity: '1500m', byte: Buffer.from([0, 255, 128]).toString('base64'), int32: -7, int64: '#9007199254740993', double: 1.5, 'int-or-string': '50%',
}

/** A value with all that the schema knows. A type that holds itself ends somewhere. */
function full(schema: Schema, name: string, depth: number): unknown {
  if (schema.ref) return full(schemas[schema.ref] ?? {}, name, depth)
  if (schema.properties) {
    const out: Record<string, unknown> = {}
    for (const [key, property] of Object.entries(schema.properties)) {
      // An object within an object does not say what it is.
      if (depth > 0 && 'metadata' in schema.properties && ['apiVersion', 'kind'].includes(key)) continue
      const value = property.preserveUnknownFields && key in UNIONS ? UNIONS[key] : full(property, key, depth + 1)
      if (value !== undefined && value !== null) out[key] = value
    }
    return out
  }
  if (depth > DEEPEST) return undefined
  if (name === 'dependencies') return { a: ['b'], c: { type: 'string' } }
  if (schema.format && schema.format in SCALARS) return SCALARS[schema.format]
  switch (schema.type) {
    case 'string': return `é ${name}`
    case 'boolean': return true
    case 'integer': return SCALARS['int64']
    case 'number': return 1.5
    case 'array': return [full(schema.items ?? {}, name, depth + 1)].filter((v) => v !== undefined)
    case 'object': {
      const value = schema.additionalProperties ? full(schema.additionalProperties, name, depth + 1) : { free: [1, 'x'] }
      return value === undefined ? {} : { 'a.b/c': value, d: value }
    }
    default: return { free: { form: [1, 'x', null] } }
  }
}

/** What cuts off a type that holds itself: JSONSchemaProps within itself are one level deep. */
const JSON_SCHEMA = 'V1JSONSchemaProps'
const shallow = { ...schemas[JSON_SCHEMA], properties: Object.fromEntries(Object.entries(schemas[JSON_SCHEMA]?.properties ?? {}).map(([k, p]) => [k, JSON.stringify(p).includes(JSON_SCHEMA) ? ({ preserveUnknownFields: true } as Schema) : p])) } as Schema

function sample(schemaName: string): Record<string, unknown> {
  const known = schemas[JSON_SCHEMA]
  try {
    ;(schemas as Record<string, Schema>)[JSON_SCHEMA] = shallow
    const nested: Record<string, unknown> = { properties: { x: { type: 'object' } }, patternProperties: { y: { type: 'string' } }, definitions: { z: {} }, not: { nullable: true }, allOf: [{ minimum: 0 }], anyOf: [{ maxItems: 3 }, {}], oneOf: [{ title: 't' }] }
    const all = full(schemas[schemaName] ?? {}, '', 0) as Record<string, unknown>
    return JSON.parse(JSON.stringify(all, (key, v: unknown) => (key in nested && typeof v === 'object' && v !== null && 'free' in v ? nested[key] : v)), (_, v: unknown) => (typeof v === 'string' && v.startsWith('#') ? BigInt(v.slice(1)) : v)) as Record<string, unknown>
  } finally {
    ;(schemas as Record<string, Schema | undefined>)[JSON_SCHEMA] = known
  }
}

const builtIn = [...kinds, ...reviews.map((r) => r.kind)].filter((k) => k.group !== 'pilothouse.dev')
const typed = (k: { group: string; version: string; kind: string }) => ({ apiVersion: k.group ? `${k.group}/${k.version}` : k.version, kind: k.kind })

describe('protobuf, there and back', () => {
  it.each(builtIn.map((k) => [`${k.group || 'core'}/${k.version} ${k.kind}`, k] as const))('%s with all its fields', (_, k) => {
    const object = { ...sample(k.schema), ...typed(k) }
    expect(Object.keys(object).length).toBeGreaterThan(2)
    expect(decodeProtobuf(encodeProtobuf(object))).toEqual(object)
  })
  it.each([
    ['V1Scale', 'autoscaling/v1', 'Scale'], ['V1Binding', 'v1', 'Binding'], ['V1Eviction', 'policy/v1', 'Eviction'], ['AuthenticationV1TokenRequest', 'authentication.k8s.io/v1', 'TokenRequest'],
    ['V1DeleteOptions', 'v1', 'DeleteOptions'], ['V1Status', 'v1', 'Status'],
  ])('%s', (schema, apiVersion, kind) => {
    const { deleteOptions, ...given } = sample(schema)
    // Options within an object do not say what they are.
    const { kind: _kind, apiVersion: _version, ...inner } = (deleteOptions ?? {}) as Record<string, unknown>
    const object = { ...given, ...(deleteOptions ? { deleteOptions: inner } : {}), apiVersion, kind }
    expect(decodeProtobuf(encodeProtobuf(object))).toEqual(object)
  })
  it.each(Object.keys(recorded))('what kubectl sent: %s', (name) => {
    const object = decodeProtobuf(Buffer.from(recorded[name] as string, 'base64'))
    expect(decodeProtobuf(encodeProtobuf(object))).toEqual(object)
  })
  it.each([
    ['names alone', { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata: { resourceVersion: '7', remainingItemCount: 3 }, items: [{ metadata: { name: 'a', labels: { b: 'c' } } }, { metadata: { name: 'd' } }] }],
    ['a list', { kind: 'ConfigMapList', apiVersion: 'v1', metadata: { resourceVersion: '9' }, items: [{ metadata: { name: 'a' }, data: { k: 'v' } }, { metadata: { name: 'b' }, binaryData: { k: 'AAEC' } }] }],
    ['numbers of every size', { kind: 'Lease', apiVersion: 'coordination.k8s.io/v1', metadata: { generation: 2 ** 40 + 1, deletionGracePeriodSeconds: -1 }, spec: { leaseDurationSeconds: 0, leaseTransitions: 2147483647 } }],
    ['the largest and the least', { kind: 'Toleration', apiVersion: 'v1', tolerationSeconds: -(2n ** 63n) }],
    ['a value that is zero', { kind: 'ServicePort', apiVersion: 'v1', port: 0, targetPort: 'http' }],
  ])('%s', (_, object) => expect(decodeProtobuf(encodeProtobuf(object))).toMatchObject(object))

  it('keeps the bytes with the object', () => {
    const object = { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'a' } }
    expect(encodeProtobuf(object)).toBe(encodeProtobuf(object))
  })
  it('frames an event of a watch', () => {
    const object = { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'a' } }
    const frame = encodeProtobufEvent({ type: 'ADDED', object } as unknown as WatchEvent)
    expect(frame.readUInt32BE(0)).toBe(frame.length - 4)
    // type = 1, then object = 2 { raw = 1 }.
    expect(frame.subarray(4, 11).toString('latin1')).toBe('\n\u0005ADDED')
    const inner = encodeProtobuf(object)
    expect([frame[11], frame[12], frame[13], frame[14]]).toEqual([0x12, inner.length + 2, 0x0a, inner.length])
    expect(frame.subarray(15)).toEqual(inner)
  })
  it.each([[{ kind: 'constructor', apiVersion: 'v1' }], [{ kind: 'Widget', apiVersion: 'example.com/v1' }], [{ kind: 'Table', apiVersion: 'meta.k8s.io/v1' }], [[]], [{}]])('has none for %o', (value) => expect(canBeProtobuf(value)).toBe(false))
  it('has a table for what a list of each kind is', () => {
    for (const k of kinds.filter((k) => k.group !== 'pilothouse.dev')) expect([k.kind, hasProtobuf(typed(k).apiVersion, `${k.kind}List`)]).toEqual([k.kind, true])
    expect(messageOf('core/v1.toString')).toBeUndefined()
  })
})
