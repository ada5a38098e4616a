/** The two ways in which a mutation says what to change: a configuration that is merged in as server-side apply would, and a JSON patch. */
import { fromCel } from '../cel/engine.ts'
import type { CelValue } from '@bufbuild/cel'
import { merge } from '../managedfields/merge.ts'
import { childOf, isMapLike, isObject, rootType, type Type } from '../managedfields/types.ts'
import { jsonPatch } from '../patch/json-patch.ts'
import type { Stored } from '../registry/env.ts'
import type { Schemas } from '../schema.ts'

/** What is replaced as a whole: merging would throw away what the configuration does not name. */
function atomics(type: Type, value: unknown, path: string): string[] {
  if (type.kind === 'leaf') return isObject(value) || Array.isArray(value) ? [path] : []
  if (isMapLike(type) && isObject(value)) {
    return Object.entries(value).flatMap(([key, item]) => {
      const field = childOf(type, key)
      return field ? atomics(field.type, item, `${path}.${key}`) : []
    })
  }
  if (type.kind === 'list' && Array.isArray(value)) return value.flatMap((item, i) => atomics(type.item, item, `${path}[${i}]`))
  return []
}

/** @throws Error */
export function applyConfiguration(object: Stored, value: CelValue, schema: string, schemas: Schemas): Stored {
  const config = { ...(fromCel(value) as Record<string, unknown>), apiVersion: object.apiVersion, kind: object.kind }
  const type = rootType(schema, schemas)
  const whole = atomics(type, config, '')
  if (whole.length) throw new Error(`error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: ${whole.join(', ')}`)
  return merge(type, object, config) as Stored
}

/** @throws Error */
export function applyJsonPatch(object: Stored, value: CelValue): Stored {
  const operations = (fromCel(value) as unknown[]).map((operation) => {
    if (!isObject(operation)) throw new Error('expression must evaluate to a list of JSONPatch')
    const { op, path } = operation as { op?: unknown; path?: unknown }
    if (typeof op !== 'string' || typeof path !== 'string') throw new Error('a JSONPatch needs op and path')
    return operation
  })
  return jsonPatch(object, operations) as Stored
}
