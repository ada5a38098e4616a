/** Schemas compiled to closures. See check.ts for what they do. */
import { setKey } from '../json.ts'
import type { Schema, Schemas } from '../schema.ts'
import { canonicalQuantity } from './quantity.ts'
import { base64Fault, canonicalMicroTime, canonicalTime } from './scalars.ts'

export interface Context {
  unknown: string[]
  errors: string[]
  /** Where we are: names of fields, and numbers for elements. */
  path: (string | number)[]
}

/** Gives the value to keep; undefined: nothing. Reports into the context. `owner` is the Go struct that holds the field. */
export type Check = (value: unknown, context: Context, owner?: string) => unknown

const cache = new WeakMap<Schemas, Map<string, Check>>()

/** The check of a named schema. */
export function compile(name: string, schemas: Schemas): Check {
  let checks = cache.get(schemas)
  if (!checks) cache.set(schemas, (checks = new Map()))
  let check = checks.get(name)
  if (check) return check
  const schema = schemas[name]
  if (!schema) throw new Error(`no schema named ${name}`)
  // Types may contain themselves (JSONSchemaProps), so a stand-in is known before the type is compiled.
  let real: Check | undefined
  checks.set(name, (value, context, owner) => (real as Check)(value, context, owner))
  check = real = build(schema, schemas, name)
  checks.set(name, check)
  return check
}

/** For schemas that are no more. */
export const forgetCheck = (name: string, schemas: Schemas): void => void cache.get(schemas)?.delete(name)

function build(schema: Schema, schemas: Schemas, name: string): Check {
  if (schema.ref) return compile(schema.ref, schemas)
  if (schema.preserveUnknownFields && !schema.properties) return copy
  if (schema.properties) return objectCheck(schema, schemas, name)
  switch (schema.type) {
    case 'object':
      return schema.additionalProperties ? mapCheck(schema, schemas) : copy
    case 'array':
      return arrayCheck(schema, schemas)
    case 'string':
      return stringCheck(schema.format)
    case 'integer':
      return integerCheck(schema.format === 'int32' ? 'int32' : 'int64')
    case 'number':
      return (value, context, owner) => (typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : mismatch(context, value, 'float64', owner))
    case 'boolean':
      return (value, context, owner) => (typeof value === 'boolean' ? value : mismatch(context, value, 'bool', owner))
    default:
      return schema.format === 'int-or-string' ? intOrString : copy
  }
}

/** `V1PodSpec` → `PodSpec`, `CoreV1Event` → `Event`, `dev.example.v1.Thing` → `Thing`. */
const goName = (name: string): string => name.slice(name.lastIndexOf('.') + 1).replace(/^[A-Za-z]*?V\d+(?=[A-Z])/, '')

function objectCheck(schema: Schema, schemas: Schemas, name: string): Check {
  const fields = new Map<string, Check>()
  for (const [key, property] of Object.entries(schema.properties ?? {})) fields.set(key, build(property, schemas, name))
  const go = goName(name)
  const type = `v1.${go}`
  const keep = schema.preserveUnknownFields === true
  return (value, context, owner) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return mismatch(context, value, type, owner)
    const source = value as Record<string, unknown>
    const out: Record<string, unknown> = {}
    const path = context.path
    for (const key in source) {
      const item = source[key]
      const check = fields.get(key)
      if (check === undefined) {
        if (keep) setKey(out, key, copy(item))
        else if (item !== undefined) context.unknown.push(pathText([...path, key]))
      } else if (item !== null && item !== undefined) {
        path.push(key)
        const kept = check(item, context, go)
        if (kept !== undefined) out[key] = kept
        path.pop()
      }
    }
    return out
  }
}

function mapCheck(schema: Schema, schemas: Schemas): Check {
  const values = build(schema.additionalProperties as Schema, schemas, '')
  const zero = zeroOf(schema.additionalProperties as Schema)
  const type = goType(schema)
  return (value, context, owner) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return mismatch(context, value, type, owner)
    const out: Record<string, unknown> = {}
    for (const key in value) {
      const item = (value as Record<string, unknown>)[key]
      if (item === undefined) continue
      context.path.push(key)
      const kept = item === null ? zero() : values(item, context, owner)
      if (kept !== undefined) setKey(out, key, kept)
      context.path.pop()
    }
    return out
  }
}

function arrayCheck(schema: Schema, schemas: Schemas): Check {
  const items = schema.items ?? {}
  const check = build(items, schemas, '')
  const zero = zeroOf(items)
  const type = goType(schema)
  return (value, context, owner) => {
    if (!Array.isArray(value)) return mismatch(context, value, type, owner)
    const out: unknown[] = []
    for (let i = 0; i < value.length; i++) {
      const item: unknown = value[i]
      context.path.push(i)
      const kept = item === null || item === undefined ? zero() : check(item, context, owner)
      if (kept !== undefined) out.push(kept)
      context.path.pop()
    }
    return out
  }
}

const FORMATS: Readonly<Record<string, { canonical(text: string): string | undefined; fault(text: string): string }>> = {
  'date-time': { canonical: canonicalTime, fault: (t) => `parsing time ${JSON.stringify(t)} as "2006-01-02T15:04:05Z07:00": cannot parse it` },
  'micro-time': { canonical: canonicalMicroTime, fault: (t) => `parsing time ${JSON.stringify(t)} as "2006-01-02T15:04:05.000000Z07:00": cannot parse it` },
  quantity: { canonical: canonicalQuantity, fault: () => "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'" },
  byte: { canonical: (t) => (base64Fault(t) < 0 ? t : undefined), fault: (t) => `illegal base64 data at input byte ${base64Fault(t)}` },
}

function stringCheck(format: string | undefined): Check {
  const rule = format === undefined ? undefined : FORMATS[format]
  if (!rule) return (value, context, owner) => (typeof value === 'string' ? value : mismatch(context, value, 'string', owner))
  const goTypes: Record<string, string> = { byte: '[]uint8', quantity: 'resource.Quantity', 'date-time': 'v1.Time', 'micro-time': 'v1.MicroTime' }
  return (value, context, owner) => {
    // A quantity may be a bare number.
    const text = format === 'quantity' && (typeof value === 'number' || typeof value === 'bigint') ? String(value) : value
    if (typeof text !== 'string') return mismatch(context, value, goTypes[format as string] ?? 'string', owner)
    const canonical = rule.canonical(text)
    if (canonical === undefined) context.errors.push(`${pathText(context.path)}: ${rule.fault(text)}`)
    return canonical
  }
}

function integerCheck(type: 'int32' | 'int64'): Check {
  const limit = type === 'int32' ? 2 ** 31 : 2 ** 63
  return (value, context, owner) => {
    if (typeof value === 'number' ? Number.isInteger(value) && value < limit && value >= -limit : typeof value === 'bigint' && type === 'int64') return value
    return mismatch(context, value, type, owner)
  }
}

const intOrString: Check = (value, context, owner) =>
  typeof value === 'string' || (typeof value === 'number' && (value | 0) === value) ? value : mismatch(context, value, 'intstr.IntOrString', owner)

/** What Go puts where a list or a map holds null. */
function zeroOf(schema: Schema): () => unknown {
  if (schema.ref || schema.properties) return () => ({})
  switch (schema.type) {
    case 'string':
      return () => ''
    case 'integer':
    case 'number':
      return () => 0
    case 'boolean':
      return () => false
    default:
      return () => undefined
  }
}

function goType(schema: Schema): string {
  if (schema.ref) return `v1.${goName(schema.ref)}`
  if (schema.type === 'array') return `[]${goType(schema.items ?? {})}`
  if (schema.type === 'object') return schema.additionalProperties ? `map[string]${goType(schema.additionalProperties)}` : 'map[string]interface {}'
  if (schema.type === 'integer') return schema.format === 'int32' ? 'int32' : 'int64'
  if (schema.type === 'boolean') return 'bool'
  return schema.format === 'byte' ? '[]uint8' : 'string'
}

function mismatch(context: Context, value: unknown, type: string, owner: string | undefined): undefined {
  const kind = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value === 'number' || typeof value === 'bigint' ? (/^(int|float)/.test(type) ? `number ${value}` : 'number') : typeof value
  const fields = context.path.filter((p) => typeof p === 'string').join('.')
  context.errors.push(owner && fields ? `json: cannot unmarshal ${kind} into Go struct field ${owner}.${fields} of type ${type}` : `json: cannot unmarshal ${kind} into Go value of type ${type}`)
  return undefined
}

/** `spec.containers[0].image`. */
export function pathText(path: readonly (string | number)[]): string {
  let text = ''
  for (const part of path) text += typeof part === 'number' ? `[${part}]` : text === '' ? part : `.${part}`
  return text
}

/** A deep copy of free-form JSON. */
function copy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(copy)
  const out: Record<string, unknown> = {}
  for (const key in value) setKey(out, key, copy((value as Record<string, unknown>)[key]))
  return out
}
