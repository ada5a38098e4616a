/** A body may lack any field, also one that its schema requires: of every kind, each part of an object with all fields is left out or emptied in turn, and it is judged, not stumbled over. */
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { KubeObject } from '../../../shared/api/meta.ts'
import { StatusError, type FieldError } from '../../../shared/errors.ts'
import type { Schema } from '../schema.ts'
import { checkObject } from '../schema/check.ts'
import { withOwnSchemas } from '../schema/inline.ts'
import { loadSchemas } from '../schema/load.ts'
import { kinds } from './index.ts'
import type { KindDefinition } from './kind.ts'
import { context, deepFreeze, NOW } from './testing.ts'

const schemas = withOwnSchemas(loadSchemas(join(import.meta.dirname, '../../../resources')), kinds)
/** Types that hold themselves end here. */
const DEEPEST = 14
const TEXTS: Readonly<Record<string, string>> = { 'date-time': '2026-01-01T00:00:00Z', 'micro-time': '2026-01-01T00:00:00.000000Z', quantity: '1', byte: 'YQ==' }

/** What many kinds hold, and one of them shows. */
const SHOWN: Readonly<Record<string, unknown>> = { V1PodTemplateSpec: { metadata: { labels: { a: 'a' } }, spec: { containers: [{ name: 'a', image: 'a' }] } } }

function full(schema: Schema, within: readonly string[] = []): unknown {
  if (schema.ref && SHOWN[schema.ref]) return SHOWN[schema.ref]
  if (schema.ref) return within.includes(schema.ref) || within.length > DEEPEST ? {} : full(schemas[schema.ref] ?? {}, [...within, schema.ref])
  if (schema.properties) return Object.fromEntries(Object.entries(schema.properties).map(([key, property]) => [key, key === 'operator' ? 'In' : full(property, within)]))
  if (schema.format === 'int-or-string') return '50%'
  if (schema.format && TEXTS[schema.format]) return TEXTS[schema.format]
  switch (schema.type) {
    case 'string': return 'a'
    case 'boolean': return true
    case 'integer': case 'number': return 1
    case 'array': return [full(schema.items ?? {}, within)]
    case 'object': return schema.additionalProperties ? { a: full(schema.additionalProperties, within) } : {}
    default: return {}
  }
}

type Path = readonly (string | number)[]
/** Of each type the parts of the first one that is met: the others are the same. */
function* paths(schema: Schema, value: unknown, at: Path, met: Set<string>): Iterable<Path> {
  if (schema.ref) {
    if (met.has(schema.ref)) return
    met.add(schema.ref)
    yield* paths(schemas[schema.ref] ?? {}, value, at, met)
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, part] of Object.entries(value)) {
      if (at.length === 0 && ['metadata', 'apiVersion', 'kind'].includes(key)) continue
      const path = [...at, Array.isArray(value) ? Number(key) : key]
      yield path
      yield* paths(schema.properties?.[key] ?? schema.items ?? schema.additionalProperties ?? {}, part, path, met)
    }
  }
}

/** A copy along the path, whose end is what `put` makes of it; undefined: it is left out. */
function without(value: unknown, [key, ...rest]: Path, put: (old: unknown) => unknown): unknown {
  const old = (value as Record<string | number, unknown>)[key as string]
  const now = rest.length ? without(old, rest, put) : put(old)
  if (Array.isArray(value)) return now === undefined ? value.filter((_, i) => i !== key) : value.map((item: unknown, i) => (i === key ? now : item))
  const { [key as string]: _, ...others } = value as Record<string, unknown>
  return now === undefined ? others : { ...others, [key as string]: now }
}

const isHolder = (value: unknown, path: Path): boolean => typeof path.reduce<unknown>((part, key) => (part as Record<string | number, unknown>)[key], value) === 'object'
/** What holds something, holds nothing. */
const emptied = (value: unknown): unknown => (Array.isArray(value) ? [] : typeof value === 'object' && value !== null ? {} : undefined)

const isFine = (errors: readonly FieldError[] = []): void => { for (const { field, message } of errors) expect(`${field}: ${message}`).not.toMatch(/undefined|\[object Object\]|NaN/) }

/** A create, and a change of `live` to it, as the registry goes through them. */
function judge({ strategy }: KindDefinition, fresh: () => KubeObject, live: KubeObject): void {
  const draft = fresh()
  strategy.defaults?.(draft)
  strategy.prepareForCreate?.(draft, context)
  isFine(strategy.validate?.(deepFreeze(draft), context))
  const changed = fresh()
  strategy.defaults?.(changed)
  const world = { ...context, old: live }
  strategy.prepareForUpdate?.(changed, live, world)
  strategy.validate?.(changed, world)
  isFine(strategy.validateUpdate?.(deepFreeze(changed), live, world))
}

/** A status that is written, and shown. */
function judgeStatus({ strategy, subresources = [], columns, selectableFields = {} }: KindDefinition, fresh: () => KubeObject, live: KubeObject): void {
  for (const rules of [strategy, ...subresources.map((s) => s.status ?? {})]) {
    const reported = { ...live, status: (fresh() as { status?: unknown }).status } as KubeObject
    rules.prepareForStatusUpdate?.(reported, live, { ...context, old: live })
    isFine(rules.validateStatusUpdate?.(deepFreeze(reported), live, { ...context, old: live }))
    // Most of a status nobody checks: it is shown as it is.
    for (const column of columns) void column.value(reported, { now: NOW })
    for (const value of Object.values(selectableFields)) void value(reported)
  }
}

describe.each(kinds.map((k) => [`${k.group || 'core'}/${k.version} ${k.kind}`, k] as const))('%s', (_name, kind) => {
  beforeAll(async () => { await kind.ready?.() })
  it('is judged with any field missing or empty', () => {
    const whole = { ...(full(schemas[kind.schema] ?? {}) as object), metadata: { name: 'a', namespace: 'default', uid: 'u', creationTimestamp: '2026-01-01T00:00:00Z' } }
    const { object } = checkObject(whole, kind.schema, schemas)
    kind.strategy.defaults?.(object)
    const live = deepFreeze(object)
    const stumbled: string[] = []
    for (const path of paths(schemas[kind.schema] ?? {}, whole, [], new Set())) {
      for (const [how, put] of [['without', () => undefined], ...(isHolder(whole, path) ? [['with an empty', emptied] as const] : [])] as const) {
        const body = without(whole, path, put)
        try {
          ;(path[0] === 'status' ? judgeStatus : judge)(kind, () => checkObject(body, kind.schema, schemas).object, live)
        } catch (error) {
          if (!(error instanceof StatusError) || error.reason === 'InternalError') stumbled.push(`${how} ${path.join('.')}: ${error instanceof Error ? error.message : String(error)}`)
        }
      }
    }
    expect(stumbled).toEqual([])
  })
})
