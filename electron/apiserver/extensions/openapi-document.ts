/**
 * A custom resource's schema as the OpenAPI documents show it. Version 3 takes it nearly as it is; version 2 cannot say
 * everything, and leaves out what its readers would misunderstand. Source: Kubernetes documentation, "Publish Validation Schema in OpenAPI".
 */
import { EMBEDDED, INT_OR_STRING, PRESERVE, VALIDATIONS, type JsonSchema } from './json-schema.ts'

type Json = Record<string, unknown>
const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta'
const API_VERSION = { type: 'string', description: 'APIVersion defines the versioned schema of this representation of an object.' }
const KIND = { type: 'string', description: 'Kind is a string value representing the REST resource this object represents.' }
const METADATA = "Standard object's metadata."

const nested = (schema: JsonSchema, convert: (s: JsonSchema) => Json): Json => ({
  ...(schema.properties ? { properties: Object.fromEntries(Object.entries(schema.properties).map(([key, p]) => [key, convert(p)])) } : {}),
  ...(schema.items ? { items: convert(schema.items) } : {}),
  ...(typeof schema.additionalProperties === 'object' ? { additionalProperties: convert(schema.additionalProperties) } : {}),
})
const head = (prefix: string, version: 'v2' | 'v3'): Json => ({
  apiVersion: API_VERSION, kind: KIND,
  metadata: version === 'v3' ? { description: METADATA, allOf: [{ $ref: prefix + META }] } : { description: METADATA, $ref: prefix + META },
})
const withHead = (out: Json, prefix: string, version: 'v2' | 'v3'): Json => ({ ...out, properties: { ...(out['properties'] as Json | undefined), ...head(prefix, version) } })

function third(schema: JsonSchema): Json {
  const out: Json = { ...schema, ...nested(schema, third) }
  return schema[EMBEDDED] ? withHead(out, '#/components/schemas/', 'v3') : out
}

/** What version 2 has no words for. */
const UNSAID = ['nullable', 'allOf', 'anyOf', 'oneOf', 'not', VALIDATIONS, 'example', 'externalDocs'] as const

function second(schema: JsonSchema): Json {
  const out: Json = { ...schema, ...nested(schema, second) }
  for (const name of UNSAID) delete out[name]
  if (schema.additionalProperties === true) delete out['additionalProperties']
  // kubectl would refuse a null, a number or an unknown field that the server takes: it is told nothing of the type.
  if (schema.nullable || schema[INT_OR_STRING] || schema[PRESERVE]) {
    for (const name of ['type', 'items', 'properties', 'additionalProperties']) delete out[name]
    return out
  }
  return schema[EMBEDDED] ? withHead(out, '#/definitions/', 'v2') : out
}

/** The component of a whole object. A schema that keeps unknown fields at its root says nothing more to version 2. */
export function openApiDocument(schema: JsonSchema, version: 'v2' | 'v3'): Json {
  const body = version === 'v3' ? third(schema) : second(schema)
  return schema[PRESERVE] && version === 'v2' ? { type: 'object', [PRESERVE]: true } : withHead({ ...body, type: 'object' }, version === 'v3' ? '#/components/schemas/' : '#/definitions/', version)
}
