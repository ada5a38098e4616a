/** A pod with gates waits outside of the queue until its gates are gone. */
import type { Pod } from '../../../shared/api/types.ts'

/** What holds the pod back, as a sentence for its condition; undefined when nothing does. */
export function gatedBy(pod: Pod): string | undefined {
  const gates = pod.spec.schedulingGates ?? []
  return gates.length ? `Scheduling is blocked due to non-empty scheduling gates` : undefined
}
