/** What a step of a DaemonSet creates and deletes. Pure: pods by node in, names of nodes and pods out. */
import type { DaemonSet, Pod } from '../../shared/api/types.ts'
import { resolveIntOrPercent } from '../../shared/int-or-string.ts'
import { availableIn, isReady } from './pods.ts'
import { REVISION_HASH } from './revisions.ts'

export interface Plan {
  readonly create: string[]
  readonly remove: Pod[]
}
export interface Place {
  readonly node: string
  readonly run: boolean
  readonly stay: boolean
  readonly pods: readonly Pod[]
}
export interface PlanContext {
  readonly ds: DaemonSet
  readonly hash: string
  readonly now: number
}

const created = (pod: Pod): number => (pod.metadata.creationTimestamp ? Date.parse(pod.metadata.creationTimestamp) : 0)
const byAge = (a: Pod, b: Pod): number => created(a) - created(b) || (a.metadata.name < b.metadata.name ? -1 : 1)
const isDone = (pod: Pod): boolean => pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded'
export const isNew = (pod: Pod, hash: string): boolean => pod.metadata.labels?.[REVISION_HASH] === hash
const isAvailable = (pod: Pod, { ds, now }: PlanContext): boolean => availableIn(pod, ds.spec.minReadySeconds ?? 0, now) === 0

/** Of the nodes that should run a pod, how many may be without an available one, and how many may have two. */
export function limitsOf(ds: DaemonSet, desired: number): { unavailable: number; surge: number } {
  const rolling = ds.spec.updateStrategy?.type === 'RollingUpdate' ? ds.spec.updateStrategy.rollingUpdate : undefined
  const surge = resolveIntOrPercent(rolling?.maxSurge ?? 0, desired, 'up')
  const unavailable = resolveIntOrPercent(rolling?.maxUnavailable ?? 1, desired, 'up')
  // Percentages of few nodes must not add up to a standstill.
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable }
}

/** Pods for the nodes that lack one; away with those too many, in the wrong place or finished. `mayReplace`: a failed pod's back-off is over. */
export function placementPlan(places: readonly Place[], context: PlanContext, mayReplace: (pod: Pod, node: string) => boolean): Plan {
  const plan: Plan = { create: [], remove: [] }
  const surges = limitsOf(context.ds, places.filter((p) => p.run).length).surge > 0
  for (const { node, run, stay, pods } of places) {
    if (run && pods.length === 0) plan.create.push(node)
    else if (!stay) plan.remove.push(...pods.filter((p) => !p.metadata.deletionTimestamp))
    else {
      const alive = pods.filter((p) => !p.metadata.deletionTimestamp)
      const going = alive.filter((p) => isDone(p) && mayReplace(p, node))
      plan.remove.push(...going, ...(surges ? surplusOfSurge : surplus)(alive.filter((p) => !isDone(p)).sort(byAge), context))
    }
  }
  return plan
}
const surplus = (pods: readonly Pod[]): Pod[] => pods.slice(1)
/** One old and one new pod may be there together until the new one is available. */
function surplusOfSurge(pods: readonly Pod[], context: PlanContext): Pod[] {
  if (pods.length < 2) return []
  const newest = pods.find((p) => isNew(p, context.hash))
  const old = pods.find((p) => !isNew(p, context.hash))
  const rest = pods.filter((p) => p !== newest && p !== old)
  return newest && old && (!isReady(old) || isAvailable(newest, context)) ? [...rest, old] : rest
}

/** One step from old pods to new ones, within the limits of the strategy. */
export function rollingPlan(places: readonly Place[], context: PlanContext): Plan {
  const wanted = places.filter((p) => p.run)
  const { unavailable, surge } = limitsOf(context.ds, wanted.length)
  return surge > 0 ? surgePlan(wanted, context, surge) : replacePlan(wanted, context, unavailable)
}

const onNode = (place: Place, hash: string): { fresh: Pod | undefined; old: Pod | undefined; plain: boolean } => {
  const alive = place.pods.filter((p) => !p.metadata.deletionTimestamp)
  const fresh = alive.filter((p) => isNew(p, hash))
  const old = alive.filter((p) => !isNew(p, hash))
  return { fresh: fresh[0], old: old[0], plain: fresh.length < 2 && old.length < 2 }
}

function replacePlan(places: readonly Place[], context: PlanContext, limit: number): Plan {
  const broken: Pod[] = []
  const candidates: Pod[] = []
  let missing = 0
  for (const place of places) {
    const { fresh, old, plain } = onNode(place, context.hash)
    if (!plain || (fresh === undefined) === (old === undefined)) missing++
    else if (fresh) missing += isAvailable(fresh, context) ? 0 : 1
    else if (old && !isAvailable(old, context)) {
      // Replacing what does not work costs nothing.
      missing++
      broken.push(old)
    } else if (old) candidates.push(old)
  }
  return { create: [], remove: [...broken, ...candidates.slice(0, Math.max(0, limit - missing))] }
}

function surgePlan(places: readonly Place[], context: PlanContext, limit: number): Plan {
  const urgent: string[] = []
  const candidates: string[] = []
  const remove: Pod[] = []
  let surging = 0
  for (const place of places) {
    const { fresh, old, plain } = onNode(place, context.hash)
    if (!plain) surging++
    else if (fresh && old) {
      if (isAvailable(fresh, context)) remove.push(old)
      else surging++
    } else if (old) (isAvailable(old, context) ? candidates : urgent).push(place.node)
  }
  return { create: [...urgent, ...candidates.slice(0, Math.max(0, limit - surging))], remove }
}
