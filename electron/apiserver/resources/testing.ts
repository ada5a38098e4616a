/** For tests: a kind's strategy as the registry runs it. */
import type { AnyObject } from '../../../shared/api/meta.ts'
import type { FieldError } from '../../../shared/errors.ts'
import { kinds } from './index.ts'
import type { Column, KindDefinition, StrategyContext } from './kind.ts'

export const NOW = Date.parse('2026-01-01T01:00:00Z')
export const context: StrategyContext = { now: NOW, user: { name: 'test', groups: [] }, warn: () => undefined }

export function kindOf(name: string): KindDefinition {
  const found = kinds.find((k) => k.kind === name)
  if (!found) throw new Error(`no kind ${name}`)
  return found
}

export type Body = { metadata?: Record<string, unknown>; [field: string]: unknown }

/** The body as an object of the kind, with defaults. */
export function withDefaults(kind: string, body: Body): AnyObject {
  const definition = kindOf(kind)
  const object = structuredClone({ apiVersion: definition.group ? `${definition.group}/${definition.version}` : definition.version, kind, ...body, metadata: { name: 'x', namespace: 'default', ...body.metadata } }) as AnyObject
  definition.strategy.defaults?.(object)
  return object
}

/** As withDefaults, and prepared for creation. */
export function created(kind: string, body: Body): AnyObject {
  const object = withDefaults(kind, body)
  kindOf(kind).strategy.prepareForCreate?.(object, context)
  return object
}

const sentences = (errors: readonly FieldError[] | undefined): string[] => (errors ?? []).map((e) => `${e.field}: ${e.message}`)

/** What a create of the body is told. */
export const faults = (kind: string, body: Body): string[] => sentences(kindOf(kind).strategy.validate?.(deepFreeze(created(kind, body)), context))

/** What a change from one body to the other is told. */
export function updateFaults(kind: string, body: Body, old: Body): string[] {
  const { strategy } = kindOf(kind)
  const before = deepFreeze(created(kind, old))
  const draft = withDefaults(kind, body)
  strategy.prepareForUpdate?.(draft, before, context)
  return sentences([...(strategy.validate?.(draft, { ...context, old: before }) ?? []), ...(strategy.validateUpdate?.(deepFreeze(draft), before, context) ?? [])])
}

/** What is told about a new object, or about one that was `old`. */
export const warnings = (kind: string, body: Body, old?: Body): readonly string[] => kindOf(kind).strategy.warnings?.(deepFreeze(withDefaults(kind, body)), old && deepFreeze(withDefaults(kind, old))) ?? []

export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) deepFreeze(inner)
    Object.freeze(value)
  }
  return value
}

/** A row of the table: columns of priority 0, or all with `wide`. */
export function row(kind: string, object: AnyObject, wide = false): unknown[] {
  const columns: readonly Column[] = kindOf(kind).columns
  return columns.filter((c) => wide || c.priority === 0).map((c) => c.value(object, { now: NOW }))
}

/** A copy of `base` with the value at `path` (`spec/containers/0/image`) replaced; undefined removes it. */
export function change<T extends object>(base: T, path: string, value: unknown): T {
  const copy = structuredClone(base)
  const keys = path.split('/')
  let at = copy as Record<string, unknown>
  for (const key of keys.slice(0, -1)) at = (at[key] ??= {}) as Record<string, unknown>
  const last = keys.at(-1) ?? ''
  if (value === undefined) delete at[last]
  else at[last] = value
  return copy
}
