/** Types of the names that expressions of admission may use, as far as they are known when an expression is written. Source: the API's description of ValidatingAdmissionPolicy. */
import type { Schema } from '../schema.ts'

const STRING: Schema = { type: 'string' }
const INTEGER: Schema = { type: 'integer' }
const TIME: Schema = { type: 'string', format: 'date-time' }
const STRINGS: Schema = { type: 'array', items: STRING }
const MAP: Schema = { type: 'object', additionalProperties: STRING }
const object = (properties: Record<string, Schema>): Schema => ({ type: 'object', properties })

const KIND = object({ group: STRING, version: STRING, kind: STRING })
const RESOURCE = object({ group: STRING, version: STRING, resource: STRING })

/** `request`. Of its options nothing is known. */
export const REQUEST: Schema = object({
  kind: KIND, resource: RESOURCE, subResource: STRING, requestKind: KIND, requestResource: RESOURCE, requestSubResource: STRING, name: STRING, namespace: STRING, operation: STRING, dryRun: { type: 'boolean' }, options: {},
  userInfo: object({ username: STRING, uid: STRING, groups: STRINGS, extra: { type: 'object', additionalProperties: STRINGS } }),
})

/** `namespaceObject`: what of a Namespace is shown. */
export const NAMESPACE: Schema = object({
  metadata: object({ name: STRING, generateName: STRING, namespace: STRING, labels: MAP, annotations: MAP, uid: STRING, creationTimestamp: TIME, deletionGracePeriodSeconds: INTEGER, deletionTimestamp: TIME, generation: INTEGER, resourceVersion: STRING, finalizers: STRINGS }),
  spec: object({ finalizers: STRINGS }), status: object({ phase: STRING }),
})

export type Names = Readonly<Record<string, Schema | undefined>>
/** Of every expression; `object` and `oldObject` where one kind alone is meant. */
export const namesFor = (kind?: Schema): Names => ({ object: kind, oldObject: kind, request: REQUEST, namespaceObject: NAMESPACE, authorizer: undefined, '@requestResource': undefined })

/** Sentences are made without asking whether somebody may do something. */
export function withoutAuthorizer(names: Names): Names {
  const { authorizer: _, '@requestResource': __, ...others } = names
  return others
}

/** `variables`: those that stand before, each of the type of its expression. */
export const variablesOf = (types: ReadonlyMap<string, Schema | undefined>): Schema => object(Object.fromEntries([...types].map(([name, type]) => [name, type ?? {}])))
