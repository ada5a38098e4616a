/**
 * Strategic merge patch: JSON merge patch that knows which lists merge, and by which key. Source of the rules:
 * Kubernetes' page "Update API Objects in Place Using kubectl patch" and the strategic-merge-patch design note.
 */
import { badRequest } from '../../../shared/errors.ts'
import type { Schema, Schemas } from '../schema.ts'
import { lookUp, setKey, shallowCopy } from '../json.ts'
import { mergePatch } from './merge-patch.ts'
import { mergeList, orderBy, removePrimitives, type ListRule } from './strategic-list.ts'

type Json = Record<string, unknown>
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

const ORDER = '$setElementOrder/'
const REMOVE = '$deleteFromPrimitiveList/'

/**
 * A new document; what did not change is shared with `doc`.
 * @param schemaName such as `V1Pod`; types without a schema take a JSON merge patch
 * @throws StatusError 400 for a patch that breaks the rules
 */
export function strategicMergePatch(doc: unknown, patch: unknown, schemaName: string, schemas: Schemas): unknown {
  if (!isObject(patch)) throw badRequest('error decoding patch: a strategic merge patch must be an object')
  const schema = schemas[schemaName]
  return schema ? mergeObject(isObject(doc) ? doc : {}, patch, schema, schemas) : mergePatch(doc, patch)
}

function resolve(schema: Schema | undefined, schemas: Schemas): Schema | undefined {
  return schema?.ref ? schemas[schema.ref] : schema
}

function mergeObject(doc: Json, patch: Json, schema: Schema | undefined, schemas: Schemas): Json {
  const directive = patch['$patch']
  if (directive === 'replace') {
    const { $patch: _, ...rest } = patch
    return mergeObject({}, rest, schema, schemas)
  }
  if (directive === 'delete') return {}
  if (directive !== undefined && directive !== 'merge') throw badRequest(`unknown patch type ${JSON.stringify(directive)} found in patch`)
  const out: Json = retain(doc, patch)
  const type = resolve(schema, schemas)
  const fieldSchema = (key: string): Schema | undefined => lookUp(type?.properties, key) ?? type?.additionalProperties
  for (const key of Object.keys(patch)) {
    if (key === '$patch' || key === '$retainKeys' || key.startsWith(ORDER)) continue
    if (key.startsWith(REMOVE)) {
      const field = key.slice(REMOVE.length)
      // The field itself may be in the patch as well: first what is removed, then what is added.
      setKey(out, field, removePrimitives(out[field], patch[key]))
    }
  }
  for (const key of Object.keys(patch)) {
    if (key.startsWith('$')) continue
    const value = patch[key]
    if (value === null) delete out[key]
    else setKey(out, key, mergeField(out, key, value, fieldSchema(key), schemas))
  }
  for (const key of Object.keys(patch)) {
    if (!key.startsWith(ORDER)) continue
    const field = key.slice(ORDER.length)
    const list = out[field]
    if (!Array.isArray(list)) continue
    if (!Array.isArray(patch[key])) throw badRequest(`${key} must be a list`)
    const before = Array.isArray(doc[field]) ? (doc[field] as unknown[]) : []
    out[field] = orderBy(list as unknown[], patch[key] as unknown[], before, fieldSchema(field)?.patchMergeKey)
  }
  return out
}

/** `$retainKeys`: what it does not name goes. */
function retain(doc: Json, patch: Json): Json {
  const keep = patch['$retainKeys']
  if (keep === undefined) return shallowCopy(doc)
  if (!Array.isArray(keep)) throw badRequest('$retainKeys must be a list of field names')
  for (const key of Object.keys(patch)) {
    if (!key.startsWith('$') && patch[key] !== null && !keep.includes(key)) throw badRequest(`$retainKeys list doesn't contain the key ${JSON.stringify(key)} of the patch`)
  }
  return Object.fromEntries(Object.entries(doc).filter(([key]) => keep.includes(key)))
}

function mergeField(doc: Json, key: string, value: unknown, schema: Schema | undefined, schemas: Schemas): unknown {
  const strategy = schema?.patchStrategy ?? ''
  const old = Object.hasOwn(doc, key) ? doc[key] : undefined
  if (isObject(value)) {
    if (strategy === 'replace') return mergeObject({}, value, schema, schemas)
    return mergeObject(isObject(old) ? old : {}, value, schema, schemas)
  }
  if (!Array.isArray(value)) return value
  if (!strategy.startsWith('merge')) return stripped(value)
  const rule: ListRule = {
    mergeKey: schema?.patchMergeKey,
    mergeItem: (a, b) => mergeObject(a, b, schema?.items, schemas),
  }
  return mergeList(Array.isArray(old) ? (old as unknown[]) : [], value as unknown[], rule, key)
}

/** A list that is replaced keeps no directives. */
const stripped = (list: readonly unknown[]): unknown[] => list.filter((item) => !(isObject(item) && Object.keys(item).length === 1 && '$patch' in item))
