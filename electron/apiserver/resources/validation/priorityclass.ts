import type { FieldError } from '../../../../shared/errors.ts'
import { field } from '../../../../shared/errors.ts'
import type { PriorityClass } from '../priorityclass.ts'
import { optionalOneOf } from './common.ts'

/** Above this only the system's own classes. */
const HIGHEST_USER = 1_000_000_000
const SYSTEM: Readonly<Record<string, number>> = { 'system-cluster-critical': 2_000_000_000, 'system-node-critical': 2_000_001_000 }

export function validatePriorityClass(object: PriorityClass): FieldError[] {
  const errors: FieldError[] = []
  const { name } = object.metadata
  const value = object.value ?? 0
  if (name.startsWith('system-')) {
    const wanted = SYSTEM[name]
    const why = wanted === undefined ? `${name} is not a known system priority class` : wanted !== value ? `value of ${name} PriorityClass must be ${wanted}` : object.globalDefault ? `globalDefault of ${name} PriorityClass must be false` : ''
    if (why) errors.push(field.forbidden('metadata.name', `priority class names with 'system-' prefix are reserved for system use only. error: ${why}`))
  } else if (value > HIGHEST_USER) errors.push(field.forbidden('value', `maximum allowed value of a user defined priority is ${HIGHEST_USER}`))
  optionalOneOf(errors, 'preemptionPolicy', object.preemptionPolicy, ['PreemptLowerPriority', 'Never'], true)
  return errors
}

export function validatePriorityClassUpdate(object: PriorityClass, old: PriorityClass): FieldError[] {
  const errors: FieldError[] = []
  if (object.value !== old.value) errors.push(field.forbidden('value', 'may not be changed in an update.'))
  if (object.preemptionPolicy !== old.preemptionPolicy) errors.push(field.invalid('preemptionPolicy', object.preemptionPolicy, 'field is immutable'))
  return errors
}
