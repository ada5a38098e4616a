/** What controllers ask about pods. */
import type { Pod, PodCondition } from '../../shared/api/types.ts'

export const podCondition = (pod: Pod, type: string): PodCondition | undefined => pod.status?.conditions?.find((c) => c.type === type)
export const isReady = (pod: Pod): boolean => podCondition(pod, 'Ready')?.status === 'True'
export const isTerminated = (pod: Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'
/** Neither finished nor on its way out. */
export const isActive = (pod: Pod): boolean => !isTerminated(pod) && !pod.metadata.deletionTimestamp

/** Since when it is ready, in ms since 1970; undefined when it is not. */
export function readySince(pod: Pod): number | undefined {
  const condition = podCondition(pod, 'Ready')
  if (condition?.status !== 'True') return undefined
  return condition.lastTransitionTime ? Date.parse(condition.lastTransitionTime) : 0
}

/** Milliseconds until the pod is available: 0 now, undefined while it is not ready. */
export function availableIn(pod: Pod, minReadySeconds: number, now: number): number | undefined {
  const since = readySince(pod)
  if (since === undefined) return undefined
  return minReadySeconds <= 0 ? 0 : Math.max(0, since + minReadySeconds * 1000 - now)
}
