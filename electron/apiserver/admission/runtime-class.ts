/** RuntimeClass: a pod that names a class bears its overhead and goes where it can run. Source: Kubernetes documentation, "Runtime Class". */
import type { Pod, RuntimeClass } from '../../../shared/api/types.ts'
import { forbidden } from '../../../shared/errors.ts'
import { cloneJson, jsonEqual } from '../json.ts'
import { keyOf } from '../registry/env.ts'
import type { AdmissionPlugin } from './plugin.ts'

const CLASSES = { group: 'node.k8s.io', resource: 'runtimeclasses', scope: 'Cluster' } as const

export const runtimeClass: AdmissionPlugin = {
  name: 'RuntimeClass',
  resources: ['/pods'],
  operations: ['CREATE'],
  admit({ kind, object }, env) {
    const { spec, metadata } = object as Pod
    if (!spec) return undefined
    const name = spec.runtimeClassName
    if (!name) {
      if (Object.keys(spec.overhead ?? {}).length) throw forbidden(kind, metadata.name, 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead')
      return undefined
    }
    const found = env.store.get(keyOf(CLASSES, '', name))?.value as RuntimeClass | undefined
    if (!found) throw forbidden(kind, metadata.name, `pod rejected: RuntimeClass ${JSON.stringify(name)} not found`)
    const overhead = found.overhead?.podFixed
    if (spec.overhead && Object.keys(spec.overhead).length && !jsonEqual(spec.overhead, overhead ?? {})) throw forbidden(kind, metadata.name, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead")
    if (overhead) spec.overhead = { ...overhead }
    const { nodeSelector, tolerations } = found.scheduling ?? {}
    for (const key in nodeSelector) {
      const own = spec.nodeSelector?.[key]
      if (own !== undefined && own !== nodeSelector[key]) throw forbidden(kind, metadata.name, `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${nodeSelector[key]}; pod.spec.nodeSelector[${key}] = ${own}`)
      spec.nodeSelector = { ...spec.nodeSelector, [key]: nodeSelector[key] ?? '' }
    }
    for (const toleration of tolerations ?? []) if (!spec.tolerations?.some((t) => jsonEqual(t, toleration))) spec.tolerations = [...(spec.tolerations ?? []), cloneJson(toleration)]
    return undefined
  },
}
