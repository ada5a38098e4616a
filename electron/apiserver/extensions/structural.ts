/**
 * What a schema of a CustomResourceDefinition must be like to be structural, and what it may not use at all.
 * Source: Kubernetes documentation, "CustomResourceDefinition: specifying a structural schema".
 */
import { RE2JS } from 're2js'
import { field, type FieldError } from '../../../shared/errors.ts'
import { cloneJson } from '../json.ts'
import type { Schema } from '../schema.ts'
import { maxSize } from '../cel/cost.ts'
import { internalSchema } from './internal-schema.ts'
import { EMBEDDED, INT_OR_STRING, LIST_KEYS, LIST_TYPE, MAP_TYPE, PRESERVE, VALIDATIONS, valueSchema, type JsonSchema } from './json-schema.ts'
import { compileRules, ruleCosts } from './rules.ts'
import { prune } from './shape.ts'
import { compileSchema } from './validator.ts'

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string']
const UNSUPPORTED = ['$ref', 'definitions', 'dependencies', 'patternProperties', 'additionalItems', '$schema', 'id'] as const
/** What may not stand below allOf, anyOf, oneOf and not. */
const STRUCTURE = ['type', 'description', 'title', 'default', 'nullable', 'additionalProperties', PRESERVE, EMBEDDED, LIST_TYPE, LIST_KEYS, MAP_TYPE] as const
/** The work that all expressions may be estimated at, and one of them. */
const TOTAL_COST = 100_000_000
const RULE_COST = 10_000_000

function validPattern(pattern: string): boolean {
  try {
    RE2JS.compile(pattern)
    return true
  } catch {
    // Not a pattern: that is the answer.
    return false
  }
}

function forbiddenFields(schema: JsonSchema, path: string, errors: FieldError[]): void {
  for (const name of UNSUPPORTED) if (schema[name] !== undefined) errors.push(field.forbidden(`${path}.${name}`, `${name} is not supported`))
  if (schema.uniqueItems) errors.push(field.forbidden(`${path}.uniqueItems`, 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic'))
  if (schema.additionalProperties === false) errors.push(field.forbidden(`${path}.additionalProperties`, 'additionalProperties cannot be set to false'))
  if (schema.pattern !== undefined && !validPattern(schema.pattern)) errors.push(field.invalid(`${path}.pattern`, schema.pattern, `must be a valid regular expression, but isn't`))
}

/** A schema below allOf, anyOf, oneOf or not: it checks values and says nothing of structure. */
function checkValueSchema(schema: JsonSchema, path: string, outer: JsonSchema | undefined, errors: FieldError[]): void {
  forbiddenFields(schema, path, errors)
  const anyType = outer?.[INT_OR_STRING] === true
  for (const name of STRUCTURE) if (schema[name] !== undefined && !(anyType && name === 'type')) errors.push(field.forbidden(`${path}.${name}`, 'must be empty to be structural'))
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    if (outer && !outer.properties?.[key]) errors.push(field.required(`${outerPath(path)}.properties[${key}]`, `because it is defined in ${path}.properties[${key}]`))
    checkValueSchema(property, `${path}.properties[${key}]`, outer?.properties?.[key], errors)
  }
  if (schema.items) checkValueSchema(schema.items, `${path}.items`, outer?.items, errors)
  checkLogic(schema, path, outer, errors)
}
const outerPath = (path: string): string => path.replace(/\.(allOf|anyOf|oneOf)\[\d+\].*$|\.not.*$/, '')

function checkLogic(schema: JsonSchema, path: string, outer: JsonSchema | undefined, errors: FieldError[]): void {
  for (const name of ['allOf', 'anyOf', 'oneOf'] as const) schema[name]?.forEach((s, i) => checkValueSchema(s, `${path}.${name}[${i}]`, outer, errors))
  if (schema.not) checkValueSchema(schema.not, `${path}.not`, outer, errors)
}

function checkList(schema: JsonSchema, path: string, errors: FieldError[]): void {
  const type = schema[LIST_TYPE]
  const keys = schema[LIST_KEYS]
  if (type === undefined) {
    if (keys) errors.push(field.invalid(`${path}.${LIST_TYPE}`, '', `must be map if ${LIST_KEYS} is non-empty`))
    return
  }
  if (schema.type !== 'array') errors.push(field.invalid(`${path}.type`, schema.type ?? '', `must be array if ${LIST_TYPE} is specified`))
  if (!['atomic', 'set', 'map'].includes(type)) errors.push(field.notSupported(`${path}.${LIST_TYPE}`, type, ['atomic', 'set', 'map']))
  if (type !== 'map') return
  if (!keys?.length) errors.push(field.required(`${path}.${LIST_KEYS}`, `must not be empty if ${LIST_TYPE} is map`))
  if (schema.items?.type !== 'object') errors.push(field.invalid(`${path}.items.type`, schema.items?.type ?? '', `must be object if parent array's ${LIST_TYPE} is map`))
  for (const key of keys ?? []) {
    const property = schema.items?.properties?.[key]
    if (!property) errors.push(field.invalid(`${path}.${LIST_KEYS}`, key, `entries must all be names of item properties`))
    else if (!schema.items?.required?.includes(key) && property.default === undefined) errors.push(field.required(`${path}.items.properties[${key}].default`, `this property is in ${LIST_KEYS}, so it must have a default or be a required property`))
  }
}

function checkType(schema: JsonSchema, path: string, what: string, errors: FieldError[]): void {
  const free = schema[INT_OR_STRING] || schema[PRESERVE]
  if (!schema.type) {
    if (!free) errors.push(field.required(`${path}.type`, `must not be empty ${what}`))
  } else if (schema[INT_OR_STRING]) errors.push(field.invalid(`${path}.type`, schema.type, `must be empty if ${INT_OR_STRING} is true`))
  else if (!TYPES.includes(schema.type)) errors.push(field.notSupported(`${path}.type`, schema.type, TYPES))
  if (schema[EMBEDDED] && schema.type !== 'object') errors.push(field.invalid(`${path}.type`, schema.type ?? '', `must be object if ${EMBEDDED} is true`))
  if (schema[PRESERVE] && schema.type && schema.type !== 'object') errors.push(field.invalid(`${path}.type`, schema.type, `must be object if ${PRESERVE} is true`))
}

function checkDefault(schema: JsonSchema, path: string, errors: FieldError[]): void {
  if (schema.default === undefined) return
  const value = cloneJson(schema.default)
  const unknown: string[] = []
  prune(value, schema, '', unknown)
  if (unknown.length) errors.push(field.invalid(`${path}.default`, schema.default, 'must not have unknown fields'))
  const faults: FieldError[] = []
  compileSchema(schema)(value, `${path}.default`, faults)
  errors.push(...faults)
}

function checkStructure(schema: JsonSchema, path: string, what: string, errors: FieldError[]): void {
  const before = errors.length
  checkType(schema, path, what, errors)
  forbiddenFields(schema, path, errors)
  if (schema.properties && schema.additionalProperties !== undefined) errors.push(field.forbidden(`${path}.additionalProperties`, 'additionalProperties and properties are mutual exclusive'))
  if (schema.type === 'array' && !schema.items && !schema[PRESERVE]) errors.push(field.required(`${path}.items`, 'must be specified'))
  checkList(schema, path, errors)
  const mapType = schema[MAP_TYPE]
  if (mapType !== undefined && !['atomic', 'granular'].includes(mapType)) errors.push(field.notSupported(`${path}.${MAP_TYPE}`, mapType, ['atomic', 'granular']))
  for (const [key, property] of Object.entries(schema.properties ?? {})) checkStructure(property, `${path}.properties[${key}]`, 'for specified object fields', errors)
  const values = valueSchema(schema)
  if (values) checkStructure(values, `${path}.additionalProperties`, 'for specified object fields', errors)
  if (schema.items) checkStructure(schema.items, `${path}.items`, 'for specified array items', errors)
  checkLogic(schema, path, schema, errors)
  schema[VALIDATIONS]?.forEach((rule, i) => {
    const at = `${path}.${VALIDATIONS}[${i}]`
    if (!rule.rule.trim()) errors.push(field.required(`${at}.rule`, 'rule is not specified'))
    if (rule.message?.includes('\n')) errors.push(field.invalid(`${at}.message`, rule.message, 'message must not contain line breaks'))
  })
  if (errors.length === before) checkDefault(schema, path, errors)
}

function checkMetadata(schema: JsonSchema, path: string, errors: FieldError[]): void {
  const metadata = schema.properties?.['metadata']
  if (!metadata) return
  for (const key of Object.keys(metadata.properties ?? {})) {
    if (key !== 'name' && key !== 'generateName') errors.push(field.forbidden(`${path}.properties[metadata].properties[${key}]`, 'must not specify anything other than name and generateName, but metadata is implicitly specified'))
  }
}

function checkRules(schema: JsonSchema, path: string, errors: FieldError[]): void {
  const faults: Parameters<typeof compileRules>[3] = []
  const node = compileRules(schema, internalSchema(schema, true), {}, faults)
  for (const { path: at, rule, message } of faults) errors.push(field.invalid(`${path}${at}`, rule, message))
  const size = (type: Schema | undefined): number => (type ? maxSize(type, {}) : 1)
  const costs = ruleCosts(node, size)
  for (const { path: at, rule, cost } of costs) {
    if (cost > RULE_COST) {
      const factor = cost / RULE_COST
      errors.push(field.forbidden(`${path}${at}.${VALIDATIONS}`, `estimated rule cost exceeds budget by factor of ${factor > 100 ? 'more than 100x' : `${factor.toFixed(1)}x`} (try simplifying the rule ${JSON.stringify(rule)}, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)`))
    }
  }
  if (costs.reduce((sum, c) => sum + c.cost, 0) > TOTAL_COST) errors.push(field.forbidden(path, 'x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema exceeds budget (try simplifying the rules, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)'))
}

export function validateStructure(schema: JsonSchema, path: string): FieldError[] {
  const errors: FieldError[] = []
  if (schema.type && schema.type !== 'object') errors.push(field.invalid(`${path}.type`, schema.type, 'must be object at the root'))
  if (schema.nullable) errors.push(field.forbidden(`${path}.nullable`, 'nullable cannot be true at the root'))
  checkStructure(schema, path, 'at the root', errors)
  checkMetadata(schema, path, errors)
  if (!errors.length) checkRules(schema, path, errors)
  return errors
}
