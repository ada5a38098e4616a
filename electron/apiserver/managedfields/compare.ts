/** What a change adds, changes and removes, as sets of fields. Source of the rules: structured-merge-diff's Compare. */
import { LEAF, type Fields } from './fields.ts'
import { childOf, elementName, isMapLike, isObject, type Type } from './types.ts'

/** undefined members: nothing of that sort. */
export interface Diff {
  added?: Fields
  modified?: Fields
  removed?: Fields
}

/** undefined: the same. */
export function compare(type: Type, before: unknown, after: unknown): Diff | undefined {
  if (before === after) return undefined
  if (isMapLike(type) && isObject(before) && isObject(after)) return compareObjects(type, before, after)
  if (type.kind === 'list' && Array.isArray(before) && Array.isArray(after)) return compareLists(before, after, (item) => elementName(type, item), type.item)
  if (type.kind === 'set' && Array.isArray(before) && Array.isArray(after)) return compareLists(before, after, valueName, LEAF_TYPE)
  return same(before, after) ? undefined : { modified: LEAF }
}

function compareObjects(type: Type, before: Record<string, unknown>, after: Record<string, unknown>): Diff | undefined {
  const build = new DiffBuilder()
  for (const key in after) {
    const field = childOf(type, key)
    if (field) build.child(field.element ?? `f:${key}`, field.type, before[key] ?? field.zero, after[key] ?? field.zero)
  }
  for (const key in before) {
    if (key in after) continue
    const field = childOf(type, key)
    if (field) build.child(field.element ?? `f:${key}`, field.type, before[key], field.zero)
  }
  return build.done()
}

const LEAF_TYPE: Type = { kind: 'leaf' }

type NameOf = (item: unknown) => string | undefined

/** Whether elements of one name stand in one place, as they nearly always do: then nothing has to be looked up. */
function aligned(before: readonly unknown[], after: readonly unknown[], nameOf: NameOf): boolean {
  return before.length === after.length && after.every((item, i) => item === before[i] || nameOf(item) === nameOf(before[i]))
}

function compareLists(before: readonly unknown[], after: readonly unknown[], nameOf: NameOf, type: Type): Diff | undefined {
  const build = new DiffBuilder()
  if (aligned(before, after, nameOf)) {
    for (let i = 0; i < after.length; i++) {
      const name = after[i] === before[i] ? undefined : nameOf(after[i])
      if (name !== undefined) build.child(name, type, before[i], after[i])
    }
    return build.done()
  }
  return compareElements(elements(before, nameOf), elements(after, nameOf), type)
}

function compareElements(before: Map<string, unknown>, after: Map<string, unknown>, type: Type): Diff | undefined {
  const build = new DiffBuilder()
  for (const [name, item] of after) build.child(name, type, before.get(name), item)
  for (const [name, item] of before) if (!after.has(name)) build.child(name, type, item, undefined)
  return build.done()
}

class DiffBuilder {
  private added: Record<string, Fields> | undefined
  private modified: Record<string, Fields> | undefined
  private removed: Record<string, Fields> | undefined
  child(name: string, type: Type, before: unknown, after: unknown): void {
    if (before === after) return
    if (before === undefined || before === null) (this.added ??= {})[name] = whole(type, after)
    else if (after === undefined || after === null) (this.removed ??= {})[name] = whole(type, before)
    else {
      const diff = compare(type, before, after)
      if (!diff) return
      if (diff.added) (this.added ??= {})[name] = diff.added
      if (diff.modified) (this.modified ??= {})[name] = diff.modified
      if (diff.removed) (this.removed ??= {})[name] = diff.removed
    }
  }
  done(): Diff | undefined {
    if (!this.added && !this.modified && !this.removed) return undefined
    return { added: this.added, modified: this.modified, removed: this.removed } as Diff
  }
}

/** Every field of a value that is new or gone, containers included. */
function whole(type: Type, value: unknown): Fields {
  if (type.kind === 'leaf') return LEAF
  let below: Record<string, Fields> | undefined
  if (isMapLike(type) && isObject(value)) {
    for (const key in value) {
      const item = value[key]
      const field = item === null || item === undefined ? undefined : childOf(type, key)
      if (field) (below ??= { '.': LEAF })[field.element ?? `f:${key}`] = whole(field.type, item)
    }
  } else if ((type.kind === 'list' || type.kind === 'set') && Array.isArray(value)) {
    const nameOf = type.kind === 'list' ? (item: unknown) => elementName(type, item) : valueName
    for (const item of value as unknown[]) {
      const name = nameOf(item)
      if (name !== undefined) (below ??= { '.': LEAF })[name] = type.kind === 'list' ? whole(type.item, item) : LEAF
    }
  }
  return below ?? LEAF
}

/** The fields that an applied configuration claims: leaves, map entries, list elements and empty objects. */
export function claims(type: Type, value: unknown): Fields | undefined {
  if (isMapLike(type) && isObject(value)) {
    let below: Record<string, Fields> | undefined
    for (const key in value) {
      const item = value[key]
      const field = item === undefined ? undefined : childOf(type, key)
      if (!field) continue
      const inner = claims(field.type, item)
      const self = type.kind !== 'struct' || item === null || (isObject(item) && Object.keys(item).length === 0)
      const claimed = self ? withSelf(inner) : inner
      if (claimed) (below ??= {})[field.element ?? `f:${key}`] = claimed
    }
    return below
  }
  if ((type.kind === 'list' || type.kind === 'set') && Array.isArray(value)) {
    let below: Record<string, Fields> | undefined
    for (const item of value as unknown[]) {
      const name = type.kind === 'list' ? elementName(type, item) : valueName(item)
      if (name !== undefined) (below ??= {})[name] = withSelf(type.kind === 'list' ? claims(type.item, item) : undefined)
    }
    return below
  }
  return LEAF
}

function withSelf(set: Fields | undefined): Fields {
  if (set === undefined || set === LEAF || '.' in set) return set ?? LEAF
  return { '.': LEAF, ...set }
}

export const valueName = (item: unknown): string => `v:${JSON.stringify(item)}`

function elements(list: readonly unknown[], nameOf: NameOf): Map<string, unknown> {
  const out = new Map<string, unknown>()
  for (const item of list) {
    const name = nameOf(item)
    if (name !== undefined) out.set(name, item)
  }
  return out
}

/** Deep equality of JSON. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => same(item, b[i]))
  if (Array.isArray(b)) return false
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  return keys.every((key) => Object.hasOwn(b, key) && same((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]))
}
