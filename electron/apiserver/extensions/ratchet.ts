/**
 * What of an object is as it was before: what was wrong with that stands in the way of no other change (ratcheting). Values are told to be the same by their
 * fields, and in a list of type map by their keys; an element of another list is the same only where the whole list is. Source: KEP-4008.
 */
import { isRecord, jsonEqual, lookUp } from '../json.ts'
import { LIST_KEYS, LIST_TYPE, valueSchema, type JsonSchema } from './json-schema.ts'

/** The element of the old list that an element of a list of type map continues. */
export function counterpart(schema: JsonSchema, item: unknown, old: readonly unknown[]): unknown {
  const keys = schema[LIST_KEYS] ?? []
  if (schema[LIST_TYPE] !== 'map' || !isRecord(item)) return undefined
  const keyOf = (o: Readonly<Record<string, unknown>>, key: string): unknown => o[key] ?? schema.items?.properties?.[key]?.default
  return old.find((o) => isRecord(o) && keys.every((key) => jsonEqual(keyOf(o, key), keyOf(item, key))))
}

/** What a value was before, on the way down an object: who can tell, compares it, and otherwise the nearest value above of which it can be told. */
export interface Former {
  /** The value, or what is known of the part around it, is as it was. */
  isSame(value: unknown): boolean
  field(value: Readonly<Record<string, unknown>>, key: string): Former
  item(list: readonly unknown[], item: unknown, schema: JsonSchema): Former
}

/** Nothing was before: an object is created. */
export const NEVER: Former = { isSame: () => false, field: () => NEVER, item: () => NEVER }
/** Below a value of whose parts nobody can tell. */
const around = (isSame: () => boolean): Former => ({ isSame, field: () => around(isSame), item: () => around(isSame) })

/** @param root the object itself, whose kind and apiVersion may have been another version's */
export function formerOf(old: unknown, root = true): Former {
  return {
    isSame: (value) => jsonEqual(old, value),
    field(value, key) {
      if (root && (key === 'apiVersion' || key === 'kind')) return NEVER
      return isRecord(old) ? formerOf(old[key], false) : around(() => jsonEqual(old, value))
    },
    item(list, item, schema) {
      const found = Array.isArray(old) ? counterpart(schema, item, old as unknown[]) : undefined
      return found === undefined ? around(() => jsonEqual(old, list)) : formerOf(found, false)
    },
  }
}

/** @param path of what is wrong, such as `spec.list[0].a` */
export function isAsBefore(object: unknown, old: unknown, schema: JsonSchema, path: string): boolean {
  let [now, before, at]: [unknown, unknown, JsonSchema | undefined] = [object, old, schema]
  let rest = path
  while (rest) {
    const index = /^\[(\d+)\]\.?/.exec(rest)
    if (Array.isArray(now) && index) {
      const item: unknown = now[Number(index[1])]
      if (jsonEqual(now, before)) return true
      before = at ? counterpart(at, item, Array.isArray(before) ? (before as unknown[]) : []) : undefined
      now = item
      at = at?.items
      rest = rest.slice(index[0].length)
    } else if (isRecord(now)) {
      // What is missing was missing before, where nothing around it has changed.
      if (now !== object && jsonEqual(now, before)) return true
      // A field may have dots in its name.
      const record = now
      const name = Object.keys(record).filter((key) => rest === key || rest.startsWith(`${key}.`) || rest.startsWith(`${key}[`)).toSorted((a, b) => b.length - a.length)[0]
      if (name === undefined) return false
      before = isRecord(before) ? before[name] : undefined
      now = record[name]
      at = at && (lookUp(at.properties, name) ?? valueSchema(at))
      rest = rest.slice(name.length).replace(/^\./, '')
    } else return false
  }
  return path !== '' && now !== undefined && jsonEqual(now, before)
}
