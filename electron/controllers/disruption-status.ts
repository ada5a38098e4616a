/** What a PodDisruptionBudget allows, computed from its pods and from how many there should be. Pure. */
import type { Pod, PodDisruptionBudget } from '../../shared/api/types.ts'
import { rfc3339 } from '../../shared/clock.ts'
import { resolveIntOrPercent } from '../../shared/int-or-string.ts'
import { isReady } from './pods.ts'

/** An eviction that was allowed and has not been seen after this long did not take place. */
const EVICTION_TTL_MS = 120_000

export type BudgetStatus = NonNullable<PodDisruptionBudget['status']>
/** How many pods the owners of the matching pods want; an error when one cannot be asked. */
export interface Expectation { readonly scale: number; readonly error?: string }

/** `recheckIn`: milliseconds until an unconfirmed eviction lapses. */
export function budgetStatus(budget: PodDisruptionBudget, pods: readonly Pod[], expectation: Expectation, now: number): { status: BudgetStatus; recheckIn: number | undefined } {
  const { minAvailable, maxUnavailable } = budget.spec
  let expected = 0
  let desired = 0
  if (maxUnavailable !== undefined) {
    expected = expectation.scale
    desired = Math.max(0, expected - resolveIntOrPercent(maxUnavailable, expected, 'up'))
  } else if (typeof minAvailable === 'string') {
    expected = expectation.scale
    desired = resolveIntOrPercent(minAvailable, expected, 'up')
  } else if (minAvailable !== undefined) {
    expected = pods.length
    desired = minAvailable
  }
  const disrupted: Record<string, string> = {}
  let recheckIn: number | undefined
  for (const [name, since] of Object.entries(budget.status?.disruptedPods ?? {})) {
    const pod = pods.find((p) => p.metadata.name === name)
    const left = Date.parse(since) + EVICTION_TTL_MS - now
    if (!pod || pod.metadata.deletionTimestamp || left <= 0) continue
    disrupted[name] = since
    recheckIn = Math.min(recheckIn ?? left, left)
  }
  const healthy = pods.filter((p) => !p.metadata.deletionTimestamp && !disrupted[p.metadata.name] && isReady(p)).length
  const failed = expectation.error !== undefined && typeof minAvailable !== 'number'
  const allowed = failed || expected <= 0 ? 0 : Math.max(0, healthy - desired)
  const [state, reason, message] = failed ? (['False', 'SyncFailed', expectation.error ?? ''] as const) : allowed > 0 ? (['True', 'SufficientPods', ''] as const) : (['False', 'InsufficientPods', ''] as const)
  const generation = budget.metadata.generation ?? 0
  const conditions = budget.status?.conditions ?? []
  const present = conditions.find((c) => c.type === 'DisruptionAllowed')
  const condition = {
    type: 'DisruptionAllowed', status: state, reason, message, observedGeneration: generation,
    lastTransitionTime: present?.status === state ? present.lastTransitionTime : rfc3339(now),
  }
  return {
    status: {
      disruptionsAllowed: allowed, currentHealthy: healthy, desiredHealthy: desired, expectedPods: expected, observedGeneration: generation,
      ...(Object.keys(disrupted).length ? { disruptedPods: disrupted } : {}), conditions: [...conditions.filter((c) => c.type !== 'DisruptionAllowed'), condition],
    },
    recheckIn,
  }
}
