/** Revisions of a Deployment, kept as annotations of its ReplicaSets: what `kubectl rollout history` and `undo` read. Pure. */
import type { Deployment, ReplicaSet } from '../../shared/api/types.ts'
import { DESIRED, MAX, bounds, desired, size } from './deployment-rolling.ts'
import { byAge } from './deployment-template.ts'

export const REVISION = 'deployment.kubernetes.io/revision'
export const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history'

/** Belong to the Deployment or to the set alone; all others are carried over. */
const NOT_CARRIED = new Set(['kubectl.kubernetes.io/last-applied-configuration', REVISION, REVISION_HISTORY, DESIRED, MAX, 'deprecated.deployment.rollback.to'])

const number = (text: string | undefined): bigint => (text !== undefined && /^\d+$/.test(text) ? BigInt(text) : 0n)
/** A number of 64 bits, more than a double counts exactly. */
export const revisionOf = (object: { metadata: { annotations?: Record<string, string> } }): bigint => number(object.metadata.annotations?.[REVISION])
export const maxRevision = (sets: readonly ReplicaSet[]): bigint => sets.map(revisionOf).reduce((a, b) => (a > b ? a : b), 0n)

export const sizeAnnotations = (d: Deployment): Record<string, string> => ({ [DESIRED]: String(desired(d)), [MAX]: String(desired(d) + bounds(d).surge) })

/** The annotations that the new set should have: the Deployment's, and a revision above all others; a set that comes back remembers its former ones. */
export function newSetAnnotations(d: Deployment, present: Readonly<Record<string, string>>, revision: bigint): Record<string, string> {
  const carried = Object.fromEntries(Object.entries(d.metadata.annotations ?? {}).filter(([name]) => !NOT_CARRIED.has(name)))
  const result: Record<string, string> = { ...present, ...carried }
  const before = present[REVISION]
  if (before === undefined || number(before) < revision) {
    result[REVISION] = String(revision)
    if (before) result[REVISION_HISTORY] = [...(present[REVISION_HISTORY]?.split(',') ?? []), before].join(',')
  }
  return result
}

/** Old, empty, settled sets beyond the limit, the lowest revision first. */
export function setsToClean(d: Deployment, old: readonly ReplicaSet[]): ReplicaSet[] {
  const limit = d.spec.revisionHistoryLimit
  if (limit === undefined || limit === null || limit === 0x7fffffff) return []
  const alive = old.filter((rs) => !rs.metadata.deletionTimestamp)
  const excess = alive.length - limit
  if (excess <= 0) return []
  return [...alive]
    .sort((a, b) => (revisionOf(a) < revisionOf(b) ? -1 : revisionOf(a) > revisionOf(b) ? 1 : byAge(a, b)))
    .slice(0, excess)
    .filter((rs) => (rs.status?.replicas ?? 0) === 0 && size(rs) === 0 && (rs.metadata.generation ?? 0) <= (rs.status?.observedGeneration ?? 0))
}
