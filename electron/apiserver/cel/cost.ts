/** How large a value of a schema can be at most, in a request of 3 MiB. Source: Kubernetes documentation, "Validation rules: resource use by validation functions". */
import type { Schema, Schemas } from '../schema.ts'

const REQUEST_BYTES = 3 * 1024 * 1024
/** Schemas may hold themselves; no request is nested deeper than this, for a bound. */
const DEPTH = 8

/** The fewest bytes of JSON that a value takes. */
function minBytes(schema: Schema | undefined, schemas: Schemas, depth = 0): number {
  const type = schema?.ref ? schemas[schema.ref] : schema
  if (!type || depth > DEPTH) return 1
  switch (type.type) {
    case 'string':
    case 'array':
      return 2
    case 'boolean':
      return 4
    case 'object':
      return 2 + (type.required ?? []).reduce((sum, key) => sum + key.length + 4 + minBytes(type.properties?.[key], schemas, depth + 1), 0)
    default:
      return 1
  }
}

/** Elements of a list, entries of a map, characters of a string; 1 for everything else. */
export function maxSize(schema: Schema, schemas: Schemas): number {
  switch (schema.type) {
    case 'array':
      return schema.maxItems ?? Math.floor((REQUEST_BYTES - 2) / (minBytes(schema.items, schemas) + 1))
    case 'object':
      return schema.additionalProperties ? (schema.maxProperties ?? Math.floor((REQUEST_BYTES - 2) / (minBytes(schema.additionalProperties, schemas) + 5))) : 1
    case 'string':
      return schema.maxLength ?? (schema.format === 'date-time' ? 32 : REQUEST_BYTES - 2)
    default:
      return 1
  }
}
