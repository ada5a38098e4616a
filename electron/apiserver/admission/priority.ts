/** Priority: the name of a pod's class becomes a number; and one class at most is that of the pods which name none. */
import type { Pod, PriorityClass } from '../../../shared/api/types.ts'
import { forbidden } from '../../../shared/errors.ts'
import { keyOf, prefixOf, type Env } from '../registry/env.ts'
import type { AdmissionPlugin } from './plugin.ts'
import { lookUp } from '../json.ts'

const CLASSES = { group: 'scheduling.k8s.io', resource: 'priorityclasses', scope: 'Cluster' } as const
const SYSTEM: Readonly<Record<string, number>> = { 'system-cluster-critical': 2_000_000_000, 'system-node-critical': 2_000_001_000 }

/** Several can only be there for as long as two writers did not know of each other: then the least counts. */
const defaultClass = (env: Env): PriorityClass | undefined => {
  let found: PriorityClass | undefined
  for (const kv of env.store.range(prefixOf(CLASSES)).kvs) {
    const candidate = kv.value as PriorityClass
    if (candidate.globalDefault && (!found || (candidate.value ?? 0) < (found.value ?? 0))) found = candidate
  }
  return found
}

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
      found = defaultClass(env)
      if (found) pod.spec.priorityClassName = found.metadata.name
      value = found?.value ?? 0
    }
    if (pod.spec.priority !== undefined && pod.spec.priority !== value) {
      throw forbidden(kind, pod.metadata.name, `the integer value of priority (${pod.spec.priority}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`)
    }
    pod.spec.priority = value
    const policy = found?.preemptionPolicy ?? 'PreemptLowerPriority'
    if (pod.spec.preemptionPolicy && pod.spec.preemptionPolicy !== policy) {
      throw forbidden(kind, pod.metadata.name, `the string value of PreemptionPolicy (${pod.spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`)
    }
    pod.spec.preemptionPolicy = policy
    return undefined
  },
}

export const onePriorityDefault: AdmissionPlugin = {
  name: 'Priority',
  resources: ['scheduling.k8s.io/priorityclasses'],
  operations: ['CREATE', 'UPDATE'],
  validate({ kind, operation, object }, env) {
    if (!(object as PriorityClass | undefined)?.globalDefault) return undefined
    const taken = defaultClass(env)?.metadata.name
    if (taken !== undefined && (operation === 'CREATE' || taken !== object?.metadata.name)) throw forbidden(kind, object?.metadata.name ?? '', `PriorityClass ${taken} is already marked as default. Only one default can exist`)
    return undefined
  },
}
