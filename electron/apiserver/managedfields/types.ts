/** Schemas seen as server-side apply sees them: what is granular, what is replaced as a whole, how list elements are named. */
import type { Schema, Schemas } from '../schema.ts'

export interface StructField {
  /** Its path element, `f:` and its name, when the type knows the name: made once, since every write needs it. */
  readonly element?: string
  readonly type: Type
  /** What Go holds where the field is not set: value structs are there, empty; required lists are there, null. */
  readonly zero: object | undefined
}
export type Type =
  | { readonly kind: 'leaf' }
  | { readonly kind: 'struct'; readonly fields: () => ReadonlyMap<string, StructField>; readonly skip?: ReadonlySet<string> }
  | { readonly kind: 'map'; readonly value: StructField }
  | { readonly kind: 'list'; readonly item: Type; readonly keys: readonly string[]; readonly defaults: Readonly<Record<string, unknown>> }
  | { readonly kind: 'set' }
  /** No schema: objects are granular, everything else is a leaf. */
  | { readonly kind: 'deduced' }

const LEAF_TYPE: Type = { kind: 'leaf' }
const SET_TYPE: Type = { kind: 'set' }
export const DEDUCED: Type = { kind: 'deduced' }
const DEDUCED_FIELD: StructField = { type: DEDUCED, zero: undefined }
const EMPTY_STRUCT = Object.freeze({})
const EMPTY_LIST = Object.freeze([])

/** Fields of the object itself that nobody owns. */
const ROOT_SKIP: ReadonlySet<string> = new Set(['apiVersion', 'kind'])
const META_SKIP: ReadonlySet<string> = new Set([
  'name', 'namespace', 'uid', 'resourceVersion', 'creationTimestamp', 'generation', 'managedFields', 'selfLink', 'deletionTimestamp', 'deletionGracePeriodSeconds',
])

const roots = new WeakMap<Schemas, Map<string, Type>>()
const types = new WeakMap<Schema, Type>()

/** The type of whole objects of a schema. A name without schema gives a type that is deduced from the values. */
export function rootType(name: string, schemas: Schemas): Type {
  let known = roots.get(schemas)
  if (!known) roots.set(schemas, (known = new Map()))
  let type = known.get(name)
  if (!type) {
    type = buildRoot(schemas[name], schemas)
    known.set(name, type)
  }
  return type
}

/** For schemas that are no more. */
export const forgetType = (name: string, schemas: Schemas): void => void roots.get(schemas)?.delete(name)

function buildRoot(schema: Schema | undefined, schemas: Schemas): Type {
  const metaSchema = schemas['V1ObjectMeta']
  const meta = metaSchema ? typeOf(metaSchema, schemas) : DEDUCED
  const metaField: StructField = { type: meta.kind === 'struct' ? { ...meta, skip: META_SKIP } : meta, zero: EMPTY_STRUCT }
  const fields = new Map<string, StructField>([['metadata', metaField]])
  if (schema?.properties) {
    for (const [key, property] of Object.entries(schema.properties)) {
      if (key !== 'metadata' && !ROOT_SKIP.has(key)) fields.set(key, fieldOf(key, property, schemas, schema.required?.includes(key) ?? false))
    }
    // Spec and status are value structs in every kind.
    for (const key of schema.custom ? [] : ['spec', 'status']) {
      const field = fields.get(key)
      if (field) fields.set(key, { ...field, zero: EMPTY_STRUCT })
    }
    const known = schema.preserveUnknownFields ? new OpenFields(fields) : fields
    return { kind: 'struct', fields: () => known }
  }
  const deduced = new DeducedFields(fields)
  return { kind: 'struct', fields: () => deduced }
}

/** Fields of an object without a schema: every one is known, as deduced. */
class DeducedFields extends Map<string, StructField> {
  override get(key: string): StructField | undefined {
    return ROOT_SKIP.has(key) ? undefined : (super.get(key) ?? { type: DEDUCED, zero: key === 'spec' || key === 'status' ? EMPTY_STRUCT : undefined })
  }
}

/** Fields of an object that may have others beside those that its schema names. */
class OpenFields extends Map<string, StructField> {
  override get(key: string): StructField {
    return super.get(key) ?? DEDUCED_FIELD
  }
}

function fieldOf(key: string, schema: Schema, schemas: Schemas, required: boolean): StructField {
  const type = typeOf(schema, schemas)
  const zero = schema.custom ? undefined : schema.default !== undefined && typeof schema.default === 'object' ? EMPTY_STRUCT : required && schema.type === 'array' ? EMPTY_LIST : undefined
  return { element: `f:${key}`, type, zero }
}

function typeOf(schema: Schema, schemas: Schemas): Type {
  let type = types.get(schema)
  if (!type) {
    type = build(schema, schemas)
    types.set(schema, type)
  }
  return type
}

function build(schema: Schema, schemas: Schemas): Type {
  if (schema.ref) {
    if (schema.mapType === 'atomic') return LEAF_TYPE
    const target = schemas[schema.ref]
    if (!target) return DEDUCED
    return schema.mapType === 'granular' && target.mapType === 'atomic' ? build({ ...target, mapType: 'granular' }, schemas) : typeOf(target, schemas)
  }
  if (schema.type === 'array') return listType(schema, schemas)
  if (schema.custom && schema.preserveUnknownFields && schema.mapType !== 'atomic' && !schema.properties) return DEDUCED
  if (schema.type !== 'object' || schema.mapType === 'atomic') return LEAF_TYPE
  if (schema.properties) return structType(schema, schemas)
  return schema.additionalProperties ? { kind: 'map', value: { type: typeOf(schema.additionalProperties, schemas), zero: undefined } } : LEAF_TYPE
}

function structType(schema: Schema, schemas: Schemas): Type {
  let fields: Map<string, StructField> | undefined
  return {
    kind: 'struct',
    // At first use: types may hold themselves.
    fields: () => (fields ??= new (schema.custom && schema.preserveUnknownFields ? OpenFields : Map<string, StructField>)(Object.entries(schema.properties ?? {}).map(([key, p]) => [key, fieldOf(key, p, schemas, schema.required?.includes(key) ?? false)]))),
  }
}

function listType(schema: Schema, schemas: Schemas): Type {
  if (schema.listType === 'set') return SET_TYPE
  if (schema.listType !== 'map' || !schema.listMapKeys || !schema.items) return LEAF_TYPE
  const element = schema.items.ref ? schemas[schema.items.ref] : schema.items
  const defaults: Record<string, unknown> = {}
  for (const key of schema.listMapKeys) {
    const value = element?.properties?.[key]?.default
    if (value !== undefined) defaults[key] = value
  }
  // An element is granular even where its type is atomic elsewhere: its keys name it.
  return { kind: 'list', item: typeOf(schema.items, schemas), keys: [...schema.listMapKeys].sort(), defaults }
}

/** The name of a list's element: `k:{"containerPort":80,"protocol":"TCP"}`. undefined: it holds none of the keys. */
export function elementName(type: Extract<Type, { kind: 'list' }>, item: unknown): string | undefined {
  if (!isObject(item)) return undefined
  let text = ''
  for (const key of type.keys) {
    const value = item[key] ?? type.defaults[key]
    if (value !== undefined) text += `${text === '' ? '' : ','}"${key}":${JSON.stringify(value)}`
  }
  return text === '' ? undefined : `k:{${text}}`
}

export const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** What holds for a field of an object of this type; undefined: nobody owns it. */
export function childOf(type: Type, key: string): StructField | undefined {
  switch (type.kind) {
    case 'struct':
      return type.skip?.has(key) ? undefined : type.fields().get(key)
    case 'map':
      return type.value
    case 'deduced':
      return DEDUCED_FIELD
    default:
      return undefined
  }
}
export const isMapLike = (type: Type): boolean => type.kind === 'struct' || type.kind === 'map' || type.kind === 'deduced'
