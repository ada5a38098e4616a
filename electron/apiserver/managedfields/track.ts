/** Who owns which field after a create or an update. Runs on every write. */
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { Schemas } from '../schema.ts'
import { atOnce, type Steps } from '../stretch.ts'
import { compare } from './compare.ts'
import { difference, union } from './fields.ts'
import { capped, entryOf, fieldsOf, isOf, isReset, timeText, type ManagedFieldsEntry, type Manager } from './managers.ts'
import { rootType } from './types.ts'

export interface TrackRequest {
  /** As stored before; undefined: a create. */
  live: KubeObject | undefined
  /** As it will be stored. Its managedFields may be those the client sent back, or its own edit of them. */
  updated: KubeObject
  manager: string
  operation: 'Update'
  /** `''`, `status`, `scale` … */
  subresource: string
  schemaName: string
  schemas: Schemas
  apiVersion: string
  /** Milliseconds since 1970. */
  now: number
}

const EMPTY = Object.freeze({})

/**
 * The managedFields to store with `updated`. Entries that did not change are shared with the live object. Changes nothing.
 * Of an object that has none no account is kept until somebody applies it.
 */
export const trackUpdate = (request: TrackRequest): ManagedFieldsEntry[] => atOnce(trackSteps(request))

/** As trackUpdate, of which much may have to be compared. */
export function* trackSteps(request: TrackRequest): Steps<ManagedFieldsEntry[]> {
  const { live, updated } = request
  const sent = updated.metadata.managedFields
  if (live && sent !== live.metadata.managedFields && isReset(sent)) return []
  const entries = (live ? (sent ?? live.metadata.managedFields) : undefined) ?? []
  if (live && entries.length === 0) return []
  const diff = compare(rootType(request.schemaName, request.schemas), live ?? EMPTY, updated)
  if (!diff) return entries as ManagedFieldsEntry[]
  yield
  const taken = union(diff.added, diff.modified)
  const gone = union(taken, diff.removed)
  const me: Manager = { manager: request.manager, operation: request.operation, apiVersion: request.apiVersion, subresource: request.subresource }
  const time = timeText(request.now)
  const out: ManagedFieldsEntry[] = []
  let mine: ManagedFieldsEntry | undefined
  for (const entry of entries) {
    yield
    if (isOf(entry, me)) mine = entry
    else {
      const fields = fieldsOf(entry)
      const left = difference(fields, gone)
      if (left !== undefined) out.push(left === fields ? entry : { ...entry, fieldsV1: left })
    }
  }
  yield
  const fields = union(difference(fieldsOf(mine), diff.removed), taken)
  if (fields !== undefined) out.push(mine && mine.fieldsV1 === fields && mine.time === time ? mine : entryOf(me, fields, time))
  return capped(out)
}
