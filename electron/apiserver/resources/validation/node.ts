/** Nodes. */
import type { Node, Taint } from '../../../../shared/api/types.ts'
import type { FieldError } from '../../../../shared/errors.ts'
import { field } from '../../../../shared/errors.ts'
import { labelValue, qualifiedName } from '../../../../shared/labels.ts'
import { parseQuantity, QUANTITY_SYNTAX } from '../../../../shared/quantity.ts'
import type { Errors } from './common.ts'
import { cidr, equal, NON_NEGATIVE, say } from './common.ts'

const TAINT_EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']

export function validateNode(object: Node): FieldError[] {
  const errors: FieldError[] = []
  // Upstream's path: taints were annotations once.
  taints(errors, 'metadata.taints', object.spec?.taints)
  const cidrs = object.spec?.podCIDRs ?? []
  cidrs.forEach((value, i) => cidr(errors, `spec.podCIDRs[${i}]`, value))
  if (cidrs.length > 2) errors.push(field.invalid('spec.podCIDRs', cidrs, 'may specify no more than one CIDR for each IP family'))
  if (object.spec?.podCIDR && cidrs.length > 0 && cidrs[0] !== object.spec.podCIDR) errors.push(field.invalid('spec.podCIDRs', cidrs, 'must begin with `podCIDR`'))
  errors.push(...validateNodeStatus(object))
  return errors
}

/** What the kubelet reports: amounts that can be read. */
export function validateNodeStatus(object: Node): FieldError[] {
  const errors: FieldError[] = []
  for (const list of ['capacity', 'allocatable'] as const) {
    for (const [name, text] of Object.entries(object.status?.[list] ?? {})) {
      const path = `status.${list}.${name}`
      const q = parseQuantity(text)
      if (!q) errors.push(field.invalid(path, text, QUANTITY_SYNTAX))
      else if (q.nanos < 0n) errors.push(field.invalid(path, text, NON_NEGATIVE))
    }
  }
  return errors
}

/** What does not fit is said with the effects in upstream's order. */
export function taintEffect(errors: Errors, path: string, effect: string | undefined): void {
  if (!effect) errors.push(field.required(path))
  else if (!TAINT_EFFECTS.includes(effect)) errors.push(field.notSupported(path, effect, TAINT_EFFECTS, true))
}

export function taints(errors: Errors, at: string, list: readonly Taint[] | undefined): void {
  const seen = new Set<string>()
  list?.forEach((taint, i) => {
    const path = `${at}[${i}]`
    say(errors, `${path}.key`, taint.key ?? '', qualifiedName(taint.key ?? ''))
    const faults = labelValue(taint.value ?? '')
    if (faults.length) errors.push(field.invalid(`${path}.value`, taint.value, faults.join(';')))
    taintEffect(errors, `${path}.effect`, taint.effect)
    const id = `${taint.key}:${taint.effect}`
    if (seen.has(id)) {
      const duplicate = field.duplicate(path, taint)
      errors.push({ ...duplicate, message: `${duplicate.message}: taints must be unique by key and effect pair` })
    }
    seen.add(id)
  })
}

const ONLY = 'node updates may only change labels, taints, or capacity (or configSource, if the DynamicKubeletConfig feature gate is enabled)'

/** Of the status as well: an address is told once. */
export function validateNodeAddresses(object: Node): FieldError[] {
  const errors: FieldError[] = []
  const seen = new Set<string>()
  object.status?.addresses?.forEach((address, i) => {
    const key = `${address.type}/${address.address}`
    if (seen.has(key)) errors.push(field.duplicate(`status.addresses[${i}]`, address))
    seen.add(key)
  })
  return errors
}

export function validateNodeUpdate(object: Node, old: Node): FieldError[] {
  const errors: FieldError[] = []
  const before = old.spec ?? {}
  const now = object.spec ?? {}
  if ((before.podCIDRs?.length ?? 0) > 0 && !equal(now.podCIDRs, before.podCIDRs)) errors.push(field.forbidden('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid'))
  if (before.providerID && now.providerID !== before.providerID) errors.push(field.forbidden('spec.providerID', 'node updates may not change providerID except from "" to valid'))
  if ((now.externalID ?? '') !== (before.externalID ?? '')) errors.push(field.forbidden('[]', ONLY))
  return errors
}
