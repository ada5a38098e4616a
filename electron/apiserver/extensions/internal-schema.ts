/** A custom resource's schema in the form that the rest of the server knows: for server-side apply, CEL values and OpenAPI. */
import type { Schema } from '../schema.ts'
import { EMBEDDED, INT_OR_STRING, LIST_KEYS, LIST_TYPE, MAP_TYPE, PRESERVE, valueSchema, type JsonSchema } from './json-schema.ts'

const STRING: Schema = { type: 'string' }
/** What expressions may read of metadata. */
const NAMES: Schema = { type: 'object', properties: { name: STRING, generateName: STRING }, custom: true }
/** The rest is there, but of no known type. */
const META: Schema = { ...NAMES, preserveUnknownFields: true }

export const internalSchema = (schema: JsonSchema): Schema => convert(schema, META, true)
/** As that, for the rules that stand in it. */
export const ruleSchema = (schema: JsonSchema, root = true): Schema => convert(schema, NAMES, root)

function convert(schema: JsonSchema, meta: Schema, root = false): Schema {
  if (schema[INT_OR_STRING]) return { format: 'int-or-string' }
  const known = Object.entries(schema.properties ?? {})
  const properties: Record<string, Schema> = Object.fromEntries(known.map(([key, property]) => [key, convert(property, meta)]))
  if (root || schema[EMBEDDED]) Object.assign(properties, { apiVersion: STRING, kind: STRING, metadata: meta })
  const values = valueSchema(schema)
  const listType = schema[LIST_TYPE] as Schema['listType']
  const keys = schema[LIST_KEYS]
  const mapType = schema[MAP_TYPE] as Schema['mapType']
  const type = schema.type as Schema['type'] | undefined
  return {
    ...(type ? { type } : {}),
    ...(schema.format ? { format: schema.format } : {}),
    ...(Object.keys(properties).length ? { properties } : {}),
    ...(schema.required ? { required: schema.required } : {}),
    ...(schema.items ? { items: convert(schema.items, meta) } : {}),
    ...(values ? { additionalProperties: convert(values, meta) } : {}),
    ...(listType ? { listType } : {}),
    ...(keys ? { listMapKeys: keys } : {}),
    ...(mapType ? { mapType } : {}),
    ...(schema[PRESERVE] ? { preserveUnknownFields: true } : {}),
    ...(schema.default === undefined ? {} : { default: schema.default }),
    ...(schema.maxItems === undefined ? {} : { maxItems: schema.maxItems }),
    ...(schema.maxLength === undefined ? {} : { maxLength: schema.maxLength }),
    ...(schema.maxProperties === undefined ? {} : { maxProperties: schema.maxProperties }),
    custom: true,
  }
}
