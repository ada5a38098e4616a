/** Ephemeral containers: added to a pod that is there, and never taken back. Source: Kubernetes documentation, "Ephemeral Containers". */
import type { Container, Pod } from '../../../../shared/api/types.ts'
import { field, type FieldError } from '../../../../shared/errors.ts'
import { equal, type Errors } from './common.ts'
import { container, type Surroundings } from './containers.ts'

const FORBIDDEN = 'cannot be set for an Ephemeral Container'
/** What only makes sense for a container that belongs to the pod from its beginning. */
const FIELDS = ['ports', 'livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle', 'resizePolicy', 'restartPolicy', 'restartPolicyRules'] as const

const isThere = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : value !== undefined)

/** `around`: what they may refer to. */
export function ephemeralContainers(errors: Errors, path: string, around: Surroundings): void {
  const { spec } = around
  const names = new Set([...(spec.containers ?? []), ...(spec.initContainers ?? [])].map((c) => c.name))
  const targets = new Set(names)
  spec.ephemeralContainers?.forEach((given, i) => {
    const at = `${path}.ephemeralContainers[${i}]`
    const target = given.targetContainerName
    if (target && !targets.has(target)) errors.push(field.notFound(`${at}.targetContainerName`, target))
    for (const name of FIELDS) if (isThere(given[name])) errors.push(field.forbidden(`${at}.${name}`, FORBIDDEN))
    if (Object.keys(given.resources ?? {}).length) errors.push(field.forbidden(`${at}.resources`, FORBIDDEN))
    given.volumeMounts?.forEach((mount, j) => {
      for (const key of ['subPath', 'subPathExpr'] as const) if (mount[key]) errors.push(field.forbidden(`${at}.volumeMounts[${j}].${key}`, FORBIDDEN))
    })
    container(errors, at, given as Container, names, around)
    if (given.image && given.image !== given.image.trim()) errors.push(field.invalid(`${at}.image`, given.image, 'must not have leading or trailing whitespace'))
  })
}

/** Those that are there stay as they are. */
export function validateEphemeralUpdate(object: Pod, old: Pod): FieldError[] {
  if (old.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) return [field.forbidden('[]', 'static pods do not support ephemeral containers')]
  const now = new Map((object.spec.ephemeralContainers ?? []).map((c) => [c.name, c]))
  return (old.spec.ephemeralContainers ?? []).flatMap((before) => {
    const after = now.get(before.name)
    if (!after) return [field.forbidden('spec.ephemeralContainers', `existing ephemeral containers ${JSON.stringify(before.name)} may not be removed\n`)]
    return equal(after, before) ? [] : [field.forbidden('spec.ephemeralContainers', `existing ephemeral containers ${JSON.stringify(before.name)} may not be changed\n`)]
  })
}
