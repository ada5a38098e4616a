/** Emptying a node before it goes, as `kubectl drain` does: pods are evicted, and budgets are obeyed for as long as there is time. */
import { Pods } from '../../shared/api/resources.ts'
import type { Pod } from '../../shared/api/types.ts'
import { isNotFound, StatusError } from '../../shared/errors.ts'
import { ownerOf } from '../client/index.ts'
import type { Client } from '../client/types.ts'

/** Pods that a node's end takes along: a DaemonSet's belong to the node, and finished ones hold nothing. */
export const staysToTheEnd = (pod: Pod): boolean => ownerOf(pod)?.kind === 'DaemonSet' || pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'

export interface Drained {
  /** Pods that are still there. */
  readonly left: number
  /** Why some may not go yet; undefined: all are on their way. */
  readonly blocked?: string
}

/** One step: asks every pod that is to go to do so. */
export async function drain(client: Client, pods: readonly Pod[]): Promise<Drained> {
  const leaving = pods.filter((pod) => !staysToTheEnd(pod))
  let blocked: string | undefined
  for (const pod of leaving) {
    if (pod.metadata.deletionTimestamp) continue
    const { name, namespace = '', uid } = pod.metadata
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace }, deleteOptions: { preconditions: { uid } } }
    try {
      await client.createSubresource(Pods, name, namespace, 'eviction', eviction)
    } catch (error) {
      if (isNotFound(error)) continue
      if (!(error instanceof StatusError) || error.reason !== 'TooManyRequests') throw error
      blocked = `${namespace}/${name}: ${error.message}`
    }
  }
  return { left: leaving.length, ...(blocked ? { blocked } : {}) }
}
