/** Creating an object: names, system fields, admission, strategy, validation, one transaction. */
import { randomBytes, randomUUID } from 'node:crypto'
import { rfc3339 } from '../../../shared/clock.ts'
import { alreadyExists, badRequest, failure } from '../../../shared/errors.ts'
import { trackUpdate } from '../managedfields/index.ts'
import type { KindDefinition } from '../resources/kind.ts'
import { admitCreate } from './admission.ts'
import { apiVersion, countsGeneration, describeKind, keyOf, reserve, throwIfInvalid, type Env, type Stored, type WriteContext } from './env.ts'
import { validateMetadata } from './metadata.ts'

const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789'
const SUFFIX = 5
const GENERATE_ATTEMPTS = 8
/** A generated name is cut so that it fits a DNS label. */
const MAX_BASE = 63 - SUFFIX

function generateName(base: string): string {
  let name = base.slice(0, MAX_BASE)
  for (const byte of randomBytes(SUFFIX)) name += ALPHABET[byte % ALPHABET.length]
  return name
}

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
 * @param draft decoded, pruned and ours to change; frozen when this resolves
 * @returns the stored object, or under dryRun what would have been stored
 * @throws StatusError
 */
export async function createObject(env: Env, kind: KindDefinition, namespace: string, draft: Stored, context: WriteContext, applied = false): Promise<Stored> {
  const meta = draft.metadata
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
    meta.managedFields = trackUpdate({
      live: undefined, updated: draft, manager: context.fieldManager, operation: 'Update', subresource: '', schemaName: kind.schema,
      schemas: env.schemas, apiVersion: draft.apiVersion, now,
    })
  }
  const admission = admitCreate(env, kind, draft)
  if (admission) await admission
  kind.strategy.prepareForCreate?.(draft, { now, user: context.user, warn: context.warn })
  if (countsGeneration(kind, draft)) meta.generation = 1
  throwIfInvalid(kind, meta.name, [
    ...validateMetadata(kind, meta), ...(kind.strategy.validate?.(draft, { now, user: context.user, warn: context.warn }) ?? []),
  ])
  env.checkEscalation?.(kind, draft, undefined, context.user)
  const release = reserve(env, kind, draft, undefined)
  try {
    return await insert(env, kind, namespace, draft, generated, context)
  } finally {
    release()
  }
}

/** Writes a draft that is complete; under a generated name as often as that name turns out to be taken. */
async function insert(env: Env, kind: KindDefinition, namespace: string, draft: Stored, generated: string | undefined, context: WriteContext): Promise<Stored> {
  const meta = draft.metadata
  for (let attempt = 1; ; attempt++) {
    const key = keyOf(kind, namespace, meta.name)
    if (context.dryRun) {
      if (env.store.get(key)) throw alreadyExists(kind, meta.name)
      return env.seal(draft)
    }
    const result = env.store.get(key) ? undefined : await env.store.txn({
      compare: [{ key, modRevision: 0 }],
      operations: [{
        type: 'put', key,
        value: (revision) => {
          meta.resourceVersion = String(revision)
          return env.seal(draft)
        },
      }],
    })
    if (result?.succeeded) return draft
    if (generated === undefined) throw alreadyExists(kind, meta.name)
    if (attempt >= GENERATE_ATTEMPTS) {
      throw failure(409, 'AlreadyExists', `${describeKind(kind)} ${JSON.stringify(meta.name)} already exists, the server was not able to generate a unique name for the object`, { name: meta.name, kind: kind.resource, retryAfterSeconds: 1 })
    }
    meta.name = generateName(generated)
    kind.strategy.defaults?.(draft)
  }
}
