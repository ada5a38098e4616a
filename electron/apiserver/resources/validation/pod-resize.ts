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

function one(errors: Errors, path: string, now: Container, before: Container, init: boolean): void {
  const [a, b] = [now.resources ?? {}, before.resources ?? {}]
  if (equal(a, b)) return
  if (init && !isSidecar(now)) {
    errors.push(field.forbidden(`${path}.resources`, 'resources for non-sidecar init containers are immutable'))
    return
  }
  for (const which of ['limits', 'requests'] as const) {
    if (!equal(others(a[which]), others(b[which]))) errors.push(field.forbidden(`${path}.resources.${which}`, 'only cpu and memory resources are mutable'))
    if (MUTABLE.some((name) => b[which]?.[name] !== undefined && a[which]?.[name] === undefined)) errors.push(field.forbidden(`${path}.resources.${which}`, `resource ${which} cannot be removed`))
  }
}

const withoutResources = (list: readonly Container[] | undefined): object[] => (list ?? []).map(({ resources: _r, ...rest }) => rest)

export function validatePodResize(object: Pod, old: Pod): FieldError[] {
  // As in release 1.35: what a pod as a whole has been given stays, and so do the shares of its containers. The path is upstream's for the object itself.
  if (hasPodLevelResources(old) || hasPodLevelResources(object)) return [field.forbidden('[]', 'pods with pod-level resources cannot be resized')]
  const errors: Errors = []
  for (const list of ['containers', 'initContainers'] as const) {
    const [now, before] = [object.spec[list] ?? [], old.spec[list] ?? []]
    if (now.length !== before.length) errors.push(field.forbidden(`spec.${list}`, 'containers may not be added or removed on resize'))
    else if (!equal(withoutResources(now), withoutResources(before))) errors.push(field.forbidden(`spec.${list}`, 'only cpu and memory resources are mutable'))
    else now.forEach((c, i) => one(errors, `spec.${list}[${i}]`, c, before[i] ?? c, list === 'initContainers'))
  }
  if (errors.length) return errors
  // The class that it got when it was made, as the API keeps it.
  const before = old.status?.qosClass ?? qosClass(old)
  const after = qosClass(object)
  return after === before ? [] : [field.invalid('spec', after, 'Pod QOS Class may not change as a result of resizing')]
}
