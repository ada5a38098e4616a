/** ServiceCIDR: a range from which Services get their addresses. */
import type { ServiceCIDR } from '../../../shared/api/types.ts'
import { field, type FieldError } from '../../../shared/errors.ts'
import { ageColumn, nameColumn, text } from './columns.ts'
import { defineKind } from './kind.ts'
import { canonicalCidr, equal, IMMUTABLE, type Errors } from './validation/common.ts'

const FAMILIES = 2

function validate({ spec }: ServiceCIDR): FieldError[] {
  const errors: Errors = []
  const cidrs = spec?.cidrs ?? []
  if (!cidrs.length) errors.push(field.required('spec.cidrs', 'at least one CIDR required'))
  if (cidrs.length > FAMILIES) return [field.invalid('spec.cidrs', spec, 'may only hold up to 2 values')]
  const families = cidrs.map((cidr) => cidr.includes(':'))
  if (cidrs.length === FAMILIES && families[0] === families[1]) return [field.invalid('spec.cidrs', spec, 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64')]
  cidrs.forEach((cidr, i) => canonicalCidr(errors, `spec.cidrs[${i}]`, cidr))
  return errors
}

/** A second family may be added; what is there stays. */
function validateUpdate(object: ServiceCIDR, old: ServiceCIDR): FieldError[] {
  const [now, before] = [object.spec?.cidrs ?? [], old.spec?.cidrs ?? []]
  if (equal(now, before) || (before.length === 1 && now.length === FAMILIES && now[0] === before[0])) return []
  return [field.invalid('spec.cidrs', now, IMMUTABLE)]
}

export const serviceCIDR = defineKind<ServiceCIDR>({
  group: 'networking.k8s.io', version: 'v1', kind: 'ServiceCIDR', resource: 'servicecidrs', singular: 'servicecidr',
  scope: 'Cluster', schema: 'V1ServiceCIDR', status: true, generation: false,
  strategy: { validate, validateUpdate },
  columns: [nameColumn, text<ServiceCIDR>('CIDRs', 'The ranges.', (o) => o.spec?.cidrs?.join(',') ?? ''), ageColumn],
})
