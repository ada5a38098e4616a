/** DaemonSets and the revisions of sets. */
import type { ControllerRevision, DaemonSet } from '../../../../shared/api/types.ts'
import type { FieldError } from '../../../../shared/errors.ts'
import { field } from '../../../../shared/errors.ts'
import { percentOf } from '../../../../shared/int-or-string.ts'
import type { Errors } from './common.ts'
import { countOrPercent, equal, IMMUTABLE, nonNegative } from './common.ts'
import { selectorOf, template } from './workloads.ts'

const isZero = (value: number | string | undefined): boolean => value === undefined || value === 0 || percentOf(value) === 0

export function validateDaemonSet(object: DaemonSet): FieldError[] {
  const errors: FieldError[] = []
  const spec = object.spec
  if (!spec) return [field.required('spec')]
  template(errors, 'spec.template', spec.template, selectorOf(errors, spec.selector, 'daemonset'), 'DaemonSet')
  nonNegative(errors, 'spec.minReadySeconds', spec.minReadySeconds)
  daemonStrategy(errors, spec.updateStrategy)
  nonNegative(errors, 'spec.revisionHistoryLimit', spec.revisionHistoryLimit)
  return errors
}

function daemonStrategy(errors: Errors, given: DaemonSet['spec']['updateStrategy']): void {
  const path = 'spec.updateStrategy'
  if (given?.type === 'OnDelete') return
  if (given?.type !== 'RollingUpdate') {
    errors.push(field.notSupported(path, given ?? {}, ['RollingUpdate', 'OnDelete'], true))
    return
  }
  const { maxUnavailable, maxSurge } = given.rollingUpdate ?? {}
  for (const [name, value] of [['maxUnavailable', maxUnavailable], ['maxSurge', maxSurge]] as const) {
    countOrPercent(errors, `${path}.rollingUpdate.${name}`, value)
    if ((percentOf(value) ?? 0) > 100) errors.push(field.invalid(`${path}.rollingUpdate.${name}`, value, 'must not be greater than 100%'))
  }
  // One of the two moves the update: a surge beside missing pods would not know which of them to wait for.
  if (!isZero(maxUnavailable) && !isZero(maxSurge)) errors.push(field.invalid(`${path}.rollingUpdate.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero'))
  if (isZero(maxUnavailable) && isZero(maxSurge)) errors.push(field.required(`${path}.rollingUpdate.maxUnavailable`, 'cannot be 0 when maxSurge is 0'))
}

export const validateDaemonSetUpdate = (object: DaemonSet, old: DaemonSet): FieldError[] =>
  !object.spec?.selector || equal(object.spec.selector, old.spec?.selector) ? [] : [field.invalid('spec.selector', object.spec.selector, IMMUTABLE)]

const DAEMON_COUNTS = ['currentNumberScheduled', 'numberMisscheduled', 'desiredNumberScheduled', 'numberReady', 'observedGeneration', 'updatedNumberScheduled', 'numberAvailable', 'numberUnavailable', 'collisionCount'] as const

export function validateDaemonSetStatus(object: DaemonSet, old: DaemonSet): FieldError[] {
  const errors: FieldError[] = []
  for (const name of DAEMON_COUNTS) nonNegative(errors, `status.${name}`, object.status?.[name])
  const collisions = object.status?.collisionCount ?? 0
  if (collisions < (old.status?.collisionCount ?? 0)) errors.push(field.invalid('status.collisionCount', collisions, 'cannot be decremented'))
  return errors
}

export function validateControllerRevision(object: ControllerRevision): FieldError[] {
  const errors: FieldError[] = []
  if (object.data === undefined || object.data === null) errors.push(field.required('data', 'data is mandatory'))
  nonNegative(errors, 'revision', object.revision)
  return errors
}

export const validateControllerRevisionUpdate = (object: ControllerRevision, old: ControllerRevision): FieldError[] =>
  equal(object.data, old.data) ? [] : [field.invalid('data', object.data, IMMUTABLE)]
