/** Lists in a strategic merge patch. */
import { badRequest } from '../../../shared/errors.ts'

type Json = Record<string, unknown>
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

export interface ListRule {
  /** Absent: a list of scalars, which merges as a set. */
  mergeKey: string | undefined
  mergeItem(doc: Json, patch: Json): Json
}

/** Identity of an element: its merge key's value, or itself. */
function idOf(item: unknown, mergeKey: string | undefined): unknown {
  return mergeKey !== undefined && isObject(item) ? item[mergeKey] : item
}

/** @param field only for messages */
export function mergeList(doc: readonly unknown[], patch: readonly unknown[], rule: ListRule, field: string): unknown[] {
  const { mergeKey } = rule
  if (mergeKey === undefined) {
    const had = new Set(doc)
    const merged = [...doc, ...patch.filter((item) => !had.has(item))]
    return orderBy(merged, patch, doc, undefined)
  }
  if (patch.some((item) => isObject(item) && item['$patch'] === 'replace')) {
    return patch.filter((item) => !(isObject(item) && item['$patch'] === 'replace' && Object.keys(item).length === 1)).map((item) => (isObject(item) ? rule.mergeItem({}, item) : item))
  }
  const upserts: Json[] = []
  const deleted = new Set<unknown>()
  for (const item of patch) {
    if (!isObject(item)) throw badRequest(`${field}: the elements of a list that merges by ${JSON.stringify(mergeKey)} must be objects`)
    if (item[mergeKey] === undefined) throw badRequest(`${field}: map: ${JSON.stringify(item)} does not contain declared merge key: ${mergeKey}`)
    if (item['$patch'] === 'delete') deleted.add(item[mergeKey])
    else upserts.push(item)
  }
  const merged = doc.filter((old) => !deleted.has(idOf(old, mergeKey)))
  const places = new Map<unknown, number>()
  merged.forEach((old, i) => {
    // Of two that have one key the first is meant.
    if (!places.has(idOf(old, mergeKey))) places.set(idOf(old, mergeKey), i)
  })
  for (const item of upserts) {
    const at = places.get(item[mergeKey])
    if (at === undefined) places.set(item[mergeKey], merged.push(rule.mergeItem({}, item)) - 1)
    else merged[at] = rule.mergeItem(merged[at] as Json, item)
  }
  return orderBy(merged, upserts, doc, mergeKey)
}

/** `$deleteFromPrimitiveList`. */
export function removePrimitives(list: unknown, remove: unknown): unknown {
  if (!Array.isArray(remove)) throw badRequest('$deleteFromPrimitiveList must be a list')
  const gone = new Set<unknown>(remove)
  return Array.isArray(list) ? (list as unknown[]).filter((item) => !gone.has(item)) : list
}

/**
 * Elements named by `order` come in its order; the others keep the place that they had before, among them.
 * @param before the list as the server had it
 */
export function orderBy(list: readonly unknown[], order: readonly unknown[], before: readonly unknown[], mergeKey: string | undefined): unknown[] {
  const wanted = new Map(order.map((item, i) => [idOf(item, mergeKey), i]))
  const had = new Map(before.map((item, i) => [idOf(item, mergeKey), i]))
  const place = (item: unknown, places: Map<unknown, number>): number | undefined => places.get(idOf(item, mergeKey))
  const named = list.filter((item) => place(item, wanted) !== undefined)
  named.sort((a, b) => (place(a, wanted) as number) - (place(b, wanted) as number))
  const others = list.filter((item) => place(item, wanted) === undefined)
  const out: unknown[] = []
  let i = 0
  let j = 0
  while (i < others.length || j < named.length) {
    const left = i < others.length ? place(others[i], had) : undefined
    const right = j < named.length ? place(named[j], had) : undefined
    const takeLeft = j >= named.length || (i < others.length && left !== undefined && right !== undefined && left < right)
    out.push(takeLeft ? others[i++] : named[j++])
  }
  return out
}
