import { isDeepStrictEqual } from 'node:util'
import { field, type FieldError } from '../../../../shared/errors.ts'
import { entropyBits, MAX_HASH_BITS } from '../../flowcontrol/dealer.ts'
import { mandatory } from '../../flowcontrol/first-objects.ts'
import type { PriorityLevelConfiguration } from '../prioritylevelconfiguration.ts'
import { validateConditions } from './flowcontrol.ts'

type Limited = NonNullable<NonNullable<PriorityLevelConfiguration['spec']>['limited']>
type Exempt = NonNullable<NonNullable<PriorityLevelConfiguration['spec']>['exempt']>
type Queuing = NonNullable<NonNullable<Limited['limitResponse']>['queuing']>

const MAX_QUEUES = 10_000_000

function validateShares(errors: FieldError[], path: string, { nominalConcurrencyShares: shares = 0, lendablePercent: lendable = 0 }: Exempt | Limited): void {
  if (shares < 0) errors.push(field.invalid(`${path}.nominalConcurrencyShares`, shares, 'must be a non-negative integer'))
  if (lendable < 0 || lendable > 100) errors.push(field.invalid(`${path}.lendablePercent`, lendable, 'must be between 0 and 100, inclusive'))
}

function validateQueuing(errors: FieldError[], path: string, { queues = 0, handSize = 0, queueLengthLimit = 0 }: Queuing): void {
  if (queueLengthLimit <= 0) errors.push(field.invalid(`${path}.queueLengthLimit`, queueLengthLimit, 'must be positive'))
  if (queues <= 0) errors.push(field.invalid(`${path}.queues`, queues, 'must be positive'))
  else if (queues > MAX_QUEUES) errors.push(field.invalid(`${path}.queues`, queues, `must not be greater than ${MAX_QUEUES}`))
  if (handSize <= 0) errors.push(field.invalid(`${path}.handSize`, handSize, 'must be positive'))
  else if (handSize > queues) errors.push(field.invalid(`${path}.handSize`, handSize, `should not be greater than queues (${queues})`))
  else if (entropyBits(queues, handSize) > MAX_HASH_BITS) {
    errors.push(field.invalid(`${path}.handSize`, handSize, `required entropy bits of deckSize ${queues} and handSize ${handSize} should not be greater than ${MAX_HASH_BITS}`))
  }
}

function validateLimited(errors: FieldError[], path: string, limited: Limited): void {
  validateShares(errors, path, limited)
  const borrowing = limited.borrowingLimitPercent ?? 0
  if (borrowing < 0) errors.push(field.invalid(`${path}.borrowingLimitPercent`, borrowing, 'if specified, must be a non-negative integer'))
  const at = `${path}.limitResponse`
  const { type = '', queuing } = limited.limitResponse ?? {}
  if (type === 'Reject') {
    if (queuing) errors.push(field.forbidden(`${at}.queuing`, 'must be nil if limited.limitResponse.type is not Limited'))
  } else if (type !== 'Queue') errors.push(field.notSupported(`${at}.type`, type, ['Queue', 'Reject']))
  else if (!queuing) errors.push(field.required(`${at}.queuing`, 'must not be empty if limited.limitResponse.type is Limited'))
  else validateQueuing(errors, `${at}.queuing`, queuing)
}

export function validatePriorityLevel(object: PriorityLevelConfiguration): FieldError[] {
  const errors: FieldError[] = []
  const { name } = object.metadata
  const { spec } = object
  if (!spec) return [field.required('spec')]
  if ((name === 'exempt') !== (spec.type === 'Exempt')) errors.push(field.invalid('spec.type', spec.type, "type must be 'Exempt' if and only if name is 'exempt'"))
  if (spec.type === 'Exempt') {
    if (spec.limited) errors.push(field.forbidden('spec.limited', 'must be nil if the type is not Limited'))
    if (spec.exempt) validateShares(errors, 'spec.exempt', spec.exempt)
  } else if (spec.type === 'Limited') {
    if (spec.exempt) errors.push(field.forbidden('spec.exempt', 'must be nil if the type is Limited'))
    if (spec.limited) validateLimited(errors, 'spec.limited', spec.limited)
    else errors.push(field.required('spec.limited', 'must not be empty when type is Limited'))
  } else errors.push(field.notSupported('spec.type', spec.type, ['Exempt', 'Limited']))
  const fixed = mandatory('PriorityLevelConfiguration', name)
  if (fixed && name === 'exempt') {
    // What it may lend is its owner's to say.
    if (!isDeepStrictEqual({ ...spec, exempt: null }, { ...fixed.spec, exempt: null })) errors.push(field.invalid('spec', spec, `spec of '${name}' except the 'spec.exempt' field must equal the fixed value`))
  } else if (fixed && !isDeepStrictEqual(spec, fixed.spec)) errors.push(field.invalid('spec', spec, `spec of '${name}' must equal the fixed value`))
  return [...errors, ...validateConditions(object.status?.conditions)]
}
