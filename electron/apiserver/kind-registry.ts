/**
 * The kinds that the server serves. Most are built in and stay; the rest come and go while it runs: those that a
 * CustomResourceDefinition makes, and those that another part of the process answers from memory. Whoever derives
 * something from all kinds (discovery, OpenAPI) compares `all` by identity, or is told.
 */
import type { KindDefinition } from './resources/kind.ts'
import { forgetCheck } from './schema/compile.ts'
import { forgetType } from './managedfields/types.ts'
import type { Schema, Schemas } from './schema.ts'

export interface KindRegistry {
  /** Everything served, in discovery's order; a new array after each change. */
  readonly all: readonly KindDefinition[]
  /** The built-in schemas and those of the kinds that came later; one object, which grows and shrinks. */
  readonly schemas: Schemas
  find(group: string, version: string, resource: string): KindDefinition | undefined
  /** In whichever version; the first that is served. */
  resource(group: string, resource: string): KindDefinition | undefined
  named(group: string, kind: string): KindDefinition | undefined
  /** Puts `kinds`, with the schemas that they bring, in the place of what `owner` had before. An empty list takes them away. */
  replace(owner: string, kinds: readonly KindDefinition[], schemas?: Schemas): void
  /** Calls back after each change; the result stops it. */
  onChange(listener: () => void): () => void
}

/** `v2` before `v1` before `v1beta2` before `v1beta1` before anything else. Source: Kubernetes documentation, "CRD versioning: version priority". */
export function compareVersions(a: string, b: string): number {
  const parse = (version: string): readonly [rank: number, major: number, minor: number] | undefined => {
    const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version)
    return match ? [match[2] === undefined ? 2 : match[2] === 'beta' ? 1 : 0, Number(match[1]), Number(match[3] ?? 0)] : undefined
  }
  const [x, y] = [parse(a), parse(b)]
  if (!x || !y) return x ? -1 : y ? 1 : a < b ? -1 : a > b ? 1 : 0
  return y[0] - x[0] || y[1] - x[1] || y[2] - x[2]
}

export function createKindRegistry(builtIn: readonly KindDefinition[], given: Schemas): KindRegistry {
  const schemas: Record<string, Schema> = { ...given }
  const owned = new Map<string, { kinds: readonly KindDefinition[]; schemas: readonly string[] }>()
  const listeners = new Set<() => void>()
  let all: readonly KindDefinition[] = []
  const byResource = new Map<string, KindDefinition>()
  const byGroupResource = new Map<string, KindDefinition>()
  const byGroupKind = new Map<string, KindDefinition>()

  function index(): void {
    const later = [...owned.values()].flatMap((o) => o.kinds).toSorted((a, b) => (a.group < b.group ? -1 : a.group > b.group ? 1 : compareVersions(a.version, b.version)))
    // A group's version has one server: another one that was put before it has it alone.
    const forwarded = new Set(later.filter((k) => k.forward).map((k) => `${k.group}/${k.version}`))
    all = [...builtIn, ...later].filter((k) => k.forward || !forwarded.has(`${k.group}/${k.version}`))
    for (const map of [byResource, byGroupResource, byGroupKind]) map.clear()
    for (const kind of all) {
      byResource.set(`${kind.group}/${kind.version}/${kind.resource}`, kind)
      if (kind.anyResource) byResource.set(`${kind.group}/${kind.version}/*`, kind)
      for (const [map, key] of [[byGroupResource, `${kind.group}/${kind.resource}`], [byGroupKind, `${kind.group}/${kind.kind}`]] as const) if (!map.has(key)) map.set(key, kind)
    }
  }
  index()
  return {
    get all() {
      return all
    },
    schemas,
    find: (group, version, resource) => byResource.get(`${group}/${version}/${resource}`) ?? byResource.get(`${group}/${version}/*`),
    resource: (group, resource) => byGroupResource.get(`${group}/${resource}`),
    named: (group, kind) => byGroupKind.get(`${group}/${kind}`),
    replace(owner, kinds, added = {}) {
      const before = owned.get(owner)
      if (!before && !kinds.length) return
      for (const name of before?.schemas ?? []) {
        if (added[name] === schemas[name]) continue
        delete schemas[name]
        forgetCheck(name, schemas)
        forgetType(name, schemas)
      }
      Object.assign(schemas, added)
      if (kinds.length) owned.set(owner, { kinds, schemas: Object.keys(added) })
      else owned.delete(owner)
      index()
      for (const listener of listeners) listener()
    },
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** What `make` makes of all kinds, made again when they have changed. */
export function derived<T>(registry: Pick<KindRegistry, 'all'>, make: (kinds: readonly KindDefinition[]) => T): () => T {
  let from: readonly KindDefinition[] | undefined
  let value: T
  return () => {
    if (from !== registry.all) {
      from = registry.all
      value = make(from)
    }
    return value
  }
}
