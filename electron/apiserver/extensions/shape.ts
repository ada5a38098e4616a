/**
 * What a schema does to an object before it is validated: fields that it does not know are dropped (pruning), and absent
 * ones that have a default get it. Source: Kubernetes documentation, "CustomResourceDefinition: field pruning, defaulting".
 */
import { cloneJson, isRecord, lookUp } from '../json.ts'
import { EMBEDDED, PRESERVE, step, valueSchema, type JsonSchema } from './json-schema.ts'

const HEAD = ['apiVersion', 'kind', 'metadata']

/**
 * Drops what `schema` does not know, in place.
 * @param unknown gets the paths of what was dropped
 * @param root the object's own apiVersion, kind and metadata are none of the schema's business
 */
export function prune(value: unknown, schema: JsonSchema, path: string, unknown: string[], root = false): void {
  if (Array.isArray(value)) {
    if (schema.items) value.forEach((item, i) => prune(item, schema.items as JsonSchema, `${path}[${i}]`, unknown))
    return
  }
  if (!isRecord(value)) return
  const values = valueSchema(schema)
  const keep = schema[PRESERVE] === true
  const skip = root || schema[EMBEDDED] ? HEAD : []
  for (const key of Object.keys(value)) {
    if (skip.includes(key)) continue
    const property = lookUp(schema.properties, key) ?? values
    if (property) prune(value[key], property, step(path, key), unknown)
    else if (!keep && schema.additionalProperties !== true) {
      unknown.push(step(path, key))
      delete value[key]
    }
  }
}

const hasDefaults = new WeakMap<JsonSchema, boolean>()
/** Somewhere in it is a default: otherwise there is nothing to walk for. */
function mayDefault(schema: JsonSchema): boolean {
  let known = hasDefaults.get(schema)
  if (known === undefined) {
    const parts = [...Object.values(schema.properties ?? {}), ...(schema.items ? [schema.items] : []), ...(valueSchema(schema) ? [valueSchema(schema) as JsonSchema] : [])]
    known = schema.default !== undefined || parts.some(mayDefault)
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
    if (property.default === undefined) continue
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

/** Would `setDefaults` or `prune` change it? Then a frozen object has to be copied first. */
export function isShaped(value: unknown, schema: JsonSchema, root = false): boolean {
  if (Array.isArray(value)) return !schema.items || value.every((item) => isShaped(item, schema.items as JsonSchema))
  if (!isRecord(value)) return true
  const values = valueSchema(schema)
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    if (property.default !== undefined && (value[key] === undefined || (value[key] === null && !property.nullable))) return false
  }
  const skip = root || schema[EMBEDDED] ? HEAD : []
  for (const key in value) {
    if (skip.includes(key)) continue
    const property = lookUp(schema.properties, key) ?? values
    if (property ? !isShaped(value[key], property) : !schema[PRESERVE] && schema.additionalProperties !== true) return false
  }
  return true
}
