/**
 * Validation of a custom resource against its schema: each schema becomes a closure once. Sentences are those that
 * kubectl users know from the API server, which has them from go-openapi.
 */
import { RE2JS } from 're2js'
import { field, type FieldError } from '../../../shared/errors.ts'
import { jsonEqual, lookUp } from '../json.ts'
import { formatCheck } from './formats.ts'
import { INT_OR_STRING, step, valueSchema, type JsonSchema } from './json-schema.ts'

/** Adds what is wrong with the value at `path`. */
export type Validate = (value: unknown, path: string, errors: FieldError[]) => void

/** How messages name the type of a value. */
export function typeName(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'bigint') return 'integer'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value
}

const isTyped = (value: unknown, type: string): boolean => {
  const actual = typeName(value)
  return actual === type || (type === 'number' && actual === 'integer')
}
const characters = (text: string): number => {
  let count = 0
  for (const _ of text) count++
  return count
}
const hasDuplicates = (items: readonly unknown[]): boolean => items.some((item, i) => items.slice(0, i).some((other) => jsonEqual(item, other)))

function stringRules(schema: JsonSchema): Validate | undefined {
  const { minLength, maxLength, pattern, format } = schema
  const rule = pattern === undefined ? undefined : RE2JS.compile(pattern)
  const check = format === undefined ? undefined : formatCheck(format)
  if (minLength === undefined && maxLength === undefined && !rule && !check) return undefined
  return (value, path, errors) => {
    if (typeof value !== 'string') return
    const length = characters(value)
    if (maxLength !== undefined && length > maxLength) errors.push(field.tooLong(path, maxLength))
    if (minLength !== undefined && length < minLength) errors.push(field.invalid(path, value, `${path} in body should be at least ${minLength} chars long`))
    if (rule && !rule.matcher(value).find()) errors.push(field.invalid(path, value, `${path} in body should match '${pattern}'`))
    if (check && !check(value)) errors.push(field.invalid(path, value, `${path} in body must be of type ${format}: ${JSON.stringify(value)}`))
  }
}

/** Largest whole number of each format. */
const INTEGER_LIMITS: Readonly<Record<string, number>> = { int32: 2 ** 31, int64: 2 ** 63 }

function numberRules(schema: JsonSchema): Validate | undefined {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, format } = schema
  const limit = schema.type === 'integer' ? lookUp(INTEGER_LIMITS, format ?? '') : undefined
  if (minimum === undefined && maximum === undefined && multipleOf === undefined && limit === undefined) return undefined
  return (value, path, errors) => {
    if (typeof value !== 'number' && typeof value !== 'bigint') return
    if (limit !== undefined && (value >= limit || value < -limit)) errors.push(field.invalid(path, value, `Checked value must be of type integer with format ${format} in ${path}`))
    if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum)) errors.push(field.invalid(path, value, `${path} in body should be less than ${exclusiveMaximum ? '' : 'or equal to '}${maximum}`))
    if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum)) errors.push(field.invalid(path, value, `${path} in body should be greater than ${exclusiveMinimum ? '' : 'or equal to '}${minimum}`))
    if (multipleOf !== undefined && Math.abs(Number(value) / multipleOf - Math.round(Number(value) / multipleOf)) > 1e-9) errors.push(field.invalid(path, value, `${path} in body should be a multiple of ${multipleOf}`))
  }
}

function arrayRules(schema: JsonSchema): Validate | undefined {
  const { minItems, maxItems, uniqueItems } = schema
  const item = schema.items ? compileSchema(schema.items) : undefined
  return (value, path, errors) => {
    if (!Array.isArray(value)) return
    if (maxItems !== undefined && value.length > maxItems) errors.push(field.tooMany(path, value.length, maxItems))
    if (minItems !== undefined && value.length < minItems) errors.push(field.invalid(path, value.length, `${path} in body should have at least ${minItems} items`))
    if (uniqueItems && hasDuplicates(value)) errors.push(field.invalid(path, value, `${path} in body shouldn't contain duplicates`))
    if (item) for (let i = 0; i < value.length; i++) item(value[i], `${path}[${i}]`, errors)
  }
}

function objectRules(schema: JsonSchema): Validate | undefined {
  const { required = [], minProperties, maxProperties } = schema
  const properties = new Map(Object.entries(schema.properties ?? {}).map(([key, property]) => [key, compileSchema(property)]))
  const additional = valueSchema(schema)
  const values = additional && compileSchema(additional)
  const closed = schema.additionalProperties === false
  return (value, path, errors) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return
    const object = value as Record<string, unknown>
    const keys = Object.keys(object)
    if (maxProperties !== undefined && keys.length > maxProperties) errors.push(field.tooMany(path, keys.length, maxProperties))
    if (minProperties !== undefined && keys.length < minProperties) errors.push(field.invalid(path, keys.length, `${path} in body should have at least ${minProperties} properties`))
    for (const key of required) if (object[key] === undefined) errors.push(field.required(step(path, key)))
    for (const key of keys) {
      const check = properties.get(key)
      if (check) check(object[key], step(path, key), errors)
      else if (values) values(object[key], step(path, key), errors)
      else if (closed) errors.push(field.forbidden(step(path, key), `${path}.${key} in body is a forbidden property`))
    }
  }
}

const passes = (check: Validate, value: unknown, path: string): boolean => {
  const errors: FieldError[] = []
  check(value, path, errors)
  return errors.length === 0
}

/** allOf, anyOf, oneOf, not. */
function logic(schema: JsonSchema): Validate | undefined {
  const [all, any, one] = [schema.allOf, schema.anyOf, schema.oneOf].map((list) => list?.map(compileSchema))
  const not = schema.not && compileSchema(schema.not)
  if (!all?.length && !any?.length && !one?.length && !not) return undefined
  return (value, path, errors) => {
    const name = JSON.stringify(path)
    for (const check of all ?? []) check(value, path, errors)
    if (any?.length && !any.some((check) => passes(check, value, path))) {
      errors.push(field.invalid(path, value, `${name} must validate at least one schema (anyOf)`))
      any[0]?.(value, path, errors)
    }
    if (one?.length) {
      const count = one.filter((check) => passes(check, value, path)).length
      if (count !== 1) errors.push(field.invalid(path, value, `${name} must validate one and only one schema (oneOf). Found ${count ? `${count} valid alternatives` : 'none valid'}`))
      if (count === 0) one[0]?.(value, path, errors)
    }
    if (not && passes(not, value, path)) errors.push(field.invalid(path, value, `${name} must not validate the schema (not)`))
  }
}

export function compileSchema(schema: JsonSchema): Validate {
  const rules = [stringRules(schema), numberRules(schema), arrayRules(schema), objectRules(schema), logic(schema)].filter((r) => r !== undefined)
  const { type, nullable } = schema
  const intOrString = schema[INT_OR_STRING] === true
  const values = schema.enum
  return (value, path, errors) => {
    if (value === null && nullable) return
    if (intOrString && typeof value !== 'string' && typeName(value) !== 'integer') {
      errors.push(field.typeInvalid(path, typeName(value), `${path} in body must be of type integer,string: ${JSON.stringify(typeName(value))}`))
      return
    }
    if (type && !isTyped(value, type)) {
      errors.push(field.typeInvalid(path, typeName(value), `${path} in body must be of type ${type}: ${JSON.stringify(typeName(value))}`))
      return
    }
    if (values && !values.some((allowed) => jsonEqual(allowed, value))) {
      errors.push(field.notSupported(path, value, values.map((v) => (typeof v === 'string' ? v : JSON.stringify(v))), true))
      return
    }
    for (const rule of rules) rule(value, path, errors)
  }
}
