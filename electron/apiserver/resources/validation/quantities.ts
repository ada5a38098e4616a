/** Resource quantities: their names, syntax, sign, and requests against limits. */
import type { ResourceRequirements } from '../../../../shared/api/types.ts'
import { field } from '../../../../shared/errors.ts'
import { qualifiedName } from '../../../../shared/labels.ts'
import type { Quantity } from '../../../../shared/quantity.ts'
import { compareQuantities, parseQuantity, QUANTITY_SYNTAX } from '../../../../shared/quantity.ts'
import type { Errors } from './common.ts'
import { NON_NEGATIVE, say } from './common.ts'
import { usedClaims } from './resource-claims.ts'

const COMPUTE = ['cpu', 'memory', 'ephemeral-storage']
const OF_CONTAINERS = new Set(COMPUTE)
/** Names without a domain that mean something anywhere, in a quota or a limit. */
const STANDARD = new Set([
  ...COMPUTE, ...COMPUTE.flatMap((name) => [`requests.${name}`, `limits.${name}`]), 'storage', 'requests.storage',
  'pods', 'resourcequotas', 'services', 'replicationcontrollers', 'secrets', 'configmaps', 'persistentvolumeclaims', 'services.nodeports', 'services.loadbalancers',
])
const NANO = 1_000_000_000n
const NONE: ReadonlySet<string> = new Set()

const isHugePages = (name: string): boolean => name.startsWith('hugepages-')
const isNative = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/')
const isExtended = (name: string): boolean => !isNative(name) && !name.startsWith('requests.')
/** Only these may promise less than they allow. */
export const mayOvercommit = (name: string): boolean => isNative(name) && !isHugePages(name)

/** A name that means something: a standard one, or one with a domain. Whether it does. */
export function resourceName(errors: Errors, path: string, name: string): boolean {
  const faults = qualifiedName(name)
  say(errors, path, name, faults)
  if (faults.length) return false
  if (name.includes('/') || STANDARD.has(name) || isHugePages(name)) return true
  errors.push(field.invalid(path, name, 'must be a standard resource type or fully qualified'))
  return false
}

export function containerResourceName(errors: Errors, path: string, name: string): void {
  if (OF_CONTAINERS.has(name) || isHugePages(name)) return
  resourceName(errors, path, name)
  if (!name.includes('/')) errors.push(field.invalid(path, name, 'must be a standard resource for containers'))
  else if (!isNative(name) && !isExtended(name)) errors.push(field.invalid(path, name, "doesn't follow extended resource name standard"))
}

/** Checks each quantity of a list and answers those that could be read. */
export function quantities(errors: Errors, path: string, list: Readonly<Record<string, string>> | undefined): Map<string, Quantity> {
  const read = new Map<string, Quantity>()
  for (const name in list) {
    const at = `${path}[${name}]`
    const text = list[name] ?? ''
    containerResourceName(errors, at, name)
    const q = parseQuantity(text)
    if (!q) {
      errors.push(field.invalid(at, text, QUANTITY_SYNTAX))
      continue
    }
    if (q.nanos < 0n) errors.push(field.invalid(at, text, NON_NEGATIVE))
    if (isExtended(name) && q.nanos % NANO !== 0n) errors.push(field.invalid(at, text, 'must be an integer'))
    if (isHugePages(name)) {
      const page = parseQuantity(name.slice('hugepages-'.length))
      if (!page || page.nanos <= 0n || q.nanos % page.nanos !== 0n) errors.push(field.invalid(at, text, `${text} is not positive integer multiple of ${name}`))
    }
    read.set(name, q)
  }
  return read
}

/** `claims`: the names of the pod's claims. */
export function resources(errors: Errors, path: string, given: ResourceRequirements | undefined, claims = NONE): void {
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
  const names = [...Object.keys(given.limits ?? {}), ...Object.keys(given.requests ?? {})]
  if (names.some(isHugePages) && !names.some((name) => name === 'cpu' || name === 'memory')) errors.push(field.forbidden(path, 'HugePages require cpu or memory'))
  usedClaims(errors, `${path}.claims`, given.claims, claims)
}
