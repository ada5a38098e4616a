/** What a CustomResourceDefinition says of its versions: schemas, paths of the scale subresource, of columns and of selectable fields. */
import type { CustomResourceDefinition } from '../../../shared/api/types.ts'
import { field, type FieldError } from '../../../shared/errors.ts'
import { jsonEqual } from '../json.ts'
import { JsonPathError, parseJsonPath, simplePath } from './json-path.ts'
import type { JsonSchema } from './json-schema.ts'
import { validateStructure } from './structural.ts'

type Version = CustomResourceDefinition['spec']['versions'][number]

/** The schema at the end of a path of fields. */
function schemaAt(schema: JsonSchema, names: readonly string[]): JsonSchema | undefined {
  let at: JsonSchema | undefined = schema
  for (const name of names) at = at?.properties?.[name]
  return at
}

function validateScale(version: Version, path: string, errors: FieldError[]): void {
  const scale = version.subresources?.scale
  if (!scale) return
  const check = (name: 'specReplicasPath' | 'statusReplicasPath' | 'labelSelectorPath', roots: readonly string[], required: boolean): void => {
    const given = scale[name]
    const at = `${path}.subresources.scale.${name}`
    if (!given) {
      if (required) errors.push(field.required(at))
      return
    }
    const names = simplePath(given)
    if (!given.startsWith('.')) errors.push(field.invalid(at, given, 'must be a simple json path starting with .'))
    else if (!names || !roots.includes(names[0] ?? '') || names.length < 2) errors.push(field.invalid(at, given, `should be a json path under ${roots.length > 1 ? 'either ' : ''}${roots.map((r) => `.${r}`).join(' or ')}`))
  }
  check('specReplicasPath', ['spec'], true)
  check('statusReplicasPath', ['status'], true)
  check('labelSelectorPath', ['spec', 'status'], false)
}

function validateColumns(version: Version, path: string, errors: FieldError[]): void {
  version.additionalPrinterColumns?.forEach((column, i) => {
    if (!column.jsonPath) return
    try {
      parseJsonPath(column.jsonPath)
    } catch (error) {
      if (!(error instanceof JsonPathError)) throw error
      errors.push(field.invalid(`${path}.additionalPrinterColumns[${i}].JSONPath`, column.jsonPath, error.message))
    }
  })
}

function validateSelectable(version: Version, schema: JsonSchema, path: string, errors: FieldError[]): void {
  const seen = new Set<string>()
  version.selectableFields?.forEach(({ jsonPath }, i) => {
    const at = `${path}.selectableFields[${i}].jsonPath`
    const names = simplePath(jsonPath)
    if (!names) return void errors.push(field.invalid(at, jsonPath, 'is an invalid path: only a path of fields is allowed'))
    if (seen.has(jsonPath)) errors.push(field.duplicate(at, jsonPath))
    seen.add(jsonPath)
    if (names[0] === 'metadata') errors.push(field.invalid(at, jsonPath, 'must not point to fields in metadata'))
    const found = schemaAt(schema, names)
    if (!found) errors.push(field.invalid(at, jsonPath, 'is an invalid path: does not refer to a valid field'))
    else if (!['string', 'boolean', 'integer'].includes(found.type ?? '')) errors.push(field.invalid(at, jsonPath, 'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.'))
  })
}

/** @param old what is replaced: a schema that has not changed is not looked at again, so that stricter rules stand in nobody's way */
export function validateVersionSchemas(object: CustomResourceDefinition, old?: CustomResourceDefinition): FieldError[] {
  const errors: FieldError[] = []
  object.spec.versions?.forEach((version, i) => {
    const path = `spec.versions[${i}]`
    const schema = version.schema?.openAPIV3Schema as JsonSchema | undefined
    if (!schema) errors.push(field.required(`${path}.schema.openAPIV3Schema`, 'schemas are required'))
    else {
      const before = old?.spec.versions?.find((v) => v.name === version.name)?.schema?.openAPIV3Schema
      if (!before || !jsonEqual(before, schema)) errors.push(...validateStructure(schema, `${path}.schema.openAPIV3Schema`, version.subresources?.status !== undefined))
      validateSelectable(version, schema, path, errors)
    }
    validateScale(version, path, errors)
    validateColumns(version, path, errors)
  })
  return errors
}
