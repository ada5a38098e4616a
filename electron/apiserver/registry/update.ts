/**
 * Changing an object: PUT, every kind of PATCH, and the writes of subresources come through here. The change is a
 * function of the live object, so that one which lost a race is simply done again.
 */
import type { ObjectMeta } from '../../../shared/api/meta.ts'
import { badRequest, conflict, field, invalid, notFound } from '../../../shared/errors.ts'
import type { KeyValue } from '../../etcd/types.ts'
import type { AdmissionRequest, Reservation } from '../admission/plugin.ts'
import { isLarge } from '../encode.ts'
import { cloneJson, jsonEqual } from '../json.ts'
import { trackSteps } from '../managedfields/index.ts'
import type { KindDefinition } from '../resources/kind.ts'
import { inStretches, type Steps } from '../stretch.ts'
import { apiVersion, countsGeneration, fromStore, keyOf, reserve, throwIfInvalid, toStore, unheard, type Env, type Stored, type WriteContext } from './env.ts'
import { placeInNamespace } from './create.ts'
import { validateMetadata, validateMetadataUpdate } from './metadata.ts'

/** How often a change is tried anew when others write the same object. */
const ATTEMPTS = 20

export interface Change {
  /** '' is the object itself; 'status' writes status alone; others (scale, binding, finalize) write what they return. */
  readonly subresource: string
  /** The new object, ours to change. `live` is frozen. A Promise where it is long work. */
  make(live: Stored): Stored | Promise<Stored>
  /** It is the whole object, as somebody sent it. */
  readonly put?: boolean
  /** managedFields come out of `make` (server-side apply). */
  readonly applied?: boolean
  /** The subresource has rules of its own (finalize, binding): no strategy, and admission has been asked already. */
  readonly raw?: boolean
  /** What `make` changes of the live object, it has checked itself: no defaults to set, and metadata alone to look at. */
  readonly checked?: boolean
}

/** What the body left out of the system's fields stays as it is. */
function keepSystemFields(draft: ObjectMeta, live: ObjectMeta): void {
  draft.uid ??= live.uid
  draft.creationTimestamp ??= live.creationTimestamp
  draft.deletionTimestamp ??= live.deletionTimestamp
  draft.deletionGracePeriodSeconds ??= live.deletionGracePeriodSeconds
  draft.generation = live.generation
  draft.generateName ??= live.generateName
  draft.resourceVersion = live.resourceVersion
  delete draft.selfLink
}

/** Status writers change status, labels and annotations; the workload kinds keep their labels too. */
function statusDraft(kind: KindDefinition, body: Stored, live: Stored): Stored {
  if (kind.decode) return { ...cloneJson(live), status: body.status, metadata: { ...cloneJson(live.metadata), managedFields: body.metadata.managedFields } } as Stored
  const metadata: ObjectMeta = {
    ...cloneJson(live.metadata), annotations: body.metadata.annotations, managedFields: body.metadata.managedFields,
    ...(kind.group === 'apps' ? {} : { labels: body.metadata.labels }),
  }
  if (!metadata.annotations) delete metadata.annotations
  if (!metadata.labels) delete metadata.labels
  // All but these two is the live object's own, which has its defaults: neither copied nor compared, and not ours to change.
  const draft: Stored = { ...live, metadata }
  if (body.status === undefined) delete draft.status
  else draft.status = body.status
  return draft
}

function withoutBookkeeping(object: Stored): unknown {
  const { managedFields: _fields, resourceVersion: _version, ...metadata } = object.metadata
  return { ...object, metadata }
}

/** As one, but for the times of entries. */
const sameManagers = (a: ObjectMeta['managedFields'], b: ObjectMeta['managedFields']): boolean =>
  jsonEqual(a?.map((e) => ({ ...e, time: undefined })), b?.map((e) => ({ ...e, time: undefined })))

/** Status counts where it is a field like any other. */
function specChanged(kind: KindDefinition, draft: Stored, live: Stored): boolean {
  if (kind.decode && !kind.status && !jsonEqual(draft.status, live.status)) return true
  const also = kind.generationAlso
  if (also && !jsonEqual(draft.metadata[also] ?? {}, live.metadata[also] ?? {})) return true
  const { metadata: _m1, status: _s1, ...a } = draft
  const { metadata: _m2, status: _s2, ...b } = live
  return !jsonEqual(a, b)
}

/** Nothing holds an object that waits for its deletion any more. */
export const isReleased = (kind: KindDefinition, object: Stored): boolean =>
  object.metadata.deletionTimestamp !== undefined && !object.metadata.finalizers?.length && !object.metadata.deletionGracePeriodSeconds &&
  !(kind.resource === 'namespaces' && kind.group === '' && (object.spec?.['finalizers'] as string[] | undefined)?.length)

/** By which rules a subresource writes status; undefined: it writes something else. */
const statusRules = (kind: KindDefinition, subresource: string): Pick<KindDefinition['strategy'], 'prepareForStatusUpdate' | 'validateStatusUpdate'> | undefined =>
  subresource === 'status' ? kind.strategy : subresource ? kind.subresources?.find((s) => s.name === subresource)?.status : undefined

function* prepare(env: Env, kind: KindDefinition, body: Stored, live: Stored, change: Change, context: WriteContext): Steps<Stored> {
  const now = env.clock.now()
  const world = { now, user: context.user, warn: context.warn, old: live }
  const { strategy } = kind
  const managed = body.metadata.managedFields
  let draft = body
  draft.apiVersion = apiVersion(kind)
  draft.kind = kind.kind
  const status = statusRules(kind, change.subresource)
  if (status) {
    draft = statusDraft(kind, body, live)
    keepSystemFields(draft.metadata, live.metadata)
    if (kind.decode) strategy.defaults?.(draft)
    status.prepareForStatusUpdate?.(draft, live, world)
  } else {
    keepSystemFields(draft.metadata, live.metadata)
    if (kind.status && change.subresource !== 'binding') {
      if (live.status === undefined) delete draft.status
      else draft.status = cloneJson(live.status)
    }
    if (!change.checked) strategy.defaults?.(draft)
    if (!change.raw) strategy.prepareForUpdate?.(draft, live, world)
    yield
    // Where a pod runs is no new wish of its owner.
    if (change.subresource !== 'binding' && countsGeneration(kind, draft)) {
      draft.metadata.generation = (live.metadata.generation ?? 0) + (specChanged(kind, draft, live) ? 1 : 0) || 1
    }
  }
  yield
  const errors = [...validateMetadata(kind, draft.metadata), ...validateMetadataUpdate(draft, live)]
  if (status) errors.push(...(status.validateStatusUpdate?.(draft, live, world) ?? []))
  else if (!change.checked) errors.push(...(strategy.validate?.(draft, world) ?? []), ...(change.subresource === '' ? (strategy.validateUpdate?.(draft, live, world) ?? []) : []))
  throwIfInvalid(kind, live.metadata.name, errors)
  if (context.warn !== unheard && !change.raw) {
    const warnings = change.subresource === 'status' ? strategy.statusWarnings?.(draft) : change.subresource === '' ? strategy.warnings?.(draft, live) : undefined
    warnings?.forEach(context.warn)
  }
  if (change.applied) draft.metadata.managedFields = managed
  else {
    // An explicit list that is empty forgets all managers; anything else that a body says about them is not heard.
    const base = managed?.length === 0 ? { ...live, metadata: { ...live.metadata, managedFields: [] } } : live
    yield
    const tracked = yield* trackSteps({
      live: base, updated: draft, manager: context.fieldManager, operation: 'Update', subresource: change.subresource, schemaName: kind.schema,
      schemas: env.schemas, apiVersion: draft.apiVersion, now,
    })
    if (tracked.length) draft.metadata.managedFields = tracked
    else delete draft.metadata.managedFields
  }
  return draft
}

/** Writes `draft` over what was read. Resolves to false when someone else was faster. */
export async function commit(env: Env, kind: Pick<KindDefinition, 'storage'>, kv: KeyValue<unknown>, draft: Stored, reservation?: Reservation): Promise<boolean> {
  let succeeded = false
  const stored = await kind.storage?.toStored?.(draft)
  try {
    const result = await env.store.txn({
      compare: [{ key: kv.key, modRevision: kv.modRevision }, ...(reservation?.compare ?? [])],
      operations: [{
        type: 'put', key: kv.key,
        value: (revision) => {
          draft.metadata.resourceVersion = String(revision)
          if (stored) stored.metadata.resourceVersion = String(revision)
          return stored ? env.seal(stored) : toStore(env, kind, draft)
        },
      }, ...(reservation?.operations ?? [])],
    })
    return (succeeded = result.succeeded)
  } finally {
    reservation?.settle(succeeded)
  }
}

/** Removes what was read. Resolves to the revision of the deletion, or undefined when someone else was faster. */
export async function remove(env: Env, kv: KeyValue<unknown>): Promise<number | undefined> {
  const result = await env.store.txn({ compare: [{ key: kv.key, modRevision: kv.modRevision }], operations: [{ type: 'delete', key: kv.key }] })
  return result.succeeded ? result.revision : undefined
}

/** @throws StatusError NotFound, Conflict (stale resourceVersion, foreign uid), Invalid */
export async function updateObject(env: Env, kind: KindDefinition, namespace: string, name: string, change: Change, context: WriteContext): Promise<Stored> {
  const key = keyOf(kind, namespace, name)
  const { stretch } = context
  for (let attempt = 1; ; attempt++) {
    const kv = env.store.get(key)
    if (!kv) throw notFound(kind, name)
    const live = fromStore(kind, kv.value)
    if (stretch && isLarge(kv.value)) stretch.grow()
    const made = change.make(live)
    const body = made instanceof Promise ? await made : made
    if (stretch?.tired) await stretch.rest()
    if (!body.metadata.name) throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`)
    if (body.metadata.name !== name) throw badRequest(`the name of the object (${body.metadata.name}) does not match the name on the URL (${name})`)
    placeInNamespace(kind, body, namespace)
    const { uid, resourceVersion } = body.metadata
    if (uid && uid !== live.metadata.uid) throw conflict(kind, name, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${live.metadata.uid ?? ''}`)
    const conditional = resourceVersion !== undefined && resourceVersion !== '' && resourceVersion !== '0'
    // Upstream tells this one of the resource, not of the kind.
    if (!conditional && change.put && kind.strategy.conditionalUpdate) throw invalid({ group: kind.group, kind: kind.resource }, name, [field.invalid('metadata.resourceVersion', 0, 'must be specified for an update')])
    if (conditional && resourceVersion !== live.metadata.resourceVersion) throw conflict(kind, name)
    const request = requestFor(kind, namespace, name, change.subresource, body, live, context)
    const admitted = change.raw ? body : env.admission.admit(request, env)
    const admittedBody = (admitted instanceof Promise ? await admitted : admitted) ?? body
    const prepared = inStretches(prepare(env, kind, admittedBody, live, change, context), stretch)
    const draft = prepared instanceof Promise ? await prepared : prepared
    if (change.subresource === '') env.checkEscalation?.(kind, draft, live, context.user)
    const judged = { ...request, object: draft }
    const judging = change.raw ? undefined : env.admission.validate(judged, env)
    if (judging) await judging
    if (stretch?.tired) await stretch.rest()
    const release = change.subresource === '' ? reserve(env, kind, draft, live) : undefined
    try {
      const written = await replace(env, kind, kv, draft, judged)
      if (written) return written
    } finally {
      release?.()
    }
    if (attempt >= ATTEMPTS) throw conflict(kind, name)
  }
}

function requestFor(kind: KindDefinition, namespace: string, name: string, subresource: string, object: Stored, old: Stored, context: WriteContext): AdmissionRequest {
  return { operation: 'UPDATE', kind, subresource, namespace, name, object, old, user: context.user, dryRun: context.dryRun, fieldManager: context.fieldManager, warn: context.warn, annotate: context.annotate }
}

/** Puts the draft in the place of what was read, or removes it where nothing holds it. undefined: someone else was faster. */
async function replace(env: Env, kind: KindDefinition, kv: KeyValue<unknown>, draft: Stored, request: AdmissionRequest): Promise<Stored | undefined> {
  const live = request.old as Stored
  const released = isReleased(kind, draft)
  if (!released && jsonEqual(withoutBookkeeping(draft), withoutBookkeeping(live)) && sameManagers(draft.metadata.managedFields, live.metadata.managedFields)) return live
  const reservation = released ? undefined : env.admission.reserve(request, env)
  if (request.dryRun) {
    reservation?.settle(false)
    return env.seal(draft)
  }
  if (!released) return (await commit(env, kind, kv, draft, reservation)) ? env.seal(draft) : undefined
  const revision = await remove(env, kv)
  if (revision === undefined) return undefined
  draft.metadata.resourceVersion = String(revision)
  return env.seal(draft)
}
