/** How often containers were restarted between two looks. */
import type { Pod } from '../../shared/api/types.ts'

export interface Restarted {
  readonly pod: Pod
  readonly container: string
  readonly count: number
}
export interface Restarts {
  /** By `POD_UID/CONTAINER`, those that were restarted since the last time; of a pod that is new since then, all. */
  since(pods: readonly Pod[]): ReadonlyMap<string, Restarted>
}

export function createRestarts(): Restarts {
  let known: ReadonlyMap<string, number> | undefined
  return {
    since(pods) {
      const now = new Map<string, number>()
      const found = new Map<string, Restarted>()
      for (const pod of pods) for (const s of [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])]) {
        const key = `${pod.metadata.uid}/${s.name}`
        now.set(key, s.restartCount)
        // At the first look nobody knows when it was.
        const count = known ? s.restartCount - (known.get(key) ?? 0) : 0
        if (count > 0) found.set(key, { pod, container: s.name, count })
      }
      known = now
      return found
    },
  }
}
