/** Emptying a node before it goes, as `kubectl drain` does: pods are evicted, and budgets are obeyed for as long as there is time. */
import { Pods } from '../../shared/api/resources.ts'
import type { Pod } from '../../shared/api/types.ts'
import { evictionOf, leavesOnDrain } from '../../shared/drain.ts'
import { isNotFound, StatusError } from '../../shared/errors.ts'
import type { Client } from '../client/types.ts'

export interface Drained {
  /** Pods that are still there. */
  readonly left: number
  /** Why some may not go yet; undefined: all are on their way. */
  readonly blocked?: string
}

/** One step: asks every pod that is to go to do so. */
export async function drain(client: Client, pods: readonly Pod[]): Promise<Drained> {
  const leaving = pods.filter(leavesOnDrain)
  let blocked: string | undefined
  for (const pod of leaving) {
    if (pod.metadata.deletionTimestamp) continue
    const { name, namespace } = pod.metadata
    try {
      await client.createSubresource(Pods, name, namespace, 'eviction', evictionOf(pod))
    } catch (error) {
      if (isNotFound(error)) continue
      if (!(error instanceof StatusError) || error.reason !== 'TooManyRequests') throw error
      blocked = `${namespace}/${name}: ${error.message}`
    }
  }
  return { left: leaving.length, ...(blocked ? { blocked } : {}) }
}
