/** Endpoints: the addresses behind a Service, all in one object; EndpointSlices have taken its place. */
import type { Endpoints } from '../../../shared/api/types.ts'
import type { FieldError } from '../../../shared/errors.ts'
import { field } from '../../../shared/errors.ts'
import { dns1123Label, dns1123Subdomain, qualifiedName } from '../../../shared/labels.ts'
import { ageColumn, nameColumn, NONE, text } from './columns.ts'
import { shortened } from './columns-endpoints.ts'
import { defineKind } from './kind.ts'
import { ip, oneOf, ordinaryIp, port, say, type Errors } from './validation/common.ts'
import { PROTOCOLS } from './validation/service.ts'
import { endpointsWarnings } from './warnings/network.ts'

function validate(object: Endpoints): FieldError[] {
  const errors: Errors = []
  object.subsets?.forEach((subset, i) => {
    const at = `subsets[${i}]`
    if (!subset.addresses?.length && !subset.notReadyAddresses?.length) errors.push(field.required(at, 'must specify `addresses` or `notReadyAddresses`'))
    for (const name of ['addresses', 'notReadyAddresses'] as const) subset[name]?.forEach((address, j) => {
      const where = `${at}.${name}[${j}]`
      const before = errors.length
      ip(errors, `${where}.ip`, address.ip ?? '')
      if (address.hostname) say(errors, `${where}.hostname`, address.hostname, dns1123Label(address.hostname))
      if (address.nodeName !== undefined) say(errors, `${where}.nodeName`, address.nodeName, dns1123Subdomain(address.nodeName))
      if (errors.length === before) ordinaryIp(errors, `${where}.ip`, address.ip ?? '', 'loopback')
    })
    subset.ports?.forEach((p, j) => {
      if ((subset.ports?.length ?? 0) > 1 && !p.name) errors.push(field.required(`${at}.ports[${j}].name`))
      else if (p.name) say(errors, `${at}.ports[${j}].name`, p.name, dns1123Label(p.name))
      port(errors, `${at}.ports[${j}].port`, p.port)
      oneOf(errors, `${at}.ports[${j}].protocol`, p.protocol, PROTOCOLS)
      if (p.appProtocol !== undefined) say(errors, `${at}.ports[${j}].appProtocol`, p.appProtocol, qualifiedName(p.appProtocol))
    })
  })
  return errors
}

function addresses(o: Endpoints): string {
  const all = (o.subsets ?? []).flatMap((s) => (s.addresses ?? []).flatMap((a) => (s.ports?.length ? s.ports.map((p) => `${a.ip.includes(':') ? `[${a.ip}]` : a.ip}:${p.port}`) : [a.ip])))
  return all.length ? shortened(all) : NONE
}

export const endpoints = defineKind<Endpoints>({
  group: '', version: 'v1', kind: 'Endpoints', listKind: 'EndpointsList', resource: 'endpoints', singular: 'endpoints', shortNames: ['ep'],
  scope: 'Namespaced', schema: 'V1Endpoints', generation: false, deprecated: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  strategy: {
    defaults(draft) {
      for (const subset of draft.subsets ?? []) for (const p of subset.ports ?? []) p.protocol ||= 'TCP'
    },
    validate,
    warnings: endpointsWarnings,
    allowCreateOnUpdate: true,
  },
  columns: [nameColumn, text<Endpoints>('Endpoints', 'Addresses that take traffic.', addresses), ageColumn],
})
