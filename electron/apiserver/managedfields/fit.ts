/**
 * Where a configuration does not fit the type that it is applied to, in the words of structured-merge-diff, which looks at it
 * before Go does: kinds of values, and fields that are not there. Only asked of what has been found not to fit.
 */
import type { Schema, Schemas } from '../schema.ts'
import { elementText } from './fields.ts'
import { UNDECLARED } from './typed.ts'
import { elementName, isObject } from './types.ts'

/** As Go's `%v` prints what JSON holds. */
function plain(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(plain).join(' ')}]`
  if (isObject(value)) return `map[${Object.keys(value).sort().map((key) => `${key}:${plain(value[key])}`).join(' ')}]`
  return value === null ? '<nil>' : String(value)
}

/** As Go's `%#v` prints it. */
function syntax(value: unknown): string {
  if (Array.isArray(value)) return `[]interface {}{${value.map(syntax).join(', ')}}`
  if (isObject(value)) return `map[string]interface {}{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${syntax(value[key])}`).join(', ')}}`
  return value === null ? 'interface {}(nil)' : typeof value === 'string' ? JSON.stringify(value) : String(value)
}

const goType = (value: unknown): string => (Array.isArray(value) ? '[]interface {}' : isObject(value) ? 'map[string]interface {}' : typeof value === 'string' ? 'string' : typeof value === 'boolean' ? 'bool' : 'int64')
const isNumber = (value: unknown): boolean => typeof value === 'number' || typeof value === 'bigint'

function scalarFault({ type, format }: Schema, value: unknown): string | undefined {
  const anything = isNumber(value) || typeof value === 'string' || typeof value === 'boolean'
  if (format === 'int-or-string' || format === 'quantity' || format === 'date-time' || format === 'micro-time') return anything ? undefined : `expected any scalar, got &{${plain(value)}}`
  switch (type) {
    case 'string':
      return typeof value === 'string' ? undefined : `expected string, got &value.valueUnstructured{Value:${syntax(value)}}`
    case 'integer':
    case 'number':
      return isNumber(value) ? undefined : `expected numeric (int or float), got ${goType(value)}`
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `expected boolean, got &{${plain(value)}}`
    default:
      return undefined
  }
}

/** The faults of a value, each with its path below it: `.spec.replicas: expected numeric (int or float), got string`. */
function faults(schema: Schema, value: unknown, schemas: Schemas, root: boolean): string[] {
  if (schema.ref) {
    const target = schemas[schema.ref]
    return target ? faults(target, value, schemas, false) : []
  }
  // Null fits everywhere, and anything fits where nothing is known.
  if (value === null || value === undefined || (schema.preserveUnknownFields && !schema.properties)) return []
  if (schema.type === 'array') {
    if (!Array.isArray(value)) return [`: expected list, got &{${plain(value)}}`]
    const { items } = schema
    if (!items) return []
    const keys = schema.listType === 'map' && schema.listMapKeys ? schema.listMapKeys : undefined
    return value.flatMap((item, i) => {
      const name = keys && elementName({ kind: 'list', item: { kind: 'leaf' }, keys: [...keys].sort(), defaults: defaultsOf(items, keys, schemas) }, item)
      return faults(items, item, schemas, false).map((fault) => `${name === undefined ? `[${i}]` : elementText(name)}${fault}`)
    })
  }
  const { properties, additionalProperties } = schema
  if (!properties && !additionalProperties) {
    if (schema.type === 'object') return isObject(value) ? [] : [`: expected map, got &{${plain(value)}}`]
    const fault = scalarFault(schema, value)
    return fault ? [`: ${fault}`] : []
  }
  if (!isObject(value)) return [`: expected map, got &{${plain(value)}}`]
  return Object.keys(value).flatMap((key) => {
    if (root && (key === 'apiVersion' || key === 'kind')) return []
    const child = root && key === 'metadata' ? { ref: 'V1ObjectMeta' } : properties && Object.hasOwn(properties, key) ? properties[key] : additionalProperties
    if (child) return faults(child, value[key], schemas, false).map((fault) => `.${key}${fault}`)
    return schema.preserveUnknownFields ? [] : [`.${key}: ${UNDECLARED}`]
  })
}

function defaultsOf(items: Schema, keys: readonly string[], schemas: Schemas): Record<string, unknown> {
  const element = items.ref ? schemas[items.ref] : items
  return Object.fromEntries(keys.flatMap((key) => (element?.properties?.[key]?.default === undefined ? [] : [[key, element.properties[key].default]])))
}

/** What is wrong with a whole configuration; none, where nothing is known of its kind, or where Go alone will find a fault. */
export function misfitsOf(name: string, schemas: Schemas, config: unknown): string[] {
  const schema = schemas[name]
  return schema?.properties ? faults(schema, config, schemas, true) : []
}
