/**
 * Decoding a body into a type: unknown fields are found and dropped, types are checked, `null` fields vanish, and scalar
 * formats (times, quantities) take the form the API stores. Each schema is compiled to a closure once.
 */
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { Schemas } from '../schema.ts'
import { compile, type Context } from './compile.ts'

export interface Checked {
  /** A fresh, mutable copy that holds only what the schema knows. */
  object: KubeObject
  /** Paths of unknown fields, such as `spec.containers[0].foo`. */
  unknown: string[]
  /** Type mismatches: `json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32`. */
  errors: string[]
}

/**
 * @param object decoded JSON; it is not changed
 * @param schemaName such as `V1Pod`; throws when there is no such schema
 */
export function checkObject(object: unknown, schemaName: string, schemas: Schemas): Checked {
  const context: Context = { unknown: [], errors: [], path: [] }
  const value = compile(schemaName, schemas)(object, context)
  return { object: (value ?? {}) as KubeObject, unknown: context.unknown, errors: context.errors }
}
