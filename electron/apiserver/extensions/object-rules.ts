/**
 * What a custom resource must be like beyond its schema's words: objects within it, lists that are sets or maps, and the numbers that its scale
 * subresource reads. Source: apiextensions' validation of custom resources.
 */
import type { ObjectMeta } from '../../../shared/api/meta.ts'
import { field, type FieldError } from '../../../shared/errors.ts'
import { dns1035Label, dns1123Label } from '../../../shared/labels.ts'
import { isRecord, lookUp } from '../json.ts'
import { validateMetadata } from '../registry/metadata.ts'
import type { KindDefinition } from '../resources/kind.ts'
import { EMBEDDED, LIST_KEYS, LIST_TYPE, step, valueSchema, type JsonSchema } from './json-schema.ts'

const ANY_KIND = { nameRule: 'path', group: '', resource: '' } as unknown as KindDefinition
const MAX_INT32 = 2_147_483_647

/** Calls `visit` for every value that the schema describes, from the outside in. */
function walk(value: unknown, schema: JsonSchema | undefined, path: string, visit: (value: unknown, schema: JsonSchema, path: string) => void): void {
  if (!schema) return
  visit(value, schema, path)
  if (Array.isArray(value)) value.forEach((item: unknown, i) => walk(item, schema.items, `${path}[${i}]`, visit))
  else if (isRecord(value)) {
    for (const key in value) {
      const property = lookUp(schema.properties, key)
      walk(value[key], property ?? valueSchema(schema), property ? step(path, key) : `${path}[${key}]`, visit)
    }
  }
}

function typeFaults(value: Readonly<Record<string, unknown>>, path: string, errors: FieldError[]): void {
  for (const name of ['apiVersion', 'kind'] as const) {
    const given = value[name]
    const at = step(path, name)
    if (given === undefined || given === '') errors.push(field.required(at))
    else if (typeof given !== 'string') errors.push(field.invalid(at, given, 'must be a string'))
    else if (name === 'apiVersion' && given.split('/').length > 2) errors.push(field.invalid(at, given, `unexpected GroupVersion string: ${given}`))
    else if (name === 'kind') {
      const faults = dns1035Label(given.toLowerCase())
      if (faults.length) errors.push(field.invalid(at, given, `may have mixed case, but should otherwise match: ${faults.join(',')}`))
    }
  }
}

function embeddedFaults(value: Readonly<Record<string, unknown>>, path: string, errors: FieldError[]): void {
  typeFaults(value, path, errors)
  const { metadata } = value
  if (!isRecord(metadata)) return
  // It need not have a name, but one that it has is a name.
  const meta = { ...metadata, name: metadata['name'] || 'unnamed' } as unknown as ObjectMeta
  const faults = [...validateMetadata(ANY_KIND, meta)]
  if (meta.namespace) for (const fault of dns1123Label(meta.namespace)) faults.push(field.invalid('metadata.namespace', meta.namespace, fault))
  errors.push(...faults.map((e) => ({ ...e, field: step(path, e.field) })))
}

/** Objects within the object, which have metadata of their own. @param root the schema is of such an object itself, as a default is */
export function embeddedErrors(object: unknown, schema: JsonSchema, path = '', root = false): FieldError[] {
  const errors: FieldError[] = []
  walk(object, schema, path, (value, at, where) => {
    if (isRecord(value) && at[EMBEDDED] && (root || where !== path)) embeddedFaults(value, where, errors)
  })
  return errors
}

function listFaults(list: readonly unknown[], schema: JsonSchema, path: string, errors: FieldError[]): void {
  const type = schema[LIST_TYPE]
  if (type !== 'set' && type !== 'map') return
  if (type === 'map') {
    const odd = list.findIndex((item) => item !== null && !isRecord(item))
    if (odd >= 0) return void errors.push(field.invalid(`${path}[${odd}]`, list[odd], 'must be an object for an array of list-type map'))
  }
  const times = new Map<string, number>()
  list.forEach((item, i) => {
    const known = type === 'set' ? item : Object.fromEntries((schema[LIST_KEYS] ?? []).flatMap((key) => (isRecord(item) && item[key] !== undefined ? [[key, item[key]]] : [])))
    const name = JSON.stringify(known)
    const before = times.get(name) ?? 0
    times.set(name, before + 1)
    // The second is one too many, and what follows it is not told again.
    if (before === 1) errors.push(field.duplicate(`${path}[${i}]`, known))
  })
}

/** Elements that are there twice. */
export function listErrors(object: unknown, schema: JsonSchema): FieldError[] {
  const errors: FieldError[] = []
  walk(object, schema, '', (value, at, path) => { if (Array.isArray(value)) listFaults(value, at, path, errors) })
  return errors
}

export interface ScalePaths {
  readonly specReplicasPath: string
  readonly statusReplicasPath: string
  readonly labelSelectorPath?: string
}

/** Names of a path of the scale subresource. */
export const scaleFields = (path: string): string[] => path.replace(/^\./, '').split('.')

const GO_TYPES: Readonly<Record<string, string>> = { string: 'string', boolean: 'bool', number: 'float64', bigint: 'int64' }
const goType = (value: unknown): string => (value === null ? '<nil>' : Array.isArray(value) ? '[]interface {}' : (GO_TYPES[typeof value] ?? 'map[string]interface {}'))
const isInteger = (value: unknown): boolean => typeof value === 'bigint' || Number.isInteger(value)

/** @returns the value, or why it cannot be read, in client-go's words */
function read(object: unknown, names: readonly string[], wanted: 'int64' | 'string'): { value?: unknown; fault?: string } {
  let at = object
  for (const [i, name] of names.entries()) {
    if (at === undefined || at === null) return {}
    if (!isRecord(at)) return { fault: `.${names.slice(0, i).join('.')} accessor error: ${JSON.stringify(at)} is of the type ${goType(at)}, expected map[string]interface{}` }
    at = at[name]
  }
  if (at === undefined) return {}
  const fits = wanted === 'int64' ? isInteger(at) : typeof at === 'string'
  return fits ? { value: at } : { fault: `.${names.join('.')} accessor error: ${at === null ? '<nil>' : typeof at === 'string' ? at : JSON.stringify(at)} is of the type ${goType(at)}, expected ${wanted}` }
}

function countFaults(object: unknown, path: string, errors: FieldError[]): void {
  const { value = 0, fault } = read(object, scaleFields(path), 'int64')
  const count = value as number | bigint
  if (fault !== undefined) errors.push(field.invalid(path, 0, fault))
  else if (count < 0) errors.push(field.invalid(path, Number(count), 'should be a non-negative integer'))
  else if (count > MAX_INT32) errors.push(field.invalid(path, Number(count), `should be less than or equal to ${MAX_INT32}`))
}

/** @param what the write is about: that of the status does not answer for the rest */
export function scaleErrors(object: unknown, scale: ScalePaths | undefined, what: 'all' | 'status'): FieldError[] {
  const errors: FieldError[] = []
  if (!scale) return errors
  if (what === 'all') countFaults(object, scale.specReplicasPath, errors)
  countFaults(object, scale.statusReplicasPath, errors)
  const { labelSelectorPath } = scale
  const fault = labelSelectorPath ? read(object, scaleFields(labelSelectorPath), 'string').fault : undefined
  if (fault !== undefined) errors.push(field.invalid(labelSelectorPath ?? '', '', fault))
  return errors
}
