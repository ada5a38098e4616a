/** Resource quantities: their names, syntax, sign, and requests against limits. */
import type { ResourceRequirements } from '../../../../shared/api/types.ts'
import { field } from '../../../../shared/errors.ts'
import { qualifiedName } from '../../../../shared/labels.ts'
import type { Quantity } from '../../../../shared/quantity.ts'
import { compareQuantities, parseQuantity, QUANTITY_SYNTAX } from '../../../../shared/quantity.ts'
import type { Errors } from './common.ts'
import { NON_NEGATIVE, say } from './common.ts'

const STANDARD = new Set(['cpu', 'memory', 'ephemeral-storage'])
const NANO = 1_000_000_000n

const isHugePages = (name: string): boolean => name.startsWith('hugepages-')
/** Only these may promise less than they allow. */
const mayOvercommit = (name: string): boolean => STANDARD.has(name) || (name.includes('kubernetes.io/') && !name.startsWith('requests.'))

function resourceName(errors: Errors, path: string, name: string): void {
  if (STANDARD.has(name) || isHugePages(name)) return
  const faults = qualifiedName(name)
  say(errors, path, name, faults)
  if (faults.length === 0 && !name.includes('/')) errors.push(field.invalid(path, name, 'must be a standard resource for containers'))
}

/** Checks each quantity of a list and answers those that could be read. */
export function quantities(errors: Errors, path: string, list: Readonly<Record<string, string>> | undefined): Map<string, Quantity> {
  const read = new Map<string, Quantity>()
  for (const name in list) {
    const at = `${path}[${name}]`
    const text = list[name] ?? ''
    resourceName(errors, at, name)
    const q = parseQuantity(text)
    if (!q) {
      errors.push(field.invalid(at, text, QUANTITY_SYNTAX))
      continue
    }
    if (q.nanos < 0n) errors.push(field.invalid(at, text, NON_NEGATIVE))
    else if (!STANDARD.has(name) && q.nanos % NANO !== 0n) errors.push(field.invalid(at, text, 'must be an integer'))
    read.set(name, q)
  }
  return read
}

export function resources(errors: Errors, path: string, given: ResourceRequirements | undefined): void {
  if (!given) return
  const limits = quantities(errors, `${path}.limits`, given.limits)
  const requests = quantities(errors, `${path}.requests`, given.requests)
  for (const [name, request] of requests) {
    const limit = limits.get(name)
    const text = given.requests?.[name]
    if (!limit) {
      if (!mayOvercommit(name)) errors.push(field.required(`${path}.limits`, 'Limit must be set for non overcommitable resources'))
    } else if (!mayOvercommit(name) && compareQuantities(request, limit) !== 0) errors.push(field.invalid(`${path}.requests`, text, `must be equal to ${name} limit of ${given.limits?.[name]}`))
    else if (compareQuantities(request, limit) > 0) errors.push(field.invalid(`${path}.requests`, text, `must be less than or equal to ${name} limit of ${given.limits?.[name]}`))
  }
}
