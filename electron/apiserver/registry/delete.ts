/**
 * Deleting an object: preconditions, grace, finalizers, propagation. An object goes at once, or gets a
 * deletionTimestamp and goes when the last that holds it lets go. Source: Kubernetes documentation, "Garbage
 * Collection", "Finalizers", "Pod termination".
 */
import type { DeleteOptions } from '../../../shared/api/types.ts'
import { rfc3339 } from '../../../shared/clock.ts'
import { conflict, invalid, notFound, field } from '../../../shared/errors.ts'
import type { AdmissionRequest } from '../admission/plugin.ts'
import { cloneJson, jsonEqual } from '../json.ts'
import type { KindDefinition } from '../resources/kind.ts'
import { fromStore, keyOf, type Env, type Stored, type WriteContext } from './env.ts'
import { commit, isReleased, remove } from './update.ts'

const ATTEMPTS = 20
const POLICIES = ['Background', 'Foreground', 'Orphan']
const FOREGROUND = 'foregroundDeletion'
const ORPHAN = 'orphan'

export interface Deletion {
  /** The last state: what is gone, or what waits. */
  readonly object: Stored
  /** False: it waits for its finalizers or its grace. */
  readonly gone: boolean
}

/** Throws Invalid for options that contradict themselves. */
export function validateDeleteOptions(options: DeleteOptions): void {
  const errors = []
  if (options.propagationPolicy !== undefined) {
    if (options.orphanDependents !== undefined) errors.push(field.invalid('propagationPolicy', options.propagationPolicy, 'orphanDependents and deletionPropagation cannot be both set'))
    if (!POLICIES.includes(options.propagationPolicy)) errors.push(field.notSupported('propagationPolicy', options.propagationPolicy, POLICIES))
  }
  if (options.gracePeriodSeconds !== undefined && (!Number.isInteger(options.gracePeriodSeconds) || options.gracePeriodSeconds < 0)) {
    errors.push(field.invalid('gracePeriodSeconds', options.gracePeriodSeconds, 'must be greater than or equal to 0'))
  }
  const dry = options.dryRun ?? []
  if (dry.length && (dry.length > 1 || dry[0] !== 'All')) errors.push(field.notSupported('dryRun', dry, ['All']))
  if (errors.length) throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', errors)
}

/** The finalizers with what the caller's propagation policy wants. */
function finalizersFor(present: readonly string[], options: DeleteOptions): string[] {
  const policy = options.propagationPolicy ?? (options.orphanDependents === true ? 'Orphan' : options.orphanDependents === false ? 'Background' : undefined)
  if (policy === undefined) return [...present]
  const rest = present.filter((f) => f !== FOREGROUND && f !== ORPHAN)
  if (policy === 'Foreground') rest.push(FOREGROUND)
  if (policy === 'Orphan') rest.push(ORPHAN)
  return rest
}

function checkPreconditions(kind: KindDefinition, live: Stored, options: DeleteOptions): void {
  const { uid, resourceVersion } = options.preconditions ?? {}
  const { metadata } = live
  if (uid !== undefined && uid !== metadata.uid) {
    throw conflict(kind, metadata.name, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid ?? ''}`)
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    throw conflict(kind, metadata.name, `Precondition failed: ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${metadata.resourceVersion ?? ''}`)
  }
}

/** The live object as it is to stand while it waits; a draft. */
function marked(env: Env, kind: KindDefinition, live: Stored, options: DeleteOptions): Stored {
  const draft = cloneJson(live)
  const meta = draft.metadata
  const added = meta.deletionTimestamp === undefined ? (kind.strategy.finalizersOnDeletion?.(live) ?? []) : []
  const finalizers = [...new Set([...finalizersFor(meta.finalizers ?? [], options), ...added])]
  if (finalizers.length) meta.finalizers = finalizers
  else delete meta.finalizers
  const grace = kind.strategy.gracefulDeletionSeconds?.(live, options.gracePeriodSeconds) ?? 0
  const now = env.clock.now()
  if (meta.deletionTimestamp === undefined) {
    meta.deletionTimestamp = rfc3339(now + grace * 1000)
    meta.deletionGracePeriodSeconds = grace
    if (meta.generation !== undefined) meta.generation++
    kind.strategy.prepareForDeletion?.(draft, now)
  } else if (grace < (meta.deletionGracePeriodSeconds ?? 0) && (options.gracePeriodSeconds !== undefined || grace === 0)) {
    // Already on its way: the grace can only become shorter.
    const asked = Date.parse(meta.deletionTimestamp) - (meta.deletionGracePeriodSeconds ?? 0) * 1000
    meta.deletionTimestamp = rfc3339(Math.max(asked + grace * 1000, grace === 0 ? 0 : now))
    meta.deletionGracePeriodSeconds = grace
  }
  if (kind.resource === 'namespaces' && kind.group === '') draft.status = { ...draft.status, phase: 'Terminating' }
  return draft
}

/** Admission of a deletion: of the object as it is now. */
function judge(env: Env, kind: KindDefinition, live: Stored, namespace: string, context: WriteContext): Promise<void> | undefined {
  const request: AdmissionRequest = {
    operation: 'DELETE', kind, subresource: '', namespace, name: live.metadata.name, object: undefined, old: live,
    user: context.user, dryRun: context.dryRun, fieldManager: context.fieldManager, warn: context.warn, annotate: context.annotate,
  }
  const admitted = env.admission.admit(request, env)
  return admitted instanceof Promise ? admitted.then(() => env.admission.validate(request, env)) : env.admission.validate(request, env)
}

/** @throws StatusError NotFound, Conflict (preconditions), Forbidden (a namespace that must stay) */
export async function deleteObject(env: Env, kind: KindDefinition, namespace: string, name: string, options: DeleteOptions, context: WriteContext): Promise<Deletion> {
  const key = keyOf(kind, namespace, name)
  for (let attempt = 1; ; attempt++) {
    const kv = env.store.get(key)
    if (!kv) throw notFound(kind, name)
    const live = fromStore(kind, kv.value)
    checkPreconditions(kind, live, options)
    const judging = judge(env, kind, live, namespace, context)
    if (judging) await judging
    const draft = marked(env, kind, live, options)
    const gone = isReleased(kind, draft)
    if (context.dryRun) return { object: env.seal(gone ? live : draft), gone }
    if (gone) {
      if ((await remove(env, kv)) !== undefined) return { object: live, gone: true }
    } else if (jsonEqual(draft, live)) return { object: live, gone: false }
    else if (await commit(env, kind, kv, draft)) return { object: env.seal(draft), gone: false }
    if (attempt >= ATTEMPTS) throw conflict(kind, name)
  }
}
