/** Creating an object: names, system fields, admission, strategy, validation, one transaction. */
import { randomUUID } from 'node:crypto'
import { rfc3339 } from '../../../shared/clock.ts'
import { alreadyExists, badRequest, conflict, failure } from '../../../shared/errors.ts'
import type { AdmissionRequest, Reservation } from '../admission/plugin.ts'
import { trackSteps } from '../managedfields/index.ts'
import type { KindDefinition } from '../resources/kind.ts'
import { inStretches } from '../stretch.ts'
import { apiVersion, countsGeneration, describeKind, keyOf, reserve, throwIfInvalid, toStore, unheard, type Env, type Stored, type WriteContext } from './env.ts'
import { validateMetadata } from './metadata.ts'
import { generateName } from './names.ts'

const GENERATE_ATTEMPTS = 8
/** How often a write is tried anew when others change what it takes from. */
const RESERVE_ATTEMPTS = 20

/** The body names its namespace as the path does, or not at all. */
export function placeInNamespace(kind: KindDefinition, draft: Stored, namespace: string): void {
  if (kind.scope === 'Cluster') {
    if (draft.metadata.namespace) delete draft.metadata.namespace
    return
  }
  if (!namespace) throw badRequest('namespace must be specified: an object of this kind lives in one')
  if (draft.metadata.namespace && draft.metadata.namespace !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  }
  draft.metadata.namespace = namespace
}

/**
 * @param given decoded, pruned and ours to change; frozen when this resolves
 * @returns the stored object, or under dryRun what would have been stored
 * @throws StatusError
 */
export async function createObject(env: Env, kind: KindDefinition, namespace: string, given: Stored, context: WriteContext, applied = false): Promise<Stored> {
  const { stretch } = context
  let draft = given
  let meta = draft.metadata
  meta.name ??= ''
  placeInNamespace(kind, draft, namespace)
  if (meta.resourceVersion && meta.resourceVersion !== '0') throw badRequest('resourceVersion should not be set on objects to be created')
  const now = env.clock.now()
  const generated = !meta.name && meta.generateName ? meta.generateName : undefined
  if (generated !== undefined) meta.name = generateName(generated)
  draft.apiVersion = apiVersion(kind)
  draft.kind = kind.kind
  meta.uid = randomUUID()
  meta.creationTimestamp = rfc3339(now)
  delete meta.resourceVersion
  delete meta.deletionTimestamp
  delete meta.deletionGracePeriodSeconds
  delete meta.selfLink
  delete meta.generation
  if (kind.status && !kind.statusOnCreate) delete draft.status
  kind.strategy.defaults?.(draft)
  // What admission and the strategy add belongs to nobody: a later apply must not take it away.
  if (!applied) {
    const tracked = inStretches(trackSteps({
      live: undefined, updated: draft, manager: context.fieldManager, operation: 'Update', subresource: '', schemaName: kind.schema,
      schemas: env.schemas, apiVersion: draft.apiVersion, now,
    }), stretch)
    const managed = tracked instanceof Promise ? await tracked : tracked
    if (managed.length) meta.managedFields = managed
    else delete meta.managedFields
  }
  const request: AdmissionRequest = {
    operation: 'CREATE', kind, subresource: '', namespace: meta.namespace ?? '', name: meta.name, object: draft, old: undefined,
    user: context.user, dryRun: context.dryRun, fieldManager: context.fieldManager, warn: context.warn, annotate: context.annotate,
  }
  if (stretch?.tired) await stretch.rest()
  const admitted = env.admission.admit(request, env)
  const object = (admitted instanceof Promise ? await admitted : admitted) ?? draft
  if (object !== draft) {
    draft = object
    meta = draft.metadata
    kind.strategy.defaults?.(draft)
  }
  const world = { now, user: context.user, warn: context.warn }
  kind.strategy.prepareForCreate?.(draft, world)
  if (countsGeneration(kind, draft)) meta.generation = 1
  throwIfInvalid(kind, meta.name, [...validateMetadata(kind, meta), ...(kind.strategy.validate?.(draft, world) ?? [])])
  if (context.warn !== unheard) kind.strategy.warnings?.(draft, undefined).forEach(context.warn)
  if (stretch?.tired) await stretch.rest()
  env.checkEscalation?.(kind, draft, undefined, context.user)
  const judged: AdmissionRequest = { ...request, name: meta.name, object: draft }
  const judging = env.admission.validate(judged, env)
  if (judging) await judging
  if (stretch?.tired) await stretch.rest()
  const release = reserve(env, kind, draft, undefined)
  try {
    return await insert(env, kind, namespace, draft, generated, judged)
  } finally {
    release()
  }
}

/** Writes a draft that is complete; under a generated name as often as that name turns out to be taken. */
async function insert(env: Env, kind: KindDefinition, namespace: string, draft: Stored, generated: string | undefined, request: AdmissionRequest): Promise<Stored> {
  const meta = draft.metadata
  let named = 1
  for (let attempt = 1; ; attempt++) {
    const key = keyOf(kind, namespace, meta.name)
    const taken = env.store.get(key) !== undefined
    const reservation = taken ? undefined : env.admission.reserve(request, env)
    if (request.dryRun) {
      reservation?.settle(false)
      if (taken) throw alreadyExists(kind, meta.name)
      return env.seal(draft)
    }
    const outcome = taken ? 'taken' : await put(env, kind, key, draft, reservation)
    if (outcome === 'written') return env.seal(draft)
    if (outcome === 'contended') {
      // The name is free: what the object takes from has changed meanwhile.
      if (attempt >= RESERVE_ATTEMPTS) throw conflict(kind, meta.name)
      continue
    }
    if (generated === undefined) throw alreadyExists(kind, meta.name)
    if (named++ >= GENERATE_ATTEMPTS) {
      throw failure(409, 'AlreadyExists', `${describeKind(kind)} ${JSON.stringify(meta.name)} already exists, the server was not able to generate a unique name for the object`, { name: meta.name, kind: kind.resource, retryAfterSeconds: 1 })
    }
    meta.name = generateName(generated)
    kind.strategy.defaults?.(draft)
  }
}

/** One attempt. `taken`: the name; `contended`: something that the reservation counts on has changed. */
async function put(env: Env, kind: KindDefinition, key: string, draft: Stored, reservation: Reservation | undefined): Promise<'written' | 'taken' | 'contended'> {
  let written = false
  const stored = await kind.storage?.toStored?.(draft)
  try {
    const result = await env.store.txn({
      compare: [{ key, modRevision: 0 }, ...(reservation?.compare ?? [])],
      operations: [{
        type: 'put', key,
        value: (revision) => {
          draft.metadata.resourceVersion = String(revision)
          if (stored) stored.metadata.resourceVersion = String(revision)
          return stored ? env.seal(stored) : toStore(env, kind, draft)
        },
      }, ...(reservation?.operations ?? [])],
    })
    written = result.succeeded
    if (result.succeeded) return 'written'
    return result.current[0] ? 'taken' : 'contended'
  } finally {
    reservation?.settle(written)
  }
}
