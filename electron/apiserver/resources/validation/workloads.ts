/** Deployments and ReplicaSets. */
import type { LabelSelector } from '../../../../shared/api/meta.ts'
import type { Deployment, PodTemplateSpec, ReplicaSet } from '../../../../shared/api/types.ts'
import type { FieldError } from '../../../../shared/errors.ts'
import { field } from '../../../../shared/errors.ts'
import { percentOf } from '../../../../shared/int-or-string.ts'
import { labelSelectorMatches } from '../../../../shared/selectors.ts'
import type { Errors } from './common.ts'
import { countOrPercent, equal, IMMUTABLE, nonNegative } from './common.ts'
import { isEmptySelector, labelSelector } from './metadata.ts'
import { podTemplate } from './pod-template.ts'

const MORE_THAN_ALL = 'cannot be greater than status.replicas'

/** A pod template as workloads that run for ever have it. `selector` must choose its pods; undefined when the selector itself is at fault. `what` it belongs to, for a sentence. */
export function template(errors: Errors, path: string, given: PodTemplateSpec | undefined, selector: LabelSelector | undefined, what = 'ReplicaSet'): void {
  if (!given) {
    errors.push(field.required(path))
    return
  }
  const own = given.metadata?.labels
  if (selector && !labelSelectorMatches(selector, own)) errors.push(field.invalid(`${path}.metadata.labels`, own ?? {}, '`selector` does not match template `labels`'))
  podTemplate(errors, path, given)
  if (!given.spec) return
  if (given.spec.restartPolicy && given.spec.restartPolicy !== 'Always') errors.push(field.notSupported(`${path}.spec.restartPolicy`, given.spec.restartPolicy, ['Always']))
  if (given.spec.activeDeadlineSeconds !== undefined) errors.push(field.forbidden(`${path}.spec.activeDeadlineSeconds`, `activeDeadlineSeconds in ${what} is not Supported`))
}

/** Checks the selector, and answers it if it can be used. `what` it belongs to, for the sentence. */
export function selectorOf(errors: Errors, selector: LabelSelector | undefined, what = 'deployment'): LabelSelector | undefined {
  const before = errors.length
  if (!selector) {
    errors.push(field.required('spec.selector'))
    return undefined
  }
  labelSelector(errors, 'spec.selector', selector)
  if (isEmptySelector(selector)) errors.push(field.invalid('spec.selector', selector, `empty selector is invalid for ${what}`))
  return errors.length === before ? selector : undefined
}

export function validateDeployment(object: Deployment): FieldError[] {
  const errors: FieldError[] = []
  const spec = object.spec
  if (!spec) return [field.required('spec')]
  nonNegative(errors, 'spec.replicas', spec.replicas)
  template(errors, 'spec.template', spec.template, selectorOf(errors, spec.selector))
  strategy(errors, spec.strategy)
  nonNegative(errors, 'spec.minReadySeconds', spec.minReadySeconds)
  nonNegative(errors, 'spec.revisionHistoryLimit', spec.revisionHistoryLimit)
  nonNegative(errors, 'spec.progressDeadlineSeconds', spec.progressDeadlineSeconds)
  if (spec.progressDeadlineSeconds !== undefined && spec.progressDeadlineSeconds <= (spec.minReadySeconds ?? 0))
    errors.push(field.invalid('spec.progressDeadlineSeconds', spec.progressDeadlineSeconds, 'must be greater than minReadySeconds'))
  return errors
}

const isZero = (value: number | string | undefined): boolean => value === undefined || value === 0 || percentOf(value) === 0

function strategy(errors: Errors, given: Deployment['spec']['strategy']): void {
  const path = 'spec.strategy'
  if (given?.type === 'Recreate') {
    if (given.rollingUpdate) errors.push(field.forbidden(`${path}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'"))
    return
  }
  if (given?.type !== 'RollingUpdate') {
    errors.push(field.notSupported(path, given ?? {}, ['Recreate', 'RollingUpdate']))
    return
  }
  const rolling = given.rollingUpdate
  if (!rolling) {
    errors.push(field.required(`${path}.rollingUpdate`, 'this should be defaulted and never be nil'))
    return
  }
  const { maxUnavailable, maxSurge } = rolling
  countOrPercent(errors, `${path}.rollingUpdate.maxUnavailable`, maxUnavailable)
  countOrPercent(errors, `${path}.rollingUpdate.maxSurge`, maxSurge)
  if (isZero(maxUnavailable) && isZero(maxSurge)) errors.push(field.invalid(`${path}.rollingUpdate.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0'))
  if ((percentOf(maxUnavailable) ?? 0) > 100) errors.push(field.invalid(`${path}.rollingUpdate.maxUnavailable`, maxUnavailable, 'must not be greater than 100%'))
}

const sameSelector = (object: Deployment | ReplicaSet, old: Deployment | ReplicaSet): FieldError[] =>
  !object.spec?.selector || equal(object.spec.selector, old.spec.selector) ? [] : [field.invalid('spec.selector', object.spec.selector, IMMUTABLE)]

export const validateDeploymentUpdate = (object: Deployment, old: Deployment): FieldError[] => sameSelector(object, old)
export const validateReplicaSetUpdate = (object: ReplicaSet, old: ReplicaSet): FieldError[] => sameSelector(object, old)

export function validateReplicaSet(object: ReplicaSet): FieldError[] {
  const errors: FieldError[] = []
  const spec = object.spec
  if (!spec) return [field.required('spec')]
  nonNegative(errors, 'spec.replicas', spec.replicas)
  nonNegative(errors, 'spec.minReadySeconds', spec.minReadySeconds)
  template(errors, 'spec.template', spec.template, selectorOf(errors, spec.selector))
  return errors
}

export type Counts = Readonly<Record<string, number | undefined>>

/** No count is negative, none of `parts` is greater than `replicas`. */
export function counts(errors: Errors, status: Counts, parts: readonly string[]): void {
  nonNegative(errors, 'status.replicas', status['replicas'])
  nonNegative(errors, 'status.observedGeneration', status['observedGeneration'])
  for (const name of parts) {
    const value = status[name] ?? 0
    nonNegative(errors, `status.${name}`, value)
    if (value > (status['replicas'] ?? 0)) errors.push(field.invalid(`status.${name}`, value, MORE_THAN_ALL))
  }
  const { readyReplicas = 0, availableReplicas = 0 } = status
  if (availableReplicas > readyReplicas) errors.push(field.invalid('status.availableReplicas', availableReplicas, 'cannot be greater than readyReplicas'))
}

export function validateDeploymentStatus(object: Deployment, old: Deployment): FieldError[] {
  const errors: FieldError[] = []
  const status = object.status ?? {}
  counts(errors, status as unknown as Counts, ['updatedReplicas', 'readyReplicas', 'availableReplicas'])
  nonNegative(errors, 'status.unavailableReplicas', status.unavailableReplicas)
  nonNegative(errors, 'status.terminatingReplicas', status.terminatingReplicas)
  nonNegative(errors, 'status.collisionCount', status.collisionCount)
  if ((status.collisionCount ?? 0) < (old.status?.collisionCount ?? 0)) errors.push(field.invalid('status.collisionCount', status.collisionCount ?? 0, 'cannot be decremented'))
  return errors
}

export function validateReplicaSetStatus(object: ReplicaSet): FieldError[] {
  const errors: FieldError[] = []
  counts(errors, (object.status ?? {}) as unknown as Counts, ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'])
  nonNegative(errors, 'status.terminatingReplicas', object.status?.terminatingReplicas)
  return errors
}
