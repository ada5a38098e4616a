/** A custom resource's schema in the form that the rest of the server knows: for server-side apply, CEL values and OpenAPI. */
import type { Schema } from '../schema.ts'
import { EMBEDDED, INT_OR_STRING, LIST_KEYS, LIST_TYPE, MAP_TYPE, PRESERVE, valueSchema, type JsonSchema } from './json-schema.ts'

const STRING: Schema = { type: 'string' }
/** What expressions are promised of metadata; the rest is there, but of no known type. */
const META: Schema = { type: 'object', properties: { name: STRING, generateName: STRING }, preserveUnknownFields: true, custom: true }

export function internalSchema(schema: JsonSchema, root = false): Schema {
  if (schema[INT_OR_STRING]) return { format: 'int-or-string' }
  const known = Object.entries(schema.properties ?? {})
  const properties: Record<string, Schema> = Object.fromEntries(known.map(([key, property]) => [key, internalSchema(property)]))
  if (root || schema[EMBEDDED]) Object.assign(properties, { apiVersion: STRING, kind: STRING, metadata: META })
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
    ...(schema.items ? { items: internalSchema(schema.items) } : {}),
    ...(values ? { additionalProperties: internalSchema(values) } : {}),
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
