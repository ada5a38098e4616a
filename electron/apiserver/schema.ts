/**
 * The schema of a type, as generated at build time from @kubernetes/client-node's descriptions (scripts/generate.mjs) and
 * completed by our own table of list keys and patch strategies. Close to OpenAPI v3, with references by name.
 */
export interface Schema {
  description?: string
  /** `int-or-string` and `any` (free-form) have no `type`. */
  type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean'
  /** `int32`, `int64`, `double`, `byte`, `date-time`, `micro-time`, `int-or-string`, `quantity`. */
  format?: string
  /** Name of another schema (`V1PodSpec`). Then only `description` and the list/patch keys below stand beside it. */
  ref?: string
  properties?: Readonly<Record<string, Schema>>
  required?: readonly string[]
  /** Element of an array. */
  items?: Schema
  /** Value of a map. */
  additionalProperties?: Schema
  /** Server-side apply: how a list merges. Absent on an array: atomic. */
  listType?: 'atomic' | 'set' | 'map'
  listMapKeys?: readonly string[]
  /** Server-side apply: this object or map is replaced as a whole. */
  mapType?: 'atomic' | 'granular'
  /** Strategic merge patch. */
  patchMergeKey?: string
  patchStrategy?: 'merge' | 'replace' | 'retainKeys' | 'merge,retainKeys'
  /** Of a type: which of its fields exclude each other, as OpenAPI's extension says it. Nothing here reads it. */
  unions?: readonly object[]
  /** Unknown fields are allowed and kept (RawExtension, JSON). */
  preserveUnknownFields?: boolean
  default?: unknown
  /** Largest sizes, of custom resources: they bound the work of expressions. */
  maxItems?: number
  maxLength?: number
  maxProperties?: number
  /** Of a whole custom resource: what the OpenAPI documents say of it. */
  document?: { readonly v2: Readonly<Record<string, unknown>>; readonly v3: Readonly<Record<string, unknown>> }
  /** Of a custom resource: no Go type stands behind it, so nothing is there that is not set, and what it does not know it may keep. */
  custom?: boolean
}
/** All named schemas. */
export type Schemas = Readonly<Record<string, Schema>>
