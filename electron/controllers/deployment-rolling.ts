/**
 * How many pods each ReplicaSet of a Deployment should have next. Pure: a plan is a list of sets with their new sizes.
 * Source of the rules: Kubernetes docs, Deployment: max surge, max unavailable, proportional scaling.
 */
import type { Deployment, ReplicaSet } from '../../shared/api/types.ts'
import { resolveIntOrPercent } from '../../shared/int-or-string.ts'
import { byAge } from './deployment-template.ts'

export const DESIRED = 'deployment.kubernetes.io/desired-replicas'
export const MAX = 'deployment.kubernetes.io/max-replicas'

export interface Resize {
  readonly rs: ReplicaSet
  readonly replicas: number
}

export const desired = (d: Deployment): number => d.spec.replicas ?? 1
export const size = (rs: ReplicaSet): number => rs.spec.replicas ?? 1
export const available = (rs: ReplicaSet): number => rs.status?.availableReplicas ?? 0
export const sum = (sets: readonly ReplicaSet[], of: (rs: ReplicaSet) => number): number => sets.reduce((n, rs) => n + of(rs), 0)
export const isRolling = (d: Deployment): boolean => d.spec.strategy?.type !== 'Recreate'

/** Surge and unavailability in pods. Both zero would stand still: then one may be unavailable. */
export function bounds(d: Deployment): { surge: number; unavailable: number } {
  if (!isRolling(d)) return { surge: 0, unavailable: 0 }
  const rolling = d.spec.strategy?.rollingUpdate
  const surge = resolveIntOrPercent(rolling?.maxSurge ?? '25%', desired(d), 'up')
  const unavailable = resolveIntOrPercent(rolling?.maxUnavailable ?? '25%', desired(d), 'down')
  if (surge === 0 && unavailable === 0) return { surge, unavailable: 1 }
  return { surge, unavailable: Math.min(unavailable, desired(d)) }
}

/** The size of the new set when it is made, or grown: as far as the surge allows. */
export function newReplicaSetSize(d: Deployment, sets: readonly ReplicaSet[], current: number): number {
  if (!isRolling(d)) return desired(d)
  const room = desired(d) + bounds(d).surge - sum(sets, size)
  return room <= 0 ? current : current + Math.min(room, Math.max(0, desired(d) - current))
}

export function planNew(d: Deployment, newRs: ReplicaSet, old: readonly ReplicaSet[]): Resize[] {
  if (size(newRs) === desired(d)) return []
  const replicas = size(newRs) > desired(d) ? desired(d) : newReplicaSetSize(d, [newRs, ...old], size(newRs))
  return replicas === size(newRs) ? [] : [{ rs: newRs, replicas }]
}

/** Shrinks old sets: first pods that are not available anyway, then as many as the new set's available ones allow. */
export function planOld(d: Deployment, newRs: ReplicaSet, old: readonly ReplicaSet[]): Resize[] {
  if (sum(old, size) === 0) return []
  const all = [newRs, ...old]
  const minAvailable = desired(d) - bounds(d).unavailable
  const maxDown = sum(all, size) - minAvailable - (size(newRs) - available(newRs))
  if (maxDown <= 0) return []
  const next = new Map(old.map((rs) => [rs, size(rs)]))
  let down = 0
  for (const rs of [...old].sort(byAge)) {
    const step = Math.min(maxDown - down, Math.max(0, size(rs) - available(rs)))
    next.set(rs, size(rs) - step)
    down += step
  }
  let spare = sum(all, available) - minAvailable
  for (const rs of [...old].sort(byAge)) {
    const step = Math.max(0, Math.min(spare, next.get(rs)!))
    next.set(rs, next.get(rs)! - step)
    spare -= step
  }
  return [...next].filter(([rs, replicas]) => replicas !== size(rs)).map(([rs, replicas]) => ({ rs, replicas }))
}

const annotation = (rs: ReplicaSet, name: string): number | undefined => {
  const value = rs.metadata.annotations?.[name]
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined
}
/** True when the Deployment was resized and some active set has not heard of it yet. */
export const isScalingEvent = (d: Deployment, sets: readonly ReplicaSet[]): boolean =>
  sets.some((rs) => size(rs) > 0 && annotation(rs, DESIRED) !== undefined && annotation(rs, DESIRED) !== desired(d))

/** Half away from zero, as Go rounds. */
const round = (n: number): number => Math.sign(n) * Math.round(Math.abs(n))

/**
 * Sizes after the Deployment itself was resized or while it is paused: the one active set takes all, a complete rollout empties
 * the old ones, and in the middle of a rollout the change is shared out in proportion.
 */
export function planScale(d: Deployment, newRs: ReplicaSet | undefined, old: readonly ReplicaSet[]): Resize[] {
  const all = newRs ? [newRs, ...old] : [...old]
  const active = all.filter((rs) => size(rs) > 0)
  const single = active.length === 1 ? active[0] : active.length === 0 ? (newRs ?? [...old].sort(byAge).at(-1)) : undefined
  // Even if the size is right: its annotations must hear of the new total.
  if (single) return [{ rs: single, replicas: desired(d) }]
  if (active.length === 0) return []
  if (newRs && size(newRs) === desired(d) && annotation(newRs, DESIRED) === desired(d) && available(newRs) === desired(d))
    return old.filter((rs) => size(rs) > 0).map((rs) => ({ rs, replicas: 0 }))
  if (!isRolling(d)) return []
  const limit = desired(d) > 0 ? desired(d) + bounds(d).surge : 0
  const toAdd = limit - sum(active, size)
  // The largest first; among equals the newest grows first and the oldest shrinks first.
  const ordered = [...active].sort((a, b) => size(b) - size(a) || (toAdd > 0 ? byAge(b, a) : byAge(a, b)))
  let added = 0
  const plan = ordered.map((rs) => {
    const before = annotation(rs, MAX) ?? d.status?.replicas ?? 0
    const fraction = desired(d) === 0 ? -size(rs) : before > 0 ? round((size(rs) * limit) / before) - size(rs) : 0
    const left = toAdd - added
    const share = toAdd > 0 ? Math.max(0, Math.min(fraction, left)) : toAdd < 0 ? Math.min(0, Math.max(fraction, left)) : 0
    added += share
    return { rs, replicas: size(rs) + share }
  })
  const first = plan[0]
  if (first && toAdd !== 0) plan[0] = { rs: first.rs, replicas: Math.max(0, first.replicas + toAdd - added) }
  // Those that keep their size are told of the new total as well, by their annotations.
  return plan
}
