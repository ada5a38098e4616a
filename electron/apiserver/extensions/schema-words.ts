/**
 * What each word of a CustomResourceDefinition's schema may say, and beside which others. Source: Kubernetes documentation,
 * "CustomResourceDefinition: specifying a structural schema", and apiextensions' validation of OpenAPI schemas.
 */
import { field, type FieldError } from '../../../shared/errors.ts'
import { fieldPathIn } from './field-path.ts'
import { EMBEDDED, isDefaulted, LIST_KEYS, LIST_TYPE, MAP_TYPE, PRESERVE, VALIDATIONS, valueSchema, type JsonSchema } from './json-schema.ts'

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string']
const UNSUPPORTED = ['id', 'additionalItems', 'patternProperties', 'definitions', 'dependencies', '$ref'] as const
const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired']
const META_FIELDS = new Set(['metadata', 'kind', 'apiVersion'])

/** Where in an object a schema stands. */
interface Place {
  /** Within apiVersion, kind or metadata of a resource. */
  readonly meta: boolean
  /** Why there may be no default. */
  readonly noDefault: string | undefined
}

function checkMap(schema: JsonSchema, path: string, errors: FieldError[]): void {
  const type = schema[MAP_TYPE]
  if (type === undefined) return
  const detail = `must be object if ${MAP_TYPE} is specified`
  if (!schema.type) errors.push(field.required(`${path}.type`, detail))
  else if (schema.type !== 'object') errors.push(field.invalid(`${path}.type`, schema.type, detail))
  if (type !== 'atomic' && type !== 'granular') errors.push(field.notSupported(`${path}.${MAP_TYPE}`, type, ['atomic', 'granular']))
}

function checkSetItems(items: JsonSchema, path: string, errors: FieldError[]): void {
  const detail = `must be atomic as item of a list with ${LIST_TYPE}=set`
  if (items.type === 'array' && (items[LIST_TYPE] ?? 'atomic') !== 'atomic') errors.push(field.invalid(`${path}.items.${LIST_TYPE}`, items[LIST_TYPE], detail))
  // The value that is shown is the list's type: upstream's way.
  if (items.type === 'object' && items[MAP_TYPE] !== 'atomic') errors.push(field.invalid(`${path}.items.${MAP_TYPE}`, items[LIST_TYPE] ?? 'null', detail))
}

function checkKeys(items: JsonSchema, keys: readonly string[], path: string, errors: FieldError[]): void {
  if (items.type !== 'object') return void errors.push(field.invalid(`${path}.items.type`, items.type ?? '', `must be object if parent array's ${LIST_TYPE} is map`))
  keys.forEach((key, i) => {
    const property = items.properties?.[key]
    const at = `${path}.items.properties[${key}]`
    if (!property) errors.push(field.invalid(`${path}.${LIST_KEYS}`, keys, 'entries must all be names of item properties'))
    if (keys.indexOf(key) !== i) errors.push(field.invalid(`${path}.${LIST_KEYS}`, keys, 'must not contain duplicate entries'))
    if (!property) return
    if (property.type === 'array' || property.type === 'object') errors.push(field.invalid(`${at}.type`, items.type, `must be a scalar type if parent array's ${LIST_TYPE} is map`))
    if (!items.required?.includes(key) && !isDefaulted(property)) errors.push(field.required(`${at}.default`, `this property is in ${LIST_KEYS}, so it must have a default or be a required property`))
    if (property.nullable) errors.push(field.forbidden(`${at}.nullable`, `this property is in ${LIST_KEYS}, so it cannot be nullable`))
  })
}

function checkList(schema: JsonSchema, path: string, errors: FieldError[]): void {
  const type = schema[LIST_TYPE]
  const keys = schema[LIST_KEYS] ?? []
  const { items } = schema
  if (keys.length && type !== 'map') {
    const detail = `must be map if ${LIST_KEYS} is non-empty`
    errors.push(type === undefined ? field.required(`${path}.${LIST_TYPE}`, detail) : field.invalid(`${path}.${LIST_TYPE}`, type, detail))
  }
  if (type === undefined) return
  if (!['atomic', 'set', 'map'].includes(type)) errors.push(field.notSupported(`${path}.${LIST_TYPE}`, type, ['atomic', 'set', 'map']))
  const detail = `must be array if ${LIST_TYPE} is specified`
  if (!schema.type) errors.push(field.required(`${path}.type`, detail))
  else if (schema.type !== 'array') errors.push(field.invalid(`${path}.type`, schema.type, detail))
  else if (type === 'set' && items) checkSetItems(items, path, errors)
  if (type === 'atomic') return
  if (items?.nullable) errors.push(field.forbidden(`${path}.items.nullable`, `cannot be nullable when ${LIST_TYPE} is ${type}`))
  if (type !== 'map') return
  if (!keys.length) errors.push(field.required(`${path}.${LIST_KEYS}`, `must not be empty if ${LIST_TYPE} is map`))
  if (items) checkKeys(items, keys, path, errors)
  else errors.push(field.required(`${path}.items`, `must have a schema if ${LIST_TYPE} is map`))
}

const hasNewlines = (text: string): boolean => /[\n\r]/.test(text)

function checkRules(schema: JsonSchema, path: string, errors: FieldError[]): void {
  schema[VALIDATIONS]?.forEach(({ rule = '', message = '', messageExpression = '', reason, fieldPath = '' }, i) => {
    const at = `${path}.${VALIDATIONS}[${i}]`
    if (!rule.trim()) errors.push(field.required(`${at}.rule`, 'rule is not specified'))
    else if (message && !message.trim()) errors.push(field.invalid(`${at}.message`, message, 'must be non-empty if specified'))
    else if (hasNewlines(message.trim())) errors.push(field.invalid(`${at}.message`, message, 'must not contain line breaks'))
    else if (hasNewlines(rule.trim()) && !message.trim()) errors.push(field.required(`${at}.message`, 'message must be specified if rule contains line breaks'))
    if (messageExpression && !messageExpression.trim()) errors.push(field.required(`${at}.messageExpression`, 'messageExpression must be non-empty if specified'))
    if (reason && !REASONS.includes(reason)) errors.push(field.notSupported(`${at}.reason`, reason, REASONS))
    if (!fieldPath) return
    if (!fieldPath.trim()) errors.push(field.invalid(`${at}.fieldPath`, fieldPath, 'must be non-empty if specified'))
    if (hasNewlines(fieldPath)) errors.push(field.invalid(`${at}.fieldPath`, fieldPath, 'must not contain line breaks'))
    if (fieldPathIn(schema, fieldPath) === undefined) errors.push(field.invalid(`${at}.fieldPath`, fieldPath, 'must be a valid path'))
  })
}

/** Everything that can be said of a schema without running it. */
export function checkWords(schema: JsonSchema, path: string, errors: FieldError[], root = true, place: Place = { meta: false, noDefault: undefined }): void {
  if (schema.type && !TYPES.includes(schema.type)) errors.push(field.notSupported(`${path}.type`, schema.type, TYPES))
  if (isDefaulted(schema) && place.noDefault) errors.push(field.forbidden(`${path}.default`, `must not be set ${place.noDefault}`))
  if (schema.type === 'null') errors.push(field.forbidden(`${path}.type`, 'type cannot be set to null, use nullable as an alternative'))
  const list = Array.isArray(schema.items) ? (schema.items as readonly JsonSchema[]) : undefined
  if (list) errors.push(field.forbidden(`${path}.items`, 'items must be a schema object and not an array'))
  for (const name of UNSUPPORTED) if (schema[name] !== undefined) errors.push(field.forbidden(`${path}.${name}`, `${name} is not supported`))
  if (place.meta && schema[EMBEDDED]) errors.push(field.forbidden(`${path}.${EMBEDDED}`, 'must not be used inside of resource meta'))
  if (schema.uniqueItems) errors.push(field.forbidden(`${path}.uniqueItems`, 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic'))
  if (schema[PRESERVE] === false) errors.push(field.invalid(`${path}.${PRESERVE}`, false, 'must be true or undefined'))
  const { additionalProperties, properties = {} } = schema
  if (Object.keys(properties).length && additionalProperties !== undefined && additionalProperties !== true) errors.push(field.forbidden(`${path}.additionalProperties`, 'additionalProperties and properties are mutual exclusive'))
  checkMap(schema, path, errors)
  checkList(schema, path, errors)
  checkRules(schema, path, errors)
  for (const [key, property] of Object.entries(properties)) {
    const meta = (root || schema[EMBEDDED]) && META_FIELDS.has(key)
    checkWords(property, `${path}.properties[${key}]`, errors, false, meta ? { meta, noDefault: root ? `in top-level ${key}` : place.noDefault } : place)
  }
  const values = valueSchema(schema)
  if (values) checkWords(values, `${path}.additionalProperties`, errors, false, place.meta ? { ...place, noDefault: 'inside additionalProperties applying to object metadata' } : place)
  if (list) list.forEach((s, i) => checkWords(s, `${path}.items[${i}]`, errors, false, place))
  else if (schema.items) checkWords(schema.items, `${path}.items`, errors, false, place)
  for (const name of ['allOf', 'anyOf', 'oneOf'] as const) schema[name]?.forEach((s, i) => checkWords(s, `${path}.${name}[${i}]`, errors, false, place))
  if (schema.not) checkWords(schema.not, `${path}.not`, errors, false, place)
}
