/** Pods: a pod's spec and what holds for a pod but not for a template. */
import type { Container, Pod } from '../../../../shared/api/types.ts'
import type { FieldError } from '../../../../shared/errors.ts'
import { field } from '../../../../shared/errors.ts'
import type { Errors } from './common.ts'
import { ephemeralContainers } from './ephemeral.ts'
import { podAnnotations } from './pod-annotations.ts'
import { podSpec } from './pod-spec.ts'

const PHASES = new Set(['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'])

export function validatePod(object: Pod): FieldError[] {
  const errors: FieldError[] = []
  const { spec, metadata } = object
  if (!spec) return [field.required('spec')]
  podAnnotations(errors, 'metadata.annotations', metadata.annotations, spec)
  const around = podSpec(errors, 'spec', spec, metadata.name)
  // One that is there has a version; its list is guarded by its own subresource.
  const isNew = metadata.resourceVersion === undefined
  if (spec.ephemeralContainers?.length) {
    if (isNew) errors.push(field.forbidden('spec.ephemeralContainers', 'cannot be set on create'))
    else ephemeralContainers(errors, 'spec', around)
  }
  spec.volumes?.forEach((volume, i) => {
    if (volume.image && !volume.image.reference) errors.push(field.required(`spec.volumes[${i}].image.reference`))
    if (spec.serviceAccountName) return
    volume.projected?.sources?.forEach((source, j) => {
      if (source.serviceAccountToken) errors.push(field.forbidden(`spec.volumes[${i}].projected.sources[${j}].serviceAccountToken`, 'must not be specified when serviceAccountName is not set'))
    })
  })
  // Templates written long ago may carry such images; a pod would never start with one.
  trimmedImages(errors, 'spec.containers', spec.containers)
  trimmedImages(errors, 'spec.initContainers', spec.initContainers)
  if (isNew && spec.nodeName && spec.schedulingGates?.length) errors.push(field.forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'))
  return errors
}

function trimmedImages(errors: Errors, path: string, containers: readonly Container[] | undefined): void {
  containers?.forEach(({ image }, i) => {
    if (image && image !== image.trim()) errors.push(field.invalid(`${path}[${i}].image`, image, 'must not have leading or trailing whitespace'))
  })
}

/** A finished pod stays finished, and its node does not change. */
export function validatePodStatusUpdate(object: Pod, old: Pod): FieldError[] {
  const errors: FieldError[] = []
  const { phase } = object.status ?? {}
  if (phase !== undefined && phase !== '' && !PHASES.has(phase)) errors.push(field.notSupported('status.phase', phase, [...PHASES]))
  if (object.spec.nodeName !== old.spec.nodeName) errors.push(field.forbidden('status.nodeName', 'may not be changed directly'))
  for (const list of ['containerStatuses', 'initContainerStatuses'] as const) {
    const containers = list === 'containerStatuses' ? old.spec.containers : (old.spec.initContainers ?? [])
    object.status?.[list]?.forEach((status, i) => {
      const before = old.status?.[list]?.find((s) => s.name === status.name)
      if (!before?.state?.terminated || status.state?.terminated) return
      const restartPolicy = containers.find((c) => c.name === status.name)?.restartPolicy ?? old.spec.restartPolicy
      const ruled = (containers.find((c) => c.name === status.name)?.restartPolicyRules?.length ?? 0) > 0
      const mayRestart = ruled || restartPolicy === 'Always' || (restartPolicy === 'OnFailure' && before.state.terminated.exitCode !== 0)
      if (!mayRestart && list === 'containerStatuses') errors.push(field.forbidden(`status.${list}[${i}].state`, 'may not be transitioned to non-terminated state'))
    })
  }
  return errors
}
