/**
 * What a schema does to an object before it is validated: fields that it does not know are dropped (pruning), nulls that
 * may not be count as absent, and absent fields that have a default get it. Source: Kubernetes documentation, "CustomResourceDefinition: field pruning, defaulting".
 */
import { cloneJson, isRecord, lookUp } from '../json.ts'
import { EMBEDDED, isDefaulted, PRESERVE, step, valueSchema, type JsonSchema } from './json-schema.ts'

const HEAD = ['apiVersion', 'kind', 'metadata']
const NOTHING: JsonSchema = {}

/**
 * Drops what `schema` does not know, in place.
 * @param unknown gets the paths of what was dropped
 * @param kept as if it kept unknown fields itself
 * @param root the object's own apiVersion, kind and metadata are none of the schema's business
 */
export function prune(value: unknown, schema: JsonSchema, path: string, unknown: string[], root = false, kept = false): void {
  const keep = kept || schema[PRESERVE] === true
  if (Array.isArray(value)) {
    // Of elements of a list that keeps what it does not know, only what is known is looked into.
    const items = schema.items ?? (keep ? undefined : NOTHING)
    if (items) value.forEach((item, i) => prune(item, items, `${path}[${i}]`, unknown, false, keep))
    return
  }
  if (!isRecord(value)) return
  const values = mapValues(schema)
  const skip = root || schema[EMBEDDED] ? HEAD : []
  for (const key of Object.keys(value)) {
    if (skip.includes(key)) continue
    const property = lookUp(schema.properties, key) ?? values
    if (property) prune(value[key], property, step(path, key), unknown)
    else if (!keep) {
      unknown.push(step(path, key))
      delete value[key]
    }
  }
}

/** What the values of a map may have: of `additionalProperties: true` and `false` nothing is known, so their fields go. */
const mapValues = (schema: JsonSchema): JsonSchema | undefined => valueSchema(schema) ?? (schema.additionalProperties === undefined ? undefined : NOTHING)

const isStrayNull = (value: unknown, schema: JsonSchema | undefined): boolean => value === null && schema !== undefined && !schema.nullable && !isDefaulted(schema)

/** Drops fields that are null though they may not be, in place: as if they had not been given. Those that have a default get it later. */
export function dropNulls(value: unknown, schema: JsonSchema): void {
  if (Array.isArray(value)) {
    if (schema.items) for (const item of value) dropNulls(item, schema.items)
  } else if (isRecord(value)) {
    for (const key of Object.keys(value)) {
      const property = lookUp(schema.properties, key) ?? valueSchema(schema)
      if (isStrayNull(value[key], property)) delete value[key]
      else if (property) dropNulls(value[key], property)
    }
  }
}

const hasDefaults = new WeakMap<JsonSchema, boolean>()
/** Somewhere in it is a default: otherwise there is nothing to walk for. */
function mayDefault(schema: JsonSchema): boolean {
  let known = hasDefaults.get(schema)
  if (known === undefined) {
    const parts = [...Object.values(schema.properties ?? {}), ...(schema.items ? [schema.items] : []), ...(valueSchema(schema) ? [valueSchema(schema) as JsonSchema] : [])]
    known = isDefaulted(schema) || parts.some(mayDefault)
    hasDefaults.set(schema, known)
  }
  return known
}

/** Sets defaults, in place; a null that may not be null, and has a default, becomes it. Answers whether anything was set. */
export function setDefaults(value: unknown, schema: JsonSchema): boolean {
  if (!mayDefault(schema)) return false
  let changed = false
  if (Array.isArray(value)) {
    if (schema.items) for (const item of value) changed = setDefaults(item, schema.items) || changed
    return changed
  }
  if (!isRecord(value)) return false
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    if (!isDefaulted(property)) continue
    if (value[key] === undefined || (value[key] === null && !property.nullable)) {
      value[key] = cloneJson(property.default)
      changed = true
    }
  }
  const values = valueSchema(schema)
  for (const key of Object.keys(value)) {
    const property = lookUp(schema.properties, key) ?? values
    if (property) changed = setDefaults(value[key], property) || changed
  }
  return changed
}

/** Would `setDefaults`, `dropNulls` or `prune` change it? Then a frozen object has to be copied first. */
export function isShaped(value: unknown, schema: JsonSchema, root = false, kept = false): boolean {
  const keep = kept || schema[PRESERVE] === true
  const { items } = schema
  if (Array.isArray(value)) return !items || value.every((item) => isShaped(item, items, false, keep))
  if (!isRecord(value)) return true
  const values = mapValues(schema)
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    if (isDefaulted(property) && (value[key] === undefined || (value[key] === null && !property.nullable))) return false
  }
  const skip = root || schema[EMBEDDED] ? HEAD : []
  for (const key in value) {
    if (skip.includes(key)) continue
    const property = lookUp(schema.properties, key) ?? values
    if (property ? isStrayNull(value[key], property) || !isShaped(value[key], property) : !keep) return false
  }
  return true
}
