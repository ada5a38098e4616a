/** Whether and how long a pod bears NoExecute taints. Pure. Source: Kubernetes docs, "Taints and Tolerations". */
import type { Pod, Taint, Toleration } from '../../shared/api/types.ts'

export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false
  if (toleration.key && toleration.key !== taint.key) return false
  if (!toleration.key && toleration.operator !== 'Exists') return false
  return toleration.operator === 'Exists' || (toleration.value ?? '') === (taint.value ?? '')
}

export const taintId = (taint: Taint): string => `${taint.key}=${taint.value ?? ''}:${taint.effect}`

/** When the pod must go, in ms since 1970; undefined: it may stay. `since`: from when on the pod has had to bear a taint. */
export function evictAt(pod: Pod, taints: readonly Taint[], now: number, since: (taint: Taint) => number): number | undefined {
  let at: number | undefined
  for (const taint of taints) {
    if (taint.effect !== 'NoExecute') continue
    const bearing = (pod.spec.tolerations ?? []).filter((t) => tolerates(t, taint))
    // Without a match it goes at once; of several that match, the shortest counts, and those without a time bear it forever.
    const seconds = bearing.length ? bearing.flatMap((t) => t.tolerationSeconds ?? []) : [0]
    if (!seconds.length) continue
    const end = bearing.length ? since(taint) + Math.max(0, Math.min(...seconds.map(Number))) * 1000 : now
    at = Math.min(at ?? end, end)
  }
  return at
}
