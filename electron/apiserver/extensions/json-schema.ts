/** The schema of a custom resource, as a CustomResourceDefinition holds it (v1.JSONSchemaProps). Read only: it is part of a stored object. */
export interface ValidationRule {
  /** Required, which validation says. */
  readonly rule: string
  readonly message?: string
  readonly messageExpression?: string
  readonly reason?: string
  readonly fieldPath?: string
  readonly optionalOldSelf?: boolean
}
export interface JsonSchema {
  readonly $ref?: string
  readonly $schema?: string
  readonly id?: string
  readonly title?: string
  readonly description?: string
  readonly type?: string
  readonly format?: string
  readonly default?: unknown
  readonly example?: unknown
  readonly externalDocs?: unknown
  readonly nullable?: boolean
  readonly enum?: readonly unknown[]
  readonly maximum?: number
  readonly exclusiveMaximum?: boolean
  readonly minimum?: number
  readonly exclusiveMinimum?: boolean
  readonly multipleOf?: number
  readonly maxLength?: number
  readonly minLength?: number
  readonly pattern?: string
  readonly maxItems?: number
  readonly minItems?: number
  readonly uniqueItems?: boolean
  readonly maxProperties?: number
  readonly minProperties?: number
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly allOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly anyOf?: readonly JsonSchema[]
  readonly not?: JsonSchema
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly additionalProperties?: JsonSchema | boolean
  readonly patternProperties?: unknown
  readonly dependencies?: unknown
  readonly additionalItems?: unknown
  readonly definitions?: unknown
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean
  readonly 'x-kubernetes-embedded-resource'?: boolean
  readonly 'x-kubernetes-int-or-string'?: boolean
  readonly 'x-kubernetes-list-type'?: string
  readonly 'x-kubernetes-list-map-keys'?: readonly string[]
  readonly 'x-kubernetes-map-type'?: string
  readonly 'x-kubernetes-validations'?: readonly ValidationRule[]
}

export const PRESERVE = 'x-kubernetes-preserve-unknown-fields'
export const EMBEDDED = 'x-kubernetes-embedded-resource'
export const INT_OR_STRING = 'x-kubernetes-int-or-string'
export const LIST_TYPE = 'x-kubernetes-list-type'
export const LIST_KEYS = 'x-kubernetes-list-map-keys'
export const MAP_TYPE = 'x-kubernetes-map-type'
export const VALIDATIONS = 'x-kubernetes-validations'

/** The schema of the values of a map, where one is given. */
export const valueSchema = (schema: JsonSchema): JsonSchema | undefined =>
  typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined

/** It has a default: null is none. */
export const isDefaulted = (schema: JsonSchema): boolean => schema.default !== undefined && schema.default !== null

/** `spec`, `metadata.name`: a step down a path of field names. */
export const step = (path: string, key: string): string => (path ? `${path}.${key}` : key)
