/** What a change of a running pod's resources may be. Source: KEP-1287; Kubernetes documentation, "Resize CPU and Memory Resources assigned to Containers". */
import type { Container, Pod } from '../../../../shared/api/types.ts'
import { field, type FieldError } from '../../../../shared/errors.ts'
import { hasPodLevelResources, isSidecar, qosClass } from '../../../../shared/pod-resources.ts'
import { equal, type Errors } from './common.ts'

const MUTABLE = ['cpu', 'memory']

/** Everything but cpu and memory. */
function others(list: Readonly<Record<string, string>> | undefined): object {
  return Object.fromEntries(Object.entries(list ?? {}).filter(([name]) => !MUTABLE.includes(name)))
}

/** In release 1.35 all but what was removed is said of the spec as a whole. */
const SPEC = 'spec'

function one(errors: Errors, path: string, now: Container, before: Container): void {
  const [a, b] = [now.resources ?? {}, before.resources ?? {}]
  for (const which of ['requests', 'limits'] as const) {
    if (Object.keys(b[which] ?? {}).some((name) => a[which]?.[name] === undefined)) errors.push(field.forbidden(`${path}.resources.${which}`, `resource ${which} cannot be removed`))
  }
}

/** undefined: as they were, and in their order. */
function reordered(list: 'containers' | 'initContainers', object: Pod, old: Pod): FieldError | undefined {
  const [now, before] = [object.spec[list] ?? [], old.spec[list] ?? []]
  if (now.length !== before.length) return field.forbidden(SPEC, `${list} may not be added or removed on resize`)
  return now.some((c, i) => c.name !== before[i]?.name) ? field.forbidden(SPEC, `${list} may not be renamed or reordered on resize`) : undefined
}

const sameButCpuAndMemory = (a: Container, b: Container): boolean =>
  equal({ ...a, resources: undefined }, { ...b, resources: undefined }) && equal(a.resources?.claims, b.resources?.claims) && (['limits', 'requests'] as const).every((which) => equal(others(a.resources?.[which]), others(b.resources?.[which])))

export function validatePodResize(object: Pod, old: Pod): FieldError[] {
  // As in release 1.35: what a pod as a whole has been given stays, and so do the shares of its containers. The path is upstream's for the object itself.
  if (hasPodLevelResources(old) || hasPodLevelResources(object)) return [field.forbidden('[]', 'pods with pod-level resources cannot be resized')]
  const errors: Errors = []
  const lists = ['initContainers', 'containers'] as const
  const order = lists.map((list) => reordered(list, object, old)).find((error) => error)
  if (order) return [order]
  for (const list of lists) {
    object.spec[list]?.forEach((now, i) => {
      const before = old.spec[list]?.[i] ?? now
      one(errors, `spec.${list}[${i}]`, now, before)
      if (list === 'initContainers' && !isSidecar(now)) {
        if (!equal(now.resources ?? {}, before.resources ?? {})) errors.push(field.forbidden(SPEC, 'resources for non-sidecar init containers are immutable'))
      } else if (!sameButCpuAndMemory(now, before)) errors.push(field.forbidden(SPEC, 'only cpu and memory resources are mutable'))
    })
  }
  if (errors.length) return errors
  // The class that it got when it was made, as the API keeps it.
  const before = old.status?.qosClass ?? qosClass(old)
  const after = qosClass(object)
  return after === before ? [] : [field.invalid('spec', after, 'Pod QOS Class may not change as a result of resizing')]
}
