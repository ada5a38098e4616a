/** IPAddress: an address that is taken, under its own name, and who has it. */
import { isIP } from 'node:net'
import type { IPAddress } from '../../../shared/api/types.ts'
import { field, type FieldError } from '../../../shared/errors.ts'
import { dns1123Subdomain, pathSegment } from '../../../shared/labels.ts'
import { ageColumn, nameColumn, text } from './columns.ts'
import { defineKind } from './kind.ts'
import { equal, IMMUTABLE, ip, say, type Errors } from './validation/common.ts'

/** IPv6 has many ways to write one address; objects have the shortest for their name. */
const canonical = (address: string): string => (isIP(address) === 6 ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address)

function validate({ metadata, spec }: IPAddress): FieldError[] {
  const errors: Errors = []
  ip(errors, 'metadata.name', metadata.name)
  if (!errors.length && canonical(metadata.name) !== metadata.name) errors.push(field.invalid('metadata.name', metadata.name, `must be in canonical form (${JSON.stringify(canonical(metadata.name))})`))
  const parent = spec?.parentRef
  if (!parent) errors.push(field.required('spec.parentRef'))
  else {
    if (parent.group) say(errors, 'spec.parentRef.group', parent.group, dns1123Subdomain(parent.group))
    for (const name of ['resource', 'name'] as const) {
      if (!parent[name]) errors.push(field.required(`spec.parentRef.${name}`))
      else say(errors, `spec.parentRef.${name}`, parent[name], pathSegment(parent[name]))
    }
    if (parent.namespace) say(errors, 'spec.parentRef.namespace', parent.namespace, pathSegment(parent.namespace))
  }
  return errors
}
function parent({ spec }: IPAddress): string {
  const { group = '', resource = '', namespace = '', name = '' } = spec?.parentRef ?? {}
  return [`${resource}${group ? `.${group}` : ''}`, namespace, name].filter(Boolean).join('/')
}

export const ipAddress = defineKind<IPAddress>({
  group: 'networking.k8s.io', version: 'v1', kind: 'IPAddress', resource: 'ipaddresses', singular: 'ipaddress', shortNames: ['ip'],
  scope: 'Cluster', schema: 'V1IPAddress', nameRule: 'path', generation: false,
  strategy: { validate, validateUpdate: (object, old) => (equal(object.spec?.parentRef, old.spec?.parentRef) ? [] : [field.invalid('spec.parentRef', object.spec?.parentRef, IMMUTABLE)]) },
  selectableFields: {},
  columns: [nameColumn, text<IPAddress>('ParentRef', 'Who has it.', parent), ageColumn],
})
