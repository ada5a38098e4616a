/**
 * The form of a structural schema: every field that is checked is specified once, outside of allOf, anyOf, oneOf and not; these say
 * only what values must be like. Source: Kubernetes documentation, "CustomResourceDefinition: specifying a structural schema", and
 * apiextensions' ValidateStructural.
 */
import { RE2JS } from 're2js'
import { field, type FieldError } from '../../../shared/errors.ts'
import { jsonEqual } from '../json.ts'
import { EMBEDDED, INT_OR_STRING, LIST_KEYS, LIST_TYPE, MAP_TYPE, PRESERVE, VALIDATIONS, valueSchema, type JsonSchema } from './json-schema.ts'

/** What may not stand below allOf, anyOf, oneOf and not, and what it must be instead. */
const OUTSIDE = {
  type: 'empty', title: 'empty', description: 'empty', default: 'undefined', nullable: 'false', externalDocs: 'undefined', additionalProperties: 'undefined',
  [PRESERVE]: 'false', [EMBEDDED]: 'false', [INT_OR_STRING]: 'false', [LIST_KEYS]: 'empty', [LIST_TYPE]: 'undefined', [MAP_TYPE]: 'undefined', [VALIDATIONS]: 'empty',
} as const
const INT_OR_STRING_FORM: readonly JsonSchema[] = [{ type: 'integer' }, { type: 'string' }]
type Level = 'at the root' | 'for specified array items' | 'for specified object fields'

function patternFault(pattern: string): string | undefined {
  try {
    RE2JS.compile(pattern)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
const isSet = (value: unknown): boolean => value !== undefined && value !== false && value !== '' && !(Array.isArray(value) && value.length === 0)

function checkPattern({ pattern }: JsonSchema, path: string, errors: FieldError[]): void {
  const fault = pattern ? patternFault(pattern) : undefined
  if (fault !== undefined) errors.push(field.invalid(`${path}.pattern`, pattern, `must be a valid regular expression, but isn't: ${fault}`))
}

/** A schema below allOf, anyOf, oneOf or not. @param outer the structure that it speaks of, at `outerPath` */
function checkNested(schema: JsonSchema, path: string, outer: JsonSchema | undefined, outerPath: string, errors: FieldError[], anyOfIsFree = false): void {
  checkPattern(schema, path, errors)
  for (const [name, wanted] of Object.entries(OUTSIDE)) if (isSet(schema[name as keyof typeof OUTSIDE])) errors.push(field.forbidden(`${path}.${name}`, `must be ${wanted} to be structural`))
  if (schema.properties?.['metadata']) errors.push(field.forbidden(`${path}.properties[metadata]`, 'must not be specified in a nested context'))
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    const [at, structure, there] = [`${path}.properties[${key}]`, outer?.properties?.[key], `${outerPath}.properties[${key}]`]
    if (outer && !structure) errors.push(field.required(there, `because it is defined in ${at}`))
    checkNested(property, at, structure, there, errors)
  }
  if (schema.items) {
    if (outer && !outer.items) errors.push(field.required(`${outerPath}.items`, `because it is defined in ${path}.items`))
    checkNested(schema.items, `${path}.items`, outer?.items, `${outerPath}.items`, errors)
  }
  checkLogic(schema, path, outer, outerPath, errors, anyOfIsFree)
}

function checkLogic(schema: JsonSchema, path: string, outer: JsonSchema | undefined, outerPath: string, errors: FieldError[], anyOfIsFree: boolean): void {
  const free = anyOfIsFree || (schema === outer && jsonEqual(schema.anyOf, INT_OR_STRING_FORM))
  const firstIsFree = schema === outer && jsonEqual(schema.allOf?.[0]?.anyOf, INT_OR_STRING_FORM)
  if (!free) schema.anyOf?.forEach((s, i) => checkNested(s, `${path}.anyOf[${i}]`, outer, outerPath, errors))
  schema.allOf?.forEach((s, i) => checkNested(s, `${path}.allOf[${i}]`, outer, outerPath, errors, i === 0 && firstIsFree))
  schema.oneOf?.forEach((s, i) => checkNested(s, `${path}.oneOf[${i}]`, outer, outerPath, errors))
  if (schema.not) checkNested(schema.not, `${path}.not`, outer, outerPath, errors)
}

/** Of metadata at the root nothing may be said but of its names. */
function checkMetadata(metadata: JsonSchema, path: string, root: boolean, errors: FieldError[]): void {
  if (metadata.type !== 'object') errors.push(field.invalid(`${path}.type`, metadata.type ?? '', 'must be object'))
  if (!root) return
  const { type: _t, default: _d, properties = {}, ...rest } = metadata
  if (Object.values(rest).some(isSet) || Object.keys(properties).some((key) => key !== 'name' && key !== 'generateName')) {
    errors.push(field.forbidden(path, 'must not specify anything other than name and generateName, but metadata is implicitly specified'))
  }
}

function checkType(schema: JsonSchema, path: string, level: Level, errors: FieldError[]): void {
  const { type = '' } = schema
  const embedded = schema[EMBEDDED] === true
  if (embedded && type !== 'object') {
    const detail = `must be object if ${EMBEDDED} is true`
    errors.push(type ? field.invalid(`${path}.type`, type, detail) : field.required(`${path}.type`, detail))
  } else if (!type && !schema[INT_OR_STRING] && !schema[PRESERVE]) errors.push(field.required(`${path}.type`, `must not be empty ${level}`))
  else if (type && schema[INT_OR_STRING]) errors.push(field.invalid(`${path}.type`, type, `must be empty if ${INT_OR_STRING} is true`))
  if (level === 'at the root' && type && type !== 'object') errors.push(field.invalid(`${path}.type`, type, 'must be object at the root'))
  for (const name of [PRESERVE, EMBEDDED] as const) if (schema[INT_OR_STRING] && schema[name]) errors.push(field.invalid(`${path}.${name}`, true, `must be false if ${INT_OR_STRING} is true`))
  if (embedded && schema.additionalProperties !== undefined) errors.push(field.forbidden(`${path}.additionalProperties`, `must not be used if ${EMBEDDED} is set`))
  if (embedded && !schema[PRESERVE] && !Object.keys(schema.properties ?? {}).length) errors.push(field.required(`${path}.properties`, `must not be empty if ${EMBEDDED} is true without ${PRESERVE}`))
}

/** Whether the schema is structural. */
export function checkForm(schema: JsonSchema, path: string, errors: FieldError[], level: Level = 'at the root'): void {
  const root = level === 'at the root'
  checkType(schema, path, level, errors)
  checkPattern(schema, path, errors)
  if (root && schema.additionalProperties !== undefined) errors.push(field.forbidden(`${path}.additionalProperties`, 'must not be used at the root'))
  if (schema.type === 'array' && !schema.items) errors.push(field.required(`${path}.items`, 'must be specified'))
  // Of a list of schemas is said elsewhere that it is none.
  if (schema.items && !Array.isArray(schema.items)) checkForm(schema.items, `${path}.items`, errors, 'for specified array items')
  for (const [key, property] of Object.entries(schema.properties ?? {})) checkForm(property, `${path}.properties[${key}]`, errors, 'for specified object fields')
  const values = valueSchema(schema)
  if (values) checkForm(values, `${path}.additionalProperties`, errors, 'for specified object fields')
  checkLogic(schema, path, schema, path, errors, false)
  if (!root && !schema[EMBEDDED]) return
  for (const key of ['kind', 'apiVersion']) {
    const property = schema.properties?.[key]
    if (property && property.type !== 'string') errors.push(field.invalid(`${path}.properties[${key}].type`, property.type ?? '', 'must be string'))
  }
  if (schema.properties?.['metadata']) checkMetadata(schema.properties['metadata'], `${path}.properties[metadata]`, root, errors)
}
