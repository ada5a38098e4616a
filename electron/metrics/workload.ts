/** Which workloads a pod belongs to, as people name them. Pure. */
import type { Job, Pod } from '../../shared/api/types.ts'

export interface Workload {
  readonly kind: string
  readonly name: string
}
/** Its controller; of a ReplicaSet that a Deployment made, the Deployment. undefined: it stands by itself. */
export function workloadOf(pod: Pod): Workload | undefined {
  const owner = pod.metadata.ownerReferences?.find((reference) => reference.controller === true)
  if (!owner) return undefined
  const hash = pod.metadata.labels?.['pod-template-hash']
  if (owner.kind === 'ReplicaSet' && hash && owner.name.endsWith(`-${hash}`)) return { kind: 'Deployment', name: owner.name.slice(0, -hash.length - 1) }
  return { kind: owner.kind, name: owner.name }
}

/** A job by its name; undefined: it is gone, or not known yet. */
export type JobOf = (name: string, namespace: string) => Job | undefined
/** As workloadOf; a pod of a CronJob's Job belongs to both, so what it used still stands under the CronJob when the Job is gone. */
export function workloadsOf(pod: Pod, jobOf: JobOf): Workload[] {
  const workload = workloadOf(pod)
  if (workload?.kind !== 'Job') return workload ? [workload] : []
  const owner = jobOf(workload.name, pod.metadata.namespace ?? '')?.metadata.ownerReferences?.find((reference) => reference.controller === true)
  return owner?.kind === 'CronJob' ? [workload, { kind: owner.kind, name: owner.name }] : [workload]
}
