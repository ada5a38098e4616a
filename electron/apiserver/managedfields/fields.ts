/**
 * Sets of fields in the form that managedFields stores them (FieldsV1): `f:name` a field, `k:{...}` a list element by its
 * keys, `v:...` an element of a set, `i:0` an index; `{}` is a member without members below it, `.` marks a member that has
 * some. Sets are immutable and shared; an operation that changes nothing gives back its first argument. undefined: empty.
 */
export interface Fields {
  readonly [element: string]: Fields
}

export const LEAF: Fields = Object.freeze({})

export function isMember(set: Fields): boolean {
  // Looked for first: of a large set merely to begin with its keys is long work.
  if (set === LEAF || Object.hasOwn(set, '.')) return true
  for (const key in set) {
    void key
    return false
  }
  return true
}

/** A node from what it is itself and what is below it. */
export function node(self: boolean, below: Record<string, Fields> | undefined): Fields | undefined {
  if (below === undefined) return self ? LEAF : undefined
  return self ? { '.': LEAF, ...below } : below
}

export function union(a: Fields | undefined, b: Fields | undefined): Fields | undefined {
  if (a === b || b === undefined) return a
  if (a === undefined) return b
  const self = isMember(a) || isMember(b)
  let changed = self && !isMember(a)
  const below: Record<string, Fields> = {}
  let any = false
  for (const key in a) {
    if (key === '.') continue
    any = true
    const old = a[key] as Fields
    const now = union(old, b[key]) as Fields
    if (now !== old) changed = true
    below[key] = now
  }
  for (const key in b) {
    if (key === '.' || below[key] !== undefined) continue
    any = true
    changed = true
    below[key] = b[key] as Fields
  }
  return changed ? node(self, any ? below : undefined) : a
}

/** Members of `a` that are no members of `b`. */
export function difference(a: Fields | undefined, b: Fields | undefined): Fields | undefined {
  if (a === undefined || b === undefined) return a
  if (a === b) return undefined
  const wasMember = isMember(a)
  const self = wasMember && !isMember(b)
  let changed = self !== wasMember
  let below: Record<string, Fields> | undefined
  for (const key in a) {
    if (key === '.') continue
    const old = a[key] as Fields
    const now = difference(old, b[key])
    if (now !== old) changed = true
    if (now !== undefined) (below ??= {})[key] = now
  }
  return changed ? node(self, below) : a
}

export function intersection(a: Fields | undefined, b: Fields | undefined): Fields | undefined {
  if (a === undefined || b === undefined) return undefined
  if (a === b) return a
  let below: Record<string, Fields> | undefined
  for (const key in a) {
    const other = b[key]
    if (key === '.' || other === undefined) continue
    const both = intersection(a[key], other)
    if (both !== undefined) (below ??= {})[key] = both
  }
  return node(isMember(a) && isMember(b), below)
}

export function equal(a: Fields | undefined, b: Fields | undefined): boolean {
  return a === b || (difference(a, b) === undefined && difference(b, a) === undefined)
}

/** All members as text: `.spec.containers[name="nginx"].image`, `.metadata.finalizers[="x"]`. */
export function memberPaths(set: Fields | undefined, prefix = ''): string[] {
  if (set === undefined) return []
  const out: string[] = prefix !== '' && isMember(set) ? [prefix] : []
  for (const key of Object.keys(set).sort()) {
    if (key !== '.') out.push(...memberPaths(set[key], prefix + elementText(key)))
  }
  return out
}

/** `k:{"name":"a"}` → `[name="a"]` */
export function elementText(element: string): string {
  const rest = element.slice(2)
  if (element.startsWith('f:')) return `.${rest}`
  if (element.startsWith('v:')) return `[=${rest}]`
  if (element.startsWith('i:')) return `[${rest}]`
  const keys = JSON.parse(rest) as Record<string, unknown>
  return `[${Object.entries(keys).map(([k, v]) => `${k}=${JSON.stringify(v)}`).join(',')}]`
}
