/** Priority: the name of a pod's class becomes a number. */
import type { Pod, PriorityClass } from '../../../shared/api/types.ts'
import { forbidden } from '../../../shared/errors.ts'
import { keyOf, prefixOf } from '../registry/env.ts'
import type { AdmissionPlugin } from './plugin.ts'
import { lookUp } from '../json.ts'

const CLASSES = { group: 'scheduling.k8s.io', resource: 'priorityclasses', scope: 'Cluster' } as const
const SYSTEM: Readonly<Record<string, number>> = { 'system-cluster-critical': 2_000_000_000, 'system-node-critical': 2_000_001_000 }

export const priority: AdmissionPlugin = {
  name: 'Priority',
  resources: ['/pods'],
  operations: ['CREATE'],
  admit({ kind, object }, env) {
    const pod = object as Pod
    if (!pod.spec) return undefined
    const name = pod.spec.priorityClassName
    let found: PriorityClass | undefined
    let value: number | undefined
    if (name) {
      found = env.store.get(keyOf(CLASSES, '', name))?.value as PriorityClass | undefined
      value = found?.value ?? lookUp(SYSTEM, name)
      if (value === undefined) throw forbidden(kind, pod.metadata.name, `no PriorityClass with name ${name} was found`)
    } else {
      for (const kv of env.store.range(prefixOf(CLASSES)).kvs) if ((kv.value as PriorityClass).globalDefault) found = kv.value as PriorityClass
      if (found) pod.spec.priorityClassName = found.metadata.name
      value = found?.value ?? 0
    }
    if (pod.spec.priority !== undefined && pod.spec.priority !== value) {
      throw forbidden(kind, pod.metadata.name, `the integer value of priority (${pod.spec.priority}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`)
    }
    pod.spec.priority = value
    pod.spec.preemptionPolicy ??= found?.preemptionPolicy ?? 'PreemptLowerPriority'
    return undefined
  },
}
