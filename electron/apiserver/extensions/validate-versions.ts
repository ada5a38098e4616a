/** What a CustomResourceDefinition says of its versions: schemas, paths of the scale subresource and of selectable fields. */
import type { CustomResourceDefinition } from '../../../shared/api/types.ts'
import { field, type FieldError } from '../../../shared/errors.ts'
import { jsonEqual } from '../json.ts'
import { isAlike, places, type Version } from '../resources/validation/customresourcedefinition-places.ts'
import { FieldPathError, readFieldPath } from './field-path.ts'
import type { JsonSchema } from './json-schema.ts'
import { validateStructure } from './structural.ts'

const SELECTABLE_LIMIT = 8
const SELECTABLE = ['string', 'boolean', 'integer']

const schemaOf = (version: Version | undefined): JsonSchema | undefined => version?.schema?.openAPIV3Schema as JsonSchema | undefined

function validateScale({ subresources }: Version, path: string, errors: FieldError[]): void {
  const scale = subresources?.scale
  if (!scale) return
  const check = (name: 'specReplicasPath' | 'statusReplicasPath' | 'labelSelectorPath', roots: readonly string[], required: boolean): void => {
    const given = scale[name]
    const at = `${path}.scale.${name}`
    if (!given) {
      if (required) errors.push(field.required(at))
    } else if (!given.startsWith('.')) errors.push(field.invalid(at, given, 'must be a simple json path starting with .'))
    else if (!roots.some((root) => given.startsWith(`.${root}.`))) errors.push(field.invalid(at, given, `should be a json path under ${roots.length > 1 ? 'either ' : ''}${roots.map((r) => `.${r}`).join(' or ')}`))
  }
  check('specReplicasPath', ['spec'], true)
  check('statusReplicasPath', ['status'], true)
  check('labelSelectorPath', ['spec', 'status'], false)
}

/** @param before what the version had: too many that are not changed stay */
function validateSelectable({ selectableFields }: Version, schema: JsonSchema, path: string, before: Version | undefined, errors: FieldError[]): void {
  const seen = new Set<string>()
  selectableFields?.forEach(({ jsonPath }, i) => {
    const at = `${path}[${i}].jsonPath`
    if (!jsonPath) return void errors.push(field.required(at))
    try {
      const found = readFieldPath(schema, jsonPath, false)
      if (found.names[0] === 'metadata') errors.push(field.invalid(at, jsonPath, 'must not point to fields in metadata'))
      if (!SELECTABLE.includes(found.schema.type ?? '')) errors.push(field.invalid(at, jsonPath, 'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.'))
      if (seen.has(found.path)) errors.push(field.duplicate(at, jsonPath))
      seen.add(found.path)
    } catch (error) {
      if (!(error instanceof FieldPathError)) throw error
      errors.push(field.invalid(at, jsonPath, `is an invalid path: ${error.message}`))
    }
  })
  if (seen.size > SELECTABLE_LIMIT && !jsonEqual(before?.selectableFields ?? [], selectableFields)) errors.push(field.tooMany(path, seen.size, SELECTABLE_LIMIT))
}

/** @param old what is replaced: a schema that has not changed is not looked at again, so that stricter rules stand in nobody's way */
export function validateVersionSchemas(object: CustomResourceDefinition, old?: CustomResourceDefinition): FieldError[] {
  const errors: FieldError[] = []
  const versions = object.spec.versions ?? []
  const former = ({ name }: Version): Version | undefined => old?.spec.versions?.find((v) => v.name === name)
  versions.forEach((version, i) => {
    if (!schemaOf(version)) errors.push(field.required(`spec.versions[${i}].schema.openAPIV3Schema`))
  })
  for (const { version, path } of places(versions, 'schema')) {
    const schema = schemaOf(version)
    if (!schema) continue
    const before = schemaOf(former(version))
    const status = isAlike(versions, 'schema') ? versions.some((v) => v.subresources?.status) : Boolean(version.subresources?.status)
    if (!before || !jsonEqual(before, schema)) errors.push(...validateStructure(schema, `${path}.openAPIV3Schema`, status))
  }
  for (const { version, path } of places(versions, 'subresources')) validateScale(version, path, errors)
  // Whom they are said of together, they are true of each.
  const said = new Set<string>()
  const alike = isAlike(versions, 'selectableFields')
  versions.forEach((version, i) => {
    const schema = schemaOf(version)
    const found: FieldError[] = []
    if (schema) validateSelectable(version, schema, alike ? 'spec.selectableFields' : `spec.versions[${i}].selectableFields`, former(version), found)
    for (const error of found) {
      const name = `${error.field}: ${error.message}`
      if (!said.has(name)) errors.push(error)
      said.add(name)
    }
  })
  return errors
}
