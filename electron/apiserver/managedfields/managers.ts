/** Entries of metadata.managedFields: who they are, in which order they stand, and how many there may be. */
import type { ObjectMeta } from '../../../shared/api/meta.ts'
import { rfc3339 } from '../../../shared/clock.ts'
import { union, type Fields } from './fields.ts'

export type ManagedFieldsEntry = NonNullable<ObjectMeta['managedFields']>[number]

/** More writers than this by Update, and the oldest become one entry. */
const MAX_UPDATE_MANAGERS = 10
const ANCIENT = 'ancient-changes'

export interface Manager {
  readonly manager: string
  readonly operation: 'Apply' | 'Update'
  readonly apiVersion: string
  readonly subresource: string
}

/** An entry is known by everything but its time and its fields. */
export const isOf = (entry: ManagedFieldsEntry, m: Manager): boolean =>
  entry.manager === m.manager && entry.operation === m.operation && entry.apiVersion === m.apiVersion && (entry.subresource ?? '') === m.subresource

export const fieldsOf = (entry: ManagedFieldsEntry | undefined): Fields | undefined => entry?.fieldsV1 as Fields | undefined

export const entryOf = (m: Manager, fields: Fields, time: string): ManagedFieldsEntry => ({
  manager: m.manager,
  operation: m.operation,
  apiVersion: m.apiVersion,
  time,
  fieldsType: 'FieldsV1',
  fieldsV1: fields,
  ...(m.subresource ? { subresource: m.subresource } : {}),
})

/** RFC 3339, whole seconds. */
export const timeText = rfc3339

const text = (a = '', b = ''): number => (a < b ? -1 : a > b ? 1 : 0)

/** Apply before Update, then by time, then by name. */
export function sorted(entries: readonly ManagedFieldsEntry[]): ManagedFieldsEntry[] {
  if (entries.length < 2) return [...entries]
  return [...entries].sort(
    (a, b) => text(a.operation, b.operation) || text(a.time, b.time) || text(a.manager, b.manager) || text(a.apiVersion, b.apiVersion) || text(a.subresource, b.subresource),
  )
}

/** Entries in their order, with the oldest updates joined when there are too many. */
export function capped(entries: readonly ManagedFieldsEntry[]): ManagedFieldsEntry[] {
  const ordered = sorted(entries)
  const updates = ordered.filter((e) => e.operation === 'Update')
  const excess = updates.length - MAX_UPDATE_MANAGERS
  if (excess <= 0) return ordered
  // One more than the excess, since they leave one entry behind.
  const old = new Set(updates.filter((e) => !e.subresource).slice(0, excess + 1))
  const first = [...old][0]
  if (!first || old.size < 2) return ordered
  let fields: Fields | undefined
  for (const entry of old) fields = union(fields, fieldsOf(entry))
  const bucket: ManagedFieldsEntry = { ...first, manager: ANCIENT, fieldsV1: fields ?? {} }
  return sorted([...ordered.filter((e) => !old.has(e)), bucket])
}

/** A client clears the tracking with an empty list, or a list of one empty entry. */
export const isReset = (entries: readonly ManagedFieldsEntry[] | undefined): boolean =>
  entries !== undefined && (entries.length === 0 || (entries.length === 1 && Object.keys(entries[0] ?? {}).length === 0))
