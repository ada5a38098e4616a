/** The status of a DaemonSet, as `kubectl rollout status` reads it. Pure. */
import type { Pod } from '../../shared/api/types.ts'
import type { DaemonSet } from '../../shared/api/types.ts'
import { isNew, type Place, type PlanContext } from './daemonset-plan.ts'
import { availableIn, isReady } from './pods.ts'

export type DaemonSetStatus = NonNullable<DaemonSet['status']>
/** `recheckIn`: milliseconds until the next ready pod becomes available. */
export interface ComputedDaemonSetStatus { readonly status: DaemonSetStatus; readonly recheckIn: number | undefined }

const oldest = (pods: readonly Pod[]): Pod | undefined =>
  pods.toSorted((a, b) => ((a.metadata.creationTimestamp ?? '') < (b.metadata.creationTimestamp ?? '') ? -1 : 1))[0]

export function daemonSetStatus(places: readonly Place[], { ds, hash, now }: PlanContext): ComputedDaemonSetStatus {
  let desired = 0, current = 0, misscheduled = 0, ready = 0, available = 0, updated = 0
  let recheckIn: number | undefined
  for (const { run, pods } of places) {
    const there = pods.filter((p) => !p.metadata.deletionTimestamp)
    if (!run) {
      if (pods.length) misscheduled++
      continue
    }
    desired++
    if (!pods.length) continue
    current++
    // Of two in the middle of a surge, one that works counts.
    const shown = there.find((p) => isNew(p, hash) && isReady(p)) ?? oldest(pods)
    if (!shown) continue
    if (isReady(shown)) {
      ready++
      const wait = availableIn(shown, ds.spec.minReadySeconds ?? 0, now) ?? 0
      if (wait === 0) available++
      else recheckIn = Math.min(recheckIn ?? wait, wait)
    }
    if (isNew(shown, hash)) updated++
  }
  const optional = { updatedNumberScheduled: updated, numberAvailable: available, numberUnavailable: desired - available, observedGeneration: ds.metadata.generation ?? 0, collisionCount: ds.status?.collisionCount ?? 0 }
  return {
    status: {
      currentNumberScheduled: current, numberMisscheduled: misscheduled, desiredNumberScheduled: desired, numberReady: ready,
      ...(Object.fromEntries(Object.entries(optional).filter(([, n]) => n !== 0)) as Partial<DaemonSetStatus>),
      ...(ds.status?.conditions ? { conditions: ds.status.conditions } : {}),
    },
    recheckIn,
  }
}

const COUNTS = ['currentNumberScheduled', 'numberMisscheduled', 'desiredNumberScheduled', 'numberReady', 'updatedNumberScheduled', 'numberAvailable', 'numberUnavailable', 'observedGeneration', 'collisionCount'] as const
export const sameDaemonSetStatus = (a: DaemonSetStatus | undefined, b: DaemonSetStatus): boolean => a !== undefined && COUNTS.every((c) => (a[c] ?? 0) === (b[c] ?? 0))
