/** Which workload a pod belongs to, as people name it. Pure. */
import type { Pod } from '../../shared/api/types.ts'

export interface Workload {
  readonly kind: string
  readonly name: string
}
/** Its controller; of a ReplicaSet that a Deployment made, the Deployment; of a CronJob's Job, the Job. undefined: it stands by itself. */
export function workloadOf(pod: Pod): Workload | undefined {
  const owner = pod.metadata.ownerReferences?.find((reference) => reference.controller === true)
  if (!owner) return undefined
  const hash = pod.metadata.labels?.['pod-template-hash']
  if (owner.kind === 'ReplicaSet' && hash && owner.name.endsWith(`-${hash}`)) return { kind: 'Deployment', name: owner.name.slice(0, -hash.length - 1) }
  return { kind: owner.kind, name: owner.name }
}
