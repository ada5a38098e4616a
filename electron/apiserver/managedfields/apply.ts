/** Server-side apply. Source of the rules: Kubernetes' page "Server-Side Apply" and structured-merge-diff's Updater. */
import type { KubeObject } from '../../../shared/api/meta.ts'
import { badRequest } from '../../../shared/errors.ts'
import type { Schemas } from '../schema.ts'
import { atOnce, type Steps } from '../stretch.ts'
import { claims, compare, same } from './compare.ts'
import { applyConflict, type Conflict } from './conflict.ts'
import { difference, equal, intersection, LEAF, union, type Fields } from './fields.ts'
import { entryOf, fieldsOf, isOf, sorted, timeText, type ManagedFieldsEntry, type Manager } from './managers.ts'
import { merge, prune } from './merge.ts'
import { Misfit, misfit } from './typed.ts'
import { rootType, type Type } from './types.ts'

export interface ApplyRequest {
  /** As stored; undefined: the apply creates it. */
  live: KubeObject | undefined
  /** What the manager wants, checked against the schema. It must not hold managedFields. */
  config: KubeObject
  manager: string
  /** Take over what others own. */
  force: boolean
  schemaName: string
  schemas: Schemas
  /** `''`, `status`, `scale` … */
  subresource: string
  apiVersion: string
  /** Milliseconds since 1970. */
  now: number
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
const BEFORE_FIRST_APPLY = 'before-first-apply'
const EMPTY = Object.freeze({})

/**
 * The object after the apply, with its managedFields; `live` itself when nothing changes. Inputs are shared, not changed.
 * @throws StatusError 409 with causes FieldManagerConflict, 400 and 500 for a configuration that cannot be applied
 */
export const applyPatch = (request: ApplyRequest): KubeObject => atOnce(applySteps(request))

/** As applyPatch, which of a large object is long work. */
export function* applySteps(request: ApplyRequest): Steps<KubeObject> {
  const { live } = request
  if (request.config.metadata?.managedFields !== undefined) throw badRequest('metadata.managedFields must be nil')
  const config = withoutForeignParts(request.config, request.subresource)
  const type = rootType(request.schemaName, request.schemas)
  const me: Manager = { manager: request.manager, operation: 'Apply', apiVersion: request.apiVersion, subresource: request.subresource }
  const entries = live ? known(live, type, request) : []
  const mine = entries.find((e) => isOf(e, me))
  const others = entries.filter((e) => e !== mine)

  const claimed = claims(type, config)
  yield
  const merged = mergeOrRefuse(type, live ?? EMPTY, config)
  yield
  const pruned = yield* withoutDropped(type, merged, fieldsOf(mine), claimed, others)
  const diff = compare(type, live ?? EMPTY, pruned)
  yield
  const taken = union(diff?.added, diff?.modified)
  const conflicts: Conflict[] = []
  for (const entry of others) {
    yield
    const fields = intersection(fieldsOf(entry), taken)
    if (fields) conflicts.push({ entry, fields })
  }
  yield
  if (conflicts.length > 0 && !request.force && !coveredByLastApplied(request, conflicts, type)) throw applyConflict(conflicts)

  const managed = yield* nextEntries(others, union(taken, diff?.removed), me, mine, claimed, Boolean(diff), request.now)
  if (live && managed === undefined) return live
  const metadata = { ...pruned.metadata, managedFields: managed ?? [...entries] }
  return withLastApplied({ ...pruned, apiVersion: request.config.apiVersion, kind: request.config.kind, metadata }, live, request)
}

function mergeOrRefuse(type: Type, live: object, config: KubeObject): KubeObject {
  try {
    return merge(type, live, config) as KubeObject
  } catch (error) {
    throw error instanceof Misfit ? misfit(config, [error.message]) : error
  }
}

/** Without what the manager applied before, does not apply now, and nobody else has. */
function* withoutDropped(type: Type, merged: KubeObject, last: Fields | undefined, claimed: Fields | undefined, others: readonly ManagedFieldsEntry[]): Steps<KubeObject> {
  if (!last || difference(last, claimed) === undefined) return merged
  // Metadata stays whoever owns what in it: the name is nobody's.
  let owned = union(claimed, { 'f:metadata': LEAF })
  for (const entry of others) {
    yield
    owned = union(owned, fieldsOf(entry))
  }
  yield
  return prune(type, merged, last, owned) as KubeObject
}

/** An object whose fields nobody kept account of: what it has when first applied to is somebody's, whose name is the moment. */
function known(live: KubeObject, type: Type, { apiVersion, subresource, now }: ApplyRequest): readonly ManagedFieldsEntry[] {
  const entries = live.metadata.managedFields
  if (entries?.length) return entries
  const fields = compare(type, EMPTY, live)?.added
  return fields ? [entryOf({ manager: BEFORE_FIRST_APPLY, operation: 'Update', apiVersion, subresource }, fields, timeText(now))] : []
}

/** The entries after the apply; undefined: neither they nor the object changed. */
function* nextEntries(
  others: readonly ManagedFieldsEntry[], gone: Fields | undefined, me: Manager, mine: ManagedFieldsEntry | undefined, claimed: Fields | undefined, changed: boolean, now: number,
): Steps<ManagedFieldsEntry[] | undefined> {
  yield
  if (!changed && equal(fieldsOf(mine), claimed)) return undefined
  const out: ManagedFieldsEntry[] = []
  for (const entry of others) {
    yield
    const fields = fieldsOf(entry)
    const left = difference(fields, gone)
    if (left !== undefined) out.push(left === fields ? entry : { ...entry, fieldsV1: left })
  }
  if (claimed !== undefined) out.push(entryOf(me, claimed, timeText(now)))
  return sorted(out)
}

/** A configuration cannot set the status through the object, nor the spec through its status. */
function withoutForeignParts(config: KubeObject, subresource: string): KubeObject {
  const foreign = subresource === '' ? 'status' : subresource === 'status' ? 'spec' : undefined
  if (foreign === undefined || !(foreign in config)) return config
  const { [foreign]: _, ...rest } = config as KubeObject & Record<string, unknown>
  return rest
}

/** kubectl takes over from its own client-side apply: what that had written down as applied is no conflict. */
function coveredByLastApplied(request: ApplyRequest, conflicts: readonly Conflict[], type: Type): boolean {
  const text = request.manager === 'kubectl' ? request.live?.metadata.annotations?.[LAST_APPLIED] : undefined
  if (!text) return false
  let applied: unknown
  try {
    applied = JSON.parse(text)
  } catch {
    // A broken annotation proves nothing: the conflicts stand.
    return false
  }
  const mayTake = claims(type, applied)
  return conflicts.every((c) => difference(c.fields, mayTake) === undefined)
}

/** An object that kubectl once applied from the client keeps its annotation true. */
function withLastApplied(object: KubeObject, live: KubeObject | undefined, request: ApplyRequest): KubeObject {
  // A scale has no annotations: what was applied to it is not what was applied to the object.
  if (request.manager !== 'kubectl' || request.subresource === 'scale' || !live?.metadata.annotations?.[LAST_APPLIED]) return object
  const text = `${JSON.stringify(request.config)}\n`
  if (same(object.metadata.annotations?.[LAST_APPLIED], text)) return object
  return { ...object, metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, [LAST_APPLIED]: text } } }
}
