import type { Lease } from '../../../../shared/api/types.ts'
import type { FieldError } from '../../../../shared/errors.ts'
import { field } from '../../../../shared/errors.ts'
import { nonNegative } from './common.ts'

/** Leases last some time, and change hands a countable number of times. */
export function validateLease(object: Lease): FieldError[] {
  const errors: FieldError[] = []
  const { leaseDurationSeconds, leaseTransitions, strategy, preferredHolder } = object.spec ?? {}
  if (leaseDurationSeconds !== undefined && leaseDurationSeconds <= 0) errors.push(field.invalid('spec.leaseDurationSeconds', leaseDurationSeconds, 'must be greater than 0'))
  nonNegative(errors, 'spec.leaseTransitions', leaseTransitions)
  if (preferredHolder && !strategy) errors.push(field.forbidden('spec.preferredHolder', 'may only be specified when `strategy` is defined'))
  return errors
}
