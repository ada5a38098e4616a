/** What a PodDisruptionBudget has to say about an eviction. Source: Kubernetes docs, "API-initiated eviction". */
import type { DeleteOptions, Pod, PodDisruptionBudget } from '../../../shared/api/types.ts'
import { rfc3339 } from '../../../shared/clock.ts'
import { conflict, failure, forbidden, StatusError } from '../../../shared/errors.ts'
import { labelSelectorMatches } from '../../../shared/selectors.ts'
import { cloneJson } from '../json.ts'
import type { KindDefinition } from '../resources/kind.ts'
import { keyOf, prefixOf, type Env, type Stored, type WriteContext } from '../registry/env.ts'
import { updateObject } from '../registry/update.ts'

/** Evictions that the controller has not yet seen; more than this, and it is not keeping up. */
const MAX_DISRUPTED = 2_000
const PROCESSING_RETRY_SECONDS = 10

/** As upstream's refusals call it. */
const BUDGET = { group: 'policy', resource: 'poddisruptionbudget' }

const refused = (cause: string, retryAfterSeconds: number): StatusError =>
  failure(429, 'TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", {
    causes: [{ reason: 'DisruptionBudget', message: cause }], ...(retryAfterSeconds ? { retryAfterSeconds } : {}),
  })

const isReady = (pod: Pod): boolean => pod.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ?? false
/** Its eviction takes nothing away from anybody. */
const isFree = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined || ['Pending', 'Succeeded', 'Failed'].includes(pod.status?.phase ?? '')

/** A pod that is not ready may go though the budget is spent, if its owner said so, or enough others are healthy. */
function mayGoUnready(pod: Pod, budget: PodDisruptionBudget): boolean {
  if (isReady(pod)) return false
  const { currentHealthy = 0, desiredHealthy = 0 } = budget.status ?? {}
  return budget.spec.unhealthyPodEvictionPolicy === 'AlwaysAllow' || (desiredHealthy > 0 && currentHealthy >= desiredHealthy)
}

/** The draft of the budget with one disruption less. @throws StatusError */
function spent(env: Env, budget: PodDisruptionBudget, pod: string): PodDisruptionBudget {
  const { name, generation = 0 } = budget.metadata
  const status = budget.status ?? { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 }
  if ((status.observedGeneration ?? 0) < generation) throw refused(`The disruption budget ${name} is still being processed by the server.`, PROCESSING_RETRY_SECONDS)
  const allowed = status.disruptionsAllowed ?? 0
  if (allowed < 0) throw forbidden(BUDGET, name, 'pdb disruptions allowed is negative')
  if (Object.keys(status.disruptedPods ?? {}).length > MAX_DISRUPTED) throw forbidden(BUDGET, name, 'DisruptedPods map too big - too many evictions not confirmed by PDB controller')
  if (allowed === 0) {
    const failed = status.conditions?.find((c) => c.type === 'DisruptionAllowed' && c.reason === 'SyncFailed')
    throw refused(failed ? `The disruption budget ${name} does not allow evicting pods currently because it failed sync: ${failed.message}` : `The disruption budget ${name} needs ${status.desiredHealthy ?? 0} healthy pods and has ${status.currentHealthy ?? 0} currently`, 0)
  }
  const draft = cloneJson(budget) as PodDisruptionBudget
  const now = rfc3339(env.clock.now())
  const left = allowed - 1
  const conditions = left > 0 ? status.conditions : [
    ...(status.conditions ?? []).filter((c) => c.type !== 'DisruptionAllowed'),
    { type: 'DisruptionAllowed', status: 'False', reason: 'InsufficientPods', message: '', lastTransitionTime: now, observedGeneration: generation },
  ]
  draft.status = { ...status, disruptionsAllowed: left, disruptedPods: { ...status.disruptedPods, [pod]: now }, ...(conditions ? { conditions } : {}) }
  return draft
}

/** Takes one from the budget that covers the pod. @throws StatusError 429 when none is left, 500 when several budgets cover it */
export async function spendBudget(env: Env, podKind: KindDefinition, namespace: string, name: string, context: WriteContext): Promise<void> {
  const kind = env.kindNamed('policy', 'PodDisruptionBudget')
  const pod = env.store.get(keyOf(podKind, namespace, name))?.value as Pod | undefined
  if (!kind || !pod || isFree(pod)) return
  const budgets = env.store.range(prefixOf(kind, namespace)).kvs.map((kv) => kv.value as PodDisruptionBudget).filter((b) => b.spec?.selector && labelSelectorMatches(b.spec.selector, pod.metadata.labels))
  // Upstream gives no reason for it.
  if (budgets.length > 1) throw new StatusError({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.', code: 500 } as StatusError['status'])
  const [budget] = budgets
  if (!budget || mayGoUnready(pod, budget)) return
  const make = (live: Stored): Stored => spent(env, live as unknown as PodDisruptionBudget, name) as unknown as Stored
  await updateObject(env, kind, namespace, budget.metadata.name, { subresource: 'status', make }, context)
}

/** The same that a deletion holds to, in the words of this subresource. @throws Conflict */
function checkPreconditions({ metadata }: Pod, { uid, resourceVersion }: NonNullable<DeleteOptions['preconditions']>): void {
  const refuse = (what: string, given: string, own = '', done: string): void => { if (given && given !== own) throw conflict({ group: '', resource: 'Pod' }, metadata.name, `the ${what} in the precondition (${given}) does not match the ${what} in record (${own}). The object might have been ${done}`) }
  refuse('UID', uid ?? '', metadata.uid, 'deleted and then recreated')
  refuse('ResourceVersion', resourceVersion ?? '', metadata.resourceVersion, 'modified')
}

/**
 * Writes down why the pod goes, for whoever decides whether its end was a failure. Resolves to the options for its deletion: one that was to
 * be of a certain version is of what came of it here. Source: kubernetes pkg/registry/core/pod/storage/eviction.go.
 */
export async function announceEviction(env: Env, podKind: KindDefinition, namespace: string, name: string, options: DeleteOptions, context: WriteContext): Promise<DeleteOptions> {
  if (context.dryRun) return options
  const { preconditions } = options
  const make = (live: Stored): Stored => {
    const draft = cloneJson(live) as unknown as Pod
    if (preconditions) checkPreconditions(draft, preconditions)
    const { conditions = [] } = draft.status ?? {}
    const before = conditions.find((c) => c.type === 'DisruptionTarget')
    const { generation } = draft.metadata
    const condition = { type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI', message: 'Eviction API: evicting', lastTransitionTime: before?.status === 'True' ? before.lastTransitionTime : rfc3339(env.clock.now()), ...(generation === undefined ? {} : { observedGeneration: generation }) }
    draft.status = { ...draft.status, conditions: [...conditions.filter((c) => c !== before), condition] }
    return draft as unknown as Stored
  }
  const { metadata } = await updateObject(env, podKind, namespace, name, { subresource: 'status', make }, context)
  return preconditions?.resourceVersion === undefined || metadata.resourceVersion === undefined ? options : { ...options, preconditions: { ...preconditions, resourceVersion: metadata.resourceVersion } }
}
