/** Merging an applied configuration into the live object, and taking out what its manager no longer applies. */
import { setKey, shallowCopy } from '../json.ts'
import { valueName } from './compare.ts'
import { elementText, isMember, type Fields } from './fields.ts'
import { Misfit } from './typed.ts'
import { childOf, elementName, isMapLike, isObject, type Type } from './types.ts'

/** `config` over `live`: maps merge, lists merge by their keys, everything else is replaced. Inputs are shared, not changed. */
export function merge(type: Type, live: unknown, config: unknown, path = ''): unknown {
  if (config === undefined || config === null) return live
  if (isMapLike(type) && isObject(config)) {
    const old = isObject(live) ? live : undefined
    let out: Record<string, unknown> | undefined = old ? undefined : {}
    for (const key in config) {
      const field = childOf(type, key)
      const before = old?.[key]
      const value = field ? merge(field.type, before, config[key], `${path}.${key}`) : config[key]
      if (value === undefined || (value === before && old)) continue
      out ??= shallowCopy(old as Record<string, unknown>)
      setKey(out, key, value)
    }
    return out ?? live
  }
  if (type.kind === 'list' && Array.isArray(config)) return mergeLists(live, config, path, named(type, path), (a, b, name) => merge(type.item, a, b, path + elementText(name)))
  if (type.kind === 'set' && Array.isArray(config)) return mergeLists(live, config, path, valueName, (_, b) => b)
  return config
}

function named(type: Extract<Type, { kind: 'list' }>, path: string): (item: unknown, index: number) => string {
  return (item, index) => {
    const name = elementName(type, item)
    if (name === undefined) throw new Misfit(`${path}: element ${index}: associative list with keys has an element that omits key field ${JSON.stringify(type.keys[0])} (and doesn't have default value)`)
    return name
  }
}

/** Elements of both lists come in the configuration's order; those only in the live list keep their place among them. */
function mergeLists(live: unknown, config: readonly unknown[], path: string, nameOf: (item: unknown, index: number) => string, both: (a: unknown, b: unknown, name: string) => unknown): unknown[] {
  const left = Array.isArray(live) ? (live as unknown[]) : []
  const leftNames = left.map((item, i) => nameOf(item, i))
  const rightNames = config.map((item, i) => nameOf(item, i))
  const inRight = new Set(rightNames)
  if (inRight.size !== rightNames.length) throw new Misfit(`${path}: duplicate entries for key ${elementText(rightNames.find((n) => !inRight.delete(n)) ?? '')}`)
  // Nearly always the same ones in the same places.
  if (leftNames.length === rightNames.length && leftNames.every((name, i) => name === rightNames[i])) {
    const out = config.map((item, i) => both(left[i], item, rightNames[i] as string))
    return out.every((item, i) => item === left[i]) ? left : out
  }
  const byName = new Map(leftNames.map((name, i) => [name, left[i]]))
  const shared = rightNames.filter((name) => byName.has(name))
  let next = 0
  const out: unknown[] = []
  let l = 0
  let r = 0
  const takeRight = () => {
    const name = rightNames[r] as string
    // A new one is looked through, too: what is wrong in it is found here.
    out.push(both(byName.get(name), config[r], name))
    if (name === shared[next]) next++
    r++
  }
  while (l < left.length || r < config.length) {
    const name = leftNames[l]
    if (name !== undefined && name === rightNames[r]) {
      takeRight()
      l++
    } else if (name !== undefined && inRight.has(name) && (r >= config.length || name !== shared[next])) l++
    else if (name !== undefined && !inRight.has(name)) out.push(left[l++])
    else takeRight()
  }
  return out
}

/**
 * Removes what was claimed before (`last`) and is owned by nobody now (`owned`: every manager's fields after the apply).
 * What was not claimed stays, unless a container that was claimed goes.
 */
export function prune(type: Type, value: unknown, last: Fields, owned: Fields | undefined): unknown {
  if (isMapLike(type) && isObject(value)) {
    let out: Record<string, unknown> | undefined
    for (const key in value) {
      const claimed = last[`f:${key}`]
      const field = claimed ? childOf(type, key) : undefined
      if (!claimed || !field) continue
      const kept = pruneChild(field.type, value[key], claimed, owned?.[`f:${key}`], type.kind === 'struct')
      if (kept === value[key]) continue
      out ??= { ...value }
      if (kept === undefined) delete out[key]
      else out[key] = kept
    }
    return out ?? value
  }
  if ((type.kind === 'list' || type.kind === 'set') && Array.isArray(value)) {
    let changed = false
    const out: unknown[] = []
    for (const item of value as unknown[]) {
      const name = type.kind === 'list' ? elementName(type, item) : valueName(item)
      const claimed = name === undefined ? undefined : last[name]
      const kept = claimed ? pruneChild(type.kind === 'list' ? type.item : { kind: 'leaf' }, item, claimed, owned?.[name as string], false) : item
      if (kept !== item) changed = true
      if (kept !== undefined) out.push(kept)
    }
    return changed ? out : value
  }
  return value
}

/** `named`: a field of a struct is owned as soon as anything below it is. */
function pruneChild(type: Type, value: unknown, last: Fields, owned: Fields | undefined, named: boolean): unknown {
  const wasMember = named || isMember(last)
  const isOwned = owned !== undefined && (named || isMember(owned))
  return wasMember && !isOwned ? undefined : prune(type, value, last, owned)
}
